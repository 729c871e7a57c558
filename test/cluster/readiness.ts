// Asks a starting API server whether it can be used yet. Not a client: all other requests go through the product's own.
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 100;
const requestTimeoutMs = 5_000;

/** Whom to ask, and the token of a user who may read namespaces. */
export type Endpoint = { url: string; caFile: string; token: string };

/**
 * Resolves with the server's version once it is ready and the namespaces that every cluster has are there: it makes them
 * some time after it says that it is ready. Rejects after `timeoutMs` with the last answer, or when `signal` aborts.
 */
export async function untilReady(endpoint: Endpoint, timeoutMs: number, signal: AbortSignal): Promise<string> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const obstacle = await findObstacle(endpoint, signal);
    signal.throwIfAborted();
    if (obstacle === undefined) break;
    if (performance.now() > deadlineMs) {
      throw new Error(`kube-apiserver was not ready after ${timeoutMs / 1000} s: ${obstacle}`);
    }
    await delay(pollMs, undefined, { signal });
  }
  const { body } = await get(endpoint, '/version', signal);
  const version: { gitVersion: string } = JSON.parse(body);
  return version.gitVersion;
}

async function findObstacle(endpoint: Endpoint, signal: AbortSignal): Promise<string | undefined> {
  for (const path of ['/readyz', '/api/v1/namespaces/kube-system', '/api/v1/namespaces/default']) {
    try {
      const { status, body } = await get(endpoint, path, signal);
      if (status !== 200) return `${path} answered ${status}: ${body}`;
    } catch (error) {
      return `${path}: ${(error as Error).message}`;
    }
  }
  return undefined;
}

async function get(
  { url, caFile, token }: Endpoint,
  path: string,
  signal: AbortSignal,
): Promise<{ status: number; body: string }> {
  const ca = await readFile(caFile);
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const sent = request(
      `${url}${path}`,
      { ca, headers, signal, timeout: requestTimeoutMs, agent: false },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          body += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
        answer.on('error', reject);
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${requestTimeoutMs / 1000} s`)));
    sent.on('error', reject);
    sent.end();
  });
}
