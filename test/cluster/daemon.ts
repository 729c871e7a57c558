// One server process in the background, its output in a file. It must never outlive this process, however that ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { spawnGuard } from './guard.ts';

/** Lines of a component's log that an error carries. */
const tailLines = 30;

/** What to run. `dir` is the working directory, which the guard removes after it had to kill. */
export type Command = { name: string; path: string; args: readonly string[]; dir: string; logFile: string };

/** A running process: its life is that of the object. */
export class Daemon {
  readonly #command: Command;
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #wanted: 'running' | 'stopped' = 'running';
  #alive = true;

  private constructor(command: Command, child: ChildProcess, pid: number) {
    this.#command = command;
    this.#child = child;
    // A server that nobody stopped does not keep this process alive; the guard ends it afterwards.
    child.unref();
    const guard = spawnGuard(pid, command.dir);
    this.#ended = once(child, 'exit').then(([code, signal]: unknown[]) => {
      this.#alive = false;
      guard.kill('SIGKILL');
      return signal ? `was ended by ${signal}` : `ended with code ${code}`;
    });
  }

  /** Starts the process, appending to its log file; rejects if it cannot be started at all. */
  static async start(command: Command): Promise<Daemon> {
    const log = openSync(command.logFile, 'a');
    try {
      const child = spawn(command.path, command.args, {
        cwd: command.dir,
        // A group of its own: Ctrl-C in a terminal must reach this process first, which then stops things in order.
        detached: true,
        stdio: ['ignore', log, log],
      });
      await once(child, 'spawn');
      if (child.pid === undefined) throw new Error(`${command.name} has no process id`);
      return new Daemon(command, child, child.pid);
    } finally {
      closeSync(log);
    }
  }

  /** Rejects, with the end of the log, as soon as the process ends without having been asked to; else never settles. */
  async failure(): Promise<never> {
    const how = await this.#ended;
    if (this.#wanted === 'stopped') return new Promise<never>(() => undefined);
    throw new Error(`${this.#command.name} ${how}\n${await this.logTail()}`);
  }

  /** The last lines of the log, under a heading. */
  async logTail(): Promise<string> {
    const text = await readFile(this.#command.logFile, 'utf8').catch(() => '');
    return [
      `--- last lines of ${basename(this.#command.logFile)}`,
      ...text.trimEnd().split('\n').slice(-tailLines),
    ].join('\n');
  }

  /** Sends a signal to the process; false if it has ended. */
  signal(name: NodeJS.Signals): boolean {
    return this.#alive && this.#child.kill(name);
  }

  /** Ends the process and waits until it is gone; a process that is still there after `graceMs` is killed. */
  async stop(name: 'SIGTERM' | 'SIGKILL', graceMs = 10_000): Promise<void> {
    this.#wanted = 'stopped';
    if (!this.#alive) return;
    this.#child.ref();
    // A paused process would keep any other signal for later.
    this.signal('SIGCONT');
    this.signal(name);
    const kill = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.#ended;
    clearTimeout(kill);
  }
}
