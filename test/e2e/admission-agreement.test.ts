// The policies and the parser on the same values, thousands of them, on the real API server: what the parser reads must pass,
// and what it refuses must be refused, unless the coverage list says that only the controller can. The copies of the
// policies here have `failurePolicy: Fail`, so that an expression that cannot be evaluated shows.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Binding, type Policy, policiesOf } from '../../src/admission/policy.ts';
import type { AnyCompiler } from '../../src/provider/provider.ts';
import { loadCompiler } from '../../src/provider/registry.ts';
import { service } from '../cluster/objects.ts';
import { type Cluster, startCluster } from '../cluster/start.ts';
import {
  type Annotations,
  type AnyField,
  type Case,
  compare,
  errorsIn,
  type Found,
  fieldsOf,
  nothingFound,
  parsed,
  setting,
  told,
} from './admission-comparison.ts';
import { sample } from './admission-sample.ts';
import { type AdmissionServer, admissionServer, type Verdict } from './admission-server.ts';
import { valuesFor } from './admission-values.ts';

const PARALLEL = 16;
const SEED = 20_261_121;
const GROUP = '/apis/admissionregistration.k8s.io/v1';
const SERVICES = '/api/v1/namespaces/default/services?dryRun=All';

let cluster: Cluster;
let server: AdmissionServer;
let aws: AnyCompiler;
let compilers: ReadonlyMap<string, AnyCompiler>;

beforeAll(async () => {
  aws = (await loadCompiler('aws')) as AnyCompiler;
  const simulator = (await loadCompiler('simulator')) as AnyCompiler;
  compilers = new Map([aws, simulator, sample].map((compiler) => [compiler.name, compiler]));
  cluster = await startCluster({ log: console.info });
  server = await admissionServer(cluster, PARALLEL);
  for (const compiler of compilers.values()) {
    for (const object of policiesOf({ ...setting(compiler), action: 'Warn', namePrefix: 'strict' }))
      await install(object);
  }
  for (const compiler of compilers.values()) await untilJudged(compiler);
});

afterAll(async () => {
  server?.close();
  await cluster?.stop();
});

describe.each(['aws', 'simulator', 'sample'])('provider %s', (name) => {
  const compiler = () => compilers.get(name) as AnyCompiler;

  it('agrees with the parser on each value of each annotation, on each kind of load balancer', async () => {
    const cases = fieldsOf(compiler()).flatMap(([, field]) =>
      kindsOf(compiler(), field).flatMap((kind) =>
        valuesFor(field, 20, SEED).map((text) => ({ field, annotations: { ...kind, [field.key]: text } })),
      ),
    );
    const found = await judgeAll(compiler(), cases);
    console.info(`${name}: ${told(found)}`);
    expect(found.tooStrict).toEqual([]);
    expect(found.leaks.filter(({ why }) => why === undefined)).toEqual([]);
    expect(found.broken).toEqual([]);
    expect(found.needless).toEqual([]);
    expect(found.both).toBeGreaterThan(fieldsOf(compiler()).length * 20);
    expect(found.passed).toBeGreaterThan(fieldsOf(compiler()).length * 3);
  }, 900_000);

  it('agrees with the parser on annotations together', async () => {
    const cases = fc.sample(several(compiler()), { numRuns: name === 'simulator' ? 200 : 1_000, seed: SEED });
    const found = await judgeAll(
      compiler(),
      cases.map((annotations) => ({ annotations })),
    );
    console.info(`${name}, several annotations: ${told(found)}`);
    expect(found.tooStrict).toEqual([]);
    expect(found.leaks.filter(({ why }) => why === undefined)).toEqual([]);
    expect(found.broken).toEqual([]);
    expect(found.needless).toEqual([]);
    expect(found.both).toBeGreaterThan(20);
    expect(found.passed).toBeGreaterThan(50);
  }, 900_000);
});

