// What objects are called: as the release, and so that two releases in one cluster never meet.
import { describe, expect, it } from 'vitest';
import { type Rendered, render } from './helm.ts';
import { argsOf, deploymentOf, ofKind } from './objects.ts';

const base = { clusterName: 'demo' };
const everything = {
  ...base,
  watchNamespace: 'team-a',
  metrics: { serviceMonitor: { enabled: true }, prometheusRule: { enabled: true }, dashboard: { enabled: true } },
};

function identity({ kind, metadata: { namespace = '', name } }: Rendered): string {
  return [kind, namespace, name].join('/');
}

function rulesOf(objects: readonly Rendered[]) {
  const roles = ofKind(objects, 'Role') as unknown as readonly { readonly rules: readonly Rule[] }[];
  return roles.flatMap(({ rules }) => rules);
}

interface Rule {
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

describe('names', () => {
  it.each([
    ['fairlead', {}, 'fairlead'],
    ['edge', {}, 'edge-fairlead'],
    ['my-fairlead', {}, 'my-fairlead'],
    ['edge', { nameOverride: 'lb' }, 'edge-lb'],
    ['edge', { fullnameOverride: 'lb' }, 'lb'],
  ])('of release %s with %j start with %s', async (release, values, name) => {
    const objects = await render({ ...everything, ...values }, { release, namespace: 'net' });
    const names = objects.map(({ metadata }) => metadata.name);
    expect(
      names.filter((one) => !(one === name || one.startsWith(`${name}-`) || one.startsWith(`${name}.net`))),
    ).toEqual([]);
    expect(deploymentOf(objects).metadata.name).toBe(name);
    expect(argsOf(objects)).toContain(`--leader-election-id=${name}`);
  });

  it('fit where they go for the longest release there can be', async () => {
    const release = `a${'b'.repeat(52)}`;
    const namespace = 'n'.repeat(63);
    const objects = await render({ ...everything, metrics: { ...everything.metrics } }, { release, namespace });
    const long = objects.filter(({ kind, metadata }) => metadata.name.length > (kind === 'Service' ? 63 : 253));
    expect(long).toEqual([]);
    const labels = objects.flatMap(({ metadata }) => Object.values(metadata.labels ?? {}));
    expect(labels.filter((label) => label.length > 63)).toEqual([]);
    // A pod's name is that of its Deployment and 17 characters more; its hostname is cut at 63.
    expect(deploymentOf(objects).metadata.name.length).toBeLessThanOrEqual(53);
  });

  it('stay text where they are made of digits, and have no dots', async () => {
    const objects = await render(everything, { release: '1.5', namespace: '456' });
    expect(deploymentOf(objects).metadata).toMatchObject({ name: '1-5-fairlead', namespace: '456' });
    for (const { metadata } of objects) expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/instance': '1.5' });
    const wide = ofKind(objects, 'ClusterRoleBinding')[0] as unknown as { subjects: readonly object[] };
    expect(wide.subjects).toEqual([{ kind: 'ServiceAccount', name: '1-5-fairlead', namespace: '456' }]);
  });

  it.each(['true', 'null', 'on'])('stay text where YAML reads %s as something else', async (name) => {
    const objects = await render({ ...everything, fullnameOverride: name }, { namespace: name });
    const account = ofKind(objects, 'ServiceAccount')[0];
    expect([deploymentOf(objects).metadata.name, account?.metadata.name]).toEqual([name, name]);
    const names = objects.flatMap(({ metadata }) => [metadata.name, metadata.namespace ?? '']);
    expect(names.filter((one) => typeof one !== 'string')).toEqual([]);
    const leases = rulesOf(objects).find(({ resourceNames }) => resourceNames?.includes(name));
    expect(leases?.verbs).toEqual(['get', 'patch']);
  });

  it('of an account of digits is text', async () => {
    const objects = await render({ ...everything, serviceAccount: { name: '123' } });
    expect(ofKind(objects, 'ServiceAccount').map(({ metadata }) => metadata.name)).toEqual(['123']);
  });

  it.each([
    ['two releases in one namespace', { release: 'a', namespace: 'n' }, { release: 'b', namespace: 'n' }],
    [
      'one name in two namespaces',
      { release: 'fairlead', namespace: 'fairlead' },
      { release: 'fairlead', namespace: 'n' },
    ],
    ['names that look alike', { release: 'fairlead-n', namespace: 'x' }, { release: 'fairlead', namespace: 'n-x' }],
  ])('of %s differ, also where all of them serve one namespace', async (_, one, other) => {
    const [first, second] = [await render(everything, one), await render(everything, other)];
    const all = new Set(first.map(identity));
    expect(all.size).toBe(first.length);
    expect(second.map(identity).filter((name) => all.has(name))).toEqual([]);
  });

  it('stand in a namespace wherever a kind has one', async () => {
    const objects = await render(everything, { namespace: 'net' });
    const clusterWide = /^(ClusterRole|ClusterRoleBinding|ValidatingAdmissionPolicy|ValidatingAdmissionPolicyBinding)$/;
    for (const { kind, metadata } of objects) {
      if (clusterWide.test(kind)) expect(metadata.namespace).toBeUndefined();
      else expect(['net', 'team-a']).toContain(metadata.namespace);
    }
  });
});

describe('labels', () => {
  it('are on every object, those of the values too', async () => {
    const objects = await render({ ...everything, commonLabels: { team: 'net' } });
    for (const { metadata } of objects) {
      expect(metadata.labels).toMatchObject({
        ...{ 'app.kubernetes.io/name': 'fairlead', 'app.kubernetes.io/instance': 'fairlead' },
        ...{
          'app.kubernetes.io/managed-by': 'Helm',
          'app.kubernetes.io/version': '0.1.0',
          'helm.sh/chart': 'fairlead-0.1.0',
        },
        team: 'net',
      });
    }
  });

  it('are those of the values on objects of the values', async () => {
    const extra = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: '{{ include "fairlead.fullname" . }}-more' },
    };
    const objects = await render({ ...base, extraObjects: [extra] });
    expect(ofKind(objects, 'ConfigMap').map(({ metadata }) => metadata.name)).toEqual(['fairlead-more']);
  });
});
