// One OpenStack API as a child process on loopback. It never outlives this process: its standard input ends with it.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** The services that run as processes. */
export type ServiceName = 'keystone' | 'neutron' | 'octavia';

/** A service that has its port and waits for its configuration. */
export interface ServiceProcess {
  /** Address without a path. */
  readonly origin: string;
  /** Gives it its configuration; resolves once it answers requests. */
  configure(text: string): Promise<void>;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly name: ServiceName;
  /** Interpreter with the services' packages. */
  readonly python: string;
  /** Folder of its data, which is removed when this process ends. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}

const program = join(import.meta.dirname, 'python', 'serve.py');
/** The first start on a machine compiles everything, on a busy one in a minute. */
const startTimeoutMs = 180_000;
const tailLines = 30;

/** Starts a service on a free port of its own choosing. */
export async function startService({ name, python, dir, env }: ServiceOptions): Promise<ServiceProcess> {
  const child = spawn(python, [program, name], {
    cwd: dir,
    // Compiled once for all starts, which halves their time, and beside the packages, not beside the sources here.
    env: { ...process.env, PYTHONPYCACHEPREFIX: join(dirname(dirname(python)), 'pycache'), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = join(dir, `${name}.out`);
  child.stderr.pipe(createWriteStream(output));
  // A write to a dead child's input must not be an uncaught error.
  child.stdin.on('error', () => {});
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(`ended with ${code ?? signal}`));
  });
  const said = new Map<string, (rest: string) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word = '', rest = ''] = line.split(' ');
    said.get(word)?.(rest);
  });

  const says = async (word: string): Promise<string> => {
    let timer: NodeJS.Timeout | undefined;
    const failed = new Promise<never>((_, reject) => {
      const fail = async (reason: string) => {
        const files = [output, join(dir, `${name}.log`)].map((file) => readFile(file, 'utf8').catch(() => ''));
        const tail = (await Promise.all(files)).join('').trimEnd().split('\n').slice(-tailLines);
        reject(new Error(`${name} did not start: ${reason}\n${tail.join('\n')}`));
      };
      timer = setTimeout(() => void fail(`not ready within ${startTimeoutMs / 1000} s`), startTimeoutMs);
      void ended.then(fail);
    });
    // It also ends at stop(), when nobody waits for a word any more.
    failed.catch(() => {});
    try {
      return await Promise.race([new Promise<string>((resolve) => said.set(word, resolve)), failed]);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };

  const port = await says('port');
  return {
    origin: `http://127.0.0.1:${port}`,
    async configure(text) {
      const file = join(dir, `${name}.conf`);
      await writeFile(file, text);
      const ready = says('ready');
      child.stdin.write(`${file}\n`);
      await ready;
    },
    async stop() {
      // Faster than waiting for an orderly end, and there is nothing to be saved.
      child.kill('SIGKILL');
      await ended;
    },
  };
}
