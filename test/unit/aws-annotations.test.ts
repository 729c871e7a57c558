// Every AWS annotation by itself: what is read from good values, what is said of bad ones, and which keys there are.
import { describe, expect, it } from 'vitest';
import { type Annotations, annotations, type LoadBalancerKind } from '../../providers/aws/annotations.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const REPLACE = 'fairlead.dev/allow-replacement';
const CERT = 'arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';

type Name = keyof Annotations;
type Kind = LoadBalancerKind;

/** Short keys: `internal`, or a whole key. */
function full(raw: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(raw).map(([key, text]) => [key.includes('/') ? key : STEM + key, text]));
}
const parse = (kind: Kind, raw: Readonly<Record<string, string>>) => annotations.parse(full(raw), { appliesTo: kind });
const key = (name: Name) => annotations.fields[name].key;
const value = (name: Name, kind: Kind, text: string) => {
  const reading = parse(kind, { ...companions(name), [key(name)]: text });
  return { value: reading.values[name], problems: reading.problems.map(({ message }) => message) };
};

/** What must stand beside an annotation so that it has an effect. */
function companions(name: Name): Record<string, string> {
  if (name === 'privateIpv4Addresses') return { internal: 'true' };
  if (name.startsWith('accessLog')) return { 'access-log-enabled': 'true', 'access-log-s3-bucket-name': 'logs' };
  if (name.startsWith('ssl') || name === 'backendProtocol') return { 'ssl-cert': CERT };
  if (name === 'connectionDrainingTimeoutSeconds') return { 'connection-draining-enabled': 'true' };
  if (name === 'healthcheckTimeoutSeconds') return { 'healthcheck-interval': '300' };
  if (name === 'healthcheckPath') return { 'healthcheck-protocol': 'HTTP' };
  if (name === 'healthcheckIntervalSeconds') return { 'healthcheck-timeout': '2' };
  return {};
}

const booleans: readonly (readonly [string, boolean])[] = [
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
];
const both = ['nlb', 'classic'] as const;

const good: readonly (readonly [Name, readonly Kind[], string, unknown])[] = [
  ['type', both, 'nlb', 'nlb'],
  ['type', both, 'classic', 'classic'],
  ['type', both, 'external', 'external'],
  ['type', both, 'nlb-ip', 'nlb-ip'],
  ['internal', both, 'true', true],
  ['internal', both, 'True', true],
  ['internal', both, '1', true],
  ['internal', both, 'false', false],
  ['internal', both, '', false],
  ...(['crossZoneLoadBalancingEnabled', 'accessLogEnabled', 'allowReplacement'] as const).flatMap((name) =>
    booleans.map(([text, read]) => [name, both, text, read] as const),
  ),
  ...booleans.map(([text, read]) => ['connectionDrainingEnabled', ['classic'], text, read] as const),
  ['subnets', both, 'subnet-12345678, subnet-0123456789abcdef0', ['subnet-12345678', 'subnet-0123456789abcdef0']],
  ['subnets', both, 'Public A,\n  Public B', ['Public A', 'Public B']],
  ['eipAllocations', ['nlb'], 'eipalloc-12345678, eipalloc-87654321', ['eipalloc-12345678', 'eipalloc-87654321']],
  ['privateIpv4Addresses', ['nlb'], '10.0.0.10, 10.0.1.10', ['10.0.0.10', '10.0.1.10']],
  ['securityGroups', both, 'sg-12345678, sg-87654321', ['sg-12345678', 'sg-87654321']],
  ['extraSecurityGroups', ['classic'], 'sg-12345678', ['sg-12345678']],
  ['sslCert', both, CERT, CERT],
  [
    'sslCert',
    both,
    'arn:aws-cn:iam::123456789012:server-certificate/a/b',
    'arn:aws-cn:iam::123456789012:server-certificate/a/b',
  ],
  ['sslPorts', both, '*', '*'],
  ['sslPorts', both, '443, https ,8443', [443, 'https', 8443]],
  ['sslNegotiationPolicy', both, 'ELBSecurityPolicy-TLS13-1-2-2021-06', 'ELBSecurityPolicy-TLS13-1-2-2021-06'],
  ['backendProtocol', ['classic'], 'https', 'https'],
  ['backendProtocol', both, 'ssl', 'ssl'],
  ['backendProtocol', both, 'tcp', 'tcp'],
  ['proxyProtocol', ['classic'], '*', '*'],
  ['accessLogEmitIntervalMinutes', ['classic'], '5', 5],
  ['accessLogEmitIntervalMinutes', ['classic'], '60', 60],
  ['accessLogS3BucketName', both, 'my.logs-1', 'my.logs-1'],
  ['accessLogS3BucketPrefix', both, 'team/prod=1', 'team/prod=1'],
  ['connectionDrainingTimeoutSeconds', ['classic'], '1', 1],
  ['connectionDrainingTimeoutSeconds', ['classic'], '3600', 3600],
  ['connectionIdleTimeoutSeconds', ['classic'], '4000', 4000],
  ['additionalResourceTags', both, 'k=v,k2=,k3', { k: 'v', k2: '', k3: '' }],
  [
    'additionalResourceTags',
    both,
    'Größe=sehr groß, url=https://x/a=b@c',
    { Größe: 'sehr groß', url: 'https://x/a=b@c' },
  ],
  ['healthcheckProtocol', both, 'http', 'HTTP'],
  ['healthcheckProtocol', both, 'TCP', 'TCP'],
  ['healthcheckProtocol', ['classic'], 'ssl', 'SSL'],
  ['healthcheckPort', both, 'traffic-port', 'traffic-port'],
  ['healthcheckPort', both, '65535', 65_535],
  ['healthcheckPath', both, '/healthz?deep=1', '/healthz?deep=1'],
  ['healthcheckHealthyThreshold', both, '2', 2],
  ['healthcheckUnhealthyThreshold', both, '10', 10],
  ['healthcheckTimeoutSeconds', both, '60', 60],
  ['healthcheckTimeoutSeconds', ['nlb'], '120', 120],
  ['healthcheckIntervalSeconds', both, '5', 5],
  ['healthcheckIntervalSeconds', both, '300', 300],
  ['targetGroupAttributes', ['nlb'], 'preserve_client_ip.enabled=false', { 'preserve_client_ip.enabled': 'false' }],
  ['targetNodeLabels', both, 'a.example/b=c, d,e=', { 'a.example/b': 'c', d: '', e: '' }],
  [
    'sourceRanges',
    both,
    '10.0.0.0/8, 2001:DB8::/32',
    [
      { text: '10.0.0.0/8', family: 4 },
      { text: '2001:db8::/32', family: 6 },
    ],
  ],
];

