// `fairlead doctor` against a real API server and the emulator, with the ServiceAccount and the IAM policy of the controller:
// what it finds, and that it writes nothing and is refused nothing on the way.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTagsCommand, DeleteTagsCommand } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { emulatorClients } from '../../localstack/clients.ts';
import { CONTROLLER_KEY } from '../../localstack/iam/enforcement.ts';
import { type Feature, GRANTED } from '../../providers/aws/grants/features.ts';
import { grants } from '../../providers/aws/grants/policy.ts';
import { options as awsOptions, type Options } from '../../providers/aws/options.ts';
import type { CheckUpDocument } from '../../src/doctor/document.ts';
import type { Finding } from '../../src/provider/provider.ts';
import { parseOptions } from '../../src/schema/index.ts';
import { service } from '../cluster/objects.ts';
import { buildCommand, fairlead } from '../stack/command.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { leastPrivilege } from './service-account.ts';

const USER = 'system:serviceaccount:kube-system:fairlead';
const ROLE = '/apis/rbac.authorization.k8s.io/v1/clusterroles/fairlead';
const ROLE_TAG = { Key: 'kubernetes.io/role/elb', Value: '1' };

let stack: Stack;
/** The stack as the controller sees it: with its credentials. */
let own: Stack;
let kubeconfig: string;
let folder: string;

