// What shells are told, and what the bash script makes of it in a real bash.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { answerCompletion } from '../../../src/cli/completion-answer.ts';
import { BASH, KUBECTL } from '../../../src/cli/completion-scripts.ts';
import { PROVIDER_NAMES } from '../../../src/provider/registry.ts';

async function answer(...words: string[]) {
  const lines = (await answerCompletion(words, {})).split('\n');
  expect(lines.pop()).toBe('');
  const directive = lines.pop();
  return { values: lines.map((line) => line.split('\t')[0] ?? ''), directive, lines };
}

describe('an answer', () => {
  it('has all commands with what they do', async () => {
    const { values, lines, directive } = await answer('');
    expect(values).toEqual(COMMANDS.map(({ name }) => name));
    expect(lines[0]).toBe(`explain\t${COMMANDS[0]?.description}`);
    expect(directive).toBe(':4');
    expect((await answer('ex')).values).toEqual(['explain']);
    expect((await answer('help', 'co')).values).toEqual(['completion']);
  });

  it('has the last parts of keys for explain, and keys where one was begun', async () => {
    expect((await answer('explain', 'healthcheck-i')).values).toEqual(['healthcheck-interval']);
    const { values } = await answer('explain', 'service.beta.kubernetes.io/aws-load-balancer-ssl');
    expect(values).toHaveLength(3);
    expect((await answer('explain', '--provider', 'simulator', 't')).values.sort()).toEqual(['tags', 'tier']);
    expect((await answer('explain', '--provider=simulator', 't')).values.sort()).toEqual(['tags', 'tier']);
  });

  it('has flags, those of the provider too, once', async () => {
    const { values } = await answer('run', '--provider', 'aws', '--aws-');
    expect(values).toContain('--aws-default-type');
    expect((await answer('run', '--provider', 'simulator', '--aws-')).values).toEqual([]);
    expect((await answer('explain', '--quiet', '--')).values).not.toContain('--quiet');
    expect((await answer('run', '--provider', 'aws', '--prov')).values).toEqual(['--provider']);
  });

  it.each([
    [
      ['explain', '-o', ''],
      ['table', 'json', 'yaml', 'name'],
    ],
    [['explain', '--for', 'c'], ['classic']],
    [['explain', '--for=c'], ['--for=classic']],
    [['explain', '--provider', ''], PROVIDER_NAMES],
    [['run', '--policy', 'u'], ['upsert-only']],
    [
      ['run', '--provider', 'simulator', '--claim-classless', ''],
      ['true', 'false'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'kubectl'],
    ],
  ])('has the values for %j', async (words, values) => {
    expect(await answer(...words)).toMatchObject({ values, directive: ':4' });
  });

  it('leaves file names to the shell', async () => {
    expect(await answer('run', '--kubeconfig', '')).toMatchObject({ values: [], directive: ':0' });
    expect(await answer('validate', '-f', '')).toMatchObject({ values: [], directive: ':0' });
  });

  it('is one for anything', async () => {
    for (const words of [[], ['nonsense', ''], ['--', ''], ['explain', '--nonsense', ''], ['explain', '--nonsense=']]) {
      expect((await answer(...words)).directive).toMatch(/^:[04]$/);
    }
  });
});

describe('the bash script', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-completion-'));
  const main = join(import.meta.dirname, '../../../src/main.ts');
  const script = join(folder, 'completion.bash');
  writeFileSync(script, BASH);
  writeFileSync(
    join(folder, 'fairlead'),
    `#!/bin/sh\nexec "${process.execPath}" --disable-warning=ExperimentalWarning "${main}" "$@"\n`,
    { mode: 0o755 },
  );
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The completions of a line with the cursor at its end, as bash calls the function for them. */
  function complete(line: string): readonly string[] {
    const drive = `
      source ${script}
      complete -p fairlead >/dev/null || exit 9
      COMP_LINE=$1 COMP_POINT=\${#1}
      _fairlead
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    const out = execFileSync('bash', ['--norc', '-c', drive, 'bash', line], { env, encoding: 'utf8' });
    return out
      .trim()
      .split('\n')
      .filter((one) => one !== '');
  }

  it('is one that bash reads', () => {
    execFileSync('bash', ['-n', script]);
    execFileSync('sh', ['-n', '-c', KUBECTL]);
  });

  it.each([
    ['fairlead ex', ['explain']],
    ['fairlead explain idle-timeout-s', ['idle-timeout-seconds']],
    ['fairlead explain -o ', ['table', 'json', 'yaml', 'name']],
    // What bash holds for the word being completed begins after the =.
    ['fairlead explain --for=c', ['classic']],
    ['fairlead run --kubeconfig ', []],
  ])('completes "%s"', (line, values) => {
    expect(complete(line)).toEqual(values);
  });
});
