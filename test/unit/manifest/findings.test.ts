import { describe, expect, it } from 'vitest';
import { awsCompiler } from '../../../providers/aws/compiler.ts';
import { findingsOf } from '../../../src/manifest/findings.ts';
import { readManifest } from '../../../src/manifest/read.ts';
import type { Setting } from '../../../src/preview/judge.ts';
import type { AnyCompiler } from '../../../src/provider/provider.ts';
import { parseOptions } from '../../../src/schema/index.ts';
import { serviceText } from './texts.ts';

const AWS = 'service.beta.kubernetes.io/aws-load-balancer';

function settingOf(flags: Readonly<Record<string, string>> = {}, claimClassless = true): Setting {
  const { values } = parseOptions(awsCompiler.options, { flags, env: {} });
  const cluster = { name: 'demo', uid: '00000000-0000-4000-8000-000000000000' };
  return { compiler: awsCompiler as unknown as AnyCompiler, options: values, cluster, claimClassless };
}

function found(text: string, setting = settingOf()) {
  return findingsOf([setting], readManifest(text)).findings.map(
    ({ line, column, length, severity, code, annotation, field }) => ({
      at: `${line}:${column}+${length}`,
      what: `${severity} ${code} ${annotation ?? field ?? ''}`.trim(),
    }),
  );
}

describe('findings', () => {
  it('stand at the value that is at fault, or at the word in it', () => {
    const text = serviceText('a', {
      [`${AWS}-type`]: 'nbl',
      [`${AWS}-connection-idle-timeout`]: '"0"',
      'service.beta.kubernetes.io/load-balancer-source-ranges': '"10.0.0.0/8, 10.0.0.0/88"',
    });
    expect(found(text)).toEqual([
      { at: '6:56+3', what: `error invalid-value ${AWS}-type` },
      { at: '7:76+1', what: `error invalid-value ${AWS}-connection-idle-timeout` },
      { at: '8:74+11', what: 'error invalid-value service.beta.kubernetes.io/load-balancer-source-ranges' },
    ]);
  });

  it('stand at the key where that is at fault', () => {
    const text = serviceText('a', { [`${AWS}-tipe`]: 'nlb' });
    const [only] = findingsOf([settingOf()], readManifest(text)).findings;
    expect(only).toMatchObject({
      severity: 'warning',
      code: 'unknown-key',
      line: 6,
      column: 5,
      length: `${AWS}-tipe`.length,
      service: { namespace: 'default', name: 'a' },
      annotation: `${AWS}-tipe`,
      value: 'nlb',
      suggestion: `${AWS}-type`,
      unreadable: false,
      document: 1,
    });
  });

  it('stand at fields too', () => {
    const text = serviceText('a')
      .replace('port: 80', 'port: 80\n      protocol: SCTP')
      .replace('ports:', 'loadBalancerIP: 1.2.3.4\n  ports:');
    expect(found(text)).toEqual([
      { at: '7:19+7', what: expect.stringMatching(/^(error|warning) [a-z-]+ spec\.loadBalancerIP$/) },
      { at: '10:17+4', what: expect.stringMatching(/^error [a-z-]+ spec\.ports\[0\]\.protocol$/) },
    ]);
  });

  it('hold what the API server would refuse, and what the provider makes of what is meant', () => {
    const text = serviceText('a', { [`${AWS}-cross-zone-load-balancing-enabled`]: '5' });
    expect(found(text).map(({ what }) => what)).toEqual([
      `error invalid-value ${AWS}-cross-zone-load-balancing-enabled`,
      `error invalid-value ${AWS}-cross-zone-load-balancing-enabled`,
    ]);
  });

  it('tell of an ill-shaped field once', () => {
    expect(found(serviceText('a').replace('- port: 80', '- port: http'))).toEqual([
      { at: '8:13+4', what: 'error invalid-value spec.ports[0].port' },
    ]);
  });

  it('hold all that is wrong with a Service whose name is, too', () => {
    for (const name of ['Web_App', '"{{ .Release.Name }}"', '"x\\e[31m\\0"', '"x y/../z"', '[]']) {
      const text = serviceText('a', { [`${AWS}-type`]: 'nbl' }).replace('name: a', `name: ${name}`);
      const { findings } = findingsOf([settingOf()], readManifest(text));
      expect(findings.map(({ annotation, field }) => annotation ?? field)).toEqual(
        name === '[]' ? ['metadata.name'] : ['metadata.name', `${AWS}-type`],
      );
    }
  });

  it('tell of a key that no annotation can have once', () => {
    expect(found(serviceText('a', { [`${AWS}-__x__`]: '"1"' }))).toEqual([
      { at: `6:5+${AWS.length + 6}`, what: `error invalid-value ${AWS}-__x__` },
    ]);
    expect(found(serviceText('a', { [`${AWS}-xy`]: '1' })).map(({ what }) => what)).toEqual([
      `warning unknown-key ${AWS}-xy`,
      `error invalid-value ${AWS}-xy`,
    ]);
  });

  it('hold what could not be read', () => {
    expect(found(`${serviceText('a')}---\nkind: Service\na: b: c\n`)).toEqual([{ at: '11:4+1', what: 'error syntax' }]);
  });

  it('come in the order of their places', () => {
    const bad = serviceText('a', { [`${AWS}-tipe`]: 'nlb', 'example.com/x': '5' });
    const lines = found([bad, bad, bad].join('---\n')).map(({ at }) => Number.parseInt(at, 10));
    expect(lines).toHaveLength(6);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });

  it('depend on the options of the provider', () => {
    const text = serviceText('a', { [`${AWS}-connection-idle-timeout`]: '"60"' });
    const ofType = (type: string) => found(text, settingOf({ 'aws-default-type': type })).map(({ what }) => what);
    expect(ofType('classic')).toEqual([]);
    expect(ofType('nlb')).toEqual([`warning no-effect ${AWS}-connection-idle-timeout`]);
  });
});

describe('Services that are not ours', () => {
  const bad = { [`${AWS}-tipe`]: 'nlb', 'example.com/x': '5' };
  const stancesOf = (text: string, setting = settingOf()) => findingsOf([setting], readManifest(text));

  it.each([
    ['another type', serviceText('a', bad).replace('LoadBalancer', 'ClusterIP'), 'none'],
    ['no type', serviceText('a', bad).replace('  type: LoadBalancer\n', ''), 'none'],
    [
      'another class',
      serviceText('a', bad).replace('  type:', '  loadBalancerClass: example.com/lb\n  type:'),
      'other-class',
    ],
    ['an annotation of another controller', serviceText('a', { ...bad, [`${AWS}-type`]: 'external' }), 'elsewhere'],
  ])('have no findings: %s', (_, text, stance) => {
    expect(stancesOf(text)).toEqual({ findings: [], stances: [stance] });
  });

  it('may be those without a class', () => {
    expect(stancesOf(serviceText('a', bad), settingOf({}, false)).stances).toEqual(['other-class']);
  });

  it('are told of all the same where their type is misspelt beyond recognition', () => {
    const { findings, stances } = stancesOf(serviceText('a').replace('LoadBalancer', 'Balancing'));
    expect(stances).toEqual(['none']);
    expect(findings.map(({ field }) => field)).toEqual(['spec.type']);
  });
});
