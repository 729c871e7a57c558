// The nodes of a Service that cannot be compiled now are followed all the same.
import { describe, expect, it } from 'vitest';
import type { MembersSpec } from '../../../providers/openstack/resources.ts';
import { retarget } from '../../../providers/openstack/retarget.ts';
import { GraphBuilder } from '../../../src/engine/graph.ts';
import type { Port, Request } from '../../../src/provider/request.ts';
import { type Case, FACTS, factsOf, graphOf, input, LB, specsOf } from './sample-facts.ts';

const TCP: Port = { name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 };
const UDP: Port = { name: 'dns', protocol: 'UDP', port: 53, nodePort: 30053 };
const LOCAL: Partial<Request> = { externalTrafficPolicy: 'Local', healthCheckNodePort: 32000 };
const MONITOR = { 'enable-health-monitor': 'true' };
const old = (minor: number) => ({ version: { major: 2, minor } });

describe('a Service that cannot be compiled now', () => {
  const existing = [
    { kind: 'Pool', id: `${LB}/tcp/80/TCP`, marks: [], out: {} },
    { kind: 'Pool', id: `${LB}/udp/53/UDP`, marks: [], out: {} },
    { kind: 'Pool', id: `${LB}/tcp/8443/TCP`, marks: [], out: {} },
    { kind: 'Listener', id: `${LB}/tcp/80`, marks: [], out: {} },
  ];
  const again = (about: Case, facts = factsOf(about)) => retarget(new GraphBuilder(), input(about), facts, existing);

  it('has its nodes followed in the pools of the ports that it still has', () => {
    const graph = again({ request: { ports: [TCP, UDP] } });
    expect(graph.resources.map(({ id: one }) => one)).toEqual([`${LB}/tcp/80/TCP/members`, `${LB}/udp/53/UDP/members`]);
    expect(specsOf<MembersSpec>(graph, 'Members').map((one) => one.members.map(({ port }) => port))).toEqual([
      [30080, 30080, 30080],
      [30053, 30053, 30053],
    ]);
  });

  it('has the same members as when it could be compiled', () => {
    const cases: readonly Case[] = [
      {},
      { annotations: MONITOR, request: LOCAL },
      { annotations: MONITOR, request: { ...LOCAL, ports: [UDP] }, facts: old(13) },
      { annotations: { 'node-selector': 'pool=edge' } },
      { options: { 'node-selector': 'pool=edge', 'create-monitor': 'true' }, request: LOCAL },
      { request: { families: ['IPv6'] } },
    ];
    for (const about of cases) {
      const ids = new Set(existing.map(({ id: one }) => `${one}/members`));
      const whole = graphOf(about).resources.filter(({ kind, id: one }) => kind === 'Members' && ids.has(one));
      expect(whole.length).toBeGreaterThan(0);
      expect(again(about).resources).toEqual(whole);
    }
  });

  it('keeps what is there where no node can be a member', () => {
    expect(again({ annotations: { 'node-selector': 'pool=moon' } }).holds).toEqual(['Members']);
  });

  it('has nothing followed on a port without a node port', () => {
    expect(again({ request: { ports: [{ ...TCP, nodePort: 0 }] } }, FACTS).resources).toEqual([]);
  });
});
