// The tables hold every key of the official controller, with its defaults, and say what is wrong with a value.
import { describe, expect, it } from 'vitest';
import { annotations } from '../../../../providers/openstack/annotations.ts';
import { options } from '../../../../providers/openstack/options.ts';
import { parseOptions, schemaFaults } from '../../../../src/schema/index.ts';
import { STEM, uuid } from './sample.ts';

const ANNOTATIONS = [
  'service.beta.kubernetes.io/openstack-internal-load-balancer',
  'service.beta.kubernetes.io/load-balancer-source-ranges',
  'fairlead.dev/allow-replacement',
  ...[
    'node-selector',
    'connection-limit',
    'floating-network-id',
    'floating-subnet',
    'floating-subnet-id',
    'floating-subnet-tags',
    'class',
    'keep-floatingip',
    'port-id',
    'subnet-id',
    'network-id',
    'member-subnet-id',
    'lb-method',
    'proxy-protocol',
    'x-forwarded-for',
    'default-tls-container-ref',
    'timeout-client-data',
    'timeout-member-connect',
    'timeout-member-data',
    'timeout-tcp-inspect',
    'flavor-id',
    'availability-zone',
    'enable-health-monitor',
    'health-monitor-delay',
    'health-monitor-timeout',
    'health-monitor-max-retries',
    'health-monitor-max-retries-down',
    'load-balancer-id',
    'load-balancer-address',
    'hostname',
  ].map((key) => `loadbalancer.openstack.org/${key}`),
];

const OPTIONS = [
  'cloud-config',
  'clouds-file',
  'cloud',
  'auth-url',
  'region',
  'interface',
  'floating-network-id',
  'floating-subnet',
  'floating-subnet-id',
  'floating-subnet-tags',
  'lb-method',
  'lb-provider',
  'subnet-id',
  'member-subnet-id',
  'network-id',
  'load-balancer-classes',
  'manage-security-groups',
  'create-monitor',
  'monitor-delay',
  'monitor-timeout',
  'monitor-max-retries',
  'monitor-max-retries-down',
  'internal-lb',
  'node-selector',
  'flavor-id',
  'availability-zone',
  'enable-ingress-hostname',
  'ingress-hostname-suffix',
  'default-tls-container-ref',
  'container-store',
  'max-shared-lb',
  'provider-requires-serial-api-calls',
].map((key) => `openstack-${key}`);

const keysOf = (fields: object) => Object.values(fields).map(({ key }: { key: string }) => key);
const read = (given: Record<string, string>) =>
  annotations.parse(Object.fromEntries(Object.entries(given).map(([key, text]) => [STEM + key, text])));

