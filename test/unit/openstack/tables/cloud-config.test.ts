// The official controller's cloud.conf as options: every key, what is said of those that cannot be, and no secret in what is
// said.
import { describe, expect, it } from 'vitest';
import { cloudConfig, readCloudConfig } from '../../../../providers/openstack/cloud-config.ts';
import { options } from '../../../../providers/openstack/options.ts';
import { parseOptions } from '../../../../src/schema/index.ts';
import { uuid } from './sample.ts';

const about = { file: '/etc/cloud.conf', clusterName: 'prod', env: {} };
const texts = async (text: string) => {
  const { given, problems } = await readCloudConfig(text, about);
  return {
    given: Object.fromEntries(Object.entries(given).map(([key, value]) => [key, value.text])),
    problems: problems.map(({ severity, message }) => `${severity}: ${message}`),
  };
};

const FULL = `
[Global]
auth-url = "https://keystone.example.com/v3"
username = k8s
password = "hunter2;#"
region = RegionOne
os-endpoint-type = internalURL
tenant-name = shop
ca-file = /etc/ca.pem
[Networking]
public-network-name = public
public-network-name = other
ipv6-support-disabled = true
[Route]
router-id = x
[Metadata]
search-order = configDrive
[BlockStorage]
bs-version = v2
[LoadBalancer]
enabled = true
use-octavia
lb-version = v2
cascade-delete = yes
floating-network-id = ${uuid(1)}
floating-subnet-id = ${uuid(2)}
floating-subnet = "~^public-[0-9]"
floating-subnet-tags = "&a,b"
subnet-id = ${uuid(3)}
member-subnet-id = ${uuid(4)}
network-id = ${uuid(5)}
lb-method = LEAST_CONNECTIONS
lb-provider = octavia
create-monitor = on
monitor-delay = 1m
monitor-timeout = 30s
monitor-max-retries = 2
monitor-max-retries-down = 4
manage-security-groups = 1
internal-lb
node-selector = "role=edge, zone"
flavor-id = ${uuid(6)}
availability-zone = az1
enable-ingress-hostname = true
ingress-hostname-suffix = sslip.io
default-tls-container-ref = https://k/v1/secrets/x
container-store = external
max-shared-lb = 5
provider-requires-serial-api-calls = TRUE
[LoadBalancerClass "dmz"]
floating-subnet = "dmz-*"
floating-subnet-tags = "a, b"
[LoadBalancerClass "office"]
subnet-id = ${uuid(7)}
`;

