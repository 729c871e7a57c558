import { describe, expect, it } from 'vitest';
import { judgeVersion } from '../../../src/doctor/api-server.ts';
import { judgeLease, judgeOtherLeases, leadsSince, leaseMeant } from '../../../src/doctor/lease.ts';
import { judgeNodes } from '../../../src/doctor/nodes.ts';
import { judgeSettings } from '../../../src/doctor/settings.ts';
import type { Lease, Node } from '../../../src/kube/types.ts';
import { parseOptions } from '../../../src/schema/index.ts';
import { type Settings, settings as table } from '../../../src/settings.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();

describe('the version of the API server', () => {
  it.each([
    ['v1.36.3', 'ok'],
    ['v1.34.0-eks-abc', 'ok'],
    ['v1.31.1', 'ok'],
    ['v1.29.9', 'error'],
    ['v1.37.0', 'warning'],
    ['v2.0.0', 'warning'],
    ['', 'warning'],
  ])('%s is %s', (version, state) => {
    expect(judgeVersion(version).state).toBe(state);
  });

  it('says what is supported', () => {
    expect(judgeVersion('v1.29.9').message).toBe(
      'It is v1.29.9, older than what is supported (1.30 and newer, tested with 1.34 to 1.36).',
    );
  });
});

describe('the Lease', () => {
  const NAME = { namespace: 'fairlead', name: 'fairlead' };
  const lease = (spec: Lease['spec'], name = 'fairlead', manager = 'fairlead'): Lease => ({
    metadata: { namespace: 'fairlead', name, uid: 'u', resourceVersion: '1', managedFields: [{ manager }] },
    spec: { holderIdentity: 'pod-a_1', leaseDurationSeconds: 15, acquireTime: at(7300), renewTime: at(2), ...spec },
  });
  const judge = (one: Lease | undefined) => judgeLease(one, NAME, NOW);

  it('is held by a leader that renews it', () => {
    expect(judge(lease({ leaseTransitions: 3 }))).toEqual([
      { about: 'leader', state: 'ok', message: 'pod-a_1 holds Lease fairlead/fairlead, for 2 h now, after 3 changes.' },
    ]);
    expect(leadsSince(lease({}), NOW)).toBe(NOW - 7_300_000);
  });

  it.each([
    ['missing', undefined, 'There is no Lease fairlead/fairlead'],
    ['free', lease({ holderIdentity: '' }), 'Nobody holds Lease fairlead/fairlead'],
    ['dead', lease({ renewTime: at(300) }), 'has not renewed it for 5 min: no controller works'],
  ])('is a warning where it is %s', (_, one, text) => {
    const [found] = judge(one);
    expect(found).toMatchObject({ state: 'warning', message: expect.stringContaining(text) });
    expect(found?.remedy).toContain('kubectl --namespace fairlead get pods');
    expect(leadsSince(one, NOW)).toBeUndefined();
  });

  it('shows a clock that is wrong', () => {
    expect(judge(lease({ renewTime: at(-60) }))[1]).toMatchObject({ about: 'clock', state: 'warning' });
  });

  it.each([
    ['the one of the name', [lease({}), lease({}, 'edge')], 'fairlead'],
    ['the only one that leads', [lease({ renewTime: at(99) }), lease({}, 'edge')], 'edge'],
    ['the only one', [lease({ renewTime: at(99) }, 'edge')], 'edge'],
    ['the one of the name where several lead', [lease({}, 'edge'), lease({}, 'core')], 'fairlead'],
    ['the one of the name where there is none of ours', [lease({}, 'x', 'kube-scheduler')], 'fairlead'],
  ])('that is meant is %s', (_, all, name) => {
    expect(leaseMeant(all, NAME, NOW)).toEqual({ namespace: 'fairlead', name });
  });

  it('is not the only one where another release leads', () => {
    const all = [
      lease({}),
      lease({}, 'second'),
      lease({}, 'kube-scheduler', 'kube-scheduler'),
      lease({ renewTime: at(99) }, 'old'),
    ];
    expect(judgeOtherLeases(all, NAME, NOW).map(({ message }) => message)).toEqual([
      'Another Fairlead leads by another Lease: fairlead/second.',
    ]);
    expect(judgeOtherLeases([lease({})], NAME, NOW)).toEqual([]);
  });
});

describe('the nodes', () => {
  const node = (name: string, change: Partial<Node> & { labels?: Record<string, string> } = {}): Node => ({
    metadata: {
      name,
      uid: name,
      resourceVersion: '1',
      labels: { 'topology.kubernetes.io/zone': 'eu-west-1a', ...change.labels },
    },
    spec: { providerID: `aws:///eu-west-1a/i-${name}`, ...change.spec },
  });
  const judge = (nodes: readonly Node[]) => judgeNodes(nodes, 0, NOW);
  const EXCLUDED = { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } };

  it('are counted with their zones, and with what is left out', () => {
    expect(judge([node('a'), node('b', EXCLUDED)])).toEqual([
      {
        about: 'nodes',
        state: 'ok',
        message:
          '1 node of 2 may receive traffic in 1 zone (eu-west-1a). Left out: b (label node.kubernetes.io/exclude-from-external-load-balancers).',
      },
    ]);
  });

  it('are an error where there are none, or none that is eligible', () => {
    expect(judge([])[0]).toMatchObject({ state: 'error', message: expect.stringContaining('no nodes') });
    expect(judge([node('a', EXCLUDED)])[0]).toMatchObject({
      state: 'error',
      message: expect.stringContaining('None of 1 node'),
    });
  });

  it('without provider ids cannot be found in the cloud', () => {
    const nameless = node('b', { spec: { providerID: '' } });
    expect(judge([node('a'), nameless])[1]).toMatchObject({ about: 'provider ids', state: 'warning' });
    expect(judge([nameless])[1]).toMatchObject({ about: 'provider ids', state: 'error' });
  });
});

describe('the settings', () => {
  const judge = (flags: Readonly<Record<string, string>>) => {
    const given = { provider: 'aws', 'cluster-name': 'prod', ...flags };
    const { values, problems } = parseOptions(table, { flags: given, env: {} });
    return judgeSettings(values as Settings, problems);
  };

  it('are fine by default', () => {
    expect(judge({})).toEqual([expect.objectContaining({ state: 'ok' })]);
  });

  it.each([
    [{ policy: 'observe-only' }, 'nothing is written'],
    [{ policy: 'upsert-only' }, 'nothing is deleted'],
    [{ 'drift-interval': '0' }, 'not noticed'],
    [{ 'leader-elect': 'false' }, 'two processes'],
    [{ orphans: 'delete', 'watch-namespace': 'a', 'claim-classless': 'false' }, 'only reported'],
    [{ orphans: 'delete', policy: 'upsert-only' }, 'not deleted, whatever --orphans says'],
    [{ 'watch-namespace': 'a' }, 'Only Services of namespace a'],
  ])('%j are worth a warning', (flags, text) => {
    const found = judge(flags as Record<string, string>);
    expect(found.every(({ state, remedy }) => state === 'warning' && remedy !== '')).toBe(true);
    expect(found.map(({ message }) => message).join('\n')).toContain(text);
  });
});
