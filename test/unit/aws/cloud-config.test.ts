// cloud-provider-aws's configuration file: what becomes of each key, and what is said of what does not fit.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCloudConfig } from '../../../providers/aws/cloud-config.ts';
import { awsProvider } from '../../../providers/aws/index.ts';
import { parseOptions } from '../../../src/schema/index.ts';

const FILE = '/etc/aws.conf';

async function read(text: string, { clusterName = 'prod' as string | undefined, env = {} } = {}) {
  const { given, problems } = await readCloudConfig(text, { file: FILE, clusterName, env });
  return {
    given: Object.fromEntries(Object.entries(given).map(([key, { text: value }]) => [key, value])),
    names: given,
    errors: problems.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    warnings: problems.filter(({ severity }) => severity === 'warning').map(({ message }) => message),
    problems,
  };
}

describe('a file as clusters have them', () => {
  it('becomes our options', async () => {
    const { given, problems } = await read(`
[Global]
Zone = eu-west-1a
VPC = vpc-0123456789abcdef0
SubnetID = subnet-0123456789abcdef0
RoleARN = arn:aws:iam::123456789012:role/lb
KubernetesClusterID = prod
DisableSecurityGroupIngress = true
ElbSecurityGroup = sg-0123456789abcdef0
NLBSecurityGroupMode = Managed
ClusterServiceLoadBalancerHealthProbeMode = Shared
ClusterServiceSharedLoadBalancerHealthProbePort = 8080
ClusterServiceSharedLoadBalancerHealthProbePath = /live
NodeIPFamilies = ipv4
RouteTableID = rtb-1
`);
    expect(problems).toEqual([]);
    expect(given).toEqual({
      'aws-region': 'eu-west-1',
      'aws-vpc-id': 'vpc-0123456789abcdef0',
      'aws-subnet-id': 'subnet-0123456789abcdef0',
      'aws-role-arn': 'arn:aws:iam::123456789012:role/lb',
      'aws-disable-security-group-ingress': 'true',
      'aws-elb-security-group': 'sg-0123456789abcdef0',
      'aws-nlb-security-groups': 'managed',
      'aws-health-probe-mode': 'shared',
      'aws-shared-health-probe-port': '8080',
      'aws-shared-health-probe-path': '/live',
    });
  });

  it('names only options that there are, with values that they take', async () => {
    const { names } = await read(`[Global]
Zone=eu-west-1a
VPC=vpc-0123456789abcdef0
SubnetID=subnet-0123456789abcdef0
RoleARN=arn:aws:iam::123456789012:role/lb
DisableSecurityGroupIngress=true
ElbSecurityGroup=sg-0123456789abcdef0
NLBSecurityGroupMode=Managed
ClusterServiceLoadBalancerHealthProbeMode=ServiceNodePort
ClusterServiceSharedLoadBalancerHealthProbePort=8080
ClusterServiceSharedLoadBalancerHealthProbePath=/live`);
    const reading = parseOptions(awsProvider.options, { flags: {}, env: {}, file: names });
    expect(reading.problems).toEqual([]);
    expect(Object.keys(reading.given)).toHaveLength(Object.keys(names).length);
    expect(reading.values).toMatchObject({ region: 'eu-west-1', healthProbeMode: 'service-node-port' });
  });

  it.each([
    ['quotes, comments and odd spaces', '; c\n# c\n[global]\n  vpc  =  "vpc-1" ; the one\n'],
    ['Windows line ends and a byte order mark', '\uFEFF[Global]\r\nVPC = vpc-1\r\n'],
    ['a comment after the section', '[Global] ; all of it\nVPC=vpc-1'],
    ['sections of one name', '[Global]\nRouteTableID=x\n[GLOBAL]\nVPC = vpc-1'],
  ])('is read with %s', async (_, text) => {
    const { given, problems } = await read(text);
    expect(problems).toEqual([]);
    expect(given).toEqual({ 'aws-vpc-id': 'vpc-1' });
  });

  it.each(['', '\n\n', '; nothing\n', '[Global]\n', '[Global]\nVPC =\nZone = ""\n'])(
    '%j says nothing',
    async (text) => {
      expect(await read(text)).toMatchObject({ given: {}, problems: [] });
    },
  );
});

