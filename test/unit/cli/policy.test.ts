// `fairlead policy`: what it prints for which arguments.
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { addPolicy } from '../../../src/cli/policy.ts';
import { PROVIDER_NAMES } from '../../../src/provider/registry.ts';

let out = '';
let err = '';

beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<typeof process.exitCode> {
  const program = new Command('fairlead').exitOverride();
  await addPolicy(program, ['policy', ...args], env);
  await program.parseAsync(['policy', ...args], { from: 'user' });
  return process.exitCode;
}

interface Printed {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly validationActions?: readonly string[];
    readonly matchConditions?: readonly { readonly expression: string }[];
  };
}

const documents = () => parseAllDocuments(out).map((one) => one.toJS() as Printed);

describe('several providers', () => {
  it('have policies each, and the first alone judges Services without a class', async () => {
    await run(['--provider', 'simulator', '--provider', 'aws']);
    const claims = documents().flatMap(({ kind, metadata, spec }) =>
      kind === 'ValidatingAdmissionPolicy'
        ? [`${metadata.name} ${/(\w+)$/.exec(spec.matchConditions?.[1]?.expression ?? '')?.[1]}`]
        : [],
    );
    expect(claims).toEqual([
      'fairlead-simulator true',
      'fairlead-simulator-advice true',
      'fairlead-aws false',
      'fairlead-aws-advice false',
    ]);
  });

  it('named twice are asked for once, with a warning', async () => {
    await run(['--provider', 'aws', '--provider', 'aws']);
    expect(documents()).toHaveLength(4);
    expect(err).toContain('which is repeated');
  });
});

describe('fairlead policy', () => {
  it('prints the policies of AWS as YAML where nothing else is said', async () => {
    await run([]);
    expect(documents().map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
      'ValidatingAdmissionPolicy/fairlead-aws',
      'ValidatingAdmissionPolicyBinding/fairlead-aws',
      'ValidatingAdmissionPolicy/fairlead-aws-advice',
      'ValidatingAdmissionPolicyBinding/fairlead-aws-advice',
    ]);
    expect(documents()[1]?.spec.validationActions).toEqual(['Warn']);
    expect(err).toBe('');
  });

  it('prints a List as JSON', async () => {
    await run(['--provider', 'simulator', '-o', 'json', '--action', 'Deny', '--name-prefix', 'team']);
    const list = JSON.parse(out) as { readonly kind: string; readonly items: readonly Printed[] };
    expect(list.kind).toBe('List');
    expect(list.items.map(({ metadata }) => metadata.name)[0]).toBe('team-simulator');
    expect(list.items[1]?.spec.validationActions).toEqual(['Deny']);
  });

  it('gives Services without a class to the first provider only', async () => {
    await run(['--provider', 'simulator,aws']);
    const classes = documents().map(({ spec }) => spec.matchConditions?.[1]?.expression.endsWith(': true'));
    expect(classes).toEqual([true, undefined, true, undefined, false, undefined, false, undefined]);
  });

  it('takes the options of the controller from flags and environment', async () => {
    await run(['--aws-default-type', 'nlb']);
    expect(out).toContain('? "nlb" :');
    out = '';
    await run([], { FAIRLEAD_AWS_DEFAULT_TYPE: 'nlb', FAIRLEAD_CLUSTER_NAME: 'prod' });
    expect(out).toContain('? "nlb" :');
    expect(err).toBe('');
  });

  it('prints the same every time', async () => {
    await run([]);
    const first = out;
    out = '';
    await run([]);
    expect(out).toBe(first);
    expect(parse(first.split('---\n')[0] ?? '')).toBeTypeOf('object');
  });

  it('prints what is checked', async () => {
    await run(['--checks']);
    expect(out).toContain('# What the admission policy checks');
    expect(out).toContain('## Provider aws');
  });

  it.each([
    [
      ['--provider', 'asw'],
      `there is no provider "asw" (did you mean "aws"?); there are: ${PROVIDER_NAMES.join(', ')}`,
    ],
    [
      ['--service-account', 'fairlead'],
      '--service-account is "fairlead"; expected the form namespace:name, such as fairlead:fairlead',
    ],
    [
      ['--name-prefix', 'A B'],
      '--name-prefix is "A B"; expected small letters, digits, dots and hyphens, such as fairlead',
    ],
    [['--aws-default-type', 'x'], 'Option --aws-default-type is "x"; expected classic or nlb.'],
  ])('refuses %j', async (args, message) => {
    expect(await run(args)).toBe(2);
    expect(err).toBe(`${message}\n(see fairlead policy --help)\n`);
    expect(out).toBe('');
  });
});
