// Runs moto, the AWS emulator in Python, as a child process on loopback. Knows nothing of what is asked of it.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pythonWithMoto } from './python.ts';

/** A running moto; `url` is its endpoint for every AWS service. */
export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

// Reading standard input ends when this process does, however it dies, so moto never outlives it. The request log is
// off: it costs a line a call and the proxy records better.
const server = `
import logging, sys
logging.getLogger('werkzeug').setLevel(logging.ERROR)
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
server.start()
print('listening on %s:%d' % server.get_host_and_port(), flush=True)
sys.stdin.buffer.read()
`;
const startTimeoutMs = 60_000;
const tailLines = 30;

/** Starts moto on a free loopback port. The first call on a machine builds its Python environment. */
export async function startMoto(options: { log: (line: string) => void }): Promise<Moto> {
  const { log } = options;
  const python = await pythonWithMoto(log);
  const child = spawn(python, ['-c', server], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Certificates asked for are issued at once instead of after a minute.
    env: { ...process.env, MOTO_ACM_VALIDATION_WAIT: '0' },
  });
  const tail: string[] = [];
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // A write to a dead child's input must not be an uncaught error.
  child.stdin.on('error', () => {});

  const url = await new Promise<string>((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`moto did not start: ${reason}\n${tail.join('\n')}`));
    const timer = setTimeout(() => fail(`no answer within ${startTimeoutMs / 1000} s`), startTimeoutMs);
    timer.unref();
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        tail.push(line);
        if (tail.length > tailLines) tail.shift();
        const address = /^listening on (\S+)$/.exec(line)?.[1];
        if (!address) return;
        clearTimeout(timer);
        resolve(`http://${address}`);
      });
    }
    child.once('error', (error) => fail(error.message));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      fail(`it ended with ${code ?? signal}`);
    });
  }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  log(`moto: listening on ${url}`);

  return {
    url,
    async stop() {
      child.stdin.end();
      const force = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(force);
    },
  };
}