describe('the region', () => {
  it.each([
    ['us-gov-west-1b', 'us-gov-west-1'],
    ['us-west-2-lax-1a', 'us-west-2'],
    ['cn-north-1a', 'cn-north-1'],
  ])('of the zone %s is %s', async (zone, region) => {
    expect((await read(`[Global]\nZone=${zone}`)).given).toEqual({ 'aws-region': region });
  });

  it('is what Region says, whatever the zone', async () => {
    const { given, warnings } = await read('[Global]\nZone=eu-west-1a\nRegion=eu-west-2');
    expect(given).toEqual({ 'aws-region': 'eu-west-2' });
    expect(warnings).toEqual(['/etc/aws.conf: [Global] Zone eu-west-1a is not in Region eu-west-2, which counts.']);
  });

  it('cannot be guessed', async () => {
    const { given, errors } = await read('[Global]\nZone=somewhere');
    expect(given).toEqual({});
    expect(errors[0]).toBe(
      '/etc/aws.conf: [Global] Zone is "somewhere", whose region is not known; expected a zone such as eu-west-1a, or the key Region.',
    );
  });
});

describe('the cluster', () => {
  it('must be that of --cluster-name', async () => {
    const { errors } = await read('[Global]\nKubernetesClusterID=other\nKubernetesClusterTag=other');
    expect(errors).toHaveLength(2);
    expect(errors[0]).toBe(
      '/etc/aws.conf: [Global] KubernetesClusterID is "other", but --cluster-name is "prod": give --cluster-name other, or what exists is not found again.',
    );
  });

  it('is not taken from the file where the flag is missing', async () => {
    const { errors } = await readCloudConfig('[Global]\nKubernetesClusterID=prod', {
      file: FILE,
      clusterName: undefined,
      env: {},
    }).then(({ problems }) => ({ errors: problems.map(({ message }) => message) }));
    expect(errors).toEqual([
      '/etc/aws.conf: [Global] KubernetesClusterID is "prod", but --cluster-name is not given: give --cluster-name prod, or what exists is not found again.',
    ]);
  });

  it('may be given by its old tag, which is explained', async () => {
    const { errors, warnings } = await read('[Global]\nKubernetesClusterTag=prod');
    expect(errors).toEqual([]);
    expect(warnings[0]).toContain('the old tag KubernetesCluster=prod, which Fairlead neither reads nor writes');
  });
});

