// The policies as objects: what they match, that they refuse nobody by accident, that they are the same every time. What
// their expressions mean is tested on the API server (test/e2e/admission-agreement.test.ts).
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Binding, type Policy, type PolicySetting, policiesOf } from '../../../src/admission/policy.ts';
import type { AnyCompiler } from '../../../src/provider/provider.ts';
import { loadCompiler, PROVIDER_NAMES } from '../../../src/provider/registry.ts';
import { annotation, boolean, choice, defineSchema, parseOptions } from '../../../src/schema/index.ts';

const compilers = (await Promise.all(PROVIDER_NAMES.map(loadCompiler))).filter((one) => one !== undefined);
const aws = compilers.find(({ name }) => name === 'aws') as AnyCompiler;

function setting(compiler: AnyCompiler, flags: Readonly<Record<string, string>> = {}): PolicySetting {
  const options = parseOptions(compiler.options, { flags, env: {} }).values;
  const shared = {
    claimClassless: true,
    serviceAccount: 'fairlead:fairlead',
    action: 'Warn',
    namePrefix: 'fairlead',
  } as const;
  return { ...shared, compiler, options };
}

const isPolicy = (one: Policy | Binding): one is Policy => one.kind === 'ValidatingAdmissionPolicy';
const isBinding = (one: Policy | Binding): one is Binding => !isPolicy(one);
const policies = (one: PolicySetting) => policiesOf(one).filter(isPolicy);
const bindings = (one: PolicySetting) => policiesOf(one).filter(isBinding);
const expressionsOf = ({ spec }: Policy) => [
  ...spec.matchConditions.map(({ expression }) => expression),
  ...spec.variables.map(({ expression }) => expression),
  ...spec.validations.flatMap(({ expression, messageExpression }) => [expression, messageExpression]),
];

