import { describe, expect, it } from 'vitest';
import { renderTable, shortDuration } from '../../../src/cli/table.ts';

describe('a table', () => {
  it('aligns all columns but the last, and ends every line', () => {
    expect(
      renderTable(
        ['KIND', 'WHY'],
        [
          ['LoadBalancer', 'gone'],
          ['X', ''],
        ],
      ),
    ).toBe(['KIND           WHY', 'LoadBalancer   gone', 'X', ''].join('\n'));
  });

  it('may be empty', () => {
    expect(renderTable(['A', 'B'], [])).toBe('A   B\n');
  });
});

describe('a short duration', () => {
  it.each([
    [-5, '0s'],
    [59_999, '59s'],
    [119_000, '119s'],
    [120_000, '2m'],
    [7_199_000, '119m'],
    [7_200_000, '2h'],
    [47 * 3_600_000, '47h'],
    [48 * 3_600_000, '2d'],
  ])('of %d ms is %s', (ms, text) => {
    expect(shortDuration(ms)).toBe(text);
  });
});
