// Instances behind Classic Load Balancers, and their health: in service once enough time has passed.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { type Params, required, structs } from '../proxy-query.ts';
import { classicOf } from './classic-find.ts';
import type { ClassicLoadBalancer } from './classic-state.ts';
import type { Cloud } from './cloud.ts';
import type { State } from './state.ts';

export async function registerClassicInstances(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const loadBalancer = classicOf(params, state);
  const ids = instancesOf(params);
  const known = await cloud.lookup.instances(ids);
  const bad = ids.filter((id) => {
    const instance = known.get(id);
    return instance?.VpcId !== loadBalancer.vpcId || instance.State?.Name !== 'running';
  });
  if (bad.length > 0) throw new AwsError('InvalidInstance', `Could not find EC2 instance ${bad.join(', ')}.`);
  const nowMs = performance.now();
  const added = ids.filter((id) => !(id in loadBalancer.instances)).map((id) => [id, nowMs] as const);
  loadBalancer.instances = { ...loadBalancer.instances, ...Object.fromEntries(added) };
  loadBalancer.known = [...new Set([...loadBalancer.known, ...ids])];
  return { Instances: await presentInstances(cloud, loadBalancer) };
}

export async function deregisterClassicInstances(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const loadBalancer = classicOf(params, state);
  const ids = instancesOf(params);
  const never = ids.filter((id) => !loadBalancer.known.includes(id));
  if (never.length > 0) throw new AwsError('InvalidInstance', `Could not find EC2 instance ${never.join(', ')}.`);
  const rest = Object.entries(loadBalancer.instances).filter(([id]) => !ids.includes(id));
  loadBalancer.instances = Object.fromEntries(rest);
  return { Instances: await presentInstances(cloud, loadBalancer) };
}

export async function describeClassicHealth(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const loadBalancer = classicOf(params, state);
  const present = (await presentInstances(cloud, loadBalancer)).map(({ InstanceId }) => InstanceId);
  const asked = structs(params, 'Instances') === undefined ? [] : instancesOf(params);
  const absent = asked.filter((id) => !present.includes(id));
  if (absent.length > 0) throw new AwsError('InvalidInstance', `Could not find EC2 instance ${absent.join(', ')}.`);
  const ids = asked.length > 0 ? asked : present;
  const instances = await cloud.lookup.instances(ids);
  const InstanceStates = ids.map((InstanceId) => {
    const instance = instances.get(InstanceId);
    const zone = instance?.Placement?.AvailabilityZone;
    const out = (ReasonCode: string, Description: string) => ({
      ...{ InstanceId, State: 'OutOfService', ReasonCode, Description },
    });
    if (instance?.State?.Name !== 'running') return out('Instance', 'Instance is in stopped state.');
    if (loadBalancer.zones.every((other) => other.zone !== zone)) {
      return out('ELB', 'Instance is in an Availability Zone that the load balancer is not configured to route to.');
    }
    if (performance.now() - (loadBalancer.instances[InstanceId] ?? 0) < cloud.settings.healthyAfterMs) {
      return out('ELB', 'Instance registration is still in progress.');
    }
    return { InstanceId, State: 'InService', ReasonCode: 'N/A', Description: 'N/A' };
  });
  return { InstanceStates };
}

/** The instances in the form of an answer; AWS takes terminated ones out. */
export async function presentInstances(
  cloud: Cloud,
  { instances }: ClassicLoadBalancer,
): Promise<{ readonly InstanceId: string }[]> {
  const ids = Object.keys(instances);
  const known = await cloud.lookup.instances(ids);
  const there = ids.filter((id) => (known.get(id)?.State?.Name ?? 'terminated') !== 'terminated');
  return there.map((InstanceId) => ({ InstanceId }));
}

function instancesOf(params: Params): string[] {
  const ids = (structs(params, 'Instances') ?? []).map((one) => required(one, 'InstanceId'));
  if (ids.length === 0) throw new AwsError('ValidationError', 'At least one instance must be specified');
  return [...new Set(ids)];
}
