// AWS annotations beside each other: the kind of load balancer, what one asks of another, and hostile input.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotations, type LoadBalancerKind } from '../../../providers/aws/annotations.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
type Kind = LoadBalancerKind;

/** Short keys: `internal`, or a whole key. */
function full(raw: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(raw).map(([key, text]) => [key.includes('/') ? key : STEM + key, text]));
}
const parse = (kind: Kind, raw: Readonly<Record<string, string>>) => annotations.parse(full(raw), { appliesTo: kind });
/** `error conflict eip-allocations`, one a problem. */
const told = (kind: Kind, raw: Readonly<Record<string, string>>) =>
  parse(kind, raw).problems.map(({ severity, code, key }) => `${severity} ${code} ${key.replace(STEM, '')}`);
const both = ['nlb', 'classic'] as const;

describe('internal', () => {
  it('reads the old spelling of true, with a warning', () => {
    const reading = parse('nlb', { internal: '0.0.0.0/0' });
    expect(reading).toMatchObject({ valid: true, values: { internal: true } });
    expect(reading.problems.map(({ severity, suggestion }) => [severity, suggestion])).toEqual([['warning', 'true']]);
  });

  it.each(['False', 'FALSE', 'f', 'F', '0'])('warns of %s, which the official provider reads as true', (text) => {
    const reading = parse('nlb', { internal: text });
    expect(reading).toMatchObject({ valid: true, values: { internal: false } });
    expect(reading.problems).toMatchObject([{ severity: 'warning', suggestion: 'false' }]);
  });

  it('has no value at all when it is at fault, so that nobody can take it for public', () => {
    expect('internal' in parse('nlb', { internal: 'ture' }).values).toBe(false);
  });
});

describe('the kind of load balancer', () => {
  const kindWith = (type: string | undefined, defaultType: Kind) =>
    annotations.parse(type === undefined ? {} : full({ type }), {
      appliesTo: (values) => annotations.kindOf(values, defaultType),
    }).kind;

  it.each([
    [undefined, 'classic', 'classic'],
    [undefined, 'nlb', 'nlb'],
    ['', 'nlb', 'nlb'],
    ['nlb', 'classic', 'nlb'],
    ['classic', 'nlb', 'classic'],
    ['nlb-ip', 'classic', undefined],
    ['external', 'classic', undefined],
    ['nbl', 'classic', undefined],
  ] as const)('of type %j with the default %s is %s', (type, defaultType, kind) => {
    expect(kindWith(type, defaultType)).toBe(kind);
  });

  it('is another controller’s for two types', () => {
    const elsewhere = ['nlb', 'classic', 'external', 'nlb-ip'].filter((type) =>
      annotations.isElsewhere(parse('nlb', { type }).values),
    );
    expect(elsewhere).toEqual(['external', 'nlb-ip']);
    expect(annotations.isElsewhere({})).toBe(false);
  });

  it.each([
    ['nlb', 'proxy-protocol', '*', 'warning', 'proxy_protocol_v2.enabled=true'],
    ['nlb', 'connection-idle-timeout', '60', 'warning', 'only on a Classic Load Balancer'],
    ['nlb', 'connection-draining-enabled', 'true', 'warning', 'only on a Classic Load Balancer'],
    ['nlb', 'access-log-emit-interval', '5', 'warning', 'only on a Classic Load Balancer'],
    ['nlb', 'extra-security-groups', '', 'error', 'aws-load-balancer-security-groups'],
    ['nlb', 'backend-protocol', 'http', 'warning', 'expected ssl or tcp'],
    ['classic', 'eip-allocations', 'eipalloc-12345678', 'warning', 'only on a Network Load Balancer'],
    ['classic', 'private-ipv4-addresses', '10.0.0.1', 'warning', 'only on a Network Load Balancer'],
    ['classic', 'target-group-attributes', 'preserve_client_ip.enabled=true', 'error', 'has no target groups'],
  ] as const)('on %s, %s=%j has no effect: %s', (kind, name, text, severity, said) => {
    const { problems } = parse(kind, { [name]: text });
    expect(problems).toMatchObject([{ severity, code: 'no-effect', key: STEM + name }]);
    expect(problems[0]?.message).toContain(said);
  });
});

