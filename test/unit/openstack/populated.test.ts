// A load balancer that is made with all that is in it: what Octavia is sent, and what of its answer belongs to which.
import { describe, expect, it } from 'vitest';
import type { LoadBalancer } from '../../../providers/openstack/client/types.ts';
import {
  listenerBody,
  memberBody,
  monitorBody,
  persistence,
  poolBody,
} from '../../../providers/openstack/kinds/bodies.ts';
import { listenersOf, madeInside } from '../../../providers/openstack/kinds/populated.ts';
import type { HealthMonitorSpec, ListenerSpec, PoolSpec } from '../../../providers/openstack/resources.ts';
import { resolve } from '../../../src/engine/graph.ts';
import type { Inner } from '../../../src/engine/kind.ts';
import { type Case, graphOf, LB } from './sample-facts.ts';

const INSIDE = ['Pool', 'Members', 'HealthMonitor', 'Listener'];

/** What the engine hands to the create. */
function insideOf(about: Case): readonly Inner[] {
  const wanted = graphOf(about).resources.filter(({ kind }) => INSIDE.includes(kind));
  return wanted.map(({ kind, id, spec }) => ({ kind, id, spec: resolve(spec, () => undefined).spec }));
}

const TWO: Case = {
  annotations: { 'enable-health-monitor': 'true' },
  request: {
    ports: [
      { name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 },
      { name: 'dns', protocol: 'UDP', port: 80, nodePort: 30081 },
    ],
    sessionAffinity: 'ClientIP',
  },
};
const marks = [{ namespace: 'shop', name: 'web' }];

/** The answer of Octavia to these listeners, as far as it matters. */
function answer(listeners: readonly object[], pools: readonly object[]): LoadBalancer {
  return { id: 'lb', name: LB, listeners, pools } as unknown as LoadBalancer;
}
const LISTENERS = [
  { id: 'l-udp', protocol: 'UDP', protocol_port: 80, default_pool_id: 'p-udp' },
  { id: 'l-tcp', protocol: 'TCP', protocol_port: 80, default_pool_id: 'p-tcp' },
];
const POOLS = [
  { id: 'p-tcp', healthmonitor: { id: 'm-tcp' } },
  { id: 'p-udp', healthmonitor: { id: 'm-udp' } },
];

describe('what is sent', () => {
  it('is a listener a port, each with its pool, members and monitor', () => {
    const [tcp, udp, ...none] = listenersOf(insideOf(TWO));
    expect(none).toEqual([]);
    expect(tcp).toMatchObject({
      name: `listener_0_${LB}`,
      protocol: 'TCP',
      protocol_port: 80,
      connection_limit: -1,
      allowed_cidrs: ['0.0.0.0/0'],
      tags: [LB],
      timeout_client_data: 50_000,
      default_pool: {
        name: `pool_0_${LB}`,
        protocol: 'TCP',
        lb_algorithm: 'ROUND_ROBIN',
        session_persistence: { type: 'SOURCE_IP' },
        members: [
          { name: 'node-1', address: '10.0.0.1', protocol_port: 30080 },
          { name: 'node-2', address: '10.0.0.2', protocol_port: 30080 },
          { name: 'node-3', address: '10.0.0.3', protocol_port: 30080 },
        ],
        healthmonitor: {
          name: `monitor_0_${LB}`,
          type: 'TCP',
          delay: 5,
          timeout: 3,
          max_retries: 1,
          max_retries_down: 3,
        },
      },
    });
    expect(udp).toMatchObject({ protocol: 'UDP', default_pool: { members: [{ protocol_port: 30081 }, {}, {}] } });
  });

  it('has nothing that only Octavia can know', () => {
    expect(JSON.stringify(listenersOf(insideOf(TWO)))).not.toContain('$unknown');
  });

  it('is nothing of a listener whose pool is there already', () => {
    const inside = insideOf({}).filter(({ kind }) => kind !== 'Pool');
    expect(listenersOf(inside)).toEqual([]);
    const known = inside.map((one) => (one.kind === 'Listener' ? { ...one, spec: { ...one.spec, pool: 'p' } } : one));
    expect(listenersOf(known)).toEqual([]);
  });

  it('has no members and no monitor where none are wanted', () => {
    const [listener] = listenersOf(insideOf({}).filter(({ kind }) => kind !== 'Members'));
    expect(listener?.default_pool).not.toHaveProperty('members');
    expect(listener?.default_pool).not.toHaveProperty('healthmonitor');
  });
});

