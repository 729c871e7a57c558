// docs/reliability.md says of every fault what shows it: each of its tests must exist, by file and title.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const ROWS = 96;
const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');

/** `| 7 | what goes wrong | what happens | what shows it |` */
const rows = [...page.matchAll(/^\| (\d+) \| (.+?) \| (.+?) \| (.+) \|$/gm)].map(
  ([, number, fault, answer, shown]) => ({
    number: Number(number),
    fault: fault ?? '',
    answer: answer ?? '',
    shown: shown ?? '',
  }),
);

/** `` `test/x.test.ts` “title” “other title” ``, between line breaks. */
function references(shown: string): readonly { readonly file: string; readonly title: string }[] {
  return shown.split('<br>').flatMap((part) => {
    const [, file = '', titles = ''] = /^`(test\/[\w./-]+\.ts)` (“.+”)$/.exec(part) ?? [];
    return file === ''
      ? []
      : titles
          .slice(1, -1)
          .split('” “')
          .map((title) => ({ file, title }));
  });
}

/** The titles of tests and of groups of tests: first arguments, as they are written, quotes taken off. */
function titlesIn(file: string): ReadonlySet<string> {
  const source = readFileSync(join(root, file), 'utf8');
  const first = /\(\s*(?:'((?:[^'\\\n]|\\.)+)'|`([^`]+)`|"([^"\n]+)"),/g;
  return new Set([...source.matchAll(first)].map(([, single, back, double]) => single ?? back ?? double ?? ''));
}

const SENTENCE = /^(?:Cannot happen here: |With the chart: ).+\.$/;

describe('docs/reliability.md', () => {
  it('has every fault once, in groups', () => {
    const numbers = rows.map(({ number }) => number).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: ROWS }, (_, index) => index + 1));
    expect(rows.filter(({ fault, answer }) => fault.length < 10 || answer.length < 10)).toEqual([]);
  });

  it('has for each either tests, each of which exists, or one sentence that says why there is none', () => {
    const faults = rows.flatMap(({ number, shown }) => {
      const found = references(shown);
      if (SENTENCE.test(shown)) return [];
      if (found.length === 0 || shown.split('<br>').some((part) => references(part).length === 0)) {
        return [`${number}: neither tests nor a sentence: ${shown}`];
      }
      return found.flatMap(({ file, title }) => {
        if (!existsSync(join(root, file))) return [`${number}: there is no ${file}`];
        return titlesIn(file).has(title) ? [] : [`${number}: ${file} has no test “${title}”`];
      });
    });
    expect(faults).toEqual([]);
  });

  it('counts them right', () => {
    const count = (start: string) => rows.filter(({ shown }) => shown.startsWith(start)).length;
    const cannot = count('Cannot happen here');
    const chart = count('With the chart');
    expect(page).toContain(
      `Of the ${ROWS} faults, ${ROWS - cannot - chart} are shown by tests, ${cannot} cannot happen here, ` +
        `and ${chart} come with the chart.`,
    );
  });

  it('names only options that there are', async () => {
    const { settings } = await import('../src/settings.ts');
    const { options } = await import('../providers/aws/options.ts');
    const known = [...Object.values(settings.fields), ...Object.values(options.fields)].map(({ key }) => `--${key}`);
    const named = [...page.matchAll(/`(--[a-z-]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !known.includes(name ?? ''))).toEqual([]);
  });
});