const bad: readonly (readonly [Name, Kind, string, string])[] = [
  ['type', 'classic', 'NLB', 'did you mean "nlb"?'],
  ['type', 'classic', 'elb', 'expected classic, nlb, nlb-ip or external'],
  ['type', 'classic', 'nlb ', 'did you mean "nlb"?'],
  ['internal', 'nlb', 'yes', 'did you mean "true"?'],
  ['internal', 'nlb', 'True ', 'did you mean "true"?'],
  ['internal', 'nlb', 'private', 'expected true or false'],
  ['internal', 'nlb', '10.0.0.0/8', 'expected true or false'],
  ['internal', 'nlb', ' ', 'expected true or false'],
  ['crossZoneLoadBalancingEnabled', 'nlb', 'enabled', 'did you mean "true"?'],
  ['allowReplacement', 'nlb', 'yes', 'did you mean "true"?'],
  ['subnets', 'nlb', 'subnet-a', 'expected every item to be an id such as subnet-'],
  ['subnets', 'nlb', 'subnet-12345678,subnet-12345678', 'which is repeated'],
  ['subnets', 'nlb', 'subnet-12345678,', 'blank item'],
  ['subnets', 'nlb', '', 'which is empty'],
  ['eipAllocations', 'nlb', 'eipalloc-12345678,eipalloc-12345678', 'which is repeated'],
  ['eipAllocations', 'nlb', '203.0.113.7', 'expected every item to be an id such as eipalloc-'],
  ['privateIpv4Addresses', 'nlb', '10.0.0.010', 'octal'],
  ['privateIpv4Addresses', 'nlb', '10.0.0.1/24', 'expected every item to be an IPv4 address'],
  ['securityGroups', 'classic', 'my-group', 'expected every item to be an id such as sg-'],
  ['extraSecurityGroups', 'classic', 'sg_12345678', 'expected every item to be an id such as sg-'],
  ['sslCert', 'nlb', `${CERT},${CERT}`, 'expected one ARN'],
  ['sslCert', 'nlb', 'arn:aws:s3:::bucket', 'expected one ARN'],
  ['sslPorts', 'nlb', 'HTTPS', 'did you mean "https"?'],
  ['sslPorts', 'nlb', '443,*', 'contains "*"'],
  ['sslNegotiationPolicy', 'nlb', 'ELB Policy', 'expected the name of a policy'],
  ['backendProtocol', 'classic', 'htttp', 'did you mean "http"?'],
  ['backendProtocol', 'classic', 'HTTP', 'did you mean "http"?'],
  ['backendProtocol', 'nlb', 'SSL', 'did you mean "ssl"?'],
  ['proxyProtocol', 'classic', 'true', 'expected *'],
  ['accessLogEnabled', 'nlb', 'TrUe', 'did you mean "true"?'],
  ['accessLogEmitIntervalMinutes', 'classic', '30', 'expected 5 or 60 (minutes)'],
  ['accessLogS3BucketName', 'nlb', 'My_Bucket', 'expected the name of an S3 bucket'],
  ['accessLogS3BucketName', 'nlb', 'ab', 'expected the name of an S3 bucket'],
  ['accessLogS3BucketPrefix', 'nlb', 'a b', 'expected a prefix'],
  ['accessLogS3BucketPrefix', 'nlb', 'x/AWSLogs/y', 'which holds AWSLogs'],
  ['connectionDrainingTimeoutSeconds', 'classic', '0', 'from 1 to 3600 (seconds)'],
  ['connectionIdleTimeoutSeconds', 'classic', '4001', 'from 1 to 4000 (seconds)'],
  ['connectionIdleTimeoutSeconds', 'classic', '60s', 'from 1 to 4000 (seconds)'],
  ['additionalResourceTags', 'nlb', 'aws:x=y', 'reserved by AWS'],
  ['additionalResourceTags', 'nlb', 'AWS:x=y', 'reserved by AWS'],
  ['additionalResourceTags', 'nlb', 'kubernetes.io/cluster/prod=owned', 'which cluster owns it'],
  ['additionalResourceTags', 'nlb', 'kubernetes.io/service-name=a/b', 'which Service owns it'],
  ['additionalResourceTags', 'nlb', 'KubernetesCluster=a', 'which cluster owns it'],
  ['additionalResourceTags', 'nlb', 'fairlead.dev/owner=x', 'how Fairlead marks'],
  ['additionalResourceTags', 'nlb', 'elbv2.k8s.aws/cluster=x', 'AWS Load Balancer Controller'],
  ['additionalResourceTags', 'nlb', 'a=1,a=2', 'second time'],
  ['additionalResourceTags', 'nlb', '=x', 'expected a key that is 1 to 128 characters'],
  ['additionalResourceTags', 'nlb', 'emoji=🚀', 'expected a value of emoji that is'],
  ['additionalResourceTags', 'nlb', `${'k'.repeat(129)}=v`, 'at most 128 characters'],
  ['additionalResourceTags', 'nlb', `k=${'v'.repeat(257)}`, 'at most 256 characters'],
  ['additionalResourceTags', 'nlb', Array.from({ length: 41 }, (_, i) => `k${i}`).join(), 'at most 40 items'],
  ['healthcheckProtocol', 'nlb', 'SSL', 'expected TCP, HTTP or HTTPS'],
  ['healthcheckProtocol', 'classic', 'UDP', 'expected TCP, SSL, HTTP or HTTPS'],
  ['healthcheckPort', 'nlb', 'traffic', 'expected traffic-port or a whole number from 1 to 65535'],
  ['healthcheckPort', 'nlb', 'trafic-port', 'did you mean "traffic-port"?'],
  ['healthcheckPath', 'nlb', 'healthz', 'expected a path that starts with /'],
  ['healthcheckPath', 'nlb', '/a\nHost: b', 'U+000A'],
  ['healthcheckPath', 'nlb', `/${'a'.repeat(1024)}`, 'at most 1024 characters'],
  ['healthcheckHealthyThreshold', 'nlb', '1', 'from 2 to 10'],
  ['healthcheckUnhealthyThreshold', 'classic', '11', 'from 2 to 10'],
  ['healthcheckTimeoutSeconds', 'classic', '61', 'from 2 to 60 (seconds)'],
  ['healthcheckTimeoutSeconds', 'nlb', '121', 'from 2 to 120 (seconds)'],
  ['healthcheckIntervalSeconds', 'nlb', '4', 'from 5 to 300 (seconds)'],
  [
    'targetGroupAttributes',
    'nlb',
    'stickiness.enabled=true',
    'preserve_client_ip.enabled or proxy_protocol_v2.enabled',
  ],
  ['targetGroupAttributes', 'nlb', 'preserve_client_ip.enabled=True', 'true or false'],
  ['targetGroupAttributes', 'nlb', 'preserve_client_ip.enabled', 'has no value'],
  [
    'targetGroupAttributes',
    'nlb',
    'proxy_protocol_v2.enabled=true,proxy_protocol_v2.enabled=false',
    'sets a key for the second time',
  ],
  ['targetNodeLabels', 'nlb', 'a b=c', 'the name of a label'],
  ['targetNodeLabels', 'nlb', 'a=-b', 'the value of a label'],
  ['sourceRanges', 'nlb', '', 'which is empty'],
  ['sourceRanges', 'nlb', '  ', 'which is empty'],
  ['sourceRanges', 'nlb', '10.0.0.0/8,', 'blank item'],
  ['sourceRanges', 'nlb', '0.0.0.0.0/0', 'four numbers'],
  ['sourceRanges', 'nlb', '10.1.2.3/8', 'did you mean "10.0.0.0/8"?'],
  ['sourceRanges', 'nlb', '10.0.0.1', 'did you mean "10.0.0.1/32"?'],
  ['sourceRanges', 'nlb', '010.0.0.0/8', 'octal'],
  ['sourceRanges', 'nlb', 'fe80::1%eth0/64', 'zone'],
  ['sourceRanges', 'nlb', '10.0.0.0/8\u202E', 'U+202E'],
];

