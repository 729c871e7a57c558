import { describe, expect, it } from 'vitest';
import { operations } from '../../providers/aws/operations.ts';
import { FairleadError } from '../../src/engine/errors.ts';
import { createLog } from '../../src/log.ts';
import { keepForms, redact } from '../../src/redact.ts';

keepForms('aws', operations.secretForms ?? []);

/** The lines that logging these fields writes. */
async function logged(...entries: readonly (readonly [object, string])[]): Promise<string> {
  let text = '';
  const log = await createLog('debug', 'json', {
    stream: {
      write: (line) => {
        text += line;
      },
    },
  });
  for (const [fields, message] of entries) log.info(fields, message);
  return text;
}

describe('the log', () => {
  it('keeps secrets out, wherever they hide', async () => {
    const text = await logged(
      [{ headers: { authorization: 'Bearer abc.def-123' } }, 'request'],
      [{ token: 'verysecret' }, 'a token'],
      [{}, 'signed https://x/?X-Amz-Signature=0123456789abcdef&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE/x'],
      [{ err: new Error('refused for ASIAIOSFODNN7EXAMPLE with Bearer eyJhbGciOi') }, 'failed'],
    );
    for (const secret of [
      'abc.def-123',
      'verysecret',
      '0123456789abcdef',
      'AKIAIOSFODNN7EXAMPLE',
      'ASIAIOSF',
      'eyJhbGciOi',
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(text.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(5);
  });

  it('tells an error from outside by its sentence, and a bug with its stack', async () => {
    const outside = await logged([{ err: new FairleadError('throttled', 'slow down') }, 'call']);
    expect(JSON.parse(outside)).toMatchObject({
      err: { type: 'FairleadError', code: 'throttled', message: 'slow down' },
    });
    expect(outside).not.toContain('log.test.ts');
    const bug = await logged([{ err: new FairleadError('bug', 'oops') }, 'call']);
    expect(bug).toContain('log.test.ts');
  });

  it('writes one JSON object a line, whatever the text holds', async () => {
    const text = await logged([{ value: 'a\nb\u2028"' }, 'first\nsecond'], [{}, 'third']);
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['first\nsecond', 'third']);
  });
});

describe('redact', () => {
  it('leaves ordinary text as it is', () => {
    const text = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/a0123/0123';
    expect(redact(text)).toBe(text);
  });
});
