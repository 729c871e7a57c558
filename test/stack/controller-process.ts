// The controller as a process of its own, started the way a Deployment would, with its log as data. It must never outlive
// the test run.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawnGuard } from '../cluster/guard.ts';

const root = join(import.meta.dirname, '..', '..');

export interface ControllerOptions {
  /** Further arguments of `fairlead run`. */
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Run dist/fairlead.js instead of the sources. */
  readonly built?: boolean;
  readonly onLine?: (line: string) => void;
  /** The whole command, instead of `fairlead run` of this checkout. */
  readonly command?: readonly string[];
  /** The command only waits for one child, which signals are meant for. */
  readonly isWrapper?: boolean;
  /** What its standard input has; nothing where unset. */
  readonly input?: string;
  /** How long `stop` waits before it kills. Default 20 s. */
  readonly graceMs?: number;
  /** A directory that is removed if the test run dies. */
  readonly leftover?: string;
}

export interface LogLine {
  readonly level?: string;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

/** A running controller. */
export class ControllerProcess {
  readonly lines: LogLine[] = [];
  /** What it wrote that is not a line of its log. */
  readonly other: string[] = [];
  /** The exit code; a signal's number plus 128. */
  readonly exited: Promise<number>;
  readonly #child: ChildProcess;
  readonly #isWrapper: boolean;
  readonly #graceMs: number;
  readonly #waiters = new Set<() => void>();
  #ended = false;

  constructor(options: ControllerOptions) {
    const program = options.built ? [join(root, 'dist/fairlead.js')] : [join(root, 'src/main.ts')];
    const { PATH = '', HOME = '' } = process.env;
    const own = [process.execPath, ...program, 'run', ...(options.args ?? [])];
    const [path = '', ...args] = options.command ?? own;
    this.#isWrapper = options.isWrapper ?? false;
    this.#graceMs = options.graceMs ?? 20_000;
    this.#child = spawn(path, args, {
      cwd: root,
      env: options.command ? options.env : { PATH, HOME, ...options.env },
      // A group of its own, for the guard.
      detached: true,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin?.end(options.input);
    const guard = this.#child.pid === undefined ? undefined : spawnGuard(this.#child.pid, options.leftover);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        options.onLine?.(line);
        this.#take(line);
      });
    }
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#take(error.message));
      this.#child.once('close', (code, signal) => {
        this.#ended = true;
        guard?.kill('SIGKILL');
        this.#wake();
        resolve(code ?? (signal === 'SIGKILL' ? 137 : 143));
      });
    });
  }

  get pid(): number {
    const pid = this.#child.pid ?? 0;
    return (this.#isWrapper && onlyChildOf(pid)) || pid;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** The first log line that fits, now or later. Rejects with the last lines if the process ends without one. */
  async line(fits: (line: LogLine) => boolean): Promise<LogLine> {
    for (;;) {
      const found = this.lines.find(fits);
      if (found) return found;
      if (this.#ended) throw new Error(`the controller ended: ${this.tail()}`);
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  /** Until it leads and works on its queue. */
  async leading(): Promise<void> {
    await this.line((line) => line.msg?.startsWith('leading') === true);
  }

  /** Base URL of /healthz, /readyz and /metrics. */
  async healthUrl(): Promise<string> {
    const line = await this.line((one) => one.msg === 'serving health and metrics');
    return `http://${String(line.host)}:${String(line.port)}`;
  }

  tail(count = 20): string {
    return [...this.lines.slice(-count).map((line) => JSON.stringify(line)), ...this.other.slice(-count)].join('\n');
  }

  kill(signal: NodeJS.Signals): void {
    const { pid } = this;
    if (pid === this.#child.pid) this.#child.kill(signal);
    else signalIfThere(pid, signal);
  }

  /** Ends it in good order; kills it after a time. Answers the exit code. */
  async stop(): Promise<number> {
    if (this.#ended) return this.exited;
    this.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), this.#graceMs);
    const code = await this.exited;
    clearTimeout(timer);
    return code;
  }

  #take(line: string): void {
    try {
      this.lines.push(JSON.parse(line) as LogLine);
    } catch {
      this.other.push(line);
    }
    this.#wake();
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }
}

function onlyChildOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()) || undefined;
  } catch {
    return undefined;
  }
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