beforeAll(async () => {
  await buildCommand();
  stack = await startStack({ nodes: 3, clusterName: 'e2e', audit: true });
  const env = { ...stack.emulator.env, AWS_ACCESS_KEY_ID: CONTROLLER_KEY };
  own = { ...stack, emulator: { ...stack.emulator, env } };
  kubeconfig = await leastPrivilege(stack);
  folder = await mkdtemp(join(tmpdir(), 'fairlead-doctor-'));
});
afterAll(async () => {
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => allow(GRANTED));

/** The policy that the credentials of the controller have from now on. */
function allow(features: readonly Feature[]): void {
  const options = parseOptions(awsOptions, { flags: {}, env: {} }).values as Options;
  const policy = grants.document({ features, partition: 'aws', clusterName: 'e2e', options });
  stack.emulator.proxy.enforce({ policy });
}

interface Look {
  readonly code: number;
  readonly findings: readonly Finding[];
  readonly document: CheckUpDocument;
}

/** As the controller, and makes sure that nothing was written and nothing refused. */
async function doctor(...args: readonly string[]): Promise<Look> {
  const before = await versions();
  const seen = (await requests()).length;
  stack.emulator.proxy.clear();
  const { code, out, err } = await fairlead(own, ['doctor', '-o', 'json', ...args], kubeconfig);
  expect(err).toBe('');
  const isDryRun = (params: object) => (params as { readonly DryRun?: string }).DryRun === 'true';
  expect(stack.emulator.proxy.find({ write: true, match: (params) => !isDryRun(params) })).toEqual([]);
  expect(await versions()).toEqual(before);
  const asked = (await requests()).slice(seen).filter(({ user }) => user.username === USER);
  expect(asked.filter((one) => one.verb !== 'get' && one.verb !== 'list' && !isReview(one))).toEqual([]);
  expect(asked.filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([]);
  const document = JSON.parse(out) as CheckUpDocument;
  return { code, document, findings: document.sections.flatMap(({ findings }) => findings) };
}

const bad = ({ findings }: Look) => findings.filter(({ state }) => state === 'error' || state === 'warning');
const of = ({ findings }: Look, about: string) => findings.filter((one) => one.about === about);

async function versions(): Promise<readonly string[]> {
  return (await stack.services()).map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`);
}

interface Audited {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly responseStatus?: { readonly code?: number };
}

async function requests(): Promise<readonly Audited[]> {
  const text = (await readFile(stack.cluster.auditLog!, 'utf8')).trimEnd();
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Audited);
}

const isReview = ({ verb, requestURI }: Audited) =>
  verb === 'create' && /\/(?:selfsubjectreviews|selfsubjectaccessreviews)$/.test(requestURI);

describe('a look before anything runs', () => {
  it('finds nothing wrong, and says what it could not see', async () => {
    allow(GRANTED);
    const found = await doctor();
    expect(bad(found).map(({ about, message }) => `${about}: ${message}`)).toEqual([
      'leader: There is no Lease kube-system/fairlead: no controller has worked with these settings yet.',
    ]);
    const unknown = found.findings.filter(({ state }) => state === 'unknown').map(({ about }) => about);
    expect(unknown).toEqual(['admission policy', 'service controllers', 'webhooks', 'IAM: writes']);
    expect(of(found, 'dry run').map(({ message }) => message)).toEqual([
      'A Service of one port that asks for a Network Load Balancer would create 5 objects, in 5 calls.',
      'A Service of one port that asks for a Classic Load Balancer would create 4 objects, in 7 calls.',
    ]);
    expect(found.code).toBe(0);
    expect(JSON.stringify(found.document)).not.toMatch(new RegExp(`${CONTROLLER_KEY}|eyJ`));
  });

  it('reads for people as it does for programs', async () => {
    const { code, out, err } = await fairlead(own, ['doctor'], kubeconfig);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Fairlead .*, cluster e2e, provider aws\n\nSettings\n {2}ok /);
    expect(out).toMatch(/\n {2}ok {7}API server +It answers and is v1\./);
    expect(out).toMatch(/\n1 warning, 4 unknown, \d+ ok\.\n$/);
    expect(out).not.toContain('\u001b');
  });

  it('tells an administrator of the rights of the account', async () => {
    const admin = stack.cluster.kubeconfig;
    const args = ['doctor', '-o', 'json', '--as-service-account', 'kube-system:fairlead'];
    const { code, out } = await fairlead(own, args, admin);
    const document = JSON.parse(out) as CheckUpDocument;
    const look = { code, document, findings: document.sections.flatMap(({ findings }) => findings) };
    expect(of(look, 'rights')[0]?.message).toContain(`${USER} has all`);
    expect(look.findings.filter(({ state }) => state === 'unknown').map(({ about }) => about)).toEqual(['IAM: writes']);
  });

  it('refuses wrong arguments', async () => {
    const { code, out, err } = await fairlead(own, ['doctor', '--driftt-interval', '1h'], kubeconfig);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('--drift-interval');
  });
});

describe('a look at a controller at work', () => {
  it('sees who leads, and how far the Services are', async () => {
    // As somebody else, so that the requests of the two are told apart.
    const controller = stack.controller();
    try {
      const annotations = { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' };
      await stack.create(service({ name: 'web', annotations }));
      await stack.create(
        service({
          name: 'bad',
          annotations: { ...annotations, 'service.beta.kubernetes.io/aws-load-balancer-internal': 'perhaps' },
        }),
      );
      await stack.until('both are looked at', async () => {
        const all = await stack.services();
        const reasons = all
          .flatMap(({ status }) => status?.conditions ?? [])
          .map(({ type, reason }) => `${type} ${reason}`);
        return (
          reasons.includes('fairlead.dev/Programmed Programmed') &&
          reasons.includes('fairlead.dev/Accepted InvalidService')
        );
      });
      const found = await doctor();
      expect(of(found, 'leader')[0]).toMatchObject({
        state: 'ok',
        message: expect.stringContaining('holds Lease kube-system/fairlead'),
      });
      expect(of(found, 'Services').map(({ message }) => message)).toEqual([
        '2 Services of 2 with type LoadBalancer are for this controller: 1 invalid, 1 programmed.',
        expect.stringContaining('default/bad: InvalidService: '),
      ]);
      expect(found.code).toBe(0);
    } finally {
      await controller.stop();
    }
  });
});

describe('a look at what is missing', () => {
  it('names the right in Kubernetes', async () => {
    const { rules } = await stack.request<{ rules: readonly { resources: readonly string[] }[] }>('GET', ROLE);
    const fewer = rules.filter(({ resources }) => !resources.includes('services/status'));
    onTestFinished(async () => void (await stack.request('PATCH', ROLE, { rules })));
    await stack.request('PATCH', ROLE, { rules: fewer });
    const found = await stack.until('the authorizer knows', async () => {
      const look = await doctor();
      return look.code === 1 && look;
    });
    expect(of(found, 'rights')).toEqual([
      expect.objectContaining({
        state: 'error',
        message: `${USER} may not patch services/status in all namespaces (address, conditions and finalizer).`,
        remedy: 'Add to its ClusterRole:\n{ apiGroups: [""], resources: ["services/status"], verbs: ["patch"] }',
      }),
    ]);
  });

  it('names the tag of a subnet', async () => {
    const clients = emulatorClients({ endpoint: stack.emulator.proxy.url, region: 'eu-west-1' });
    const subnet = stack.emulator.fixtures.publicSubnets[0]?.id ?? '';
    onTestFinished(async () => {
      await clients.ec2.send(new CreateTagsCommand({ Resources: [subnet], Tags: [ROLE_TAG] }));
      clients[Symbol.dispose]();
    });
    await clients.ec2.send(new DeleteTagsCommand({ Resources: [subnet], Tags: [ROLE_TAG] }));
    const found = await doctor();
    expect(found.code).toBe(0);
    expect(of(found, 'subnets').filter(({ state }) => state === 'warning')).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(`${subnet} lacks the tag kubernetes.io/role/elb`),
        remedy: expect.stringContaining(
          `aws ec2 create-tags --resources ${subnet} --tags Key=kubernetes.io/role/elb,Value=1`,
        ),
      }),
    ]);
  });

  it('names the IAM action for a write', async () => {
    allow(GRANTED.filter((feature) => feature !== 'node-rules' && feature !== 'security-groups'));
    const found = await doctor();
    expect(found.code).toBe(1);
    const group = stack.emulator.fixtures.nodeSecurityGroupId;
    expect(
      of(found, 'IAM: writes')
        .filter(({ state }) => state === 'error')
        .map(({ message }) => message),
    ).toEqual([
      'EC2 would deny ec2:CreateSecurityGroup.',
      `EC2 would deny ec2:AuthorizeSecurityGroupIngress on ${group}.`,
      `EC2 would deny ec2:RevokeSecurityGroupIngress on ${group}.`,
      `EC2 would deny ec2:UpdateSecurityGroupRuleDescriptionsIngress on ${group}.`,
    ]);
  });

  it('names the IAM action for a read', async () => {
    const effect = { error: { code: 'AccessDenied', status: 403 } };
    const fault = stack.emulator.proxy.fault({ operation: 'DescribeTargetGroups', phase: 'before', effect });
    onTestFinished(() => fault.remove());
    const found = await doctor();
    expect(found.code).toBe(1);
    expect(of(found, 'IAM: reads').map(({ message }) => message)).toEqual([
      'AWS denies elasticloadbalancing:DescribeTargetGroups.',
    ]);
    expect(of(found, 'dry run')).toEqual([expect.objectContaining({ state: 'unknown' })]);
  });

  it('says that credentials have expired, and asks AWS no more', async () => {
    const effect = { error: { code: 'ExpiredToken', status: 403 } };
    const fault = stack.emulator.proxy.fault({ operation: /./, phase: 'before', effect });
    onTestFinished(() => fault.remove());
    const found = await doctor();
    expect(found.code).toBe(1);
    expect(of(found, 'credentials')).toEqual([
      expect.objectContaining({ state: 'error', message: 'The credentials have expired (ExpiredToken).' }),
    ]);
    expect(found.findings.filter(({ about }) => about.startsWith('IAM'))).toEqual([]);
  });

  it('says that there are no nodes', async () => {
    for (const index of [0, 1, 2]) await stack.removeNode(index);
    onTestFinished(async () => {
      for (const index of [0, 1, 2]) await stack.addNode(index);
    });
    const found = await doctor();
    expect(found.code).toBe(1);
    expect(of(found, 'nodes')[0]).toMatchObject({ state: 'error', message: expect.stringContaining('no nodes') });
    expect(of(found, 'VPC')[0]).toMatchObject({ state: 'unknown', remedy: expect.stringContaining('--aws-vpc-id') });
  });

  it('looks at the cloud where the API server does not answer', async () => {
    const file = join(folder, 'kubeconfig');
    const text = await readFile(kubeconfig, 'utf8');
    await writeFile(file, text.replace(/(server: .*:)\d+/, '$11'));
    const { vpcId } = stack.emulator.fixtures;
    const { code, out } = await fairlead(own, ['doctor', '-o', 'json', '--aws-vpc-id', vpcId], file);
    const { sections } = JSON.parse(out) as CheckUpDocument;
    expect(code).toBe(1);
    const findings = sections.flatMap(({ findings: some }) => some);
    expect(findings.filter(({ state }) => state === 'error').map(({ about }) => about)).toEqual(['API server']);
    expect(findings.filter(({ state }) => state === 'ok').map(({ about }) => about)).toEqual(
      expect.arrayContaining(['credentials', 'IAM: reads', 'subnets']),
    );
  });
});
