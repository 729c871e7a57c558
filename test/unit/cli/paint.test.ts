// When plans are coloured: on a terminal that can, and that nobody asked to be plain.
import { describe, expect, it } from 'vitest';
import { paintFor } from '../../../src/cli/paint.ts';

describe('colour', () => {
  it.each<[string, boolean | undefined, Readonly<Record<string, string>>, boolean]>([
    ['on a terminal', true, { TERM: 'xterm' }, true],
    ['not in a pipe', undefined, { TERM: 'xterm' }, false],
    ['not with NO_COLOR', true, { TERM: 'xterm', NO_COLOR: '1' }, false],
    ['with an empty NO_COLOR', true, { TERM: 'xterm', NO_COLOR: '' }, true],
    ['not on a dumb terminal', true, { TERM: 'dumb' }, false],
  ])('%s', (_, isTTY, env, isOn) => {
    const stream = isTTY === undefined ? {} : { isTTY };
    expect(paintFor(stream, env) !== undefined).toBe(isOn);
  });

  it('ends where the text ends', () => {
    expect(paintFor({ isTTY: true }, {})?.('create', '+ Box a')).toBe('\u001b[32m+ Box a\u001b[39m');
  });
});
