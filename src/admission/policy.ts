// The policies of a provider for the API server: one that judges values, and one that only advises. Plain objects, the same
// for the same setting.

import { adviceChecks, adviceVariables, advisedPrefixes } from './advice.ts';
import type { Check, Checks } from './check.ts';
import { fieldChecks, fieldVariable } from './field-checks.ts';
import { relationChecks } from './relation-checks.ts';
import { fieldsOf, matchConditionsOf, type Setting, type Variable, variablesOf } from './scope.ts';

export interface PolicySetting extends Setting {
  /** What happens to a Service whose values are wrong. The advice warns whatever this says. */
  readonly action: 'Warn' | 'Deny';
  /** The names of the objects start with it. */
  readonly namePrefix: string;
}

export interface Policy {
  readonly apiVersion: 'admissionregistration.k8s.io/v1';
  readonly kind: 'ValidatingAdmissionPolicy';
  readonly metadata: Metadata;
  readonly spec: {
    /** An expression that fails refuses nobody. */
    readonly failurePolicy: 'Ignore';
    readonly matchConstraints: object;
    readonly matchConditions: readonly Variable[];
    readonly variables: readonly Variable[];
    readonly validations: readonly Pick<Check, 'expression' | 'message' | 'messageExpression'>[];
  };
}

export interface Binding {
  readonly apiVersion: 'admissionregistration.k8s.io/v1';
  readonly kind: 'ValidatingAdmissionPolicyBinding';
  readonly metadata: Metadata;
  readonly spec: { readonly policyName: string; readonly validationActions: readonly ('Warn' | 'Deny')[] };
}

interface Metadata {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

const API_VERSION = 'admissionregistration.k8s.io/v1';

/** What can be wrong with values of the provider's annotations. */
export function errorChecks(setting: Setting): Checks {
  const { kinds } = setting.compiler.annotations;
  const fields = fieldsOf(setting.compiler).map(([name, field]) => fieldChecks(name, field, kinds));
  const parts = [...fields, relationChecks(setting, 'error')];
  return { made: parts.flatMap(({ made }) => made), left: parts.flatMap(({ left }) => left) };
}

/** Policies, each followed by its binding. */
export function policiesOf(setting: PolicySetting): readonly (Policy | Binding)[] {
  const name = `${setting.namePrefix}-${setting.compiler.name}`;
  const variables = variablesOf(setting);
  const errors = {
    matchConditions: matchConditionsOf(setting, []),
    variables: distinct([...variables, ...fieldVariables(setting)]),
    validations: errorChecks(setting).made,
  };
  const advice = {
    matchConditions: matchConditionsOf(setting, advisedPrefixes(setting)),
    variables: [...variables, ...adviceVariables(setting)],
    validations: adviceChecks(setting).made,
  };
  return [...pair(name, setting.action, errors), ...pair(`${name}-advice`, 'Warn', advice)];
}

function fieldVariables({ compiler }: Setting): readonly Variable[] {
  return fieldsOf(compiler).map(([name, field]) => fieldVariable(name, field, compiler.annotations.kinds));
}

/** Throws where a field of the table is called as a variable that every policy has. */
function distinct(variables: readonly Variable[]): readonly Variable[] {
  const names = variables.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`a policy cannot have a field of the name ${twice}`);
  return variables;
}

interface Parts {
  readonly matchConditions: readonly Variable[];
  readonly variables: readonly Variable[];
  readonly validations: readonly Check[];
}

function pair(name: string, action: 'Warn' | 'Deny', parts: Parts): readonly [Policy, Binding] {
  const metadata = { name, labels: { 'app.kubernetes.io/name': 'fairlead' } };
  const { matchConditions, variables } = parts;
  const validations = parts.validations.map(({ expression, message, messageExpression }) => ({
    expression,
    message,
    messageExpression,
  }));
  const spec = {
    failurePolicy: 'Ignore',
    matchConstraints: SERVICES,
    matchConditions,
    variables,
    validations,
  } as const;
  return [
    { apiVersion: API_VERSION, kind: 'ValidatingAdmissionPolicy', metadata, spec },
    {
      apiVersion: API_VERSION,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: name, validationActions: [action] },
    },
  ];
}

/** Services as such: none of their subresources, and no deletions. */
const SERVICES = {
  resourceRules: [
    {
      apiGroups: [''],
      apiVersions: ['v1'],
      operations: ['CREATE', 'UPDATE'],
      resources: ['services'],
      scope: 'Namespaced',
    },
  ],
};
