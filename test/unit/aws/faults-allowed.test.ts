// What an operator allows Services to name, and what a Service without a scheme gets.
import { describe, expect, it } from 'vitest';
import { type Annotations, annotations as table } from '../../../providers/aws/annotations.ts';
import { checkAllowed, fits } from '../../../providers/aws/compile/allowed.ts';
import { Findings } from '../../../providers/aws/compile/findings.ts';
import { withDefaultScheme } from '../../../providers/aws/compile/scheme.ts';
import { type Options, options as optionTable } from '../../../providers/aws/options.ts';
import { parseOptions } from '../../../src/schema/index.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const CERT = 'arn:aws:acm:eu-west-1:123456789012:certificate/one';

const optionsOf = (flags: Record<string, string>) => parseOptions(optionTable, { flags, env: {} }).values as Options;
const read = (given: Record<string, string>, kind: 'nlb' | 'classic') => {
  const keys = Object.fromEntries(Object.entries(given).map(([key, text]) => [STEM + key, text]));
  return { given: keys, annotations: table.parse(keys, { appliesTo: kind }).values as Annotations };
};

/** What is said of annotations on a load balancer of this kind. */
function problems(given: Record<string, string>, flags: Record<string, string>, kind: 'nlb' | 'classic' = 'nlb') {
  const findings = new Findings();
  checkAllowed(read(given, kind).annotations, optionsOf(flags), findings);
  return findings.problems.map(({ message }) => message);
}

const LOGS = { 'access-log-enabled': 'true', 'access-log-s3-bucket-name': 'their-bucket' };

describe('what Services may name', () => {
  it('is everything, where no option says otherwise', () => {
    expect(problems({ ...LOGS, 'ssl-cert': CERT, 'security-groups': 'sg-12345678' }, {})).toEqual([]);
  });

  it.each([
    ['access-log-s3-bucket-name', LOGS, 'aws-allowed-log-buckets', 'acme-*,shared', 'their-bucket'],
    ['ssl-cert', { 'ssl-cert': CERT }, 'aws-allowed-certificates', 'arn:aws:acm:*:999999999999:*', CERT],
    [
      'security-groups',
      { 'security-groups': 'sg-12345678' },
      'aws-allowed-security-groups',
      'sg-87654321',
      'sg-12345678',
    ],
  ] as const)('%s is refused where the option does not allow it', (key, given, flag, allowed, value) => {
    const [message = '', ...more] = problems(given, { [flag]: allowed });
    expect(more).toEqual([]);
    for (const word of [STEM + key, value, `--${flag}`]) expect(message).toContain(word);
    expect(problems(given, { [flag]: `${allowed},${value}` })).toEqual([]);
  });

  it('is said for each security group of a Classic load balancer, further ones too', () => {
    const given = { 'security-groups': 'sg-12345678,sg-aaaaaaaa', 'extra-security-groups': 'sg-bbbbbbbb' };
    const said = problems(given, { 'aws-allowed-security-groups': 'sg-12345678' }, 'classic');
    expect(said).toHaveLength(2);
    expect(said[0]).toContain('contains "sg-aaaaaaaa"');
    expect(said[1]).toContain('sg-bbbbbbbb');
  });

  it('is no bucket at all with a lone hyphen; and without logs the name of a bucket does no harm', () => {
    expect(problems(LOGS, { 'aws-allowed-log-buckets': '-' })).toHaveLength(1);
    expect(problems({ ...LOGS, 'access-log-enabled': 'false' }, { 'aws-allowed-log-buckets': '-' })).toEqual([]);
  });
});

describe('a pattern', () => {
  it.each([
    ['a', 'a', true],
    ['a', 'ab', false],
    ['a*', 'a', true],
    ['a*', 'abc', true],
    ['*a', 'ba', true],
    ['*a', 'ab', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*c', 'axbxc', true],
    ['a*b*c', 'acb', false],
    ['a*bc*bcd', 'abcd', false],
    ['a**b', 'ab', true],
    ['*', '', true],
    ['a.c', 'abc', false],
    ['[a-z]+', 'abc', false],
  ])('%s and %s: %s', (pattern, text, fit) => {
    expect(fits(pattern, text)).toBe(fit);
  });

  it('that would make a regular expression run for ever is looked for once', () => {
    expect(fits(`${'a*'.repeat(200)}b`, 'a'.repeat(100_000))).toBe(false);
  });
});

describe('a Service that says nothing of its scheme', () => {
  const scheme = (given: Record<string, string>, flags: Record<string, string>) => {
    const findings = new Findings();
    const { annotations } = withDefaultScheme({ ...read(given, 'nlb'), options: optionsOf(flags) }, findings);
    return { internal: annotations.internal, problems: findings.problems.map(({ message }) => message) };
  };
  const INTERNAL = { 'aws-default-scheme': 'internal' };

  it('is public, as with the official controller', () => {
    expect(scheme({}, {})).toEqual({ internal: false, problems: [] });
  });

  it('is internal where the operator says so, and public only by saying false', () => {
    expect(scheme({}, INTERNAL)).toEqual({ internal: true, problems: [] });
    expect(scheme({ internal: 'false' }, INTERNAL)).toEqual({ internal: false, problems: [] });
    expect(scheme({ internal: 'true' }, {})).toEqual({ internal: true, problems: [] });
  });

  it('has to say it to get public addresses', () => {
    const given = { 'eip-allocations': 'eipalloc-12345678' };
    expect(scheme(given, INTERNAL).problems).toEqual([expect.stringContaining(`${STEM}internal to be "false"`)]);
    expect(scheme({ ...given, internal: 'false' }, INTERNAL).problems).toEqual([]);
  });
});
