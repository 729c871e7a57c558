// What is inside a load balancer: members, monitors, listeners and pools.
import { describe, expect, it } from 'vitest';
import type { HealthMonitorSpec, ListenerSpec, MembersSpec, PoolSpec } from '../../../providers/openstack/resources.ts';
import type { Port, Request } from '../../../src/provider/request.ts';
import { balancer, type Case, compiled, graphOf, id, LB, NODES, specsOf } from './sample-facts.ts';

const TCP: Port = { name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 };
const UDP: Port = { name: 'dns', protocol: 'UDP', port: 53, nodePort: 30053 };
const SCTP: Port = { name: 'sig', protocol: 'SCTP', port: 3868, nodePort: 31868 };
const LOCAL: Partial<Request> = { externalTrafficPolicy: 'Local', healthCheckNodePort: 32000 };
const MONITOR = { 'enable-health-monitor': 'true' };
const old = (minor: number) => ({ version: { major: 2, minor } });

const members = (about: Case) => specsOf<MembersSpec>(graphOf(about), 'Members');
const monitors = (about: Case) => specsOf<HealthMonitorSpec>(graphOf(about), 'HealthMonitor');
const listeners = (about: Case) => specsOf<ListenerSpec>(graphOf(about), 'Listener');
const addresses = (about: Case) => members(about).map((one) => one.members.map(({ address }) => address));

describe('members', () => {
  it('are the nodes by their addresses, sorted, at the node port', () => {
    const nodes = [...NODES].reverse();
    expect(members({ nodes })[0]?.members).toEqual(
      [1, 2, 3].map((number) => ({
        name: `node-${number}`,
        address: `10.0.0.${number}`,
        port: 30080,
        subnetId: null,
        monitorPort: null,
      })),
    );
  });

  it('are of the family of the load balancer', () => {
    expect(addresses({ request: { families: ['IPv6'] } })).toEqual([['fd00::1', 'fd00::2', 'fd00::3']]);
    expect(addresses({ request: { families: ['IPv4', 'IPv6'], familyPolicy: 'PreferDualStack' } })).toEqual([
      ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
    ]);
  });

  it('are the first address of that family that a node has', () => {
    const [node] = NODES;
    const nodes = [{ ...node!, addresses: ['fd00::9', '10.0.0.9', '192.0.2.1'] }];
    expect(addresses({ nodes })).toEqual([['10.0.0.9']]);
  });

  it.each([
    ['pool=edge', ['10.0.0.1', '10.0.0.2']],
    ['pool', ['10.0.0.1', '10.0.0.2']],
    ['pool=edge,gpu', ['10.0.0.1', '10.0.0.2']],
  ])('are the nodes with the labels %s', (selector, chosen) => {
    expect(addresses({ annotations: { 'node-selector': selector } })).toEqual([chosen]);
    expect(addresses({ options: { 'node-selector': selector } })).toEqual([chosen]);
  });

  it('are all nodes where the annotation says that none is selected', () => {
    const about = { annotations: { 'node-selector': '' }, options: { 'node-selector': 'pool=edge' } };
    expect(addresses(about)[0]).toHaveLength(3);
  });

  it('stay as they are where there are nodes and none can be one, and that is told', () => {
    const { graph, said } = compiled({ annotations: { 'node-selector': 'pool=moon' } });
    expect(graph?.holds).toContain('Members');
    expect(said).toEqual([expect.stringContaining('"pool=moon", which no node fits: members stay as they are')]);
    const nodes = NODES.map((node) => ({ ...node, addresses: ['fd00::1'] }));
    expect(graphOf({ nodes }).holds).toContain('Members');
  });

  it('are none where there are no nodes', () => {
    const about = { nodes: [], annotations: { 'subnet-id': id('7') } };
    expect(members(about)[0]?.members).toEqual([]);
    expect(graphOf(about).holds).not.toContain('Members');
  });

  it('are in the subnet that is said of them, and else where Octavia finds them', () => {
    const subnetOf = (about: Case) => members(about)[0]?.members[0]?.subnetId;
    expect(subnetOf({ annotations: { 'member-subnet-id': id('7') } })).toBe(id('7'));
    expect(subnetOf({ annotations: { 'subnet-id': id('8') } })).toBeNull();
    expect(subnetOf({ annotations: { 'network-id': id('8') } })).toBeNull();
  });

  it('of a load balancer that is replaced follow the nodes too, where they were', () => {
    const annotations = { 'subnet-id': id('8'), 'member-subnet-id': id('7'), 'fairlead.dev/allow-replacement': 'true' };
    const graph = graphOf({ annotations, facts: { loadBalancers: [balancer()] } });
    const of = (lb: string) =>
      graph.resources.find((one) => one.id === `${lb}/tcp/80/TCP/members`)?.spec as MembersSpec;
    expect(of(`${LB}_2`).members.map(({ subnetId }) => subnetId)).toEqual([id('7'), id('7'), id('7')]);
    expect(of(LB).members.map(({ subnetId }) => subnetId)).toEqual([null, null, null]);
  });

  it('of a replaced one that others have a part in are not touched', () => {
    const loadBalancers = [balancer({ status: 'ERROR', owners: ['shop/api', 'shop/web'] })];
    const graph = graphOf({ facts: { loadBalancers } });
    expect(graph.resources.filter(({ id: one }) => one.startsWith(`${LB}/`))).toEqual([]);
  });
});

