// The person at the other end of a command: what they read, what they are asked, and how they stop it.
import { createInterface } from 'node:readline/promises';

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Undefined where nobody is there to answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Aborts when they have had enough. */
  readonly signal: AbortSignal;
}

/** That of this process. From now on its first SIGINT or SIGTERM only aborts the signal. */
export function ownTerminal(): Terminal {
  const stop = new AbortController();
  const abort = () => stop.abort(new Error('interrupted'));
  process.once('SIGINT', abort).once('SIGTERM', abort);
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    ask: process.stdin.isTTY ? (question) => ask(question, stop.signal, abort) : undefined,
    signal: stop.signal,
  };
}

async function ask(question: string, signal: AbortSignal, abort: () => void): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // While a line is read, Ctrl-C is a key and no signal.
  lines.once('SIGINT', abort);
  try {
    return await lines.question(question, { signal });
  } finally {
    lines.close();
  }
}
