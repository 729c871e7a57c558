// What the chart tells the controller is what the values say: each value becomes its flag, and the controller reads it as meant.
import { describe, expect, it } from 'vitest';
import { commonSettings, providerSettings } from '../../helm/generate/settings.ts';
import { choose } from '../../src/cli/choice.ts';
import { loadCompilers, loadProvider, PROVIDER_NAMES } from '../../src/provider/registry.ts';
import type { Field } from '../../src/schema/index.ts';
import { settings } from '../../src/settings.ts';
import { render } from './helm.ts';
import { argsOf, flagsIn, podsOf } from './objects.ts';

const all = await loadCompilers();
const base = { clusterName: 'demo', admissionPolicy: { action: 'off' } };

function fieldOf(flag: string): Field<unknown, unknown> {
  const tables = [settings.fields, ...all.map(({ options }) => options.fields)] as unknown as Record<
    string,
    Field<unknown, unknown>
  >[];
  const field = tables.flatMap((table) => Object.values(table)).find(({ key }) => key === flag);
  if (field === undefined) throw new Error(`there is no flag ${flag}`);
  return field;
}

/** An example of the table, as a file of values would have it. */
function exampleOf(flag: string, form: string): unknown {
  const { example } = fieldOf(flag);
  if (form === 'boolean') return example === 'true';
  if (form === 'integer') return Number(example);
  return example;
}

describe('the arguments', () => {
  it('are few where nothing is set', async () => {
    expect(argsOf(await render({ clusterName: 'demo' }))).toEqual([
      'run',
      '--cluster-name=demo',
      '--provider=aws',
      '--leader-election-namespace=fairlead',
      '--leader-election-id=fairlead',
      '--metrics-address=0.0.0.0:9090',
      '--shutdown-timeout=25s',
    ]);
  });

  it('are the same for the doctor, without what only a server has', async () => {
    const [controller, doctor] = podsOf(await render({ ...base, policy: 'upsert-only', aws: { region: 'eu-west-1' } }));
    const [, ...flags] = controller?.containers[0]?.args ?? [];
    const shared = flags.filter((flag) => !/^--(metrics-address|shutdown-timeout)=/.test(flag));
    expect(shared).toContain('--aws-region=eu-west-1');
    expect(doctor?.containers[0]?.args).toEqual(['doctor', ...shared]);
  });

  it('carry every setting, as the controller understands it', async () => {
    const common = commonSettings(all).filter(({ flag }) => !['provider', 'leader-elect', 'orphans'].includes(flag));
    // They name files, which would be read.
    const files = (await Promise.all(PROVIDER_NAMES.map(loadProvider))).map((one) => one?.cloudConfig?.option);
    const own = all.flatMap((compiler) => providerSettings(compiler, all)).filter(({ flag }) => !files.includes(flag));
    const values: Record<string, unknown> = { ...base, provider: all.map(({ name }) => name) };
    for (const { path, flag, form } of [...common, ...own]) {
      const [key = '', under] = path.split('.');
      const example = exampleOf(flag, form);
      values[key] = under === undefined ? example : { ...(values[key] as object), [under]: example };
    }
    const flags = flagsIn(argsOf(await render(values)));
    for (const { flag } of [...common, ...own])
      expect({ [flag]: flags[flag] }).toEqual({ [flag]: fieldOf(flag).example });
    const { settings: read, warnings } = await choose(flags, {});
    expect(warnings).toEqual([]);
    expect(read).toMatchObject({
      clusterName: 'production',
      driftIntervalMs: 3_600_000,
      policy: 'observe-only',
      workers: 10,
    });
    expect(read.metricsAddress).toEqual({ host: '0.0.0.0', port: 9090 });
  });

  it('pass false and 0 on, which are values too', async () => {
    const values = {
      ...base,
      claimClassless: false,
      leaderElect: false,
      replicas: 1,
      driftInterval: 0,
      nodeUnreadyAfter: '0',
    };
    const flags = flagsIn(argsOf(await render(values)));
    expect(flags).toMatchObject({
      'claim-classless': 'false',
      'leader-elect': 'false',
      'drift-interval': '0',
      'node-unready-after': '0',
    });
    expect(flags).not.toHaveProperty('leader-election-id');
    expect((await choose(flags, {})).settings).toMatchObject({
      claimClassless: false,
      leaderElect: false,
      driftIntervalMs: 0,
    });
  });

  it('write large numbers out', async () => {
    expect(argsOf(await render({ ...base, maxLoadBalancersPerNamespace: 100_000 }))).toContain(
      '--max-load-balancers-per-namespace=100000',
    );
  });

  it('take a list as such or as text', async () => {
    const listed = argsOf(
      await render({ ...base, provider: ['aws', 'simulator'], aws: { allowedLogBuckets: ['a', 'b*'] } }),
    );
    const written = argsOf(await render({ ...base, provider: 'aws, simulator', aws: { allowedLogBuckets: 'a,b*' } }));
    expect(listed).toContain('--provider=aws,simulator');
    expect(listed).toContain('--aws-allowed-log-buckets=a,b*');
    expect(written).toEqual(listed);
  });

  it('name the Lease and the namespace of the release', async () => {
    const args = argsOf(await render(base, { release: 'edge', namespace: 'net' }));
    expect(args).toContain('--leader-election-namespace=net');
    expect(args).toContain('--leader-election-id=edge-fairlead');
  });

  it('stop the controller before its pod is killed', async () => {
    const objects = await render({ ...base, terminationGracePeriodSeconds: 90 });
    expect(argsOf(objects)).toContain('--shutdown-timeout=85s');
    expect(podsOf(objects)[0]?.terminationGracePeriodSeconds).toBe(90);
  });
});