describe.each(compilers)('the policies of $name', (compiler) => {
  it('are two, each with a binding of the same name', () => {
    const names = [`fairlead-${compiler.name}`, `fairlead-${compiler.name}-advice`];
    expect(policies(setting(compiler)).map(({ metadata }) => metadata.name)).toEqual(names);
    expect(bindings(setting(compiler)).map(({ metadata }) => metadata.name)).toEqual(names);
    expect(bindings(setting(compiler)).map(({ spec }) => spec.policyName)).toEqual(names);
  });

  it('are the same for the same setting, and survive YAML', () => {
    const objects = policiesOf(setting(compiler));
    expect(policiesOf(setting(compiler))).toEqual(objects);
    expect(objects.map((one) => parse(stringify(one, { lineWidth: 0 })))).toEqual(objects);
  });

  it('match creations and updates of Services, no deletions and no subresources, and refuse nothing by an error', () => {
    for (const { spec } of policies(setting(compiler))) {
      expect(spec.failurePolicy).toBe('Ignore');
      expect(spec.matchConstraints).toEqual({
        resourceRules: [
          {
            apiGroups: [''],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['services'],
            scope: 'Namespaced',
          },
        ],
      });
    }
  });

  it('look at the cheapest condition first', () => {
    for (const { spec } of policies(setting(compiler))) {
      const names = spec.matchConditions.map(({ name }) => name);
      expect(names.slice(0, 4)).toEqual([
        'wants-a-load-balancer',
        'is-of-our-class',
        'is-not-being-deleted',
        'is-not-written-by-the-controller',
      ]);
      expect(names.at(-1)).toBe('changes-annotations-of-ours');
    }
  });

  it('refuse only where asked to, and advice never does', () => {
    const actions = (action: 'Warn' | 'Deny') =>
      bindings({ ...setting(compiler), action }).map(({ spec }) => spec.validationActions);
    expect(actions('Warn')).toEqual([['Warn'], ['Warn']]);
    expect(actions('Deny')).toEqual([['Deny'], ['Warn']]);
  });

  it('use no function that Kubernetes 1.33 lacks', () => {
    const known =
      /^(all|exists|exists_one|filter|map|size|has|int|string|split|trim|join|replace|contains|startsWith|matches|lowerAscii|substring|isIP|isCIDR|cidr|masked|quote)$/;
    for (const policy of policies(setting(compiler))) {
      for (const expression of expressionsOf(policy)) {
        const code = expression.replaceAll(/"(\\.|[^"\\])*"/g, '""');
        const used = [...code.matchAll(/([A-Za-z_]+)\(/g)].map(([, name = '']) => name);
        expect(used.filter((name) => !known.test(name) && name !== 'in')).toEqual([]);
        expect(expression).not.toMatch(/undefined|NaN|\[object/);
      }
    }
  });

  it('fit into an object, with messages of one line that end like sentences', () => {
    for (const policy of policies(setting(compiler))) {
      expect(JSON.stringify(policy).length).toBeLessThan(200_000);
      for (const { message } of policy.spec.validations) expect(message).toMatch(/^An(notation)? [^\n]+\.$/);
      expect(policy.spec.validations.every(({ expression }) => expression.length < 10_000)).toBe(true);
    }
  });

  it('check every annotation that the table has', () => {
    const [errors] = policies(setting(compiler));
    const texts = errors?.spec.validations.map(({ message }) => message).join('\n') ?? '';
    const keys = Object.values(compiler.annotations.fields).map(({ key }) => key);
    expect(keys.filter((key) => !texts.includes(`Annotation ${key} `))).toEqual([]);
  });
});

describe('what a policy is made for', () => {
  const variable = (one: PolicySetting, name: string) =>
    policies(one)[0]?.spec.variables.find((each) => each.name === name)?.expression;
  const condition = (one: PolicySetting, name: string) =>
    policies(one)[0]?.spec.matchConditions.find((each) => each.name === name)?.expression;

  it('is the kind of load balancer that the provider makes by default', () => {
    expect(variable(setting(aws), 'kind')).toContain('? "classic" :');
    expect(variable(setting(aws, { 'aws-default-type': 'nlb' }), 'kind')).toContain('? "nlb" :');
  });

  it('is the account of the controller', () => {
    const account = condition({ ...setting(aws), serviceAccount: 'infra:lb' }, 'is-not-written-by-the-controller');
    expect(account).toBe('request.userInfo.username != "system:serviceaccount:infra:lb"');
  });

  it('is Services without a class, or not', () => {
    expect(condition(setting(aws), 'is-of-our-class')).toMatch(/\["fairlead.dev\/aws"\] : true$/);
    expect(condition({ ...setting(aws), claimClassless: false }, 'is-of-our-class')).toMatch(/ : false$/);
  });

  it('is a name', () => {
    expect(policiesOf({ ...setting(aws), namePrefix: 'team' }).map(({ metadata }) => metadata.name)).toEqual([
      'team-aws',
      'team-aws',
      'team-aws-advice',
      'team-aws-advice',
    ]);
  });
});

describe('a table that no policy can carry', () => {
  const about = {
    example: 'x',
    doc: 'x.',
    api: '',
    mutable: 'in-place',
    mutableNote: 'x.',
    risk: 'low',
    since: '0.1.0',
  } as const;
  const compilerOf = (annotations: object) => ({ ...aws, annotations }) as AnyCompiler;

  it('is refused where its selector is read in any letter case', () => {
    const size = annotation(choice(['big'], { ignoreCase: true }), { ...about, key: 'x/size' });
    const table = defineSchema({
      kinds: { big: 'a big one' },
      selector: { field: 'size', elsewhere: [] },
      fields: { size },
    });
    expect(() => policiesOf(setting(compilerOf(table)))).toThrow(
      'the annotations of aws have a selector that no policy can carry',
    );
  });

  it('is refused where a field has the name of a variable', () => {
    const table = defineSchema({ fields: { now: annotation(boolean(), { ...about, key: 'x/now' }) } });
    expect(() => policiesOf(setting(compilerOf(table)))).toThrow('a policy cannot have a field of the name now');
  });
});
