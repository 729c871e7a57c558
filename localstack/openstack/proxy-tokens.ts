// The tokens that were issued through the proxy: whose they are, and which of them it refuses. Keystone is not asked.
import type { Answer } from '../proxy-answer.ts';

export class Tokens {
  readonly #projects = new Map<string, string | undefined>();
  readonly #expired = new Set<string>();

  /** Remembers the token in Keystone's answer to a login. */
  learn(answer: Answer): void {
    const token = answer.headers['x-subject-token'];
    if (answer.status !== 201 || typeof token !== 'string') return;
    const body = JSON.parse(answer.body.toString('utf8')) as { token?: { project?: { id?: string } } };
    this.#projects.set(token, body.token?.project?.id);
  }

  /** Id of the token's project, as far as it is known. */
  projectOf(token: string | undefined): string | undefined {
    return token === undefined ? undefined : this.#projects.get(token);
  }

  /** Ends all tokens issued so far: of one project, or of all. */
  expire(project?: string): void {
    for (const [token, owner] of this.#projects) {
      if (project === undefined || project === owner) this.#expired.add(token);
    }
  }

  /** Ends a token, and all others of its project. */
  expireLike(token: string | undefined): void {
    if (token === undefined) return;
    this.#expired.add(token);
    const project = this.projectOf(token);
    if (project !== undefined) this.expire(project);
  }

  refuses(token: string | undefined): boolean {
    return token !== undefined && this.#expired.has(token);
  }
}
