// What this Octavia cannot do, and what Barbican does not have.
import { describe, expect, it } from 'vitest';
import type { ListenerSpec } from '../../../providers/openstack/resources.ts';
import { type Case, compiled, graphOf, id, specsOf } from './sample-facts.ts';

const old = (minor: number) => ({ version: { major: 2, minor } });

const listeners = (about: Case) => specsOf<ListenerSpec>(graphOf(about), 'Listener');

describe('what Octavia cannot do', () => {
  const request = { sourceRanges: ['192.0.2.0/24'] };
  it.each<readonly [string, Case, number]>([
    ['timeout-client-data', { annotations: { 'timeout-client-data': '1' } }, 1],
    ['timeout-member-connect', { annotations: { 'timeout-member-connect': '1' } }, 1],
    ['timeout-member-data', { annotations: { 'timeout-member-data': '1' } }, 1],
    ['timeout-tcp-inspect', { annotations: { 'timeout-tcp-inspect': '1' } }, 1],
    ['flavor-id', { annotations: { 'flavor-id': id('7') } }, 6],
    ['availability-zone', { annotations: { 'availability-zone': 'z' } }, 14],
    ['spec.loadBalancerSourceRanges', { request }, 12],
    [
      'load-balancer-source-ranges',
      { annotations: { 'service.beta.kubernetes.io/load-balancer-source-ranges': '192.0.2.0/24' } },
      12,
    ],
  ])('is told, up to the version that can: %s', (name, about, since) => {
    const { graph, said } = compiled({ ...about, facts: old(since - 1) });
    expect(graph).toBeUndefined();
    expect(said).toEqual([
      expect.stringMatching(
        new RegExp(`${name} is .*needs version 2\\.${since} of Octavia's API, and this one has 2\\.${since - 1};`),
      ),
    ]);
    expect(compiled({ ...about, facts: old(since) }).said).toEqual([]);
    expect(compiled({ ...about, facts: { version: { major: 3, minor: 0 } } }).said).toEqual([]);
  });

  it('is told all at once', () => {
    const annotations = { 'flavor-id': id('7'), 'availability-zone': 'z', 'timeout-client-data': '1' };
    expect(compiled({ annotations, request, facts: old(0) }).said).toHaveLength(4);
  });

  it('is no matter where everybody may come', () => {
    expect(compiled({ request: { sourceRanges: ['0.0.0.0/0'] }, facts: old(0) }).said).toEqual([]);
  });
});

describe('a secret', () => {
  const tls = 'https://keymanager.example.com/v1/secrets/2f1e0d9c-8b7a-4695-8473-625140312f1e';
  const annotations = { 'default-tls-container-ref': tls };

  it('has to be one that Barbican has', () => {
    expect(compiled({ annotations, facts: { secrets: { [tls]: false } } }).said).toEqual([
      expect.stringContaining('which Barbican does not have'),
    ]);
    expect(listeners({ annotations, facts: { secrets: { [tls]: true } } })).toMatchObject([
      { listenerProtocol: 'TERMINATED_HTTPS', tlsRef: tls },
    ]);
  });

  it('of another store is not looked for', () => {
    const about = { annotations, options: { 'container-store': 'external' }, facts: { secrets: { [tls]: false } } };
    expect(listeners(about)).toMatchObject([{ tlsRef: tls }]);
  });
});
