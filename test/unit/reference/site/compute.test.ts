import { describe, expect, it } from 'vitest';
import type { AnyCompiler } from '../../../../src/provider/provider.ts';
import { loadCompiler, loadCompilers } from '../../../../src/provider/registry.ts';
import { answer, type Question } from '../../../../src/reference/site/client/compute.ts';
import { examplesOf } from '../../../../src/reference/site/examples.ts';

const AWS = 'service.beta.kubernetes.io/aws-load-balancer-';
const compiler = (await loadCompiler('aws')) as AnyCompiler;
const base: Question = { compiler, options: {}, mode: 'one', service: '', before: '' };
const compilers = await loadCompilers();
const EXAMPLES = examplesOf(compilers);
const [publicOne] = EXAMPLES;
const ask = (question: Partial<Question>) => answer({ ...base, ...question });

describe('answer', () => {
  it.each(EXAMPLES)('$name: no notes, a graph and a plan', ({ provider, service, before }) => {
    const own = compilers.find(({ name }) => name === provider)!;
    const { notes, results } = ask({
      compiler: own,
      service,
      before: before ?? '',
      mode: before === undefined ? 'one' : 'change',
    });
    expect(notes).toEqual([]);
    expect(results).toHaveLength(1);
    expect(results[0]?.plan?.steps.length).toBeGreaterThan(0);
    expect(results[0]?.graph?.resources.length).toBeGreaterThan(0);
  });

  it('a public one that becomes internal: a new load balancer beside the old one, or blocked', () => {
    const { service, before = '' } = EXAMPLES.find(({ id }) => id === 'public-to-internal')!;
    const actions = (text: string) =>
      ask({ mode: 'change', before, service: text })
        .results[0]?.plan?.steps.filter(({ kind }) => kind === 'LoadBalancer')
        .map(({ action, blocked }) => (blocked ? 'blocked' : action));
    expect(actions(service)).toEqual(['create', 'delete']);
    expect(actions(service.replace(/.*allow-replacement.*\n/, ''))).toContain('blocked');
  });

  it('places each problem, and plans nothing of a Service with an error', () => {
    const { notes, results } = ask({ service: publicOne!.service.replace('nlb', 'nlbb') });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatchObject({ severity: 'error', where: 'service', place: { line: 7 } });
    expect(results[0]?.plan).toBeUndefined();
    expect(results[0]?.graph).toBeUndefined();
  });

  it('says whose a Service is that is for another provider', () => {
    const service = publicOne!.service.replace('spec:\n', 'spec:\n  loadBalancerClass: fairlead.dev/simulator\n');
    const { notes } = ask({ service, classes: new Map([['fairlead.dev/simulator', 'simulator']]) });
    expect(notes).toMatchObject([
      {
        severity: 'warning',
        message: expect.stringContaining('which provider simulator answers to'),
        place: { line: 9 },
      },
    ]);
    expect(ask({ service: service.replace('fairlead.dev/simulator', 'example.com/lb') }).notes).toEqual([]);
  });

  it('plans nothing of what no API server would take', () => {
    const { notes, results } = ask({ service: publicOne!.service.replace('port: 80\n', 'port: eighty\n') });
    expect(notes.some(({ severity }) => severity === 'error')).toBe(true);
    expect(results.every(({ plan }) => plan === undefined)).toBe(true);
  });

  it('the facts that it made up can be given back, and change nothing', () => {
    const made = ask({ service: publicOne!.service });
    const again = ask({ service: publicOne!.service, facts: made.facts });
    expect(again.results).toEqual(made.results);
    expect(again.facts).toBeUndefined();
  });

  it('judges in the facts that are given, not in those it would make up', () => {
    const { facts = '' } = ask({ service: publicOne!.service });
    const service = publicOne!.service.replace('nlb\n', `nlb\n    ${AWS}subnets: subnet-0123456789abcdef0\n`);
    expect(ask({ service }).notes).toEqual([]);
    expect(ask({ service, facts }).notes).toMatchObject([{ severity: 'error', where: 'service' }]);
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '1',
    '{"provider":"simulator"}',
    '{"provider":"aws","nodes":[],"facts":{},"cluster":{"name":"x"}}',
    '{"provider":"aws","nodes":[1],"facts":{"subnets":1},"cluster":{"name":"x","uid":"y"}}',
  ])('facts that are none (%s) are said so', (facts) => {
    const { notes, results } = ask({ service: publicOne!.service, facts });
    expect(notes).toMatchObject([{ where: 'facts', severity: 'error' }]);
    expect(results).toEqual([]);
  });

  it('a Service that is not there before is planned as new, with a word about it', () => {
    const before = publicOne!.service.replace('name: web', 'name: other');
    const { notes, results } = ask({ mode: 'change', before, service: publicOne!.service });
    expect(notes).toMatchObject([{ where: 'before', severity: 'warning' }]);
    expect(results[0]?.plan?.steps.every(({ action }) => action === 'create')).toBe(true);
  });

  it('shows ten Services and counts the rest', () => {
    const many = Array.from({ length: 13 }, (_, at) => publicOne!.service.replace('name: web', `name: web-${at}`));
    const { results, left } = ask({ service: many.join('---\n') });
    expect([results.length, left]).toEqual([10, 3]);
  });
});
