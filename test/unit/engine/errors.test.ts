// The table of codes and the one error class.
import { describe, expect, it } from 'vitest';
import { asFairleadError, CODES, type Code, FairleadError } from '../../../src/engine/errors.ts';

describe('errors', () => {
  it('carry their code, family, details and cause', () => {
    const cause = new Error('underneath');
    const error = new FairleadError('throttled', 'slow down', {
      cause,
      retryAfterMs: 5,
      cloudCode: 'T',
      requestId: 'r',
    });
    expect(error).toMatchObject({
      code: 'throttled',
      family: 'transient',
      retryAfterMs: 5,
      cloudCode: 'T',
      requestId: 'r',
    });
    expect(error).toMatchObject({ name: 'FairleadError', message: 'slow down', cause });
    expect('cause' in new FairleadError('bug', 'x')).toBe(false);
  });

  it('are ambiguous where the call may have taken effect, and only there', () => {
    const ambiguous = (Object.keys(CODES) as Code[]).filter((code) => new FairleadError(code, '').ambiguous);
    expect(ambiguous.sort()).toEqual(['bug', 'conflict', 'network', 'unavailable']);
  });

  it('wrap what is no error of ours as a bug, once', () => {
    const thrown = new TypeError('x is undefined');
    const error = asFairleadError(thrown);
    expect(error).toMatchObject({ code: 'bug', family: 'bug', cause: thrown });
    expect(error.message).toContain('x is undefined');
    expect(asFairleadError(error)).toBe(error);
    expect(asFairleadError('text').message).toContain('text');
  });

  it('explain every code in one sentence', () => {
    for (const { meaning } of Object.values(CODES)) expect(meaning).toMatch(/^[A-Z].*\.$/);
  });
});
