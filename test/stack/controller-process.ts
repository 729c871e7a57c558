// The controller as a process of its own, started the way a Deployment would, with its log as data.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..', '..');

export interface ControllerOptions {
  /** Further arguments of `fairlead run`. */
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Run dist/fairlead.js instead of the sources. */
  readonly built?: boolean;
  readonly onLine?: (line: string) => void;
}

export interface LogLine {
  readonly level?: string;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

/** None of them outlives the test run. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** A running controller. */
export class ControllerProcess {
  readonly lines: LogLine[] = [];
  /** What it wrote that is not a line of its log. */
  readonly other: string[] = [];
  /** The exit code; a signal's number plus 128. */
  readonly exited: Promise<number>;
  readonly #child: ChildProcess;
  readonly #waiters = new Set<() => void>();
  #ended = false;

  constructor(options: ControllerOptions) {
    const program = options.built ? [join(root, 'dist/fairlead.js')] : [join(root, 'src/main.ts')];
    const { PATH = '', HOME = '' } = process.env;
    this.#child = spawn(process.execPath, [...program, 'run', ...(options.args ?? [])], {
      cwd: root,
      env: { PATH, HOME, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        options.onLine?.(line);
        this.#take(line);
      });
    }
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        this.#ended = true;
        this.#wake();
        resolve(code ?? (signal === 'SIGKILL' ? 137 : 143));
      });
    });
    children.add(this.#child);
    void this.exited.then(() => children.delete(this.#child));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
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
    this.#child.kill(signal);
  }

  /** Ends it in good order; kills it after 20 s. Answers the exit code. */
  async stop(): Promise<number> {
    if (this.#ended) return this.exited;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 20_000);
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