describe('values', () => {
  const cases = good.flatMap(([name, kinds, text, read]) => kinds.map((kind) => [name, kind, text, read] as const));

  it.each(cases)('%s on %s reads %j', (name, kind, text, read) => {
    const found = value(name, kind, text);
    expect(found.value).toEqual(read);
    expect(found.problems).toEqual([]);
  });

  it.each(bad)('%s on %s refuses %j: %s', (name, kind, text, said) => {
    const reading = parse(kind, { ...companions(name), [key(name)]: text });
    expect(reading.valid).toBe(false);
    const [problem, ...more] = reading.problems.filter(({ severity }) => severity === 'error');
    expect(more).toEqual([]);
    expect(problem?.key).toBe(key(name));
    expect(problem?.message).toContain(said);
    expect(problem?.message).toContain(key(name));
  });

  it('have a good and a bad case for every annotation', () => {
    const names = Object.keys(annotations.fields).sort();
    expect([...new Set(good.map(([name]) => name))].sort()).toEqual(names);
    const refused = new Set(bad.map(([name]) => name));
    // Booleans all share one shape.
    expect(names.filter((name) => !refused.has(name as Name))).toEqual(['connectionDrainingEnabled']);
  });

  it('are defaults where nothing is given, and every default reads as itself', () => {
    const { values } = parse('classic', {});
    expect(values).toMatchObject({
      internal: false,
      crossZoneLoadBalancingEnabled: false,
      sslPorts: '*',
      accessLogEmitIntervalMinutes: 60,
      connectionDrainingTimeoutSeconds: 300,
      connectionIdleTimeoutSeconds: 60,
      allowReplacement: false,
      sourceRanges: undefined,
      type: undefined,
    });
  });
});

