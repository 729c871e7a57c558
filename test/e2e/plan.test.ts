// `fairlead plan` and `fairlead facts` against a real API server and the emulator: what is planned while no controller runs,
// with an account that may only look, and what a controller then does of it.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanList, PlanStep } from '../../src/cli/plan-form.ts';
import type { Service } from '../../src/kube/types.ts';
import type { FactsDocument } from '../../src/preview/facts-document.ts';
import { service } from '../cluster/objects.ts';
import { buildCommand, fairlead, type Ran } from '../stack/command.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { leastPrivilege } from './service-account.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const NLB = { [`${STEM}type`]: 'nlb' };
const VIEWER = 'viewer';

let stack: Stack;
let controller: string;
let viewer: string;
let folder: string;

beforeAll(async () => {
  await buildCommand();
  stack = await startStack({ nodes: 3, clusterName: 'e2e', audit: true });
  controller = await leastPrivilege(stack);
  viewer = await mayLook();
  folder = await mkdtemp(join(tmpdir(), 'fairlead-plan-'));
  await running(async () => {
    await stack.create(service({ name: 'web', annotations: NLB }));
    await until('web', 'True');
  });
});
afterAll(async () => {
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** An account with the rights that the command needs, and none to write. */
async function mayLook(): Promise<string> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const metadata = { name: VIEWER };
  const subjects = [{ kind: 'ServiceAccount', name: VIEWER, namespace: 'default' }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: VIEWER };
  const rules = [
    { apiGroups: [''], resources: ['services', 'nodes'], verbs: ['list'] },
    { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] },
  ];
  await stack.request('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata });
  await stack.request('POST', `${rbac}/clusterroles`, { metadata, rules });
  await stack.request('POST', `${rbac}/clusterrolebindings`, { metadata, subjects, roleRef });
  const asked = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
  const answer = await stack.request<{ status: { token: string } }>(
    'POST',
    `/api/v1/namespaces/default/serviceaccounts/${VIEWER}/token`,
    asked,
  );
  return stack.cluster.kubeconfigFor(answer.status.token, VIEWER);
}

/** A controller runs while this is done, and no longer. */
async function running(work: () => Promise<void>): Promise<void> {
  const one = stack.controller(['--leader-elect=false'], { kubeconfig: controller });
  await work().finally(() => one.stop());
}

const path = (name: string) => `/api/v1/namespaces/default/services/${name}`;
const until = (name: string, status: 'True' | 'gone') =>
  stack.until(`${name} is ${status}`, async () => {
    const one = await stack.service(name);
    if (!one) return status === 'gone';
    const found = one.status?.conditions?.find(({ type }) => type === 'fairlead.dev/Programmed');
    return found?.status === status;
  });

/** What a command must not touch. */
async function versions(): Promise<readonly string[]> {
  const all = [...(await stack.services()).map(({ metadata }) => metadata)];
  return all.map(({ name, resourceVersion }) => `${name} ${resourceVersion}`);
}

/** The requests of the viewer, by verb, as the API server's audit log has them. */
async function verbs(): Promise<readonly string[]> {
  const lines = (await readFile(stack.cluster.auditLog!, 'utf8')).trimEnd().split('\n');
  const entries = lines.map((line) => JSON.parse(line) as { verb: string; user: { username: string } });
  return [
    ...new Set(entries.filter(({ user }) => user.username.endsWith(`:${VIEWER}`)).map(({ verb }) => verb)),
  ].sort();
}

/** Runs it, and makes sure that it wrote nothing to the cluster or the cloud. */
async function looks(...args: string[]): Promise<Ran> {
  const before = await versions();
  stack.emulator.proxy.clear();
  const ran = await fairlead(stack, args, viewer);
  expect(stack.emulator.proxy.find({ write: true })).toEqual([]);
  expect(await versions()).toEqual(before);
  expect((await verbs()).every((verb) => verb === 'get' || verb === 'list')).toBe(true);
  return ran;
}

const plan = (...args: string[]) => looks('plan', '--detailed-exitcode', ...args);

async function stepsOf(...args: string[]): Promise<readonly PlanStep[]> {
  const { out } = await plan('-o', 'json', ...args);
  return (JSON.parse(out) as PlanList).items.flatMap(({ steps = [] }) => steps);
}

const deeds = (steps: readonly PlanStep[]) =>
  steps.map(({ action, kind, blocked }) => `${blocked ? 'blocked ' : ''}${action} ${kind}`);

/** The writes that AWS got meanwhile, as plans name them. */
async function writesDuring(work: () => Promise<void>): Promise<readonly string[]> {
  stack.emulator.proxy.clear();
  await work();
  return stack.emulator.proxy
    .find({ write: true })
    .map(({ operation }) => operation)
    .sort();
}

const plannedWrites = (steps: readonly PlanStep[]) =>
  steps
    .flatMap(({ calls, blocked }) => (blocked ? [] : (calls ?? ['unknown'])))
    .map((call) => call.slice(call.indexOf(':') + 1))
    .filter((operation) => !operation.startsWith('Describe'))
    .sort();

describe('fairlead plan', () => {
  it('has nothing to say of what is as it should be', async () => {
    const { code, out, err } = await plan('default/web');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe('Service default/web: aws, nlb\n\nNo changes.\n');
  });

  it('shows what a blocked wish would take', async () => {
    await stack.request('PATCH', path('web'), { metadata: { annotations: { [`${STEM}internal`]: 'true' } } });
    const { code, out } = await plan('web', '-n', 'default');
    expect(code).toBe(2);
    expect(out).toMatch(/^-\/\+ LoadBalancer a\w{31}\n {4}blocked: .*internet-facing to internal.*allow-replacement/m);
    await stack.request('PATCH', path('web'), { metadata: { annotations: { [`${STEM}internal`]: null } } });
  });

  it('shows what is then done, call by call', async () => {
    const ports = [
      { name: 'http', port: 80 },
      { name: 'https', port: 443 },
    ];
    await stack.request('PATCH', path('web'), { spec: { ports } });
    await stack.create(service({ name: 'api', annotations: NLB }));
    const { code, out } = await plan('-A');
    expect(code).toBe(2);
    expect(out).toMatch(/^Service default\/api: aws, nlb\n\n(.|\n)*^Service default\/web: aws, nlb$/m);
    expect(out).toMatch(/^\+ Listener a\w{31}\/443$/m);
    const steps = await stepsOf('-A');
    expect(deeds(steps).filter((deed) => deed === 'create LoadBalancer')).toHaveLength(1);
    const done = await writesDuring(() =>
      running(async () => {
        const made = () => stack.emulator.proxy.find({ operation: 'CreateListener' }).length;
        await stack.until('both listeners are made', async () => made() === 2);
        await until('api', 'True');
        await until('web', 'True');
      }),
    );
    expect(done).toEqual(plannedWrites(steps));
    expect(await plan('-A')).toMatchObject({ code: 0 });
  });

  it('shows a removal', async () => {
    await stack.request('DELETE', path('api'));
    const steps = await stepsOf('default/api');
    expect(deeds(steps)).toEqual(['delete LoadBalancer', 'delete TargetGroup', 'update NodeRules']);
    const done = await writesDuring(() =>
      running(async () => {
        await until('api', 'gone');
      }),
    );
    // What AWS is not ready for is tried again.
    expect([...new Set(done)]).toEqual(plannedWrites(steps));
    expect(await plan('default/api')).toMatchObject({ code: 1, err: 'there is no Service default/api\n' });
  });

  it('fails without a cluster', async () => {
    const { code, out, err } = await fairlead(stack, ['plan', '-A'], '/nowhere/kubeconfig');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/cannot read the kubeconfig/);
  });
});

describe('fairlead facts', () => {
  it('are what a plan of files is made with', async () => {
    const facts = join(folder, 'facts.json');
    const file = join(folder, 'service.yaml');
    const subnet = stack.emulator.fixtures.publicSubnets[0]?.id ?? '';
    const annotations = { ...NLB, [`${STEM}subnets`]: subnet };
    const wanted = service({ name: 'new', annotations }) as unknown as Service;
    await writeFile(file, JSON.stringify(wanted));
    expect(await looks('facts', '-q', '-f', file, '--out', facts)).toEqual({ code: 0, out: '', err: '' });
    const document = JSON.parse(await readFile(facts, 'utf8')) as FactsDocument;
    expect(document).toMatchObject({ provider: 'aws', cluster: { name: 'e2e' } });
    expect(document.nodes).toHaveLength(3);
    expect(JSON.stringify(document)).not.toMatch(/secret|token|password|credential/i);
    stack.emulator.proxy.clear();
    const { code, out, err } = await looks('plan', '-q', '-f', file, '--facts', facts);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(new RegExp(`^ {4}subnets: ${subnet}$`, 'm'));
    // With files and facts at hand nobody is asked.
    expect(stack.emulator.proxy.find({})).toEqual([]);
  });
});
