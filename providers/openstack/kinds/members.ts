// The members of a pool, all at once: they follow the nodes.
import { defineKind, type Observed } from '../../../src/engine/kind.ts';
import { listMembers, updateMembers } from '../client/octavia.ts';
import type { Member } from '../client/types.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { within } from '../naming.ts';
import { MEMBERS, type MembersSpec, POOL, type PoolMember, type PoolOut } from '../resources.ts';
import { memberBody } from './bodies.ts';
import { takenPort } from './taken.ts';

export const membersKind = defineKind<Cloud, MembersSpec, object>({
  name: MEMBERS.name,
  parent: POOL.name,
  parentId: (id) => within(id, 1),
  churns: true,
  equal: { pool: () => true, members: sameMembers },
  taken: takenPort,
  calls: ({ action }) => (action === 'delete' ? [] : ['octavia:UpdateMembers']),

  async readAll(cloud, parent, scope) {
    const { uuid } = parent.out as PoolOut;
    const all = await listMembers(cloud.session, uuid, scope);
    const spec = { pool: uuid, members: all.map(memberOf).sort(byAddress) };
    return [observed(`${parent.id}/members`, parent.marks, spec)];
  },

  create: (cloud, owners, id, spec, scope) => put(cloud, { id, marks: owners }, spec, scope),

  update: (cloud, now, spec, _changed, scope) => put(cloud, now, withSubnets(spec, now.spec), scope),

  // They are never taken away but with their pool: where a Service has none for a while, those that are there stay.
  delete: async () => 'gone',
});

type Scope = Parameters<typeof listMembers>[2];

async function put(
  cloud: Cloud,
  { id, marks }: Pick<Observed, 'id' | 'marks'>,
  spec: MembersSpec,
  scope: Scope,
): Promise<Observed<MembersSpec>> {
  await updateMembers(cloud.session, spec.pool, spec.members.map(memberBody), scope);
  return { ...observed(id, marks, spec), settled: cloud.loadBalancers.busy(within(id, 4)) };
}

/** Octavia takes another subnet for another member, so those that nobody names stay as they are. */
function withSubnets(want: MembersSpec, have: MembersSpec): MembersSpec {
  const before = new Map(have.members.map((member) => [member.address, member]));
  const members = want.members.map((member) => ({
    ...member,
    subnetId: member.subnetId ?? before.get(member.address)?.subnetId ?? null,
  }));
  return { ...want, members };
}

function sameMembers(want: readonly PoolMember[], have: readonly PoolMember[]): boolean {
  return (
    want.length === have.length &&
    want.every((one, index) => {
      const other = have[index];
      if (!other) return false;
      const sameSubnet = one.subnetId === null || one.subnetId === other.subnetId;
      const sameName = one.name === other.name;
      return (
        sameSubnet &&
        sameName &&
        one.address === other.address &&
        one.port === other.port &&
        one.monitorPort === other.monitorPort
      );
    })
  );
}

function memberOf({ name, address, protocol_port, subnet_id, monitor_port }: Member): PoolMember {
  return { name, address, port: protocol_port, subnetId: subnet_id, monitorPort: monitor_port };
}

export function byAddress(a: PoolMember, b: PoolMember): number {
  return a.address === b.address ? a.port - b.port : a.address < b.address ? -1 : 1;
}

function observed(id: string, marks: Observed['marks'], spec: MembersSpec): Observed<MembersSpec> {
  return { id, marks, spec, out: {}, settled: true };
}
