// A load balancer that is made with all that is in it: the body of that call from what is wanted inside, and what of the
// answer belongs to which. Pure.
import type { Inner, Made, Observed } from '../../../src/engine/kind.ts';
import type { Mark } from '../../../src/engine/owner.ts';
import type { Listener, ListenerBody, LoadBalancer } from '../client/types.ts';
import {
  HEALTH_MONITOR,
  type HealthMonitorSpec,
  LISTENER,
  type ListenerSpec,
  MEMBERS,
  type MembersSpec,
  POOL,
  type PoolSpec,
} from '../resources.ts';
import { listenerBody, memberBody, monitorBody, poolBody } from './bodies.ts';

/** The pool that a listener asks for, by its id: the call that makes it is the one that makes the listener. */
function poolOf(listener: Inner, inside: readonly Inner[]): Inner | undefined {
  const { pool } = listener.spec as { readonly pool?: unknown };
  const text = typeof pool === 'object' && pool !== null && '$unknown' in pool ? String(pool.$unknown) : '';
  return inside.find(({ kind, id }) => kind === POOL.name && text.startsWith(`${POOL.name}/${id}#`));
}

function oneOf<S>(inside: readonly Inner[], kind: string, id: string): S | undefined {
  return inside.find((one) => one.kind === kind && one.id === id)?.spec as S | undefined;
}

export function listenersOf(inside: readonly Inner[]): readonly ListenerBody[] {
  return inside.flatMap((one): readonly ListenerBody[] => {
    const pool = one.kind === LISTENER.name ? poolOf(one, inside) : undefined;
    if (!pool) return [];
    const members = oneOf<MembersSpec>(inside, MEMBERS.name, `${pool.id}/members`);
    const monitor = oneOf<HealthMonitorSpec>(inside, HEALTH_MONITOR.name, `${pool.id}/monitor`);
    const default_pool = {
      ...poolBody(pool.spec as PoolSpec),
      ...(members && { members: members.members.map(memberBody) }),
      ...(monitor && { healthmonitor: monitorBody(monitor) }),
    };
    return [{ ...listenerBody(one.spec as ListenerSpec), default_pool }];
  });
}

/** What the answer shows of each; what it does not show is made, or found, afterwards. */
interface Answered {
  readonly listeners: readonly Partial<Listener>[];
  readonly pools: readonly { readonly id?: string; readonly healthmonitor?: { readonly id?: string } | null }[];
}

export function madeInside(
  made: LoadBalancer,
  inside: readonly Inner[],
  marks: readonly Mark[],
): NonNullable<Made['inside']> {
  const { listeners, pools } = made as unknown as Answered;
  const one = (kind: string, id: string, spec: object, out: object): { kind: string; object: Observed } => {
    return { kind, object: { id, marks, spec, out, settled: true } };
  };
  const wanted = inside.filter(({ kind }) => kind === LISTENER.name);
  return wanted.flatMap((listener) => {
    const spec = listener.spec as ListenerSpec;
    const found = listeners.find((each) => each.protocol === spec.listenerProtocol && each.protocol_port === spec.port);
    const given = pools.find(({ id }) => id !== undefined && id === found?.default_pool_id);
    const pool = poolOf(listener, inside);
    if (!found?.id || !given?.id || !pool) return [];
    const membersId = `${pool.id}/members`;
    const monitorId = `${pool.id}/monitor`;
    const members = oneOf<MembersSpec>(inside, MEMBERS.name, membersId);
    const monitor = oneOf<HealthMonitorSpec>(inside, HEALTH_MONITOR.name, monitorId);
    const uuid = given.healthmonitor?.id;
    if (monitor && uuid === undefined) return [];
    return [
      one(POOL.name, pool.id, { ...pool.spec, loadBalancer: made.id }, { uuid: given.id, monitorId: uuid ?? null }),
      ...(members ? [one(MEMBERS.name, membersId, { ...members, pool: given.id }, {})] : []),
      ...(monitor ? [one(HEALTH_MONITOR.name, monitorId, { ...monitor, pool: given.id }, { uuid })] : []),
      one(LISTENER.name, listener.id, { ...spec, loadBalancer: made.id, pool: given.id }, { uuid: found.id }),
    ];
  });
}
