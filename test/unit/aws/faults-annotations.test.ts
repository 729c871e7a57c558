// Annotations that reach for more than a Service may have, and text that is meant to deceive whoever reads the log.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotations } from '../../../providers/aws/annotations.ts';
import { options } from '../../../providers/aws/options.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const parse = (given: Record<string, string>) =>
  annotations.parse(Object.fromEntries(Object.entries(given).map(([key, text]) => [STEM + key, text])), {
    appliesTo: 'nlb',
  });

describe('annotations for what no Service may choose', () => {
  it.each([
    ['wafv2-acl-arn', 'arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/x/y'],
    ['waf-acl-id', 'x'],
    ['shield-advanced-protection', 'true'],
    ['role-arn', 'arn:aws:iam::123456789012:role/admin'],
    ['assume-role', 'arn:aws:iam::123456789012:role/admin'],
    ['target-group-arn', 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/theirs/1'],
    ['load-balancer-arn', 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/theirs/1'],
    ['name', 'somebody-elses'],
  ])('%s is not read, and that is said', (key, text) => {
    const { values, problems } = parse({ [key]: text });
    expect(values).toEqual(parse({}).values);
    expect(problems).toMatchObject([{ severity: 'warning', code: 'unknown-key', key: STEM + key }]);
  });

  it('have no place in the table: it names no role, no load balancer and no target group', () => {
    const keys = Object.values(annotations.fields).map(({ key }) => key);
    expect(keys.filter((key) => /role|waf|shield|arn|target-group$|load-balancer-id/.test(key))).toEqual([]);
    expect(Object.values(options.fields).map(({ key }) => key)).toContain('aws-role-arn');
  });
});

describe('text that is meant to deceive', () => {
  const nasty = fc.constantFrom('\n', '\r', '\u0000', '\u001b[31m', '\u202e', '\u2028', '\u200b', '\ufeff', '\u0085');
  const text = fc
    .tuple(fc.string({ maxLength: 30 }), nasty, fc.string({ maxLength: 30 }))
    .map((parts) => parts.join(''));

  it('never gets into a message as it is, whichever annotation holds it', () => {
    const keys = Object.values(annotations.fields).map(({ key }) => key.replace(STEM, ''));
    fc.assert(
      fc.property(fc.constantFrom(...keys, 'unknown', 'no\u202esense'), text, (key, value) => {
        const given = key.includes('/') ? { [key]: value } : { [STEM + key]: value };
        for (const { message, key: said, value: shown } of annotations.parse(given, { appliesTo: 'nlb' }).problems) {
          expect(`${message}${said}${shown}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        }
      }),
    );
  });
});
