import { describe, expect, it } from 'vitest';
import type { Facts, Instance } from '../../../providers/aws/facts.ts';
import { instanceIdOf, nodeGroups, targetsOf, withLabels } from '../../../providers/aws/instances.ts';
import { BALANCER, node } from './stage.ts';

describe('instanceIdOf', () => {
  it.each([
    ['aws:///eu-west-1a/i-0123456789abcdef0', 'i-0123456789abcdef0'],
    ['aws:////i-0123456789abcdef0', 'i-0123456789abcdef0'],
    ['aws:///i-0123456789abcdef0', 'i-0123456789abcdef0'],
    ['i-0123456789abcdef0', 'i-0123456789abcdef0'],
  ])('%s is %s', (providerId, id) => {
    expect(instanceIdOf(providerId)).toBe(id);
  });
  it.each([
    '',
    'aws:///eu-west-1a/fargate-ip-10-0-0-1.eu-west-1.compute.internal',
    'gce://project/zone/i-0123',
    'aws:///eu-west-1a/i-0123/extra',
    'aws:///eu-west-1a/I-0123',
    `i-${'0'.repeat(100)}`,
  ])('%j is none', (providerId) => {
    expect(instanceIdOf(providerId)).toBeUndefined();
  });
});

describe('withLabels', () => {
  const nodes = [node('1', 'i-1', { zone: 'a', edge: '' }), node('2', 'i-2', { zone: 'b', edge: 'yes' }), node('3')];
  const names = (labels: Record<string, string>) => withLabels(nodes, labels).map(({ name }) => name);
  it.each([
    [{}, ['1', '2', '3']],
    [{ zone: 'a' }, ['1']],
    [{ edge: '' }, ['1', '2']],
    [{ edge: '', zone: 'b' }, ['2']],
    [{ constructor: '' }, []],
  ])('%j leaves %j', (labels, left) => {
    expect(names(labels)).toEqual(left);
  });
});

const instance = (change: Partial<Instance> = {}): Instance => ({
  vpcId: 'vpc-main',
  zone: 'eu-west-1a',
  state: 'running',
  refused: false,
  groups: ['sg-nodes'],
  ...change,
});
const facts = (instances: Facts['instances'], expected: readonly string[] = []) => ({
  instances,
  expected,
  vpcId: 'vpc-main',
});

describe('targetsOf', () => {
  const ids = (instances: Facts['instances']) =>
    targetsOf([node('b'), node('a'), node('unset', '')], facts(instances)).targets.map(({ instanceId }) => instanceId);

  it('answers instances in order, each once', () => {
    expect(ids({ 'i-a': instance(), 'i-b': instance() })).toEqual(['i-a', 'i-b']);
    expect(targetsOf([node('a'), node('twin', 'i-a')], facts({ 'i-a': instance() })).targets).toHaveLength(1);
  });

  it.each(['running', 'stopping', 'stopped'])('keeps one that is %s', (state) => {
    expect(ids({ 'i-a': instance({ state }) })).toEqual(['i-a']);
  });

  it.each([
    { state: 'pending' },
    { state: 'shutting-down' },
    { state: 'terminated' },
    { state: 'stopped', refused: true },
  ])('leaves out one with %j', (change) => {
    expect(ids({ 'i-a': instance(change) })).toEqual([]);
  });

  it('names those of its nodes that are waited for', () => {
    const { targets, expected } = targetsOf([node('a'), node('b')], facts({ 'i-a': instance() }, ['i-b', 'i-other']));
    expect(targets).toHaveLength(1);
    expect(expected).toEqual(['i-b']);
  });

  it('names nodes that are in another VPC', () => {
    const { targets, elsewhere } = targetsOf(
      [node('a'), node('b')],
      facts({ 'i-a': instance(), 'i-b': instance({ vpcId: 'vpc-2' }) }),
    );
    expect(targets.map(({ node: name }) => name)).toEqual(['a']);
    expect(elsewhere).toEqual(['b']);
  });
});

describe('nodeGroups', () => {
  const group = (tagged: boolean, loadBalancers: readonly string[] = []) => ({ name: 'x', tagged, loadBalancers });
  const target = (name: string, ...groups: string[]) => ({ node: name, instanceId: `i-${name}`, groups });

  it.each([
    ['its only group', ['sg-1'], {}, ['sg-1']],
    ['its only group, tagged or not', ['sg-1'], { 'sg-1': group(false) }, ['sg-1']],
    ['the one with the tag', ['sg-1', 'sg-2'], { 'sg-1': group(false), 'sg-2': group(true) }, ['sg-2']],
  ])('takes %s', (_what, own, groups, found) => {
    expect(nodeGroups([target('a', ...own)], groups, [BALANCER])).toEqual({ groups: found, unclear: [] });
  });

  it.each([
    ['two with the tag', { 'sg-1': group(true), 'sg-2': group(true) }],
    ['two without', { 'sg-1': group(false), 'sg-2': group(false) }],
  ])('takes none of %s, and names the nodes', (_what, groups) => {
    expect(nodeGroups([target('a', 'sg-2', 'sg-1'), target('b', 'sg-1', 'sg-2')], groups, [BALANCER])).toEqual({
      groups: [],
      unclear: [{ nodes: ['a', 'b'], groups: ['sg-1', 'sg-2'] }],
    });
  });

  it('does not let one unclear node take the groups of the others', () => {
    const groups = { 'sg-1': group(true), 'sg-2': group(true) };
    expect(nodeGroups([target('a', 'sg-1', 'sg-2'), target('b', 'sg-1')], groups, [BALANCER]).groups).toEqual(['sg-1']);
  });

  it('keeps the rules where they are when a second group gets the tag', () => {
    const groups = { 'sg-1': group(true, [BALANCER]), 'sg-2': group(true) };
    const found = nodeGroups([target('a', 'sg-1', 'sg-2')], groups, [BALANCER]);
    expect(found.groups).toEqual(['sg-1']);
    expect(found.unclear).toHaveLength(1);
  });

  it('has nothing to say of an instance without groups', () => {
    expect(nodeGroups([target('a')], {}, [BALANCER])).toEqual({ groups: [], unclear: [] });
  });
});
