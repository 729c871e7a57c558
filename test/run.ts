// `npm test`: every check there is, one part after the other, and a closing line that counts them. A part that cannot
// run counts as failed; a test that was skipped does too.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

interface Part {
  readonly name: string;
  run(reports: string): Promise<Count>;
}

/** No part takes this long, even on a new machine that has everything to build; one that does hangs. */
const DEADLINE_MS = 45 * 60_000;

/** Runs a program of the project with its output shown. Answers its exit code; 127 if it cannot be started, 124 if it hangs. */
function exec(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    const timer = setTimeout(() => {
      console.error(`${command} ${args.join(' ')} was ended after ${DEADLINE_MS / 60_000} minutes`);
      child.kill('SIGKILL');
      resolve(124);
    }, DEADLINE_MS);
    child.once('error', (error) => {
      clearTimeout(timer);
      console.error(error.message);
      resolve(127);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });
}

/** A check that either holds or does not. */
function check(name: string, command: string, ...args: string[]): Part {
  return {
    name,
    run: async () => ((await exec(command, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }),
  };
}

interface Report {
  readonly numPassedTests: number;
  readonly numTotalTests: number;
  readonly success: boolean;
}

/** A vitest run, counted from its report. */
function vitest(name: string, ...args: string[]): Part {
  return {
    name,
    run: async (reports) => {
      const file = join(reports, `${name}.json`);
      const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`];
      const code = await exec('vitest', ['run', ...args, ...reporters]);
      try {
        const report = JSON.parse(await readFile(file, 'utf8')) as Report;
        const failed = report.numTotalTests - report.numPassedTests;
        // A file that could not even be loaded has no tests to fail.
        return { passed: report.numPassedTests, failed: failed === 0 && (code !== 0 || !report.success) ? 1 : failed };
      } catch {
        console.error(`${name}: there is no report`);
        return { passed: 0, failed: 1 };
      }
    },
  };
}

const PARTS: readonly Part[] = [
  check('lint', 'biome', 'check', '--error-on-warnings', '.'),
  check('types', 'tsc', '--noEmit'),
  check('types of the pages', 'tsc', '--noEmit', '-p', 'tsconfig.browser.json'),
  vitest('unit, golden, contract and scenario tests'),
  check('build', 'node', 'build.ts'),
  vitest('browser tests', '--config', 'vitest.browser.config.ts'),
  vitest('chart tests', '--config', 'vitest.chart.config.ts'),
  vitest('end-to-end tests', '--config', 'vitest.e2e.config.ts'),
];

const wanted = process.argv.slice(2);
const reports = await mkdtemp(join(tmpdir(), 'fairlead-test-'));
let total: Count = { passed: 0, failed: 0 };
const lines: string[] = [];
for (const part of PARTS.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))) {
  console.log(`\n=== ${part.name}`);
  const started = Date.now();
  const count = await part.run(reports);
  total = { passed: total.passed + count.passed, failed: total.failed + count.failed };
  const seconds = Math.round((Date.now() - started) / 1000);
  lines.push(
    `${count.failed === 0 ? 'ok    ' : 'FAILED'} ${part.name}: ${count.passed} passed, ${count.failed} failed (${seconds} s)`,
  );
}
await rm(reports, { recursive: true, force: true });
console.log(`\n${lines.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