describe('the annotations', () => {
  it('are sound', () => {
    expect(schemaFaults(annotations)).toEqual([]);
  });

  it('are all of them', () => {
    expect(keysOf(annotations.fields).sort()).toEqual([...ANNOTATIONS].sort());
  });

  it('have the defaults of the official controller', () => {
    expect(annotations.parse({}).values).toMatchObject({
      internal: false,
      connectionLimit: '-1',
      keepFloatingIp: false,
      proxyProtocol: 'false',
      xForwardedFor: false,
      timeoutClientDataMs: 50_000,
      timeoutMemberConnectMs: 5000,
      timeoutMemberDataMs: 50_000,
      timeoutTcpInspectMs: 0,
      lbMethod: undefined,
      enableHealthMonitor: undefined,
      floatingNetworkId: undefined,
    });
  });

  it.each([
    ['connection-limit', 'many', 'expected -1 or a whole number'],
    ['connection-limit', '-2', 'expected -1 or a whole number'],
    ['keep-floatingip', 'yes', 'did you mean "true"'],
    ['x-forwarded-for', 'on', 'did you mean "true"'],
    ['proxy-protocol', 'v3', 'did you mean "v1"'],
    ['proxy-protocol', 'True', 'did you mean "true"'],
    ['lb-method', 'round_robin', 'did you mean "ROUND_ROBIN"'],
    ['timeout-client-data', '50s', 'whole number from 0 to 2073600000 (milliseconds)'],
    ['timeout-client-data', '2073600001', 'whole number from 0 to 2073600000 (milliseconds)'],
    ['health-monitor-max-retries', '11', 'whole number from 1 to 10'],
    ['health-monitor-max-retries-down', '0', 'whole number from 1 to 10'],
    ['health-monitor-delay', '5s', 'whole number from 1'],
    ['subnet-id', 'private', 'expected a UUID'],
    ['floating-network-id', uuid(1).replaceAll('-', ''), `did you mean "${uuid(1)}"`],
    ['node-selector', '=x', 'expected a key that is the name of a label'],
    ['hostname', 'www_example', 'expected a DNS name'],
    ['floating-subnet', '~(', 'opens a group that is not closed'],
    ['floating-subnet-tags', 'a,,b', 'has a blank tag'],
  ])('refuse %s: %s', (key, text, why) => {
    const reading = read({ [key]: text });
    expect(reading.valid).toBe(false);
    expect(reading.problems.map(({ message }) => message)).toEqual([expect.stringContaining(why)]);
    expect(reading.problems[0]?.message).toContain(`Annotation ${STEM}${key}`);
  });

  it('tell all that is wrong at once', () => {
    const { problems } = read({
      'connection-limit': 'x',
      'subnet-id': 'y',
      'keep-floatingip': 'z',
      'floating-subnet': '[',
    });
    expect(problems.filter(({ severity }) => severity === 'error')).toHaveLength(4);
  });

  it.each([
    'floating-network-id',
    'floating-subnet',
    'floating-subnet-id',
    'floating-subnet-tags',
    'class',
    'port-id',
    'subnet-id',
    'network-id',
    'member-subnet-id',
    'flavor-id',
    'availability-zone',
    'default-tls-container-ref',
    'node-selector',
    'proxy-protocol',
    'load-balancer-id',
    'load-balancer-address',
    'hostname',
  ])('take an empty %s as said', (key) => {
    const reading = read({ [key]: '' });
    expect(reading).toMatchObject({ valid: true, problems: [] });
    expect(Object.values(reading.given)).toEqual([STEM + key]);
  });

  it.each(['connection-limit', 'timeout-client-data', 'x-forwarded-for', 'lb-method', 'enable-health-monitor'])(
    'take an empty %s as not said, and say so',
    (key) => {
      expect(read({ [key]: '' })).toMatchObject({
        valid: true,
        problems: [{ severity: 'warning', code: 'no-effect' }],
      });
    },
  );

  it('never fail for what the controller writes', () => {
    expect(read({ 'load-balancer-address': 'no address' })).toMatchObject({ valid: true, problems: [] });
    expect(read({ 'load-balancer-id': uuid('A') }).values.loadBalancerId).toBe(uuid('a'));
  });

  it('refuse X-Forwarded-For beside the PROXY protocol', () => {
    const beside = (proxy: string) => read({ 'proxy-protocol': proxy, 'x-forwarded-for': 'true' }).valid;
    expect([beside('true'), beside('v1'), beside('v2'), beside('false'), beside('')]).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it('say that an internal load balancer has no floating IP', () => {
    const key = 'service.beta.kubernetes.io/openstack-internal-load-balancer';
    const reading = annotations.parse({
      [key]: 'true',
      [`${STEM}keep-floatingip`]: 'true',
      [`${STEM}floating-subnet`]: 'x',
    });
    expect(reading.problems.map(({ severity, key: about }) => [severity, about])).toEqual([
      ['warning', `${STEM}floating-subnet`],
      ['warning', `${STEM}keep-floatingip`],
    ]);
  });

  it('find the key that was meant', () => {
    expect(
      read({ 'floating-ip-subnet': 'x', 'keep-floating-ip': 'true' }).problems.map(({ suggestion }) => suggestion),
    ).toEqual([`${STEM}floating-subnet`, `${STEM}keep-floatingip`]);
  });
});

describe('the options', () => {
  const readOptions = (flags: Record<string, string>) => parseOptions(options, { flags, env: {} });

  it('are sound, and all of them', () => {
    expect(schemaFaults(options)).toEqual([]);
    expect(keysOf(options.fields).sort()).toEqual([...OPTIONS].sort());
  });

  it('have the defaults of the official controller', () => {
    expect(readOptions({}).values).toEqual(
      expect.objectContaining({
        internalLb: false,
        lbProvider: 'amphora',
        lbMethod: undefined,
        createMonitor: false,
        monitorDelayMs: 5000,
        monitorTimeoutMs: 3000,
        monitorMaxRetries: 1,
        monitorMaxRetriesDown: 3,
        manageSecurityGroups: false,
        enableIngressHostname: false,
        ingressHostnameSuffix: 'nip.io',
        containerStore: 'barbican',
        maxSharedLb: 2,
        requiresSerialApiCalls: false,
        floatingNetworkId: undefined,
        loadBalancerClasses: undefined,
      }),
    );
  });

  it('never take a credential', () => {
    expect(keysOf(options.fields).filter((key) => /password|secret|token|user|credential/.test(key))).toEqual([]);
  });

  it.each([
    ['openstack-monitor-delay', '1500ms', 'whole number of seconds'],
    ['openstack-monitor-timeout', '5', 'did you mean "5s"'],
    ['openstack-interface', 'publicURL', 'expected public, internal or admin'],
    ['openstack-auth-url', 'keystone:5000', 'expected a URL'],
    ['openstack-floating-subnet', '~a)', 'closes a group'],
    ['openstack-floating-subnet-tags', '!', 'has a blank tag'],
    ['openstack-max-shared-lb', '0', 'whole number from 1'],
    ['openstack-node-selector', 'a=b=c', 'the value of a label'],
  ])('refuse %s %s', (key, text, why) => {
    const { valid, problems } = readOptions({ [key]: text });
    expect({ valid, messages: problems.map(({ message }) => message) }).toEqual({
      valid: false,
      messages: [expect.stringContaining(why)],
    });
  });

  it('read labels', () => {
    expect(readOptions({ 'openstack-node-selector': 'a=b, c' }).values.nodeSelector).toEqual({ a: 'b', c: '' });
  });
});
