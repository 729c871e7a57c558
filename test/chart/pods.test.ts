// The pods: as safe as the restricted profile asks, whatever the values; spread, probed, stopped and replaced in order.
import { describe, expect, it } from 'vitest';
import { version } from '../../src/version.ts';
import { render } from './helm.ts';
import { deploymentOf, only, podsOf } from './objects.ts';

const base = { clusterName: 'demo', admissionPolicy: { action: 'off' } };

/** Values that touch all of a pod that values can touch. */
const much = {
  ...base,
  extraEnv: [{ name: 'HTTPS_PROXY', value: 'http://proxy:3128' }],
  extraEnvFrom: [{ secretRef: { name: 'proxy' } }],
  extraVolumes: [{ name: 'aws', configMap: { name: 'aws-conf' } }],
  extraVolumeMounts: [{ name: 'aws', mountPath: '/etc/fairlead' }],
  aws: { cloudConfig: '/etc/fairlead/aws.conf' },
  imagePullSecrets: [{ name: 'pull' }],
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'dedicated', operator: 'Exists' }],
  affinity: { podAntiAffinity: {} },
  podAnnotations: { note: 'yes' },
  podLabels: { tier: 'infra' },
  commonLabels: { team: 'net' },
  resources: { requests: { memory: '1Gi' } },
  priorityClassName: '',
};

