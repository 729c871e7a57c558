// Everything that the chart can render is an object that the three latest Kubernetes minors know, down to the last field.
import { describe, expect, it } from 'vitest';
import { renderText } from './helm.ts';
import { conform } from './kubeconform.ts';
import { RELEASES } from './schemas/releases.ts';

const name = 'demo';

/** Values that between them switch every template and most fields on. */
const SETS: Readonly<Record<string, object>> = {
  'as little as possible': { clusterName: name },
  'observing one namespace, alone': {
    ...{ clusterName: name, policy: 'observe-only', watchNamespace: 'team-a', leaderElect: false, replicas: 1 },
  },
  'all that can be on': {
    clusterName: name,
    imagePullSecrets: [{ name: 'pull' }],
    image: { digest: `sha256:${'0'.repeat(64)}` },
    serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::000000000000:role/fairlead' } },
    podAnnotations: { 'example.com/a': 'b' },
    podLabels: { team: 'a' },
    commonLabels: { team: 'a' },
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }],
    affinity: { nodeAffinity: {} },
    extraEnv: [{ name: 'A', value: 'b' }],
    extraEnvFrom: [{ secretRef: { name: 'env' } }],
    extraVolumes: [{ name: 'v', emptyDir: {} }],
    extraVolumeMounts: [{ name: 'v', mountPath: '/v' }],
    extraObjects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'extra' }, data: { a: 'b' } }],
    networkPolicy: { enabled: true },
    metrics: {
      service: { enabled: true },
      serviceMonitor: { enabled: true },
      prometheusRule: { enabled: true },
      dashboard: { enabled: true },
    },
    admissionPolicy: { action: 'Deny' },
  },
  'all that can be off': {
    clusterName: name,
    rbac: { create: false },
    serviceAccount: { create: false, name: 'mine' },
    admissionPolicy: { action: 'off' },
    podDisruptionBudget: { enabled: false },
    tests: { enabled: false },
  },
};

describe.each(RELEASES)('Kubernetes %s', (release) => {
  it.each(Object.keys(SETS))('knows all of %s', async (set) => {
    const text = await renderText(SETS[set], { kubeVersion: release, apiVersions: ['monitoring.coreos.com/v1'] });
    const { objects, misfits } = await conform(text, release);
    expect(misfits).toEqual([]);
    expect(objects).toBe(text.split(/^kind: /m).length - 1);
  });
});

describe('the schemas', () => {
  const pod = (field: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [${field}]}\n`;

  it.each(RELEASES)('of %s refuse what they do not name, and null', async (release) => {
    expect((await conform(pod('{name: a}'), release)).misfits).toEqual([]);
    const misspelt = await conform(pod('{name: a, imagePullPolice: Always}'), release);
    expect(misspelt.misfits[0]?.message).toContain('imagePullPolice');
    expect((await conform(pod('{name: a, command: null}'), release)).misfits).toHaveLength(1);
    const unknown = await conform('apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n', release);
    expect(unknown.misfits[0]?.object).toBe('Secret/a');
  });
});
