// What Helm prints after an install: how to see that it works, what the one choice means here, and what is odd.
import { describe, expect, it } from 'vitest';
import { CHART, helm } from './helm.ts';

async function notes(values: object, release = 'fairlead', namespace = 'fairlead'): Promise<string> {
  const args = ['install', release, CHART, '--dry-run=client', '--namespace', namespace];
  const { code, out, err } = await helm(args, { values: { clusterName: 'demo', ...values } });
  expect(code, err).toBe(0);
  return out.split(/^NOTES:$/m)[1] ?? '';
}

describe('the notes', () => {
  it('name the cluster, the provider and its class, and how to look', async () => {
    const said = await notes({}, 'edge', 'net');
    expect(said).toContain('serves Services of type LoadBalancer of the cluster demo.');
    expect(said).toContain('Provider aws: Services with spec.loadBalancerClass fairlead.dev/aws');
    expect(said).toContain('kubectl --namespace net rollout status deployment/edge-fairlead');
    expect(said).toContain('kubectl --namespace net get lease edge-fairlead');
    expect(said).toContain('helm test edge --namespace net');
    expect(said).toContain('docs/install.md');
    expect(said).not.toContain('Worth knowing');
  });

  it('name the class of each of several providers, and what is odd about any', async () => {
    const said = await notes({ provider: ['simulator', 'aws'] });
    expect(said).toContain('Provider simulator: Services with spec.loadBalancerClass fairlead.dev/simulator');
    expect(said).toContain('Provider aws: Services with spec.loadBalancerClass fairlead.dev/aws');
    expect(said).toContain('Services without a class are served by simulator too');
    expect(said).toContain('The simulator makes no load balancers');
    // The Service to try it with is the first one's.
    expect(said).not.toContain('costs money');
    expect(await notes({ provider: 'aws,simulator' })).toContain('costs money');
  });

  it('say who serves Services without a class', async () => {
    expect(await notes({})).toContain('Services without a class are served by aws too (claimClassless is true)');
    const without = await notes({ claimClassless: false });
    expect(without).toContain('Services without a class are left alone (claimClassless is false)');
    // The Service to try it with has to have a class then.
    expect(without).toContain('"loadBalancerClass": "fairlead.dev/aws"');
  });

  it('promise no load balancer where nothing is written', async () => {
    const said = await notes({ policy: 'observe-only' });
    expect(said).toMatch(
      /^3\. See what would be done .*:\n {2}kubectl --namespace fairlead logs .* \| grep observe-only$/m,
    );
    expect(said).not.toContain('fairlead-try');
  });

  it('count their steps without the test', async () => {
    const said = await notes({ tests: { enabled: false } });
    expect(said.match(/^[0-9]\. /gm)).toEqual(['1. ', '2. ']);
    expect(said).not.toContain('helm test');
  });

  it.each([
    [{ provider: 'simulator' }, 'The simulator makes no load balancers'],
    [{ policy: 'observe-only' }, 'policy is observe-only: nothing is written'],
    [{ policy: 'upsert-only' }, 'policy is upsert-only: nothing is deleted'],
    [{ driftInterval: 0 }, 'driftInterval is 0'],
    [{ replicas: 0 }, 'replicas is 0: nothing works on Services'],
    [{ replicas: 1 }, 'replicas is 1: while that pod is replaced'],
    [{ watchNamespace: 'team-a' }, 'Only Services of team-a are served'],
    [{ rbac: { create: false } }, 'rbac.create is false'],
    [{ image: { tag: 'latest' } }, 'image.tag is latest'],
    [{ metrics: { prometheusRule: { enabled: true } } }, 'There are alerts and no ServiceMonitor'],
  ])('tell of %j', async (values, said) => {
    const [, odd = ''] = (await notes(values)).split('Worth knowing:');
    expect(odd).toContain(`- ${said}`);
    expect(odd.match(/^- /gm)).toHaveLength(1);
  });
});
