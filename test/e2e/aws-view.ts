// What exists in AWS, read with the SDK past the controller: what the end-to-end tests compare with what was asked.
import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  type Listener,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Service } from '../../src/kube/types.ts';
import type { Stack } from '../stack/stack.ts';

export interface BalancerView {
  readonly balancer: LoadBalancer;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** By port. */
  readonly listeners: readonly Listener[];
}

export class AwsView {
  readonly #elb: ElasticLoadBalancingV2Client;
  readonly #ec2: EC2Client;
  readonly #stack: Stack;

  constructor(stack: Stack) {
    const { url, env, fixtures } = stack.emulator;
    const credentials = {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    };
    const config = { endpoint: url, region: fixtures.region, credentials };
    this.#stack = stack;
    this.#elb = new ElasticLoadBalancingV2Client(config);
    this.#ec2 = new EC2Client(config);
  }

  async balancers(): Promise<readonly LoadBalancer[]> {
    return (await this.#elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers ?? [];
  }

  async groups(): Promise<readonly TargetGroup[]> {
    return (await this.#elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups ?? [];
  }

  /** The load balancer of a Service by the peer's name formula; undefined: there is none. */
  async of(service: Service): Promise<BalancerView | undefined> {
    const name = `a${service.metadata.uid.replaceAll('-', '')}`.slice(0, 32);
    const balancer = (await this.balancers()).find((one) => one.LoadBalancerName === name);
    if (!balancer) return undefined;
    const LoadBalancerArn = balancer.LoadBalancerArn ?? '';
    const { Attributes = [] } = await this.#elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
    const { TagDescriptions = [] } = await this.#elb.send(new DescribeTagsCommand({ ResourceArns: [LoadBalancerArn] }));
    const { Listeners = [] } = await this.#elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    return {
      balancer,
      attributes: Object.fromEntries(Attributes.map(({ Key = '', Value = '' }) => [Key, Value])),
      tags: Object.fromEntries((TagDescriptions[0]?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      listeners: Listeners.sort((a, b) => (a.Port ?? 0) - (b.Port ?? 0)),
    };
  }

  /** Instance ids behind a listener, sorted. */
  async targets(listener: Listener | undefined): Promise<readonly string[]> {
    const TargetGroupArn = listener?.DefaultActions?.[0]?.TargetGroupArn;
    const { TargetHealthDescriptions = [] } = await this.#elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    return TargetHealthDescriptions.map((one) => one.Target?.Id ?? '').sort();
  }

  async groupOf(listener: Listener | undefined): Promise<TargetGroup | undefined> {
    const arn = listener?.DefaultActions?.[0]?.TargetGroupArn;
    return (await this.groups()).find((one) => one.TargetGroupArn === arn);
  }

  /** The rules of the nodes' security group that carry our kind of description, as sorted text. */
  async nodeRules(): Promise<readonly string[]> {
    const GroupIds = [this.#stack.emulator.fixtures.nodeSecurityGroupId];
    const { SecurityGroups = [] } = await this.#ec2.send(new DescribeSecurityGroupsCommand({ GroupIds }));
    return (SecurityGroups[0]?.IpPermissions ?? [])
      .flatMap(({ IpProtocol, FromPort, ToPort, IpRanges = [] }) =>
        IpRanges.filter((range) => range.Description?.startsWith('kubernetes.io/rule/nlb/')).map(
          (range) => `${IpProtocol} ${FromPort}-${ToPort} ${range.CidrIp} ${range.Description}`,
        ),
      )
      .sort();
  }
}
