import { describe, expect, it } from 'vitest';
import {
  AUTOSCALER_TAINT,
  EXCLUDE_LABEL,
  eligibleNodes,
  exclusionOf,
  nextUnready,
} from '../../../src/controller/nodes.ts';
import type { Node } from '../../../src/kube/types.ts';

const NOW = Date.parse('2030-01-01T01:00:00Z');

interface Shape {
  readonly name?: string;
  readonly labels?: Record<string, string>;
  readonly taints?: readonly string[];
  readonly going?: boolean;
  readonly unreadyFor?: number;
}

function node({ name = 'n', labels = {}, taints = [], going, unreadyFor }: Shape): Node {
  const since = new Date(NOW - (unreadyFor ?? 0)).toISOString();
  const status = unreadyFor === undefined ? 'True' : 'Unknown';
  return {
    metadata: { name, uid: name, resourceVersion: '1', labels, ...(going && { deletionTimestamp: since }) },
    spec: { providerID: `aws:///z/i-${name}`, taints: taints.map((key) => ({ key, effect: 'NoSchedule' })) },
    status: {
      addresses: [
        { type: 'ExternalIP', address: '192.0.2.1' },
        { type: 'InternalIP', address: '10.0.0.1' },
      ],
      conditions: [{ type: 'Ready', status, lastTransitionTime: since }],
    },
  };
}

describe('exclusionOf', () => {
  it.each<[string, Shape, number, string | undefined]>([
    ['a plain node', {}, 0, undefined],
    ['one that is going', { going: true }, 0, 'deleting'],
    ['one with the exclusion label, empty', { labels: { [EXCLUDE_LABEL]: '' } }, 0, 'label'],
    ['one with the exclusion label, any text', { labels: { [EXCLUDE_LABEL]: 'yes' } }, 0, 'label'],
    ['one with the exclusion label, false', { labels: { [EXCLUDE_LABEL]: 'False' } }, 0, undefined],
    ['one with the exclusion label, no Go boolean', { labels: { [EXCLUDE_LABEL]: 'no' } }, 0, 'label'],
    ["one with the autoscaler's taint", { taints: [AUTOSCALER_TAINT] }, 0, 'autoscaler'],
    ['one with another taint', { taints: ['node.kubernetes.io/unschedulable'] }, 0, undefined],
    ['one that is not ready, where that does not count', { unreadyFor: 1e9 }, 0, undefined],
    ['one that is not ready, not long enough', { unreadyFor: 59_999 }, 60_000, undefined],
    ['one that is not ready, long enough', { unreadyFor: 60_000 }, 60_000, 'unready'],
  ])('%s', (_name, shape, unreadyAfterMs, expected) => {
    expect(exclusionOf(node(shape), unreadyAfterMs, NOW)).toBe(expected);
  });
});

describe('eligibleNodes', () => {
  it('are by name, with inner addresses first', () => {
    const nodes = eligibleNodes([node({ name: 'b' }), node({ name: 'a' }), node({ name: 'c', going: true })], 0, NOW);
    expect(nodes.map((one) => one.name)).toEqual(['a', 'b']);
    expect(nodes[0]).toMatchObject({ providerId: 'aws:///z/i-a', addresses: ['10.0.0.1', '192.0.2.1'] });
  });
});

describe('nextUnready', () => {
  it('is the first moment at which a node becomes ineligible by itself', () => {
    const nodes = [node({ unreadyFor: 10_000 }), node({ unreadyFor: 30_000 }), node({}), node({ unreadyFor: 90_000 })];
    expect(nextUnready(nodes, 60_000, NOW)).toBe(NOW + 30_000);
    expect(nextUnready(nodes, 0, NOW)).toBeUndefined();
    expect(nextUnready([node({})], 60_000, NOW)).toBeUndefined();
  });
});
