import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { simulatorProvider } from '../../../providers/simulator/index.ts';
import { runCheck, type Section } from '../../../src/doctor/check.ts';
import { checkUp } from '../../../src/doctor/check-up.ts';
import { documentOf } from '../../../src/doctor/document.ts';
import { type KubeConnection, KubeError } from '../../../src/kube/api.ts';
import type { AnyProvider } from '../../../src/provider/provider.ts';
import { parseOptions } from '../../../src/schema/index.ts';
import { type Settings, settings as table } from '../../../src/settings.ts';
import { type Answers, answering } from './answers.ts';

const { signal } = new AbortController();
const NODE = { metadata: { name: 'a', uid: 'a', resourceVersion: '1' }, spec: { providerID: 'simulator://a' } };
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/fairlead/leases/fairlead';
const OBJECTS = {
  '/version': { gitVersion: 'v1.36.3' },
  '/api/v1/namespaces/kube-system': { metadata: { name: 'kube-system', uid: 'c-1', resourceVersion: '1' } },
  '/api/v1/nodes': [NODE],
  '/api/v1/services': [],
  '/api/v1/events': [],
  [LEASE]: {
    metadata: { namespace: 'fairlead', name: 'fairlead', uid: 'l', resourceVersion: '1' },
    spec: {
      ...{ holderIdentity: 'pod_1', leaseDurationSeconds: 15 },
      ...{ acquireTime: new Date().toISOString(), renewTime: new Date().toISOString() },
    },
  },
};

interface Wish extends Answers {
  readonly flags?: Readonly<Record<string, string>>;
  readonly provider?: object;
  readonly connect?: () => Promise<KubeConnection>;
}

async function look({ flags = {}, provider = simulatorProvider, connect, ...answers }: Wish = {}) {
  const given = { provider: 'simulator', 'cluster-name': 'prod', ...flags };
  const settings = parseOptions(table, { flags: given, env: {} }).values as Settings;
  const api = answering({ objects: OBJECTS, ...answers });
  const seen: string[] = [];
  const sections = await checkUp({
    ...{ settings, warnings: [], leaseNamespace: 'fairlead', signal },
    providers: [{ provider: provider as unknown as AnyProvider, options: { settle: 0 } }],
    connect: connect ?? (async () => api),
    onCheck: (about) => seen.push(about),
  });
  return { sections, asked: api.asked, seen };
}

const lines = (sections: readonly Section[]) =>
  sections.flatMap(({ name, findings }) => findings.map(({ state, about }) => `${name} ${state} ${about}`));

