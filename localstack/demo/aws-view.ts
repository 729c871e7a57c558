// What exists in AWS, as a person would want to see it after the demo has built something.

import { DescribeLoadBalancersCommand as DescribeClassicCommand } from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clients } from '../clients.ts';

/** Lines that show each load balancer with its listeners and their target groups. Empty: there is none. */
export async function cloudLines({ elb, classic }: Clients): Promise<readonly string[]> {
  const lines: string[] = [];
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  for (const balancer of LoadBalancers) {
    lines.push(`${balancer.LoadBalancerName}  ${balancer.Type} ${balancer.Scheme}`);
    const { Listeners = [] } = await elb.send(
      new DescribeListenersCommand({ LoadBalancerArn: balancer.LoadBalancerArn }),
    );
    for (const listener of Listeners) {
      const arn = listener.DefaultActions?.[0]?.TargetGroupArn;
      const group = TargetGroups.find((one) => one.TargetGroupArn === arn);
      const health = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
      const targets = health.TargetHealthDescriptions ?? [];
      lines.push(
        `  :${listener.Port} ${listener.Protocol} -> ${group?.TargetGroupName} ` +
          `(${group?.Protocol} ${group?.Port}, ${targets.length} targets)`,
      );
    }
  }
  const used = new Set(TargetGroups.filter((group) => (group.LoadBalancerArns ?? []).length > 0));
  for (const group of TargetGroups) if (!used.has(group)) lines.push(`${group.TargetGroupName}  unused target group`);
  const { LoadBalancerDescriptions = [] } = await classic.send(new DescribeClassicCommand({}));
  for (const balancer of LoadBalancerDescriptions) {
    lines.push(`${balancer.LoadBalancerName}  classic ${balancer.Scheme}, ${balancer.Instances?.length} instances`);
    for (const { Listener } of balancer.ListenerDescriptions ?? []) {
      const { LoadBalancerPort, Protocol, InstanceProtocol, InstancePort } = Listener ?? {};
      lines.push(`  :${LoadBalancerPort} ${Protocol} -> ${InstanceProtocol} ${InstancePort}`);
    }
  }
  return lines;
}
