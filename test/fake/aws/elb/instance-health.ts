// DescribeInstanceHealth, and the state of every instance of a Classic Load Balancer at an instant.
// Health follows from the state of the world; nothing is changed here.

import type {
  DescribeInstanceHealthCommandInput,
  DescribeInstanceHealthCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing';
import { reading } from '../service.ts';
import type { World } from '../world.ts';
import { instanceNotFound, loadBalancerNotFound } from './errors.ts';
import { idsOf } from './instances.ts';
import { presentInstances } from './registration.ts';
import type { ClassicInstance, ClassicLoadBalancer } from './tables.ts';

/** An instance with its state, as tests look at it. */
export interface InstanceHealth {
  readonly id: string;
  readonly state: 'InService' | 'OutOfService';
  /** Whether Elastic Load Balancing or the instance is the cause of being out of service. */
  readonly reason: 'ELB' | 'Instance' | 'N/A';
  /** One of the texts in the SDK's documentation of InstanceState. */
  readonly description: string;
}

type Health = Omit<InstanceHealth, 'id'>;

export const describeInstanceHealth = reading<DescribeInstanceHealthCommandInput, DescribeInstanceHealthCommandOutput>(
  'DescribeInstanceHealth',
  ['LoadBalancerName', 'Instances'],
  ({ LoadBalancerName: name, Instances }, context) => {
    const { world } = context;
    const row = context.seen(world.elb.loadBalancers).get(name!);
    if (row === undefined) throw loadBalancerNotFound(name);
    const states = instanceHealth(world, row, context.seenAt('classicLoadBalancer'));
    const asked = Instances === undefined ? states : idsOf(Instances).flatMap((id) => stateOfAny(world, states, id));
    return {
      InstanceStates: asked.map(({ id: InstanceId, state: State, reason: ReasonCode, description: Description }) => ({
        InstanceId,
        State,
        ReasonCode,
        Description,
      })),
    };
  },
);

/** The state of all instances at `now`, sorted by id; those that drain are still among them. */
export function instanceHealth(world: World, row: ClassicLoadBalancer, now: number): InstanceHealth[] {
  return Object.values(presentInstances(row, now))
    .map((instance) => ({ id: instance.id, ...healthOf(world, row, instance, now) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The state is answered even of an instance that is not registered, but not of one that has ended. */
function stateOfAny(world: World, states: readonly InstanceHealth[], id: string): InstanceHealth[] {
  const instance = world.ec2.instances.get(id);
  if (instance === undefined) throw instanceNotFound(id);
  if (instance.state === 'terminated') return [];
  const none = outOfService('Instance', 'Instance is not currently registered with the LoadBalancer.');
  return [states.find((state) => state.id === id) ?? { id, ...none }];
}

function healthOf(world: World, row: ClassicLoadBalancer, instance: ClassicInstance, now: number): Health {
  const { id, registeredAt, drainingUntil } = instance;
  const there = world.ec2.instances.get(id);
  if (drainingUntil !== undefined) return inService('Instance deregistration currently in progress.');
  if (there?.state !== 'running') {
    return outOfService('Instance', `Instance is in ${there?.state === 'pending' ? 'pending' : 'stopped'} state.`);
  }
  if (!row.subnets.some((subnet) => world.ec2.subnets.get(subnet)?.zone === there.zone)) {
    return outOfService(
      'ELB',
      'Instance is in the EC2 Availability Zone for which LoadBalancer is not configured to route traffic to.',
    );
  }
  if (now < registeredAt + world.settings.timings.targetInitialMs) {
    return outOfService('ELB', 'Instance registration is still in progress.');
  }
  if (world.unhealthy.has(id)) {
    return outOfService(
      'Instance',
      'Instance has failed at least the UnhealthyThreshold number of health checks consecutively.',
    );
  }
  return inService('N/A');
}

function inService(description: string): Health {
  return { state: 'InService', reason: 'N/A', description };
}

function outOfService(reason: 'ELB' | 'Instance', description: string): Health {
  return { state: 'OutOfService', reason, description };
}
