// A log that nobody reads: the process goes on, says later what was lost, and ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const LOG = pathToFileURL(`${import.meta.dirname}/../../src/log.ts`).href;
/** More than any pipe holds, and than may wait. */
const SCRIPT = `
  import { createLog } from '${LOG}';
  const log = await createLog('info', 'json');
  for (let line = 0; line < 20_000; line++) log.info({ line, filler: 'x'.repeat(500) }, 'a line');
  setImmediate(() => process.stderr.write('alive'));
`;

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

describe('a log that nobody reads', () => {
  it('holds nobody up: the process goes on at once, and what was lost is said as soon as somebody reads', async () => {
    child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', SCRIPT]);
    const { stdout, stderr } = child;
    if (!stdout || !stderr) throw new Error('there are no pipes');
    const [said] = await once(stderr, 'data');
    expect(String(said)).toBe('alive');
    const lines = (await text(stdout))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const told = lines.filter(({ level }) => level === 'warn');
    expect(told).toEqual([expect.objectContaining({ msg: expect.stringContaining('were lost') })]);
    expect(lines.length - told.length + Number(told[0]?.lines)).toBe(20_000);
  });
});