describe('the longest values', () => {
  const LONG = 16_384;
  const fill = (item: (index: number) => string, count: number) => {
    const items = Array.from({ length: count }, (_, index) => item(index)).join(',');
    return items.padEnd(LONG, ' ').slice(0, LONG);
  };
  const S = 'service.beta.kubernetes.io/aws-load-balancer-';
  const long: Annotations = {
    'service.beta.kubernetes.io/load-balancer-source-ranges': fill((i) => `10.${i >> 8}.${i & 255}.0/24`, 1_000),
    [`${S}subnets`]: fill((i) => `${i}-`.padEnd(255, 'é'), 64),
    [`${S}eip-allocations`]: fill((i) => `eipalloc-${i.toString(16).padStart(40, '0')}`, 64),
    [`${S}additional-resource-tags`]: fill((i) => `${`${i}`.padEnd(120, 'é')}=${'ü'.repeat(250)}`, 40),
    [`${S}security-groups`]: fill((i) => `sg-${i.toString(16).padStart(40, '0')}`, 16),
    [`${S}ssl-ports`]: fill((i) => `port-${i}`.padEnd(63, 'x'), 100),
    [`${S}target-node-labels`]: fill((i) => `${'x'.repeat(250)}/${`${i}`.padEnd(60, 'x')}=${'y'.repeat(63)}`, 32),
    [`${S}target-group-attributes`]: fill(() => 'preserve_client_ip.enabled=true', 1),
  };

  it.each(Object.keys(long))('of %s is judged within the cost limits', async (key) => {
    const { problems } = parsed(aws, { [`${S}type`]: 'nlb', [key]: long[key] ?? '' });
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(errorsIn(await judge(aws, { [`${S}type`]: 'nlb', [key]: long[key] ?? '' }))).toEqual([]);
  });

  it('are judged within the cost limits all at once, each with a mistake at its end', async () => {
    // The API server itself refuses mistakes in source ranges.
    const entries = Object.entries(long).map(([key, text]) => [
      key,
      key.includes('ranges') ? text : `${text.slice(0, -2)},!`,
    ]);
    const wrong = entries as [string, string][];
    const verdict = await judge(aws, { [`${S}type`]: 'nlb', ...Object.fromEntries(wrong) });
    const keys = new Set(errorsIn(verdict).map((message) => /^Annotation (\S+)/.exec(message)?.[1]));
    expect([...keys].sort()).toEqual(
      Object.keys(long)
        .filter((key) => !key.includes('ranges'))
        .sort(),
    );
  });

  it.each([',', ' ', 'é', '='])(
    'of %j up to all that annotations may hold are judged within the cost limits',
    async (text) => {
      for (const key of ['additional-resource-tags', 'subnets', 'ssl-ports', 'healthcheck-path', 'internal']) {
        const value = text.repeat(Math.floor(255_000 / Buffer.byteLength(text)));
        const { broken } = await judgeAll(aws, [{ annotations: { [S + key]: value } }]);
        expect(broken).toEqual([]);
      }
    },
  );

  it.each([
    [900, [`900 annotations under ${S} and fairlead.dev/ are unknown and have no effect.`]],
    [3_000, []],
  ])('lets a Service with %i unknown annotations pass', async (count, messages) => {
    const many = Object.fromEntries(Array.from({ length: count }, (_, index) => [`${S}unknown-${index}`, '']));
    const { status, warnings } = await judge(aws, { ...many, [`${S}type`]: 'nlb' });
    expect({ status, messages: warnings.map(({ message }) => message) }).toEqual({ status: 201, messages });
  });
});

async function judgeAll(compiler: AnyCompiler, cases: readonly Case[]): Promise<Found> {
  const found = nothingFound();
  const open = [...cases];
  const work = async () => {
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      compare(compiler, one, await judge(compiler, one.annotations), found);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return found;
}

function serviceWith(compiler: AnyCompiler, annotations: Annotations) {
  const own = compiler.name === 'aws' ? {} : { loadBalancerClass: compiler.classes[0] ?? '' };
  return service({ name: 'tried', annotations, ...own });
}

function judge(compiler: AnyCompiler, annotations: Annotations): Promise<Verdict> {
  return server.ask({ method: 'POST', path: SERVICES, body: serviceWith(compiler, annotations) });
}

async function install(object: Policy | Binding): Promise<void> {
  const strict =
    object.kind === 'ValidatingAdmissionPolicy'
      ? { ...object, spec: { ...object.spec, failurePolicy: 'Fail' } }
      : object;
  const plural =
    object.kind === 'ValidatingAdmissionPolicy' ? 'validatingadmissionpolicies' : 'validatingadmissionpolicybindings';
  const { status, refusal, warnings } = await server.ask({ method: 'POST', path: `${GROUP}/${plural}`, body: strict });
  expect({ status, refusal, warnings }).toEqual({ status: 201, refusal: '', warnings: [] });
}

/** A server takes a policy up some time after it was created. */
async function untilJudged(compiler: AnyCompiler): Promise<void> {
  const wrong = fieldsOf(compiler).find(([, field]) => field.shape.rule.form === 'choice')?.[1].key ?? '';
  const body = serviceWith(compiler, { [wrong]: 'wrong', [`${compiler.annotations.stems[0]}unknown`]: '' });
  const policies = [`strict-${compiler.name}`, `strict-${compiler.name}-advice`];
  await server.until('both policies judge', { method: 'POST', path: SERVICES, body }, ({ warnings }) =>
    policies.every((name) => warnings.some(({ policy }) => policy === name)),
  );
}

/** The annotation for each kind of load balancer that makes a difference; none for the annotation that says it. */
function kindsOf(compiler: AnyCompiler, field: AnyField): readonly Annotations[] {
  const { selector, kinds } = compiler.annotations;
  const key = fieldsOf(compiler).find(([name]) => name === selector?.field)?.[1].key;
  if (key === undefined || key === field.key) return [{}];
  const all = Object.keys(kinds).map((kind) => ({ [key]: kind }));
  return field.appliesTo !== undefined || field.shape.rule.form === 'per-kind' ? all : all.slice(0, 1);
}

/** A few annotations with mostly valid values. */
function several(compiler: AnyCompiler): fc.Arbitrary<Annotations> {
  const entry = fc.constantFrom(...fieldsOf(compiler)).chain(([, field]) => {
    const right = valuesFor(field, 0, SEED).filter(
      (text) => text.length < 80 && field.shape.parse(text).ok && text.trim() !== '',
    );
    const texts = [...right.slice(0, 12), field.example, '', 'wrong'];
    return fc.constantFrom(...texts).map((text) => [field.key, text] as const);
  });
  const kinds = fieldsOf(compiler).filter(([name]) => name === compiler.annotations.selector?.field);
  const kind =
    kinds[0] === undefined
      ? fc.constant([])
      : fc
          .constantFrom(undefined, ...Object.keys(compiler.annotations.kinds))
          .map((value) => (value === undefined ? [] : [[kinds[0]?.[1].key ?? '', value] as const]));
  return fc
    .tuple(fc.array(entry, { minLength: 1, maxLength: 6 }), kind)
    .map(([entries, selected]) => Object.fromEntries([...entries, ...selected]));
}