describe('what the answer shows', () => {
  it('belongs to each by protocol and port, with the ids that Octavia gave', () => {
    const made = madeInside(answer(LISTENERS, POOLS), insideOf(TWO), marks);
    expect(made.map(({ kind, object }) => [kind, object.id, object.out])).toEqual([
      ['Pool', `${LB}/tcp/80/TCP`, { uuid: 'p-tcp', monitorId: 'm-tcp' }],
      ['Members', `${LB}/tcp/80/TCP/members`, {}],
      ['HealthMonitor', `${LB}/tcp/80/TCP/monitor`, { uuid: 'm-tcp' }],
      ['Listener', `${LB}/tcp/80`, { uuid: 'l-tcp' }],
      ['Pool', `${LB}/udp/80/UDP`, { uuid: 'p-udp', monitorId: 'm-udp' }],
      ['Members', `${LB}/udp/80/UDP/members`, {}],
      ['HealthMonitor', `${LB}/udp/80/UDP/monitor`, { uuid: 'm-udp' }],
      ['Listener', `${LB}/udp/80`, { uuid: 'l-udp' }],
    ]);
    expect(made.every(({ object }) => object.marks === marks && object.settled === true)).toBe(true);
  });

  it('leaves nothing open: what was unknown is what Octavia gave it', () => {
    const made = madeInside(answer(LISTENERS, POOLS), insideOf(TWO), marks);
    expect(JSON.stringify(made)).not.toContain('$unknown');
    const spec = (id: string) => made.find(({ object }) => object.id === id)?.object.spec;
    expect(spec(`${LB}/tcp/80`)).toMatchObject({ loadBalancer: 'lb', pool: 'p-tcp' });
    expect(spec(`${LB}/udp/80/UDP`)).toMatchObject({ loadBalancer: 'lb' });
    expect(spec(`${LB}/udp/80/UDP/members`)).toMatchObject({ pool: 'p-udp' });
    expect(spec(`${LB}/udp/80/UDP/monitor`)).toMatchObject({ pool: 'p-udp' });
  });

  it('finds a listener of TLS by the protocol that Octavia has for it', () => {
    const tls = 'https://keymanager.example.com/v1/secrets/2f1e0d9c-8b7a-4695-8473-625140312f1e';
    const about = { annotations: { 'default-tls-container-ref': tls }, facts: { secrets: { [tls]: true } } };
    const shown = [{ ...LISTENERS[1], protocol: 'TERMINATED_HTTPS' }];
    const made = madeInside(answer(shown, [{ id: 'p-tcp' }]), insideOf(about), marks);
    expect(made.map(({ object }) => object.id)).toEqual([
      `${LB}/tcp/80/HTTP`,
      `${LB}/tcp/80/HTTP/members`,
      `${LB}/tcp/80`,
    ]);
  });

  it.each<readonly [string, readonly object[], readonly object[]]>([
    ['the listener', LISTENERS.slice(0, 1), POOLS],
    ['the pool', LISTENERS, POOLS.slice(1)],
    ['the monitor', LISTENERS, [{ id: 'p-tcp', healthmonitor: null }, POOLS[1]!]],
    ['which pool it has', [LISTENERS[0]!, { ...LISTENERS[1], default_pool_id: null }], POOLS],
    ['any id of it', [LISTENERS[0]!, { protocol: 'TCP', protocol_port: 80 }], POOLS],
  ])('is nothing of a port of which it lacks %s', (_, listeners, pools) => {
    const made = madeInside(answer(listeners, pools), insideOf(TWO), marks);
    expect(made).toHaveLength(4);
    expect(made.every(({ object }) => object.id.startsWith(`${LB}/udp/80`))).toBe(true);
  });

  it('can be nothing at all', () => {
    expect(madeInside(answer([], []), insideOf(TWO), marks)).toEqual([]);
  });
});

describe('bodies', () => {
  const listener: ListenerSpec = {
    protocol: 'TCP',
    port: 443,
    loadBalancer: 'lb',
    listenerProtocol: 'TERMINATED_HTTPS',
    pool: 'p',
    connectionLimit: 7,
    timeouts: null,
    allowedCidrs: null,
    tlsRef: 'ref',
    xForwardedFor: true,
    tags: [],
    name: 'listener',
  };

  it('of a listener leave out what Octavia or its driver does not have', () => {
    expect(listenerBody(listener)).toEqual({
      name: 'listener',
      admin_state_up: true,
      protocol: 'TERMINATED_HTTPS',
      protocol_port: 443,
      connection_limit: 7,
      default_tls_container_ref: 'ref',
      insert_headers: { 'X-Forwarded-For': 'true' },
    });
    const plain = listenerBody({ ...listener, tlsRef: null, xForwardedFor: false });
    expect(plain).not.toHaveProperty('insert_headers');
    expect(plain).not.toHaveProperty('default_tls_container_ref');
  });

  it('of a pool have affinity where it is wanted', () => {
    const pool: PoolSpec = {
      protocol: 'TCP',
      port: 80,
      loadBalancer: 'lb',
      poolProtocol: 'PROXYV2',
      method: 'SOURCE_IP',
      affinity: false,
      name: 'pool',
      description: 'of a port',
    };
    expect(poolBody(pool)).toEqual({
      name: 'pool',
      description: 'of a port',
      admin_state_up: true,
      protocol: 'PROXYV2',
      lb_algorithm: 'SOURCE_IP',
    });
    expect(poolBody({ ...pool, affinity: true }).session_persistence).toEqual({ type: 'SOURCE_IP' });
    expect(persistence(false)).toBeNull();
  });

  it('of a member have subnet and monitor port where they are said', () => {
    const member = { name: 'n', address: '10.0.0.1', port: 1, subnetId: null, monitorPort: null };
    expect(memberBody(member)).toEqual({ name: 'n', address: '10.0.0.1', protocol_port: 1 });
    expect(memberBody({ ...member, subnetId: 's', monitorPort: 2 })).toMatchObject({ subnet_id: 's', monitor_port: 2 });
  });

  it('of a monitor say what is asked with HTTP only', () => {
    const monitor: HealthMonitorSpec = {
      pool: 'p',
      type: 'HTTP',
      delay: 5,
      timeout: 3,
      maxRetries: 1,
      maxRetriesDown: 3,
      http: { path: '/healthz', codes: '200', method: 'GET' },
      name: 'monitor',
    };
    expect(monitorBody(monitor)).toMatchObject({ http_method: 'GET', url_path: '/healthz', expected_codes: '200' });
    expect(monitorBody({ ...monitor, type: 'TCP', http: null })).not.toHaveProperty('url_path');
  });
});
