// The deletion of a Classic Load Balancer by cloud-provider-aws: rules of nodes, the balancer, then its groups.
import { DeleteLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing';
import type { Service } from '../../src/kube/types.ts';
import { findClassic } from './classic.ts';
import { syncClassicRules } from './classic-rules.ts';
import type { PeerConfig } from './config.ts';
import type { Desk } from './desk.ts';
import { deleteGroup } from './groups.ts';
import { balancerNameOf } from './names.ts';
import { ownGroups } from './nlb.ts';
import { nodeGroupsFor } from './node-groups.ts';

/** Answers the groups that could not be deleted yet. Without the load balancer nothing is done, whatever else is left. */
export async function deleteClassic(desk: Desk, service: Service, config: PeerConfig): Promise<readonly string[]> {
  const { elb } = desk.clients;
  const LoadBalancerName = balancerNameOf(service.metadata.uid);
  const found = await findClassic(desk, LoadBalancerName);
  if (!found) return [];
  const own = await ownGroups(desk, service, config, found.SecurityGroups ?? []);
  const [source] = found.SecurityGroups ?? [];
  if (source !== undefined && !config.disableSecurityGroupIngress) {
    await syncClassicRules(desk, source, await nodeGroupsFor(desk, config, new Map()));
  }
  const command = new DeleteLoadBalancerCommand({ LoadBalancerName });
  await desk.write(command, () => elb.send(command));
  const left: string[] = [];
  for (const id of own) if ((await deleteGroup(desk, id)) === 'in use') left.push(id);
  return left;
}
