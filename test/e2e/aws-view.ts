// What exists in AWS, read with the SDK past the controller: what the end-to-end tests compare with what was asked.
import { DescribeSecurityGroupsCommand, type IpPermission, type SecurityGroup } from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancerAttributesCommand as ClassicAttributesCommand,
  DescribeTagsCommand as ClassicTagsCommand,
  DescribeLoadBalancersCommand as DescribeClassicCommand,
  type LoadBalancerAttributes,
  type LoadBalancerDescription,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type Listener,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Clients, emulatorClients } from '../../localstack/clients.ts';
import type { Service } from '../../src/kube/types.ts';
import type { Stack } from '../stack/stack.ts';

export interface BalancerView {
  readonly balancer: LoadBalancer;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** By port. */
  readonly listeners: readonly Listener[];
}

/** A Classic Load Balancer. */
export interface ClassicView {
  readonly balancer: LoadBalancerDescription;
  readonly attributes: LoadBalancerAttributes;
  readonly tags: Readonly<Record<string, string>>;
}

export class AwsView {
  readonly clients: Clients;
  readonly #stack: Stack;

  constructor(stack: Stack) {
    const { url, fixtures } = stack.emulator;
    this.#stack = stack;
    this.clients = emulatorClients({ endpoint: url, region: fixtures.region, maxAttempts: 3 });
  }

  async balancers(): Promise<readonly LoadBalancer[]> {
    return (await this.clients.elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers ?? [];
  }

  async groups(): Promise<readonly TargetGroup[]> {
    return (await this.clients.elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups ?? [];
  }

  /** The load balancer of a Service by the peer's name formula; undefined: there is none. */
  async of(service: Service): Promise<BalancerView | undefined> {
    const name = nameOf(service);
    const balancer = (await this.balancers()).find((one) => one.LoadBalancerName === name);
    if (!balancer) return undefined;
    const LoadBalancerArn = balancer.LoadBalancerArn ?? '';
    const { Attributes = [] } = await this.clients.elb.send(
      new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }),
    );
    const { TagDescriptions = [] } = await this.clients.elb.send(
      new DescribeTagsCommand({ ResourceArns: [LoadBalancerArn] }),
    );
    const { Listeners = [] } = await this.clients.elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    return {
      balancer,
      attributes: Object.fromEntries(Attributes.map(({ Key = '', Value = '' }) => [Key, Value])),
      tags: tagsOf(TagDescriptions[0]?.Tags),
      listeners: Listeners.sort((a, b) => (a.Port ?? 0) - (b.Port ?? 0)),
    };
  }

  /** Instance ids behind a listener, sorted. */
  async targets(listener: Listener | undefined): Promise<readonly string[]> {
    const TargetGroupArn = listener?.DefaultActions?.[0]?.TargetGroupArn;
    const { TargetHealthDescriptions = [] } = await this.clients.elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn }),
    );
    return TargetHealthDescriptions.map((one) => one.Target?.Id ?? '').sort();
  }

  async groupOf(listener: Listener | undefined): Promise<TargetGroup | undefined> {
    const arn = listener?.DefaultActions?.[0]?.TargetGroupArn;
    return (await this.groups()).find((one) => one.TargetGroupArn === arn);
  }

  async classics(): Promise<readonly LoadBalancerDescription[]> {
    const { classic } = this.clients;
    return (await classic.send(new DescribeClassicCommand({}))).LoadBalancerDescriptions ?? [];
  }

  /** The Classic Load Balancer of a Service by the peer's name formula; undefined: there is none. */
  async classicOf(service: Service): Promise<ClassicView | undefined> {
    const { classic } = this.clients;
    const LoadBalancerName = nameOf(service);
    const balancer = (await this.classics()).find((one) => one.LoadBalancerName === LoadBalancerName);
    if (!balancer) return undefined;
    const answer = await classic.send(new ClassicAttributesCommand({ LoadBalancerName }));
    const tagged = await classic.send(new ClassicTagsCommand({ LoadBalancerNames: [LoadBalancerName] }));
    return {
      balancer,
      attributes: answer.LoadBalancerAttributes ?? {},
      tags: tagsOf(tagged.TagDescriptions?.[0]?.Tags),
    };
  }

  /** The security group of a name. */
  async securityGroup(name: string): Promise<SecurityGroup | undefined> {
    const Filters = [{ Name: 'group-name', Values: [name] }];
    return (await this.clients.ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups?.[0];
  }

  /** The rules of the nodes' security group that carry our kind of description, as sorted text. */
  async nodeRules(): Promise<readonly string[]> {
    const GroupIds = [this.#stack.emulator.fixtures.nodeSecurityGroupId];
    const { SecurityGroups = [] } = await this.clients.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds }));
    return rulesOf(SecurityGroups[0]?.IpPermissions).filter((rule) => rule.includes('kubernetes.io/rule/'));
  }
}

/** The name of a Service's load balancer, by the peer's formula. */
export function nameOf({ metadata }: Service): string {
  return `a${metadata.uid.replaceAll('-', '')}`.slice(0, 32);
}

/** The rules of permissions as sorted text: protocol, ports, source, description. */
export function rulesOf(permissions: readonly IpPermission[] = []): readonly string[] {
  return permissions
    .flatMap(({ IpProtocol, FromPort, ToPort, IpRanges = [], UserIdGroupPairs = [] }) => {
      const ports = FromPort === undefined ? '' : ` ${FromPort}-${ToPort}`;
      const sources = [
        ...IpRanges.map(({ CidrIp, Description }) => [CidrIp, Description]),
        ...UserIdGroupPairs.map(({ GroupId, Description }) => [GroupId, Description]),
      ];
      return sources.map(([source, description = '']) => `${IpProtocol}${ports} ${source} ${description}`.trim());
    })
    .sort();
}

function tagsOf(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
