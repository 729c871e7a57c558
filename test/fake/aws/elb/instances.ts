// RegisterInstancesWithLoadBalancer and DeregisterInstancesFromLoadBalancer, and what happens when an instance ends.

import type {
  DeregisterInstancesFromLoadBalancerCommandInput,
  DeregisterInstancesFromLoadBalancerCommandOutput,
  Instance,
  RegisterInstancesWithLoadBalancerCommandInput,
  RegisterInstancesWithLoadBalancerCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing';
import { Misuse, Problem } from '../problem.ts';
import { writing } from '../service.ts';
import type { World } from '../world.ts';
import { instanceNotFound, invalid } from './errors.ts';
import { existingLoadBalancer } from './load-balancer.ts';
import { presentInstances, registeredInstances } from './registration.ts';
import type { ClassicLoadBalancer } from './tables.ts';

/** All instances of the call, or none. Registering what is registered changes nothing; what drains comes back. */
export const registerInstances = writing<
  RegisterInstancesWithLoadBalancerCommandInput,
  RegisterInstancesWithLoadBalancerCommandOutput
>(
  'RegisterInstancesWithLoadBalancer',
  ['LoadBalancerName', 'Instances'],
  ({ LoadBalancerName, Instances }, { world, now }) => {
    const row = existingLoadBalancer(world, LoadBalancerName);
    const instances = { ...presentInstances(row, now) };
    for (const id of idsOf(Instances!)) {
      checkInstance(world, row, id);
      if (instances[id]?.drainingUntil !== undefined || instances[id] === undefined) {
        instances[id] = { id, registeredAt: now, drainingUntil: undefined };
      }
    }
    return withInstances(world, row, instances);
  },
);

/** Instances drain where the attribute says so, else they go at once. What is not registered is no error. */
export const deregisterInstances = writing<
  DeregisterInstancesFromLoadBalancerCommandInput,
  DeregisterInstancesFromLoadBalancerCommandOutput
>(
  'DeregisterInstancesFromLoadBalancer',
  ['LoadBalancerName', 'Instances'],
  ({ LoadBalancerName, Instances }, { world, now }) => {
    const row = existingLoadBalancer(world, LoadBalancerName);
    const instances = { ...presentInstances(row, now) };
    const { draining, drainingTimeoutSeconds } = row.attributes;
    for (const id of idsOf(Instances!)) {
      if (world.ec2.instances.get(id) === undefined) throw instanceNotFound(id);
      const there = instances[id];
      if (there === undefined || there.drainingUntil !== undefined) continue;
      if (draining) instances[id] = { ...there, drainingUntil: now + drainingTimeoutSeconds * 1000 };
      else delete instances[id];
    }
    return withInstances(world, row, instances);
  },
);

/** AWS deregisters an instance from everywhere when it ends. */
export function forgetClassicInstance(world: World, id: string): void {
  for (const row of world.elb.loadBalancers.rows.values()) {
    if (row.instances[id] === undefined) continue;
    const { [id]: _ended, ...instances } = row.instances;
    world.elb.loadBalancers.put(row.name, { ...row, instances });
  }
}

/** The ids of a call that names some. */
export function idsOf(instances: readonly Instance[]): string[] {
  if (instances.length === 0) throw invalid('At least one instance must be specified');
  const ids = instances.map(({ InstanceId: id }) => {
    if (id === undefined || id === '') throw invalid('InstanceId must not be empty');
    return id;
  });
  if (new Set(ids).size < ids.length) throw new Misuse('an instance is named twice in one call');
  return ids;
}

/** "The instance must be a running instance in the same network as the load balancer" (documentation of the call). */
function checkInstance(world: World, row: ClassicLoadBalancer, id: string): void {
  const instance = world.ec2.instances.get(id);
  if (instance === undefined) throw instanceNotFound(id);
  if (instance.state !== 'running') throw new Problem('InvalidInstance', `EC2 instance ${id} is not in running state.`);
  if (instance.vpcId !== row.vpcId) {
    throw new Problem('InvalidInstance', `EC2 instance ${id} is not in the same VPC as ELB.`);
  }
}

function withInstances(world: World, row: ClassicLoadBalancer, instances: ClassicLoadBalancer['instances']) {
  world.elb.loadBalancers.put(row.name, { ...row, instances });
  return { Instances: registeredInstances({ instances }).map((InstanceId) => ({ InstanceId })) };
}