describe('what annotations ask of each other', () => {
  it.each<readonly [Kind, Record<string, string>, readonly string[]]>([
    ['nlb', { 'eip-allocations': 'eipalloc-12345678', internal: 'true' }, ['error conflict eip-allocations']],
    ['nlb', { 'private-ipv4-addresses': '10.0.0.1' }, ['error missing private-ipv4-addresses']],
    [
      'nlb',
      { 'eip-allocations': 'eipalloc-12345678', subnets: 'subnet-12345678,subnet-87654321' },
      ['error conflict eip-allocations'],
    ],
    ['nlb', { 'eip-allocations': 'eipalloc-12345678', subnets: 'subnet-12345678' }, []],
    [
      'nlb',
      { internal: 'true', 'private-ipv4-addresses': '10.0.0.1', subnets: 'subnet-12345678,subnet-87654321' },
      ['error conflict private-ipv4-addresses'],
    ],
    ['nlb', { 'access-log-enabled': 'true' }, ['error missing access-log-enabled']],
    ['nlb', { 'access-log-enabled': 'false' }, []],
    ['nlb', { 'access-log-enabled': 'false', 'access-log-s3-bucket-name': 'logs' }, []],
    ['nlb', { 'access-log-s3-bucket-name': 'logs' }, ['warning no-effect access-log-s3-bucket-name']],
    [
      'nlb',
      { 'access-log-enabled': 'true', 'access-log-s3-bucket-name': 'X' },
      ['error invalid-value access-log-s3-bucket-name'],
    ],
    ['classic', { 'connection-draining-timeout': '9' }, ['warning no-effect connection-draining-timeout']],
    ['nlb', { 'ssl-ports': '443' }, ['warning no-effect ssl-ports']],
    ['nlb', { 'ssl-negotiation-policy': 'X' }, ['warning no-effect ssl-negotiation-policy']],
    ['nlb', { 'backend-protocol': 'ssl' }, ['warning no-effect backend-protocol']],
    ['classic', { 'backend-protocol': 'https' }, ['warning no-effect backend-protocol']],
    ['classic', { 'backend-protocol': 'http' }, []],
    ['nlb', { 'healthcheck-path': '/x', 'healthcheck-protocol': 'tcp' }, ['warning no-effect healthcheck-path']],
    ['nlb', { 'healthcheck-path': '/x' }, []],
    ['nlb', { 'healthcheck-timeout': '10', 'healthcheck-interval': '10' }, []],
    ['nlb', { 'healthcheck-timeout': '11', 'healthcheck-interval': '10' }, ['error conflict healthcheck-timeout']],
    ['nlb', { 'healthcheck-timeout': '120' }, []],
    ['classic', { 'healthcheck-timeout': '9' }, []],
    ['classic', { 'healthcheck-timeout': '10' }, ['error conflict healthcheck-timeout']],
    ['classic', { 'healthcheck-interval': '5' }, ['error conflict healthcheck-timeout']],
    ['classic', { 'healthcheck-timeout': '10', 'healthcheck-interval': '11' }, []],
    [
      'classic',
      { 'security-groups': 'sg-12345678', [SOURCE_RANGES]: '10.0.0.0/8' },
      [`warning no-effect ${SOURCE_RANGES}`],
    ],
    ['nlb', { 'security-groups': 'sg-12345678', [SOURCE_RANGES]: '10.0.0.0/8' }, []],
    ['classic', { 'security-groups': 'sg-12345678', 'extra-security-groups': 'sg-87654321' }, []],
  ])('on %s, %j: %j', (kind, raw, expected) => {
    expect(told(kind, raw)).toEqual(expected);
  });
});

describe('hostile input', () => {
  const keys = fc.oneof(
    fc.constantFrom(...Object.values(annotations.fields).map((field) => field.key)),
    fc.string({ maxLength: 30 }).map((tail) => STEM + tail),
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom('true', 'nlb', 'external', '443,https', '*', '10.0.0.0/8', 'a=b,__proto__=c', 'sg-12345678'),
  );

  it('never makes parsing throw', () => {
    fc.assert(
      fc.property(fc.dictionary(keys, texts, { maxKeys: 10 }), fc.constantFrom(...both), (raw, defaultType) => {
        const reading = annotations.parse(raw, { appliesTo: (values) => annotations.kindOf(values, defaultType) });
        expect(reading.valid).toBe(!reading.problems.some(({ severity }) => severity === 'error'));
      }),
      { numRuns: 500 },
    );
  });

  it('is told once, shortly, however large it is', () => {
    const huge = ['a,', '10.0.0.0/8,', 'k=v,', '=', '*', '9', '/a', '::', '-', '\u202E'].map((part) =>
      part.repeat(256 * 1024).slice(0, 256 * 1024),
    );
    for (const field of Object.values(annotations.fields)) {
      for (const text of huge) {
        const { problems } = annotations.parse({ [field.key]: text });
        expect(problems.map(({ code }) => code)).toEqual(['too-long']);
        expect(problems[0]?.message.length).toBeLessThan(600);
      }
    }
  });

  it('just within the length is still parsed at once, and problems stay few', () => {
    const parts = ['a,', '10.0.0.0/8,', '1.1.1.1,', 'k=v,', 'a', 'a-', '0', '1:', '.', 'a.a/', '('];
    for (const field of Object.values(annotations.fields)) {
      for (const part of parts) {
        const { problems } = annotations.parse({ [field.key]: part.repeat(16_384).slice(0, 16_384) });
        expect(problems.length).toBeLessThanOrEqual(12);
        for (const { message } of problems) expect(message.length).toBeLessThan(1500);
      }
    }
  });
});