describe('what does not work here', () => {
  it.each([
    [
      'NodeIPFamilies=ipv6',
      '[Global] NodeIPFamilies names "ipv6", but Fairlead reaches nodes by IPv4 only; expected ipv4.',
    ],
    ['NLBSecurityGroupMode=Auto', '[Global] NLBSecurityGroupMode is "Auto"; expected one of managed, in any case.'],
    ['DisableSecurityGroupIngress=maybe', '[Global] DisableSecurityGroupIngress is "maybe"; expected one of'],
    ['RoleARN=arn:aws:iam::1:role/x\nSourceARN=arn:x', '[Global] SourceARN is "arn:x", but Fairlead sends none'],
    ['VPC', '[Global] VPC has no value; expected "=" and a value.'],
  ])('%s is an error that says what is right', async (entry, message) => {
    const { errors } = await read(`[Global]\n${entry}`);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`${FILE}: ${message}`);
  });

  it('finds the second of two families', async () => {
    expect((await read('[Global]\nNodeIPFamilies=ipv4\nNodeIPFamilies=ipv6')).errors).toHaveLength(1);
  });

  it('says that SourceARN alone has no effect', async () => {
    expect((await read('[Global]\nSourceARN=arn:x')).warnings[0]).toContain('SourceARN has no effect');
  });

  it('says that a value is given twice, and takes the last', async () => {
    const { given, warnings } = await read('[Global]\nVPC=vpc-1\nvpc=vpc-2');
    expect(given).toEqual({ 'aws-vpc-id': 'vpc-2' });
    expect(warnings).toEqual(['/etc/aws.conf: [Global] VPC is given 2 times; the last one counts.']);
  });

  it('takes a boolean without a value for true', async () => {
    const { given } = await read('[Global]\nDisableSecurityGroupIngress\n');
    expect(given).toEqual({ 'aws-disable-security-group-ingress': 'true' });
  });

  it('suggests the nearest key and section', async () => {
    const { warnings } = await read('[Global]\nSubnetld=subnet-1\n[Globl]\nVPC=vpc-1\n[ServiceOverride]\nService=ec2');
    expect(warnings).toEqual([
      '/etc/aws.conf: line 3: the section [Globl] is unknown and has no effect (did you mean "Global"?).',
      '/etc/aws.conf: line 5: the section [ServiceOverride] is unknown and has no effect (did you mean "ServiceOverride \\"1\\""?).',
      '/etc/aws.conf: [Global] Subnetld is unknown and has no effect (did you mean "SubnetID"?).',
    ]);
  });
});

describe('endpoints', () => {
  const override = (more: string) => `[Global]\nRegion=eu-west-1\n[ServiceOverride "1"]\n${more}`;

  it('come from the environment, by the names that the error gives', async () => {
    const text = override(
      'Service=elasticloadbalancing\nRegion=eu-west-1\nURL=https://elb.local\nSigningRegion=eu-west-1',
    );
    const { errors } = await read(text);
    expect(errors).toEqual([
      '/etc/aws.conf: [ServiceOverride "1"] URL cannot be taken from here: set AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING=https://elb.local and AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2=https://elb.local in the environment of Fairlead.',
    ]);
    const env = {
      AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING: 'https://elb.local',
      AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: 'https://elb.local',
    };
    expect(await read(text, { env })).toMatchObject({ problems: [] });
  });

  it.each([
    ['Service=kms\nURL=https://x', 'warning', 'Fairlead does not call kms'],
    ['Service=ec2\nRegion=us-east-1\nURL=https://x', 'warning', 'it is for us-east-1, and Fairlead works in eu-west-1'],
    ['URL=https://x', 'error', 'has no Service'],
    ['Service=ec2\nSigningRegion=us-east-1', 'error', 'SigningRegion is "us-east-1"'],
    ['Service=ec2\nSigningName=other', 'error', 'expected ec2'],
  ])('%j: %s', async (more, severity, message) => {
    const { problems } = await read(override(more));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ severity });
    expect(problems[0]?.message).toContain(message);
  });
});