describe('monitors', () => {
  it('are none unless asked for', () => {
    expect(monitors({})).toEqual([]);
    expect(monitors({ options: { 'create-monitor': 'true' } })).toHaveLength(1);
    expect(
      monitors({ annotations: { 'enable-health-monitor': 'false' }, options: { 'create-monitor': 'true' } }),
    ).toEqual([]);
  });

  it.each([
    ['TCP', TCP, {}, 27, 'TCP', null],
    ['UDP', UDP, {}, 27, 'UDP-CONNECT', null],
    ['SCTP', SCTP, {}, 27, 'SCTP', null],
    ['TCP with Local', TCP, LOCAL, 27, 'HTTP', 32000],
    ['UDP with Local', UDP, LOCAL, 16, 'HTTP', 32000],
    ['UDP with Local before 2.16', UDP, LOCAL, 15, 'UDP-CONNECT', null],
    ['SCTP with Local', SCTP, LOCAL, 27, 'SCTP', null],
  ] as const)('of %s', (_, port, request, minor, type, monitorPort) => {
    const about = { annotations: MONITOR, request: { ...request, ports: [port] }, facts: old(minor) };
    const [monitor] = monitors(about);
    expect(monitor).toMatchObject({ type, delay: 5, timeout: 3, maxRetries: 1, maxRetriesDown: 3 });
    expect(monitor?.http).toEqual(type === 'HTTP' ? { path: '/healthz', codes: '200', method: 'GET' } : null);
    expect(members(about)[0]?.members.map((one) => one.monitorPort)).toEqual([monitorPort, monitorPort, monitorPort]);
  });

  it('ask no node by HTTP where that has no health check node port, or OVN is to ask it', () => {
    const none = { annotations: MONITOR, request: { ...LOCAL, healthCheckNodePort: 0 } };
    const ovn = {
      annotations: MONITOR,
      request: LOCAL,
      options: { 'lb-provider': 'ovn', 'lb-method': 'SOURCE_IP_PORT' },
    };
    for (const about of [none, ovn]) {
      expect(monitors(about)[0]?.type).toBe('TCP');
      expect(members(about)[0]?.members[0]?.monitorPort).toBeNull();
    }
  });
});

describe('listeners and pools', () => {
  it('are one of each a port, with the names that the official controller gives', () => {
    const graph = graphOf({ request: { ports: [TCP, UDP, { ...TCP, port: 443 }] } });
    expect(specsOf<ListenerSpec>(graph, 'Listener').map(({ name }) => name)).toEqual(
      [0, 1, 2].map((index) => `listener_${index}_${LB}`),
    );
    expect(specsOf<PoolSpec>(graph, 'Pool').map(({ name, description }) => [name, description])).toEqual([
      [`pool_0_${LB}`, 'Kubernetes service shop/web, port 80/TCP'],
      [`pool_1_${LB}`, 'Kubernetes service shop/web, port 53/UDP'],
      [`pool_2_${LB}`, 'Kubernetes service shop/web, port 443/TCP'],
    ]);
  });

  it('can have the port number of another protocol', () => {
    const graph = graphOf({ request: { ports: [{ ...TCP, port: 53 }, UDP] } });
    const ids = graph.resources.flatMap(({ kind, id: one }) => (kind === 'Listener' ? one : []));
    expect(ids).toEqual([`${LB}/tcp/53`, `${LB}/udp/53`]);
  });

  it.each([
    [{ 'proxy-protocol': 'true' }, 'TCP', 'PROXY'],
    [{ 'proxy-protocol': 'v1' }, 'TCP', 'PROXY'],
    [{ 'proxy-protocol': 'v2' }, 'TCP', 'PROXYV2'],
    [{ 'proxy-protocol': 'false' }, 'TCP', 'TCP'],
    [{ 'x-forwarded-for': 'true' }, 'HTTP', 'HTTP'],
  ])('speak as is asked: %j', (annotations, listenerProtocol, poolProtocol) => {
    const graph = graphOf({ annotations });
    expect(specsOf(graph, 'Listener')).toMatchObject([{ listenerProtocol }]);
    expect(graph.resources.find(({ kind }) => kind === 'Pool')).toMatchObject({
      id: `${LB}/tcp/80/${poolProtocol}`,
      spec: { poolProtocol },
    });
  });

  it('have every default of Octavia written out, and null for what it has not', () => {
    const defaults = { clientData: 50_000, memberConnect: 5000, memberData: 50_000, tcpInspect: 0 };
    expect(listeners({})).toMatchObject([{ timeouts: defaults, allowedCidrs: ['0.0.0.0/0'], tags: [LB] }]);
    expect(listeners({ facts: old(0) })).toMatchObject([{ timeouts: null, allowedCidrs: null, tags: [] }]);
    expect(listeners({ facts: old(5) })).toMatchObject([{ timeouts: defaults, allowedCidrs: null, tags: [LB] }]);
    const ovn = { 'lb-provider': 'ovn', 'lb-method': 'SOURCE_IP_PORT' };
    expect(listeners({ options: ovn })).toMatchObject([{ timeouts: null, allowedCidrs: null }]);
  });

  it('keep one timeout that is said, and have the others by default', () => {
    expect(listeners({ annotations: { 'timeout-member-data': '7' } })[0]?.timeouts).toMatchObject({
      clientData: 50_000,
      memberData: 7,
    });
  });
});
