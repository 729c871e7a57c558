// The list of commands, which of them is loaded, and the process by each of its names.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS, commandAsked } from '../../../src/cli/commands.ts';
import { createProgram } from '../../../src/cli/program.ts';

describe('the commands', () => {
  it.each(COMMANDS.map(({ name }) => name))('%s is what its file adds', async (name) => {
    const program = await createProgram('fairlead', [name], {});
    const command = program.commands.find((one) => one.name() === name);
    expect(program.commands.map((one) => one.name())).toEqual(COMMANDS.map((one) => one.name));
    expect(command?.description()).toBe(COMMANDS.find((one) => one.name === name)?.description);
    expect(command?.options.every(({ description }) => description !== '')).toBe(true);
  });

  it('are listed without being loaded', async () => {
    const program = await createProgram('fairlead', ['--help'], {});
    const help = program.helpInformation();
    for (const { name, description } of COMMANDS) {
      expect(help).toContain(`\n  ${name} `);
      expect(help.replaceAll(/\s+/g, ' ')).toContain(description);
    }
    expect(program.commands.flatMap(({ options }) => options)).toEqual([]);
  });

  it('are asked for by the first word, or the second after help', () => {
    expect(commandAsked(['explain', 'run'])?.name).toBe('explain');
    expect(commandAsked(['help', 'run'])?.name).toBe('run');
    expect(commandAsked(['-V'])).toBeUndefined();
    expect(commandAsked(['explian'])).toBeUndefined();
  });

  it('say how they are called, as a plugin of kubectl too', async () => {
    const program = await createProgram('kubectl fairlead', ['explain'], {});
    const explain = program.commands.find((one) => one.name() === 'explain');
    expect(explain?.helpInformation()).toMatch(/^Usage: kubectl fairlead explain /);
  });

  it('that do not exist are refused with the nearest', async () => {
    const program = await createProgram('fairlead', ['explian'], {});
    let said = '';
    const writeErr = (text: string) => {
      said += text;
    };
    program.configureOutput({ writeErr });
    await expect(program.parseAsync(['explian'], { from: 'user' })).rejects.toMatchObject({ exitCode: 2 });
    expect(said).toContain('Did you mean explain?');
  });
});

describe('the process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-names-'));
  const main = join(import.meta.dirname, '../../../src/main.ts');
  for (const name of ['fairlead', 'kubectl-fairlead', 'kubectl_complete-fairlead']) {
    symlinkSync(main, join(folder, name));
  }
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (name: string, ...args: string[]) =>
    spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(folder, name), ...args], {
      encoding: 'utf8',
    });

  it('says what people type as a plugin of kubectl', () => {
    const { stdout, status } = run('kubectl-fairlead', 'explain', '--help');
    expect(stdout).toMatch(/^Usage: kubectl fairlead explain /);
    expect(stdout).toContain('kubectl fairlead explain internal');
    expect(status).toBe(0);
  });

  it.each(['validate', 'plan', 'facts', 'explain'])('and so do the examples of %s', async (name) => {
    const { stdout } = run('kubectl-fairlead', name, '--help');
    const examples = /\nExamples:\n([\s\S]*?)\n(?:\n|$)/.exec(stdout)?.[1] ?? '';
    expect(examples).toContain(`kubectl fairlead ${name}`);
    expect(examples).not.toMatch(/(?<!kubectl )fairlead (?:validate|plan|facts|explain)/);
  });

  it('answers kubectl where it asks for completion', () => {
    const { stdout, status } = run('kubectl_complete-fairlead', 'explain', '--provider', 'aws', 'intern');
    expect([stdout, status]).toEqual(['internal\tGives the load balancer private addresses only.\n:4\n', 0]);
  });

  it('exits 2 where the command or an option does not exist', () => {
    const unknown = run('fairlead', 'explian');
    expect([unknown.status, unknown.stdout]).toEqual([2, '']);
    expect(unknown.stderr).toContain('Did you mean explain?');
    const option = run('fairlead', 'explain', '--nonsense');
    expect(option.status).toBe(2);
    expect(option.stderr).toContain('(see fairlead explain --help)');
  });

  it('says in one line that what it found cannot be written', () => {
    const command = '"$0" --disable-warning=ExperimentalWarning "$1" explain internal -q > /dev/full';
    const ended = spawnSync('bash', ['-c', command, process.execPath, main], { encoding: 'utf8' });
    expect([ended.status, ended.stderr]).toEqual([
      1,
      'fairlead: what was found cannot be written: ENOSPC: no space left on device, write\n',
    ]);
  });

  it('names itself as it was called where arguments are wrong', () => {
    expect(run('kubectl-fairlead', 'validate').stderr).toContain('(see kubectl fairlead validate --help)');
    expect(run('kubectl-fairlead', 'plan').stderr).toContain('(see kubectl fairlead plan --help)');
  });

  it('asks for the facts of one provider before it looks for a cluster', () => {
    const { status, stderr } = run('fairlead', 'facts', '--provider', 'aws,simulator', '--cluster-name', 'x');
    expect([status, stderr]).toEqual([
      2,
      '--provider: facts are of one provider at a time\n(see fairlead facts --help)\n',
    ]);
  });

  it('exits 1 where 2 says something else, and says why once', () => {
    const { status, stderr } = run('fairlead', 'plan', '--detailed-exitcode', '--bogus');
    expect([status, stderr]).toEqual([1, "error: unknown option '--bogus'\n(see fairlead plan --help)\n"]);
  });

  it('ends without a word where nobody reads what it says', () => {
    const command = `"$0" --disable-warning=ExperimentalWarning "$1" explain --recursive -o json | true; echo "\${PIPESTATUS[0]}"`;
    const ended = spawnSync('bash', ['-c', command, process.execPath, main], { encoding: 'utf8' });
    expect([ended.stdout, ended.stderr]).toEqual(['141\n', '']);
  });
});