describe('a hostile file', () => {
  it.each([
    ['an open section', '[Global\nVPC=vpc-1', 'line 1 ("[Global") is neither a section'],
    ['a line without sense', '[Global]\n=vpc-1', 'line 2 is neither a section'],
    ['entries before a section', 'VPC=vpc-1', 'line 1 ("VPC …") stands before any section'],
    ['a line that goes on', '[Global]\nVPC=vpc-\\\n1', 'goes on in the next line'],
    ['an endless line', `[Global]\nVPC=${'x'.repeat(5000)}`, 'is longer than 4096 characters'],
    ['too much', '\n'.repeat(1024 * 1024 + 1), 'it is larger than 1 MiB'],
    ['too many sections', '[Global]\n'.repeat(101), 'there may be 100'],
    ['a prototype', '[Global]\n__proto__=x', 'is neither a section'],
  ])('with %s is refused', async (_, text, message) => {
    const { errors } = await read(text);
    expect(errors.some((one) => one.includes(message))).toBe(true);
  });

  it('never makes it throw, and gives only options that there are', async () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '"',
      "'",
      '=',
      ';',
      '\\',
      '\n',
      'Global',
      'VPC',
      'ServiceOverride',
      '__proto__',
      '{}',
      ' ',
    );
    const known = new Set(Object.values(awsProvider.options.fields).map(({ key }) => key));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(piece, fc.string({ maxLength: 8 })), { maxLength: 60 }), async (pieces) => {
        const { given } = await read(`[Global]\n${pieces.join('')}`);
        return Object.keys(given).every((key) => known.has(key));
      }),
    );
  });

  it('does not become long itself, nor carry hidden characters on', async () => {
    const { problems } = await read(`[Global]\n${'\u202Ex y\n'.repeat(10_000)}`);
    expect(problems.length).toBeLessThanOrEqual(50);
    for (const { message } of problems) expect(message).not.toContain('\u202E');
  });

  it.each(['constructor=1', 'toString=1', 'hasOwnProperty', 'valueOf = {}'])(
    '%s is an unknown key and nothing more',
    async (entry) => {
      const { given, errors, warnings } = await read(`[Global]\n${entry}`);
      expect({ given, errors }).toEqual({ given: {}, errors: [] });
      expect(warnings).toHaveLength(1);
    },
  );

  it('gives values on as text, whatever they look like', async () => {
    const { given } = await read(String.raw`[Global]
VPC="{\"a\":1}"
SubnetID="12"
Region=null`);
    expect(given).toEqual({ 'aws-vpc-id': '{"a":1}', 'aws-subnet-id': '12', 'aws-region': 'null' });
  });

  it('has its values read by our options, with the file and the key in the message', async () => {
    const { names } = await read('[Global]\nVPC=eni-1');
    const reading = parseOptions(awsProvider.options, { flags: {}, env: {}, file: names });
    expect(reading.problems.map(({ message }) => message)).toEqual([
      'Key [Global] VPC of /etc/aws.conf is "eni-1"; expected an id such as vpc-0123456789abcdef0.',
    ]);
  });
});

describe('docs/migration.md', () => {
  it('names keys and options that there are', async () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/migration.md'), 'utf8');
    const table = text.split('| key of `[Global]`')[1]?.split('\n\n')[0] ?? '';
    const rows = table
      .split('\n')
      .slice(2)
      .map((row) => row.split('|'));
    const words = (cell = '') => [...cell.matchAll(/`(-{0,2}[A-Za-z-]+)`/g)].map(([, word = '']) => word);
    const keys = rows.flatMap(([, cell]) => words(cell)).filter((key) => key !== 'Path');
    expect(keys.length).toBeGreaterThan(14);
    for (const key of keys) {
      const { warnings } = await read(`[Global]\n${key} = x`);
      expect(warnings.filter((message) => message.includes('is unknown'))).toEqual([]);
    }
    const known = Object.values(awsProvider.options.fields).map(({ key }) => `--${key}`);
    const options = rows.flatMap(([, , cell]) => words(cell)).filter((word) => word.startsWith('--aws'));
    expect(options.filter((option) => !known.includes(option))).toEqual([]);
    expect(options.length).toBeGreaterThan(8);
  });
});

describe('precedence', () => {
  it('is flag, environment, file, default', async () => {
    const { names } = await read(
      '[Global]\nRegion=eu-west-1\nVPC=vpc-0123456789abcdef0\nSubnetID=subnet-0123456789abcdef0',
    );
    const reading = parseOptions(awsProvider.options, {
      flags: { 'aws-region': 'eu-west-3' },
      env: { FAIRLEAD_AWS_REGION: 'eu-west-2', FAIRLEAD_AWS_VPC_ID: 'vpc-0fedcba9876543210' },
      file: names,
    });
    expect(reading.values).toMatchObject({
      region: 'eu-west-3',
      vpcId: 'vpc-0fedcba9876543210',
      subnetId: 'subnet-0123456789abcdef0',
      defaultType: 'classic',
    });
  });
});
