// An API server with policies on it, as a test asks it: what it warns of and what it refuses. Keeps connections open, since
// thousands of questions are asked.
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { parse } from 'yaml';
import type { Cluster } from '../cluster/start.ts';

/** What the server said to one request. */
export interface Verdict {
  readonly status: number;
  /** Why it refused; empty where it did not. */
  readonly refusal: string;
  readonly warnings: readonly Warning[];
  readonly body: string;
}

export interface Warning {
  /** Empty where no policy said it. */
  readonly policy: string;
  readonly message: string;
}

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** Whom to be, instead of the admin. */
  readonly user?: string;
}

export interface AdmissionServer {
  ask(ask: Ask): Promise<Verdict>;
  /** Asks again and again until the answer fits. */
  until(what: string, ask: Ask, fits: (verdict: Verdict) => boolean): Promise<Verdict>;
  close(): void;
}

export async function admissionServer(cluster: Cluster, parallel: number): Promise<AdmissionServer> {
  const config: { users: [{ user: { token: string } }] } = parse(await readFile(cluster.kubeconfig, 'utf8'));
  const agent = new Agent({ keepAlive: true, maxSockets: parallel, ca: await readFile(cluster.caFile) });
  const authorization = `Bearer ${config.users[0].user.token}`;
  const ask = ({ method, path, body, user }: Ask): Promise<Verdict> =>
    new Promise((resolve, reject) => {
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      const headers = { authorization, 'content-type': type, ...(user && { 'impersonate-user': user }) };
      const sent = request(`${cluster.url}${path}`, { method, agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const status = answer.statusCode ?? 0;
          const refusal = status < 300 ? '' : String((JSON.parse(text) as { message?: string }).message);
          resolve({ status, refusal, warnings: warningsIn(answer.rawHeaders), body: text });
        });
        answer.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    ask,
    async until(what, one, fits) {
      const endMs = performance.now() + 60_000;
      for (;;) {
        const verdict = await ask(one);
        if (fits(verdict)) return verdict;
        if (performance.now() > endMs)
          throw new Error(`waited a minute in vain: ${what}; last ${JSON.stringify(verdict)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    close: () => agent.destroy(),
  };
}

/** `Warning: 299 - "text"`, one header each. */
function warningsIn(rawHeaders: readonly string[]): readonly Warning[] {
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'warning');
  return values.map((value) => {
    const text = Buffer.from(value, 'latin1').toString('utf8');
    const said = text.slice(text.indexOf('"') + 1, -1).replaceAll(/\\(.)/g, '$1');
    const [, policy = '', message = said] =
      /^Validation failed for ValidatingAdmissionPolicy '([^']*)' with binding '[^']*': (.*)$/.exec(said) ?? [];
    return { policy, message };
  });
}