describe('a check-up', () => {
  it('looks at everything with no more than the rights of the controller', async () => {
    const { sections, asked } = await look();
    expect(lines(sections)).toEqual([
      'Settings ok settings',
      'Kubernetes ok API server',
      'Kubernetes ok rights',
      'Kubernetes ok rights not needed',
      'Kubernetes ok cluster',
      'Kubernetes ok nodes',
      'Kubernetes unknown admission policy',
      'At work ok leader',
      'At work ok Services',
      'At work ok other controllers',
      'At work unknown service controllers',
      'At work unknown webhooks',
      'simulator ok cloud',
      'simulator ok dry run',
    ]);
    expect([...new Set(asked)].sort()).toEqual(
      Object.keys(OBJECTS)
        .map((path) => `GET ${path}`)
        .sort(),
    );
  });

  it('asks for nothing that is denied', async () => {
    const { sections, asked } = await look({ may: () => false });
    expect(asked).toEqual(['GET /version']);
    const states = sections.flatMap(({ findings }) => findings.map(({ state }) => state));
    expect(states.filter((state) => state === 'error').length).toBeGreaterThan(5);
    expect(lines(sections)).toContain('Kubernetes unknown nodes');
    expect(lines(sections)).toContain('simulator unknown dry run');
  });

  it('reads what is installed where it may', async () => {
    const empty = Object.fromEntries(
      [
        '/apis/apps/v1/namespaces/kube-system/deployments',
        '/apis/apps/v1/namespaces/kube-system/daemonsets',
        '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
        '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
        '/apis/coordination.k8s.io/v1/leases',
        '/apis/apps/v1/namespaces/fairlead/deployments',
      ].map((path) => [path, []]),
    );
    const { sections } = await look({ user: 'ann', may: () => true, objects: { ...OBJECTS, ...empty } });
    expect(lines(sections).filter((line) => line.includes('unknown'))).toEqual([]);
  });

  it('keeps to the namespace that is watched', async () => {
    const { '/api/v1/services': services, '/api/v1/events': events, ...rest } = OBJECTS;
    const inside = { '/api/v1/namespaces/shop/services': services, '/api/v1/namespaces/shop/events': events };
    const { asked } = await look({ flags: { 'watch-namespace': 'shop' }, objects: { ...rest, ...inside } });
    expect(asked).toContain('GET /api/v1/namespaces/shop/services');
    expect(asked.some((line) => line === 'GET /api/v1/services')).toBe(false);
  });

  it('goes on with the cloud where the cluster cannot be reached', async () => {
    const down = new KubeError('GET /version: connect ECONNREFUSED', { status: 0, reason: 'ECONNREFUSED' });
    const refusing = { ...answering({}), request: () => Promise.reject(down) };
    for (const connect of [async () => refusing, () => Promise.reject(new Error('no way'))]) {
      const { sections } = await look({ connect });
      expect(lines(sections)).toEqual([
        'Settings ok settings',
        'Kubernetes error API server',
        'simulator ok cloud',
        'simulator unknown dry run',
      ]);
    }
  });

  it('goes on with the rest where one provider cannot be connected', async () => {
    const connect = () => Promise.reject(new Error('no region'));
    const { sections } = await look({ provider: { ...simulatorProvider, connect } });
    expect(lines(sections).slice(-2)).toEqual(['At work unknown webhooks', 'simulator error connection']);
    expect(sections.at(-1)?.findings[0]?.message).toBe('no region.');
  });

  it('says once why nothing can be planned in a cloud that is at fault', async () => {
    const examine = async () => [{ about: 'credentials', state: 'error', message: 'None.', remedy: 'Get some.' }];
    const gather = () => Promise.reject(new Error('none'));
    const { sections } = await look({ provider: { ...simulatorProvider, examine, gather } });
    expect(lines(sections).slice(-2)).toEqual(['simulator error credentials', 'simulator unknown dry run']);
  });

  it('tells what it looks at', async () => {
    expect((await look()).seen.slice(0, 3)).toEqual(['API server', 'rights', 'cluster']);
  });

  it('is a document with counts', async () => {
    const { sections } = await look();
    const document = documentOf({ version: '0.0.0', cluster: 'prod', providers: ['simulator'] }, sections);
    expect(document).toMatchObject({ apiVersion: 'doctor.fairlead.dev/v1', kind: 'CheckUp' });
    expect(document.summary).toEqual({ ok: 11, warning: 0, error: 0, unknown: 3 });
  });
});

describe('one check', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const check = (find: () => Promise<never>) => ({ section: 'x', about: 'thing', find });

  it('has a deadline', async () => {
    const found = runCheck(
      check(() => new Promise(() => {})),
      signal,
    );
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await found).toEqual([expect.objectContaining({ about: 'thing', state: 'unknown' })]);
  });

  it('that fails is a finding, on one line', async () => {
    const [found] = await runCheck(
      check(() => Promise.reject(new Error('a\nb.'))),
      signal,
    );
    expect(found?.message).toBe('This could not be looked at: a\\nb.');
  });

  it('ends with the signal', async () => {
    const stop = new AbortController();
    const found = runCheck(
      check(() => new Promise(() => {})),
      stop.signal,
    );
    stop.abort(new Error('interrupted'));
    await expect(found).rejects.toThrow('interrupted');
  });
});
