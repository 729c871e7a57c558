// `fairlead plan -f`: with nothing at hand but a file.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsCompiler } from '../../../providers/aws/compiler.ts';
import { addPlan, type PlanTerminal } from '../../../src/cli/plan.ts';
import type { PlanList } from '../../../src/cli/plan-form.ts';
import type { FactsDocument } from '../../../src/preview/facts-document.ts';

const root = join(import.meta.dirname, '../../..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-plan-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** In this process, with no settings but these. */
async function run(args: readonly string[]): Promise<Ran> {
  const ran = { code: -1, out: '', err: '' };
  const io: PlanTerminal = {
    out: (text) => {
      ran.out += text;
    },
    err: (text) => {
      ran.err += text;
    },
    exit: (code) => {
      ran.code = code;
    },
    paint: undefined,
    signal: new AbortController().signal,
  };
  const program = new Command('fairlead').exitOverride();
  program.configureOutput({ writeOut: io.out, writeErr: io.err });
  await addPlan(program, args, {}, () => io);
  program.commands[0]?.configureOutput({ writeOut: io.out, writeErr: io.err });
  await program.parseAsync(args, { from: 'user' });
  return ran;
}

/** As a process; nothing of this machine's own settings reaches it. */
function piped(args: readonly string[], input: string): Promise<Ran> {
  const { PATH = '' } = process.env;
  return new Promise((resolve) => {
    const command = ['--disable-warning=ExperimentalWarning', 'src/main.ts', ...args];
    const options = { cwd: root, env: { PATH, HOME: folder }, timeout: 60_000 };
    const child = execFile(process.execPath, command, options, (_, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err });
    });
    child.stdin?.end(input);
  });
}

/** A plan of this text. */
async function planOf(text: string, ...args: string[]): Promise<Ran> {
  return run(['plan', '-f', await file('service.yaml', text), ...args]);
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const STEM = 'service.beta.kubernetes.io/aws-load-balancer';
const service = (name: string, annotations: Readonly<Record<string, string>> = {}, spec = '') => `apiVersion: v1
kind: Service
metadata:
  namespace: shop
  name: ${name}
  annotations:
${Object.entries({ [`${STEM}-type`]: 'nlb', ...annotations })
  .map(([key, value]) => `    ${key}: "${value}"\n`)
  .join('')}spec:
  type: LoadBalancer
${spec}  ports:
    - port: 80
`;

describe('a file', () => {
  it('has a plan for each Service, from a cloud that is made up', async () => {
    const path = await file('two.yaml', `${service('web')}---\n${service('api')}`);
    const { code, out, err } = await run(['plan', '-f', path]);
    expect(code).toBe(0);
    expect(out).toContain(`Service shop/web (${path}:1): aws, nlb\n`);
    expect(out).toContain(`Service shop/api (${path}:13): aws, nlb\n`);
    expect(out).toMatch(/^\+ LoadBalancer a\w{31}$/m);
    expect(out).toMatch(/^ {4}targetGroup: arn of TargetGroup k8s-shop-web-\w+ \(known after apply\)$/m);
    expect(out).toMatch(/^2 Services\. Plan: 10 to create, .* 10 API calls\.$/m);
    expect(err.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^The cloud is made up: .*--facts facts\.json\.$/),
    ]);
    expect(await run(['plan', '-f', path, '-q'])).toEqual({ code: 0, out, err: '' });
  });

  it('may be what comes in', async () => {
    const { code, out } = await piped(['plan', '-f', '-', '--detailed-exitcode'], service('web'));
    expect(code).toBe(2);
    expect(out).toContain('Service shop/web (<stdin>:1): aws, nlb\n');
  });

  it('shows what is wrong with a Service at its place, and plans the others', async () => {
    const bad = service('bad', { [`${STEM}-internal`]: 'maybe' });
    const path = await file('bad.yaml', `${service('web')}---\n${bad}`);
    const { code, out } = await run(['plan', '-f', path, '-q', '--detailed-exitcode']);
    expect(code).toBe(1);
    expect(out).toContain(`\n${path}:20:`);
    expect(out).toMatch(/:20:\d+: error: Annotation \S+-internal is "maybe"/);
    expect(out).toMatch(/^2 Services, 1 with errors\. Plan: 5 to create/m);
  });

  it('tells of what is no YAML, with the place, and plans what it could read', async () => {
    const path = await file('broken.yaml', `${service('web')}---\nkind: Service\n  a: [\n`);
    const { code, out, err } = await run(['plan', '-f', path]);
    expect(code).toBe(1);
    expect(out).toContain('Service shop/web');
    expect(err).toMatch(/broken\.yaml:1[2-5]:\d+: error: This is not valid YAML/);
  });

  it('leaves Services of others to them', async () => {
    const other = service('other', {}, '  loadBalancerClass: service.k8s.aws/nlb\n');
    const { code, out } = await planOf(other, '-q', '--detailed-exitcode');
    expect({ code, out }).toEqual({
      code: 0,
      out: `Service shop/other (${join(folder, 'service.yaml')}:1): it is for another controller\n`,
    });
  });

  it('may hold Services of several providers', async () => {
    const other = service('other', {}, '  loadBalancerClass: fairlead.dev/simulator\n');
    const { code, out } = await planOf(`${service('web')}---\n${other}`, '-q', '--provider', 'aws,simulator');
    expect(code).toBe(0);
    expect(out).toMatch(/^Service shop\/web .*: aws, nlb$/m);
    expect(out).toMatch(/^Service shop\/other .*: simulator$/m);
  });

  it('is not a way to write to the terminal', async () => {
    const { out, err } = await planOf(service('web', { [`${STEM}-internal`]: '\\u001b[2J' }));
    expect(out + err).not.toContain('\u001b');
  });
});

