// The instances that are registered with a Classic Load Balancer. It is wholly ours, so who is registered and not wanted goes.
import { canonical } from '../../../src/engine/graph.ts';
import { defineKind, type Scope } from '../../../src/engine/kind.ts';
import { CLASSIC_NOT_FOUND, classicNow } from '../cloud/classic-load-balancers.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { isAws } from '../errors.ts';
import {
  CLASSIC_INSTANCES,
  CLASSIC_LOAD_BALANCER,
  type ClassicInstancesOut,
  type ClassicInstancesSpec,
} from '../resources.ts';
import { deregister, membership, type Register, reached, register, registrationCalls } from './registration.ts';

/** As many as one load balancer can have (Service Quotas, "Registered instances per Classic Load Balancer"). */
const BATCH = 1_000;

export const classicInstancesKind = defineKind<Cloud, ClassicInstancesSpec, ClassicInstancesOut>({
  name: CLASSIC_INSTANCES.name,
  parent: CLASSIC_LOAD_BALANCER.name,
  parentId: (id) => id,
  churns: true,
  equal: { instances: (want, have) => want === null || canonical(want) === canonical(have) },

  calls: (deed) =>
    registrationCalls(deed, BATCH, {
      look: 'elasticloadbalancing:DescribeLoadBalancers',
      add: 'elasticloadbalancing:RegisterInstancesWithLoadBalancer',
      remove: 'elasticloadbalancing:DeregisterInstancesFromLoadBalancer',
    }),

  async readAll(cloud, parent, scope) {
    const spec = { instances: await registered(cloud, parent.id, scope), expected: [] };
    return [{ id: parent.id, marks: parent.marks, spec, out: {}, settled: true }];
  },

  async create(cloud, owners, id, spec, scope) {
    const wanted = spec.instances ?? [];
    const refused = await register(cloud, registerOf(cloud, id, scope), wanted);
    const marks = owners.map(({ cluster, uid, namespace, name }) => ({ cluster, uid, namespace, name }));
    return { id, marks, ...reached(cloud, spec, wanted, refused), out: {} };
  },

  async update(cloud, now, spec, _changed, scope) {
    const { after, joining, leaving } = membership(spec.instances, now.spec.instances);
    const at = registerOf(cloud, now.id, scope);
    const refused = await register(cloud, at, joining);
    await deregister(at, leaving);
    return { ...now, ...reached(cloud, spec, after, refused) };
  },

  async delete(cloud, now, scope) {
    try {
      await deregister(registerOf(cloud, now.id, scope), await registered(cloud, now.id, scope));
    } catch (error) {
      if (!isAws(error, CLASSIC_NOT_FOUND)) throw error;
    }
    return 'gone';
  },
});

/** Ids, sorted. */
async function registered(cloud: Cloud, loadBalancer: string, scope: Scope): Promise<readonly string[]> {
  const { Instances = [] } = await classicNow(cloud.calls, loadBalancer, scope);
  return Instances.map(({ InstanceId = '' }) => InstanceId).sort();
}

function registerOf({ calls }: Cloud, LoadBalancerName: string, scope: Scope): Register {
  const input = (ids: readonly string[]) => ({
    LoadBalancerName,
    Instances: ids.map((InstanceId) => ({ InstanceId })),
  });
  return {
    batch: BATCH,
    // "InvalidInstance", as the SDK calls it.
    refusal: 'InvalidEndPoint',
    add: (batch) => calls.elb('RegisterInstancesWithLoadBalancer', input(batch), scope),
    remove: (batch) => calls.elb('DeregisterInstancesFromLoadBalancer', input(batch), scope),
  };
}
