// What is wrong in the values is said at install, in words that lead to the right one.
import { describe, expect, it } from 'vitest';
import { PROVIDER_NAMES } from '../../src/provider/registry.ts';
import { CHART, helm } from './helm.ts';

/** What helm says to these values, which it must refuse. */
async function refusal(...set: readonly string[]): Promise<string> {
  const flags = ['clusterName=demo', ...set].flatMap((one) => ['--set', one]);
  const { code, err } = await helm(['template', 'fairlead', CHART, '--namespace', 'fairlead', ...flags]);
  expect(code, err).not.toBe(0);
  return err;
}

describe('a misspelt value', () => {
  it.each([
    ['clusterNmae', 'clusterName'],
    ['cluster-name', 'clusterName'],
    ['clustername', 'clusterName'],
    ['Replicas', 'replicas'],
    ['replicaCount', 'replicas'],
    ['aws.regoin', 'aws.region'],
    ['awsRegion', 'aws.region'],
    ['aws-vpc-id', 'aws.vpcId'],
    ['vpcId', 'aws.vpcId'],
    ['watchNamespaces', 'watchNamespace'],
    ['image.tagg', 'image.tag'],
    ['metrics.serviceMonitor.enabeld', 'metrics.serviceMonitor.enabled'],
    ['serviceMonitor', 'metrics.serviceMonitor.enabled'],
    ['concurrent-service-syncs', 'workers'],
  ])('%s is refused, and %s is named', async (wrong, right) => {
    const said = await refusal(`${wrong}=x`);
    expect(said).toContain(`additional properties '${wrong.split('.').at(-1)}' not allowed`);
    expect(said).toContain(`value must be '${right}'`);
    expect(said.match(/value must be/g)).toHaveLength(1);
  });

  it('that is near to nothing is refused all the same', async () => {
    expect(await refusal('zzz=1')).toContain("additional properties 'zzz' not allowed");
  });
});

describe('a value of the wrong kind', () => {
  it.each([
    ['workers=5000', "at '/workers': maximum: got 5,000, want 100"],
    ['workers=many', "at '/workers': got string, want null or integer"],
    ['claimClassless=perhaps', "at '/claimClassless': got string, want null or boolean"],
    ['policy=synk', "at '/policy': value must be one of 'sync', 'upsert-only', 'observe-only'"],
    ['provider=awz', `at '/provider': 'awz' does not match pattern '^(${PROVIDER_NAMES.join('|')})`],
    ['provider={aws,awz}', `at '/provider/1': value must be one of '${PROVIDER_NAMES.join("', '")}'`],
    ['aws.vpcId=vpc', "at '/aws/vpcId': 'vpc' does not match pattern '^vpc-"],
    ['aws.allowedSecurityGroups={sg-0123456789abcdef0,x}', "at '/aws/allowedSecurityGroups/1': 'x' does not match"],
    ['image.registry=https://registry.example', "at '/image/registry': 'https://registry.example' does not match"],
    ['image.registry=registry.example/', "at '/image/registry': 'registry.example/' does not match"],
    ['image.repository=Team/fairlead', "at '/image/repository': 'Team/fairlead' does not match"],
    ['extraEnv[0].name=A,extraEnv[0].value=1', "at '/extraEnv/0/value': got number, want null or string"],
    ['image.digest=sha256:12', "at '/image/digest': 'sha256:12' does not match pattern '^sha256:[0-9a-f]{64}$'"],
    ['podDisruptionBudget.maxUnavailable=0', "at '/podDisruptionBudget/maxUnavailable': minimum: got 0, want 1"],
    ['podDisruptionBudget.maxUnavailable=0%', "at '/podDisruptionBudget/maxUnavailable': '0%' does not match"],
    ['admissionPolicy.action=warn', "at '/admissionPolicy/action': value must be one of 'Warn', 'Deny', 'off'"],
    ['driftInterval=8d', "at '/driftInterval': '8d' does not match pattern"],
    [
      'driftInterval=10',
      'driftInterval is 10; expected a duration from 0 to 168h, such as 90s or 1h30m (did you mean 10s?)',
    ],
    ['driftInterval=200h', 'driftInterval is 200h; expected a duration from 0 to 168h'],
  ])('%s', async (set, said) => {
    expect(await refusal(set)).toContain(said);
  });
});

describe('values that do not go together', () => {
  it.each([
    ['no cluster', ['clusterName=null'], 'clusterName is missing. It is the name of this cluster'],
    ['two at work', ['leaderElect=false'], 'leaderElect is false and replicas is 2'],
    [
      'an option of another provider',
      ['provider=simulator', 'aws.region=eu-west-1'],
      'aws.region is set, but provider is simulator',
    ],
    ['one provider twice', ['provider=aws\\,aws'], 'provider is aws,aws; expected each one once'],
    [
      'orphans of other namespaces',
      ['orphans=delete', 'watchNamespace=a'],
      'orphans is delete and watchNamespace is set',
    ],
    [
      'deletes without deletes',
      ['orphans=delete', 'policy=upsert-only'],
      'orphans is delete and policy is upsert-only',
    ],
    ['a setting behind the chart’s back', ['extraEnv[0].name=FAIRLEAD_POLICY'], 'extraEnv has FAIRLEAD_POLICY'],
    ['a label of the selector', ['podLabels.app\\.kubernetes\\.io/name=x'], 'podLabels has app.kubernetes.io/name'],
    ['a label of the chart', ['commonLabels.helm\\.sh/chart=x'], 'commonLabels has helm.sh/chart'],
    ['probes that reach nobody', ['metrics.host=127.0.0.1'], 'metrics.host is 127.0.0.1, where the kubelet'],
    ['no account', ['serviceAccount.create=false'], 'serviceAccount.name is missing'],
    [
      'annotations of nothing',
      ['serviceAccount.create=false', 'serviceAccount.name=x', 'serviceAccount.annotations.a=b'],
      'serviceAccount.annotations is set and serviceAccount.create is false',
    ],
    [
      'a monitor of nothing',
      ['metrics.serviceMonitor.enabled=true', 'metrics.service.enabled=false'],
      'a ServiceMonitor finds pods through their Service',
    ],
  ])('%s', async (_, set, said) => {
    expect(await refusal(...set)).toContain(said);
  });

  it('are told all at once', async () => {
    const said = await refusal('leaderElect=false', 'orphans=delete', 'watchNamespace=a', 'simulator.settle=1s');
    expect(said.match(/^- /gm)).toHaveLength(3);
  });
});

describe('a cluster that is too old', () => {
  it('is refused', async () => {
    const args = ['template', 'fairlead', CHART, '--set', 'clusterName=demo', '--kube-version'];
    expect((await helm([...args, '1.29.9'])).err).toContain('chart requires kubeVersion: >=1.30.0-0');
    // As clouds call their builds.
    expect((await helm([...args, '1.30.0-eks-a5ec690'])).code).toBe(0);
  });
});
