// The cloud that a Kubernetes cluster on AWS finds: network, nodes, addresses, a certificate and a bucket. Works
// against any endpoint that keeps AWS's API; makes everything anew on each call.
import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  type ResourceType,
} from '@aws-sdk/client-ec2';
import { ec2Client, tagList } from './fixture-client.ts';
import { type FixtureNode, launchNodes } from './fixture-nodes.ts';
import { createBucket, requestCertificate } from './fixture-requests.ts';

export interface FixtureSubnet {
  readonly id: string;
  readonly zone: string;
  readonly cidr: string;
}

/** Ids of all that was made. */
export interface Fixtures {
  readonly region: string;
  readonly clusterName: string;
  readonly vpcId: string;
  readonly vpcCidr: string;
  /** One a zone, with a route to the internet gateway, tagged `kubernetes.io/role/elb`. */
  readonly publicSubnets: readonly FixtureSubnet[];
  /** One a zone, tagged `kubernetes.io/role/internal-elb`. */
  readonly privateSubnets: readonly FixtureSubnet[];
  readonly nodeSecurityGroupId: string;
  /** Spread over the zones: node i is in zone i modulo 3, in its private subnet. */
  readonly nodes: readonly FixtureNode[];
  readonly addresses: readonly { readonly allocationId: string; readonly publicIp: string }[];
  readonly certificateArn: string;
  readonly bucket: string;
}

export interface FixtureOptions {
  readonly endpoint: string;
  readonly clusterName: string;
  /** How many instances. */
  readonly nodes: number;
  /** Default `eu-west-1`. */
  readonly region?: string;
}

const vpcCidr = '10.20.0.0/16';

/** Makes a VPC with three public and three private subnets, nodes, two addresses, a certificate and a bucket. */
export async function createFixtures(options: FixtureOptions): Promise<Fixtures> {
  const { endpoint, clusterName, region = 'eu-west-1' } = options;
  const ec2 = ec2Client({ endpoint, region });
  const owned = { [`kubernetes.io/cluster/${clusterName}`]: 'owned' };
  const tagged = (kind: ResourceType, name: string, extra: Record<string, string> = {}) => [
    { ResourceType: kind, Tags: tagList({ Name: `${clusterName}-${name}`, ...owned, ...extra }) },
  ];
  try {
    const { Vpc } = await ec2.send(
      new CreateVpcCommand({ CidrBlock: vpcCidr, TagSpecifications: tagged('vpc', 'vpc') }),
    );
    const vpcId = Vpc!.VpcId!;
    const { InternetGateway } = await ec2.send(
      new CreateInternetGatewayCommand({ TagSpecifications: tagged('internet-gateway', 'igw') }),
    );
    const gatewayId = InternetGateway!.InternetGatewayId!;
    await ec2.send(new AttachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: gatewayId }));

    const subnets = async (side: 'public' | 'private', from: number): Promise<FixtureSubnet[]> => {
      const role = side === 'public' ? 'kubernetes.io/role/elb' : 'kubernetes.io/role/internal-elb';
      const table = await ec2.send(
        new CreateRouteTableCommand({ VpcId: vpcId, TagSpecifications: tagged('route-table', side) }),
      );
      const RouteTableId = table.RouteTable!.RouteTableId!;
      if (side === 'public') {
        const route = { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gatewayId };
        await ec2.send(new CreateRouteCommand(route));
      }
      const made: FixtureSubnet[] = [];
      for (const [index, letter] of ['a', 'b', 'c'].entries()) {
        const zone = `${region}${letter}`;
        const cidr = `10.20.${from + index}.0/24`;
        const TagSpecifications = tagged('subnet', `${side}-${letter}`, { [role]: '1' });
        const place = { VpcId: vpcId, AvailabilityZone: zone, CidrBlock: cidr };
        const { Subnet } = await ec2.send(new CreateSubnetCommand({ ...place, TagSpecifications }));
        const id = Subnet!.SubnetId!;
        await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: id }));
        made.push({ id, zone, cidr });
      }
      return made;
    };
    const publicSubnets = await subnets('public', 0);
    const privateSubnets = await subnets('private', 100);

    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({
        ...{ GroupName: `${clusterName}-nodes`, Description: `nodes of ${clusterName}`, VpcId: vpcId },
        TagSpecifications: tagged('security-group', 'nodes'),
      }),
    );
    const nodeSecurityGroupId = GroupId!;
    const between = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: nodeSecurityGroupId }] }];
    const rule = { GroupId: nodeSecurityGroupId, IpPermissions: between };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(rule));

    const place = { endpoint, region, clusterName, nodeSecurityGroupId, privateSubnets };
    const nodes = await launchNodes(place, options.nodes);
    const addresses = await Promise.all(
      ['a', 'b'].map(async (letter) => {
        const TagSpecifications = tagged('elastic-ip', `address-${letter}`);
        const answer = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc', TagSpecifications }));
        return { allocationId: answer.AllocationId!, publicIp: answer.PublicIp! };
      }),
    );
    const bucket = `${clusterName.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-access-logs`;
    await createBucket({ endpoint, region, bucket });
    const certificateArn = await requestCertificate({ endpoint, region, domain: `${bucket}.example.com` });
    return {
      ...{ region, clusterName, vpcId, vpcCidr, publicSubnets, privateSubnets, nodeSecurityGroupId },
      ...{ nodes, addresses, certificateArn, bucket },
    };
  } finally {
    ec2.destroy();
  }
}
