// The evaluator of IAM policies against IAM's own rules, case by case.
import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../../localstack/iam/document.ts';
import { evaluate } from '../../../localstack/iam/evaluate.ts';

const ARN = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/web/0123';
const ACTION = 'elasticloadbalancing:DeleteLoadBalancer';
const TAG = 'aws:ResourceTag/team';

interface Asked {
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

function verdict(statements: readonly object[], { action = ACTION, resource = ARN, context = {} }: Asked = {}) {
  const policy = readPolicy({ Version: '2012-10-17', Statement: statements });
  const keys = new Map(Object.entries(context).map(([key, values]) => [key.toLowerCase(), values]));
  return evaluate(policy, { action, resource, context: keys });
}

const allow = (more: object) => ({ Sid: 'Some', Effect: 'Allow', Action: '*', Resource: '*', ...more });
const isAllowed = (statement: object, asked?: Asked) => verdict([statement], asked).allowed;

describe('statements', () => {
  it('what no statement allows is denied, and a Deny counts more than any Allow', () => {
    expect(verdict([])).toEqual({ allowed: false });
    expect(verdict([allow({})])).toEqual({ allowed: true, by: 'Some' });
    expect(verdict([allow({}), allow({ Sid: 'No', Effect: 'Deny' })])).toEqual({ allowed: false, by: 'No' });
    expect(verdict([allow({ Sid: 'No', Effect: 'Deny', Action: 'ec2:*' }), allow({})])).toEqual({
      allowed: true,
      by: 'Some',
    });
  });

  it.each([
    ['elasticloadbalancing:DeleteLoadBalancer', true],
    ['ELASTICLOADBALANCING:deleteloadbalancer', true],
    ['elasticloadbalancing:Delete*', true],
    ['elasticloadbalancing:Delete?oadBalancer', true],
    ['elasticloadbalancing:DeleteLoadBalancers', false],
    ['elasticloadbalancing:Delete.*', false],
    ['ec2:*', false],
    [['ec2:*', 'elasticloadbalancing:*'], true],
  ])('the action %j: %s', (Action, allowed) => {
    expect(isAllowed(allow({ Action }))).toBe(allowed);
    expect(isAllowed(allow({ Action: undefined, NotAction: Action }))).toBe(!allowed);
  });

  it.each([
    ['*', true],
    ['arn:aws:elasticloadbalancing:*:*:loadbalancer/*', true],
    ['arn:aws:elasticloadbalancing:*:*:loadbalancer/net/*/*', true],
    ['arn:aws:elasticloadbalancing:*:*:loadbalancer/app/*/*', false],
    ['arn:aws:elasticloadbalancing:*:*:LOADBALANCER/*', false],
    ['arn:aws:elasticloadbalancing:us-east-1:*:loadbalancer/*', false],
    ['arn:aws-cn:elasticloadbalancing:*:*:loadbalancer/*', false],
    ['arn:aws:elasticloadbalancing:*:*:loadbalancer/net/we?/*', true],
    // A wildcard does not reach over a colon.
    ['arn:aws:*:loadbalancer/net/web/0123', false],
    ['arn:aws:elasticloadbalancing*', false],
  ])('the resource %s: %s', (Resource, allowed) => {
    expect(isAllowed(allow({ Resource }))).toBe(allowed);
    expect(isAllowed(allow({ Resource: undefined, NotResource: Resource }))).toBe(!allowed);
  });

  it('a call on no resource is allowed by none', () => {
    expect(isAllowed(allow({ Resource: ARN }), { resource: '*' })).toBe(false);
    expect(isAllowed(allow({ Resource: '*' }), { resource: '*' })).toBe(true);
  });
});

/** The operator, what the policy asks for, and whether it holds: for web, for Web, for what is not there. */
const OPERATORS: readonly (readonly [string, string | readonly string[], boolean, boolean, boolean])[] = [
  ['StringEquals', 'web', true, false, false],
  ['StringEquals', ['shop', 'web'], true, false, false],
  ['StringNotEquals', 'web', false, true, true],
  ['StringNotEquals', ['shop', 'web'], false, true, true],
  ['StringEqualsIgnoreCase', 'WEB', true, true, false],
  ['StringNotEqualsIgnoreCase', 'WEB', false, false, true],
  ['StringLike', 'w*', true, false, false],
  ['StringLike', '?eb', true, true, false],
  ['StringNotLike', 'w*', false, true, true],
  ['StringEqualsIfExists', 'web', true, false, true],
  ['StringNotEqualsIfExists', 'web', false, true, true],
  ['Null', 'true', false, false, true],
  ['Null', 'false', true, true, false],
  ['ForAllValues:StringEquals', 'web', true, false, true],
  ['ForAllValues:StringNotLike', 'w*', false, true, true],
  ['ForAnyValue:StringEquals', 'web', true, false, false],
  ['ForAnyValue:StringNotEquals', 'web', false, true, false],
  ['ForAnyValue:StringEqualsIfExists', 'web', true, false, true],
];

describe('conditions', () => {
  it.each(OPERATORS)('%s %j', (operator, wanted, lower, upper, missing) => {
    const statement = allow({ Condition: { [operator]: { [TAG]: wanted } } });
    expect(isAllowed(statement, { context: { [TAG]: ['web'] } })).toBe(lower);
    expect(isAllowed(statement, { context: { [TAG]: ['Web'] } })).toBe(upper);
    expect(isAllowed(statement)).toBe(missing);
  });

  it.each([
    ['ForAllValues:StringEquals', ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'c'], false],
    ['ForAnyValue:StringEquals', ['a', 'c'], true],
    ['ForAnyValue:StringEquals', ['c'], false],
    ['ForAllValues:StringNotEquals', ['c', 'd'], true],
    ['ForAllValues:StringNotEquals', ['c', 'a'], false],
    ['ForAllValues:StringEquals', [], true],
    ['ForAnyValue:StringEquals', [], false],
  ])('%s of several values: %j', (operator, values, allowed) => {
    const statement = allow({ Condition: { [operator]: { 'aws:TagKeys': ['a', 'b'] } } });
    expect(isAllowed(statement, { context: { 'aws:TagKeys': values } })).toBe(allowed);
  });

  it('keys are not told apart by case, and all conditions have to hold', () => {
    const Condition = {
      StringEquals: { 'AWS:resourcetag/TEAM': 'web', 'ec2:CreateAction': 'x' },
      Null: { [TAG]: false },
    };
    const context = { [TAG]: ['web'], 'ec2:CreateAction': ['x'] };
    expect(isAllowed(allow({ Condition }), { context })).toBe(true);
    expect(isAllowed(allow({ Condition }), { context: { ...context, 'ec2:CreateAction': ['y'] } })).toBe(false);
    expect(isAllowed(allow({ Condition }), { context: { [TAG]: ['web'] } })).toBe(false);
  });

  it('an ARN is compared part by part', () => {
    const statement = allow({ Condition: { ArnLike: { 'ec2:Vpc': 'arn:aws:ec2:*:*:vpc/vpc-1' } } });
    const inVpc = (id: string) => isAllowed(statement, { context: { 'ec2:Vpc': [`arn:aws:ec2:x:1:vpc/${id}`] } });
    expect([inVpc('vpc-1'), inVpc('vpc-2'), isAllowed(statement)]).toEqual([true, false, false]);
  });

  it('one value is asked for and several are there: an error, since IAM does not define it', () => {
    const statement = allow({ Condition: { StringEquals: { 'aws:TagKeys': 'a' } } });
    expect(() => isAllowed(statement, { context: { 'aws:TagKeys': ['a', 'b'] } })).toThrow(/for one value/);
  });
});