describe('keys', () => {
  it.each([
    ['scheme', `${STEM}internal`],
    ['sslcert', `${STEM}ssl-cert`],
    ['health-check-path', `${STEM}healthcheck-path`],
    ['source-ranges', SOURCE_RANGES],
    ['service.kubernetes.io/aws-load-balancer-internal', `${STEM}internal`],
    ['fairlead.dev/allow-replacements', REPLACE],
  ])('%s is unknown, and %s is meant', (name, suggestion) => {
    expect(parse('nlb', { [name]: 'true' }).problems).toMatchObject([{ code: 'unknown-key', suggestion }]);
  });

  it.each(['name', 'nlb-target-type', 'attributes', 'ip-address-type', 'healthcheck-success-codes'])(
    '%s is said to be another controller’s',
    (name) => {
      const { problems, valid } = parse('nlb', { [name]: 'x' });
      expect(valid).toBe(true);
      expect(problems[0]?.message).toContain('is only read by the AWS Load Balancer Controller');
    },
  );

  it('are those of the official provider, all of them, and ours', () => {
    expect(
      Object.values(annotations.fields)
        .map((field) => field.key.replace(STEM, '~'))
        .sort(),
    ).toEqual(
      [
        REPLACE,
        SOURCE_RANGES,
        ...['type', 'internal', 'subnets', 'eip-allocations', 'private-ipv4-addresses', 'security-groups'],
        ...['extra-security-groups', 'ssl-cert', 'ssl-ports', 'ssl-negotiation-policy', 'backend-protocol'],
        ...['proxy-protocol', 'access-log-enabled', 'access-log-emit-interval', 'access-log-s3-bucket-name'],
        ...['access-log-s3-bucket-prefix', 'connection-draining-enabled', 'connection-draining-timeout'],
        ...['connection-idle-timeout', 'cross-zone-load-balancing-enabled', 'additional-resource-tags'],
        ...['healthcheck-protocol', 'healthcheck-port', 'healthcheck-path', 'healthcheck-healthy-threshold'],
        ...['healthcheck-unhealthy-threshold', 'healthcheck-timeout', 'healthcheck-interval'],
        ...['target-group-attributes', 'target-node-labels'],
      ]
        .map((name) => (name.includes('/') ? name : `~${name}`))
        .sort(),
    );
  });
});
