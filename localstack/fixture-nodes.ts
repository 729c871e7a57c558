// EC2 instances that stand for the nodes of a cluster; also used to let nodes join later.
import { DescribeImagesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { ec2Client, type Place, tagList } from './fixture-client.ts';
import type { Fixtures } from './fixtures.ts';

export interface FixtureNode {
  readonly instanceId: string;
  readonly zone: string;
  readonly subnetId: string;
  readonly privateIp: string;
  readonly privateDnsName: string;
  /** What a node's `spec.providerID` says: `aws:///<zone>/<instance>`. */
  readonly providerId: string;
}

/** Where to launch: what createFixtures answered, and the endpoint. */
export type NodePlace = Place & Pick<Fixtures, 'region' | 'clusterName' | 'nodeSecurityGroupId' | 'privateSubnets'>;

/** Launches instances spread over the private subnets; node i is in subnet i modulo their number. */
export async function launchNodes(place: NodePlace, count: number): Promise<FixtureNode[]> {
  const { endpoint, region, clusterName, nodeSecurityGroupId, privateSubnets } = place;
  const ec2 = ec2Client({ endpoint, region });
  try {
    const Filters = [{ Name: 'name', Values: ['amzn2-ami-hvm-*', 'al2023-ami-*'] }];
    const { Images } = await ec2.send(new DescribeImagesCommand({ Filters }));
    const ImageId = Images?.[0]?.ImageId;
    if (!ImageId) throw new Error(`${endpoint} knows no machine image`);
    const perSubnet = await Promise.all(
      privateSubnets.map(async (subnet, index) => {
        const share = Math.ceil((count - index) / privateSubnets.length);
        if (share <= 0) return [];
        const Tags = tagList({ Name: `${clusterName}-node`, [`kubernetes.io/cluster/${clusterName}`]: 'owned' });
        const { Instances = [] } = await ec2.send(
          new RunInstancesCommand({
            ...{ ImageId, InstanceType: 'm7g.large', MinCount: share, MaxCount: share },
            ...{ SubnetId: subnet.id, SecurityGroupIds: [nodeSecurityGroupId] },
            TagSpecifications: [{ ResourceType: 'instance', Tags }],
          }),
        );
        return Instances.map((instance): FixtureNode => {
          const instanceId = instance.InstanceId!;
          return {
            ...{ instanceId, zone: subnet.zone, subnetId: subnet.id },
            ...{ privateIp: instance.PrivateIpAddress!, privateDnsName: instance.PrivateDnsName! },
            providerId: `aws:///${subnet.zone}/${instanceId}`,
          };
        });
      }),
    );
    return Array.from({ length: count }, (_, i) => perSubnet[i % perSubnet.length]![Math.floor(i / perSubnet.length)]!);
  } finally {
    ec2.destroy();
  }
}