describe('cloud.conf', () => {
  it('is named by an option', () => {
    expect(Object.values(options.fields).map(({ key }) => key)).toContain(cloudConfig.option);
  });

  it('becomes options, every key', async () => {
    const { given, problems } = await cloudConfig.read(FULL, about);
    expect(problems).toEqual([]);
    const reading = parseOptions(options, { flags: {}, env: {}, file: given });
    expect(reading.problems).toEqual([]);
    expect(reading.values).toEqual(
      expect.objectContaining({
        authUrl: 'https://keystone.example.com/v3',
        region: 'RegionOne',
        interface: 'internal',
        cloudsFile: undefined,
        floatingNetworkId: uuid(1),
        floatingSubnetId: uuid(2),
        floatingSubnet: '~^public-[0-9]',
        floatingSubnetTags: '&a,b',
        subnetId: uuid(3),
        memberSubnetId: uuid(4),
        networkId: uuid(5),
        lbMethod: 'LEAST_CONNECTIONS',
        lbProvider: 'octavia',
        createMonitor: true,
        monitorDelayMs: 60_000,
        monitorTimeoutMs: 30_000,
        monitorMaxRetries: 2,
        monitorMaxRetriesDown: 4,
        manageSecurityGroups: true,
        internalLb: true,
        nodeSelector: { role: 'edge', zone: '' },
        flavorId: uuid(6),
        availabilityZone: 'az1',
        enableIngressHostname: true,
        ingressHostnameSuffix: 'sslip.io',
        defaultTlsContainerRef: 'https://k/v1/secrets/x',
        containerStore: 'external',
        maxSharedLb: 5,
        requiresSerialApiCalls: true,
        loadBalancerClasses: {
          dmz: { floatingSubnet: 'dmz-*', floatingSubnetTags: 'a, b' },
          office: { subnetId: uuid(7) },
        },
      }),
    );
  });

  it('counts less than a flag, and is named where a value of it is wrong', async () => {
    const { given } = await readCloudConfig('[LoadBalancer]\nlb-provider = ovn\nsubnet-id = private', about);
    const flags = { 'openstack-lb-provider': 'amphora' };
    const { values, problems } = parseOptions(options, { flags, env: {}, file: given });
    expect(values.lbProvider).toBe('amphora');
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Key \[LoadBalancer\] subnet-id of \/etc\/cloud\.conf is "private"; expected a UUID/),
    ]);
  });

  it('names clouds.yaml only where it is used', async () => {
    const clouds = 'clouds-file = /etc/clouds.yaml\ncloud = prod\n';
    expect(await texts(`[Global]\nuse-clouds = true\n${clouds}`)).toEqual({
      given: { 'openstack-clouds-file': '/etc/clouds.yaml', 'openstack-cloud': 'prod' },
      problems: [],
    });
    expect(await texts(`[Global]\n${clouds}`)).toEqual({
      given: {},
      problems: [
        'warning: /etc/cloud.conf: [Global] clouds-file has no effect without use-clouds = true.',
        'warning: /etc/cloud.conf: [Global] cloud has no effect without use-clouds = true.',
      ],
    });
  });

  it.each([
    ['enabled = false', /^warning: .*\[LoadBalancer\] enabled is false: it switches off/],
    ['use-octavia = false', /^error: .*\[LoadBalancer\] use-octavia is false: it asks for Neutron LBaaS/],
    ['cascade-delete = off', /^warning: .*\[LoadBalancer\] cascade-delete is false: it has no effect/],
    ['lb-version = v1', /^error: .*\[LoadBalancer\] lb-version is "v1".*did you mean "v2"/],
    ['create-monitor = maybe', /^error: .*\[LoadBalancer\] create-monitor is "maybe"; expected true or false/],
    ['subnetid = x', /^warning: .*\[LoadBalancer\] subnetid is unknown.*did you mean "subnet-id"/],
    ['subnet-id', /^error: .*\[LoadBalancer\] subnet-id has no value/],
    ['[LoadBalancerClass "d m z"]', /^error: .*\[LoadBalancerClass .*cannot be a class of Fairlead/],
    ['[LoadBalancerClass "dmz"]\nfloating-net = x', /^warning: .*floating-net is unknown/],
    ['[LoadBalancers]', /^warning: .*the section \[LoadBalancers\] is unknown.*did you mean "LoadBalancer"/],
    [
      '[Networking]\npublic-networkname = x',
      /^warning: .*\[Networking\] public-networkname is unknown.*did you mean "public-network-name"/,
    ],
  ])('says of %s what is so', async (line, expected) => {
    expect((await texts(`[LoadBalancer]\n${line}`)).problems).toEqual([expect.stringMatching(expected)]);
  });

  it('shows no secret', async () => {
    const { given, problems } = await texts(
      '[Global]\npassword = hunter2\npassword = "hunter2\npasword = hunter2\npassword hunter2\nuse-clouds = 1\napplication-credential-secret = hunter2\\\nusername\n',
    );
    expect(given).toEqual({});
    expect(problems.length).toBeGreaterThan(2);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('never says more than fifty things', async () => {
    const { problems } = await texts(
      `[LoadBalancer]\n${Array.from({ length: 200 }, (_, i) => `k${i} = v`).join('\n')}`,
    );
    expect(problems).toHaveLength(50);
  });
});