describe('-o json', () => {
  it('is a versioned object', async () => {
    const { code, out, err } = await planOf(service('web'), '-o', 'json', '--show-iam', '-q');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const list = JSON.parse(out) as PlanList;
    expect(list).toMatchObject({
      apiVersion: 'plan.fairlead.dev/v1',
      kind: 'PlanList',
      mode: 'offline',
      facts: 'imagined',
      cluster: { name: 'demo' },
      summary: { services: 1, create: 5, change: 0, replace: 0, delete: 0, blocked: 0, calls: 5 },
    });
    const [item] = list.items;
    expect(item).toMatchObject({
      service: { namespace: 'shop', name: 'web' },
      source: { file: join(folder, 'service.yaml'), line: 1, column: 1 },
      provider: 'aws',
      stance: 'ours',
      loadBalancer: 'nlb',
      problems: [],
    });
    const listener = item?.steps?.find(({ kind }) => kind === 'Listener');
    expect(listener).toMatchObject({ action: 'create', calls: ['elasticloadbalancing:CreateListener'] });
    const target = listener?.changes.find(({ field }) => field === 'targetGroup');
    expect(target?.to).toEqual({ $unknown: expect.stringMatching(/^TargetGroup\/.+#arn$/) });
    expect(item?.permissions).toContain('elasticloadbalancing:CreateLoadBalancer');
  });

  it('has the places of problems', async () => {
    const bad = service('bad', { [`${STEM}-internal`]: 'maybe' });
    const { code, out } = await planOf(bad, '-o', 'json', '-q');
    const [item] = (JSON.parse(out) as PlanList).items;
    expect(code).toBe(1);
    expect(item?.steps).toBeUndefined();
    expect(item?.problems).toMatchObject([
      { severity: 'error', key: `${STEM}-internal`, position: { file: join(folder, 'service.yaml'), line: 8 } },
    ]);
  });
});

describe('--show-iam', () => {
  it('lists what the plan needs', async () => {
    const { out } = await planOf(service('web'), '--show-iam', '-q');
    expect(out).toMatch(/^The plan needs these permissions:\n( {2}[a-z0-9]+:[A-Za-z]+\n)+$/m);
    expect(out).toContain('  elasticloadbalancing:CreateLoadBalancer\n');
    expect(out).not.toContain('DeleteLoadBalancer\n');
  });

  it('says so where a provider has none', async () => {
    const { code, err } = await planOf(service('web'), '--show-iam', '-q', '--provider', 'simulator');
    expect(code).toBe(0);
    expect(err).toBe('Provider simulator has no permissions to list.\n');
  });
});

describe('--facts', () => {
  const scene = awsCompiler.imagine([]);
  const facts: FactsDocument = {
    apiVersion: 'facts.fairlead.dev/v1',
    kind: 'Facts',
    provider: 'aws',
    cluster: { name: 'demo', uid: '11111111-2222-4333-8444-555555555555' },
    nodes: scene.nodes,
    facts: { ...scene.facts, region: 'eu-central-1' },
  };
  const planned = async (document: unknown, ...args: string[]) => {
    const path = await file('facts.json', typeof document === 'string' ? document : JSON.stringify(document));
    return planOf(service('web'), '--facts', path, ...args);
  };

  it('are used, with the cluster that they are of', async () => {
    const { code, out, err } = await planned(facts, '-o', 'json');
    expect(code).toBe(0);
    expect(err).toMatch(/^UIDs, .* are samples: [^\n]*\n$/);
    expect(JSON.parse(out)).toMatchObject({ facts: 'given', cluster: facts.cluster });
    expect(out).toContain('11111111-2222-4333-8444-555555555555/');
  });

  it('that do not have what the Service needs are told of', async () => {
    const { code, out } = await planned({ ...facts, facts: { ...scene.facts, subnets: [] } });
    expect(code).toBe(1);
    expect(out).toMatch(/service\.yaml:\d+:\d+: error: No subnet of vpc-/m);
    expect(out).toMatch(/fairlead facts -f FILE/);
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /is not JSON/],
    ['something else', { kind: 'Service' }, /no document of apiVersion facts\.fairlead\.dev\/v1/],
    ['of another provider', { ...facts, provider: 'simulator' }, /holds facts of provider "simulator"/],
    ['without a cluster', { ...facts, cluster: {} }, /lacks the name and uid of its cluster/],
    ['with a node that is none', { ...facts, nodes: [{ name: 'a' }] }, /nodes\[0\] needs/],
    ['without facts', { ...facts, facts: [] }, /lacks its facts/],
  ])('%s is refused', async (_, document, why) => {
    const { code, out, err } = await planned(document);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(why);
  });

  it('of another form inside are an error of the Service', async () => {
    const { code, out } = await planned({ ...facts, facts: { subnets: 1 } });
    expect(code).toBe(1);
    expect(out).toMatch(/^error: the facts do not have the form that aws reads/m);
  });

  it('of another cluster than is named are refused', async () => {
    const { code, err } = await planned(facts, '--cluster-name', 'test');
    expect(code).toBe(2);
    expect(err).toMatch(/is of cluster demo, and --cluster-name is test/);
  });
});

describe('a file', () => {
  it('without a Service is told of', async () => {
    expect(await planOf('# nothing\n')).toEqual({ code: 0, out: '', err: 'No Service found.\n' });
    expect(await planOf('# nothing\n', '-q')).toEqual({ code: 0, out: '', err: '' });
  });

  it('moves no cursor by its name or by what it says', async () => {
    const { err } = await run(['plan', '-f', join(folder, 'x\u001b[31m.yaml')]);
    expect(err).toMatch(/x\\u001b\[31m\.yaml does not exist/);
    const facts = await file('facts.json', '\u001b]0;x\u0007{');
    const told = await planOf(service('web'), '--facts', facts);
    expect(told.err).toMatch(/is not JSON: .*\\u001b\]0;x\\u0007/);
    const broken = await run(['plan', '-f', await file('y\u001b[31m.yaml', 'kind: Service\na: b: c\n')]);
    expect(broken.err).toMatch(/y\\u001b\[31m\.yaml:2:/);
  });
});

describe('the arguments', () => {
  it.each<[readonly string[], RegExp]>([
    [[], /name a Service/],
    [['-f', 'x', '-A'], /give one of the two/],
    [['shop/web', '--facts', 'x'], /--facts needs -f/],
    [['-A', 'shop/web'], /-A is all there is/],
    [['-f', '/nowhere/x.yaml'], /x\.yaml does not exist/],
    [['-f', '/'], /\/ is a directory/],
    [['service.yaml'], /file is given with -f service\.yaml/],
    [['deploy/service.yaml'], /file is given with -f deploy\/service\.yaml/],
    [['./a/b/c'], /"\.\/a\/b\/c" names no Service/],
    [['-f', 'x', '--aws-default-type', 'alb'], /expected classic or nlb/],
    [['shop/web'], /--provider .*is missing; .* the name of a provider \(aws, [a-z, ]+\)/],
  ])('%j are refused', async (args, why) => {
    const { code, out, err } = await run(['plan', ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(why);
    // 2 says something else there.
    expect((await run(['plan', '--detailed-exitcode', ...args])).code).toBe(1);
  });

  it('that are none are refused, too', async () => {
    const wrong = ['plan', '-o', 'yaml'];
    await expect(run(wrong)).rejects.toMatchObject({ exitCode: 1, code: 'commander.invalidArgument' });
    await expect(run([...wrong, '--detailed-exitcode'])).rejects.toMatchObject({ exitCode: 1 });
  });
});

it('says in its help what it exits with', async () => {
  const { code, out } = await piped(['plan', '--help', '--detailed-exitcode'], '');
  expect(code).toBe(0);
  expect(out).toMatch(/With --detailed-exitcode: 0 no changes; 1 .*; 2 there are changes\./);
});