describe('what is not understood', () => {
  it.each([
    ['an operator', allow({ Condition: { NumericEquals: { [TAG]: '1' } } }), /operator NumericEquals/],
    ['a set operator of Null', allow({ Condition: { 'ForAllValues:Null': { [TAG]: 'true' } } }), /operator/],
    ['a key', allow({ Condition: { StringEquals: { 'aws:SourceIp': '10.0.0.1' } } }), /aws:SourceIp/],
    ['a variable', allow({ Condition: { StringEquals: { [TAG]: `\${aws:username}` } } }), /variables/],
    ['a principal', allow({ Principal: '*' }), /Principal/],
    ['an effect', allow({ Effect: 'Maybe' }), /Effect/],
    ['neither Action nor NotAction', allow({ Action: undefined }), /Action/],
    ['both', allow({ NotAction: 'ec2:*' }), /Action/],
    ['a number', allow({ Resource: 1 }), /text/],
  ])('%s is an error, and never allowed', (_, statement, why) => {
    expect(() => readPolicy({ Version: '2012-10-17', Statement: [statement] })).toThrow(why);
  });

  it.each([[undefined], ['text'], [{}], [{ Version: '2008-10-17', Statement: [] }]])('%j is no policy', (document) => {
    expect(() => readPolicy(document)).toThrow();
  });
});