describe('every pod', () => {
  it.each([
    ['with no values', base],
    ['with many', much],
  ])('%s fits the restricted profile', async (_, values) => {
    const pods = podsOf(await render(values));
    expect(pods).toHaveLength(2);
    for (const pod of pods) {
      expect(pod.securityContext).toEqual({
        ...{ runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532 },
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(pod.containers).toHaveLength(1);
      expect(pod.initContainers).toBeUndefined();
      expect(pod.containers[0]?.securityContext).toEqual({
        ...{ allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: true, runAsNonRoot: true },
        ...{ capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace'])
        expect(pod).not.toHaveProperty(field);
      expect(pod).toMatchObject({ enableServiceLinks: false, serviceAccountName: 'fairlead' });
    }
  });

  it('gets what the values add, the one of helm test too', async () => {
    for (const pod of podsOf(await render(much))) {
      const { extraEnv: env, extraEnvFrom: envFrom, extraVolumeMounts: volumeMounts } = much;
      expect(pod.containers[0]).toMatchObject({ env, envFrom, volumeMounts, resources: much.resources });
      const { extraVolumes: volumes, imagePullSecrets, nodeSelector, tolerations } = much;
      expect(pod).toMatchObject({ volumes, imagePullSecrets, nodeSelector, tolerations });
      expect(pod).not.toHaveProperty('priorityClassName');
    }
  });

  it('has nothing empty where nothing is added', async () => {
    for (const pod of podsOf(await render(base))) {
      const fields = [...Object.entries(pod), ...Object.entries(pod.containers[0] ?? {})];
      const empty = fields.filter(
        ([, value]) => value === null || JSON.stringify(value) === '[]' || JSON.stringify(value) === '{}',
      );
      expect(empty).toEqual([]);
    }
  });

  it.each([
    [{}, `registry.fairlead.dev/fairlead:${version()}`],
    [{ tag: 'v9' }, 'registry.fairlead.dev/fairlead:v9'],
    [{ registry: '', repository: 'fairlead' }, `fairlead:${version()}`],
    [{ digest: `sha256:${'a'.repeat(64)}` }, `registry.fairlead.dev/fairlead:${version()}@sha256:${'a'.repeat(64)}`],
  ])('runs the image of %j', async (image, expected) => {
    const pods = podsOf(await render({ ...base, image }));
    expect(pods.map((pod) => pod.containers[0]?.image)).toEqual([expected, expected]);
  });

  it('mounts the token by itself, or leaves that to the values', async () => {
    const automount = async (values: object) =>
      podsOf(await render({ ...base, ...values })).map((pod) => pod.automountServiceAccountToken);
    expect(await automount({})).toEqual([true, true]);
    expect(await automount({ serviceAccount: { automount: false } })).toEqual([false, false]);
    expect(only(await render(base), 'ServiceAccount')).toMatchObject({ automountServiceAccountToken: false });
  });
});

describe('the Deployment', () => {
  it('has two pods, probes on the right paths, and no CPU limit', async () => {
    const { spec } = deploymentOf(await render(base));
    expect(spec.replicas).toBe(2);
    const probe = (path: string) => ({ httpGet: { path, port: 'metrics' } });
    expect(spec.template.spec.containers[0]).toMatchObject({
      startupProbe: probe('/healthz'),
      livenessProbe: probe('/healthz'),
      readinessProbe: probe('/readyz'),
      ports: [{ name: 'metrics', containerPort: 9090, protocol: 'TCP' }],
      resources: { requests: { cpu: '50m', memory: '192Mi' }, limits: { memory: '512Mi' } },
    });
    expect(spec.template.spec).toMatchObject({
      priorityClassName: 'system-cluster-critical',
      terminationGracePeriodSeconds: 30,
    });
  });

  it('replaces pods one by one with leaders, and all at once without', async () => {
    expect(deploymentOf(await render(base)).spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
    const alone = await render({ ...base, leaderElect: false, replicas: 1 });
    expect(deploymentOf(alone).spec.strategy).toEqual({ type: 'Recreate' });
  });

  it('keeps its selector, whatever labels the values and versions bring', async () => {
    const selector = {
      'app.kubernetes.io/name': 'fairlead',
      'app.kubernetes.io/instance': 'fairlead',
      'app.kubernetes.io/component': 'controller',
    };
    for (const values of [base, much]) {
      const { spec } = deploymentOf(await render(values));
      expect(spec.selector.matchLabels).toEqual(selector);
      expect(spec.template.metadata.labels).toMatchObject(selector);
      expect(Object.keys(spec.template.metadata.labels).join()).not.toContain('version');
    }
  });

  it('takes a label of the pods before one of everything', async () => {
    const { spec, metadata } = deploymentOf(
      await render({ ...base, podLabels: { team: 'a' }, commonLabels: { team: 'b' } }),
    );
    expect([spec.template.metadata.labels.team, metadata.labels?.team]).toEqual(['a', 'b']);
  });

  it('lets annotations of the pods come before its own', async () => {
    const podAnnotations = { 'kubectl.kubernetes.io/default-container': 'sidecar' };
    const { spec } = deploymentOf(await render({ ...base, podAnnotations }));
    expect(spec.template.metadata.annotations).toEqual(podAnnotations);
  });

  it('has no share in the labels of the doctor, which no selector may find', async () => {
    const objects = await render(base);
    const doctor = only(objects, 'Pod').metadata.labels ?? {};
    const { matchLabels } = deploymentOf(objects).spec.selector;
    expect(Object.entries(matchLabels).every(([key, value]) => doctor[key] === value)).toBe(false);
  });

  it('is spread over zones and nodes where that can be done', async () => {
    const [pod] = podsOf(await render(base));
    expect(pod?.topologySpreadConstraints?.map((one) => [one.topologyKey, one.whenUnsatisfiable])).toEqual([
      ['topology.kubernetes.io/zone', 'ScheduleAnyway'],
      ['kubernetes.io/hostname', 'ScheduleAnyway'],
    ]);
    for (const one of pod?.topologySpreadConstraints ?? [])
      expect(one).toMatchObject({ matchLabelKeys: ['pod-template-hash'] });
  });

  it('is spread as the values say, with the selector filled in', async () => {
    const own = { topologyKey: 'rack', maxSkew: 2, whenUnsatisfiable: 'DoNotSchedule' };
    const chosen = { ...own, labelSelector: { matchLabels: { a: 'b' } } };
    const objects = await render({ ...base, topologySpreadConstraints: [own, chosen] });
    const { matchLabels } = deploymentOf(objects).spec.selector;
    expect(podsOf(objects)[0]?.topologySpreadConstraints).toEqual([{ ...own, labelSelector: { matchLabels } }, chosen]);
    const none = await render({ ...base, topologySpreadConstraints: [] });
    expect(podsOf(none)[0]).not.toHaveProperty('topologySpreadConstraints');
  });
});

describe('the PodDisruptionBudget', () => {
  it('lets one pod go at a time, and never protects one that is not ready', async () => {
    const objects = await render(base);
    expect(only(objects, 'PodDisruptionBudget')).toMatchObject({
      spec: {
        ...{ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
        selector: deploymentOf(objects).spec.selector,
      },
    });
  });

  it.each([[{ replicas: 1 }], [{ podDisruptionBudget: { enabled: false } }]])('is left out with %j', async (values) => {
    const kinds = (await render({ ...base, ...values })).map(({ kind }) => kind);
    expect(kinds).toContain('Deployment');
    expect(kinds).not.toContain('PodDisruptionBudget');
  });
});

describe('the ServiceAccount', () => {
  it('carries the annotation by which AWS knows its role', async () => {
    const annotations = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/fairlead' };
    expect(
      only(await render({ ...base, serviceAccount: { annotations } }), 'ServiceAccount').metadata.annotations,
    ).toEqual(annotations);
  });
});

describe('helm test', () => {
  it('is a hook that is taken away where it went well, and whose log is printed either way', async () => {
    expect(only(await render(base), 'Pod')).toMatchObject({
      metadata: {
        name: 'fairlead-doctor',
        annotations: {
          'helm.sh/hook': 'test',
          'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
          'helm.sh/hook-output-log-policy': 'hook-succeeded,hook-failed',
        },
      },
      spec: { restartPolicy: 'Never' },
    });
  });

  it('is left out if it is not wanted', async () => {
    expect((await render({ ...base, tests: { enabled: false } })).map(({ kind }) => kind)).not.toContain('Pod');
  });
});
