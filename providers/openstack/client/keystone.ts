// Logging in: a token from Keystone v3, kept until shortly before it ends, and asked for once however many wait for it. It
// must not show a secret, nor keep trying with what was refused (accounts are locked for that).
import { FairleadError } from '../../../src/engine/errors.ts';
import type { Scope } from '../../../src/engine/kind.ts';
import type { Gate } from '../../../src/provider/gate.ts';
import { type Login, secretsOf } from '../credentials/login.ts';
import { type Catalog, catalogOf } from './catalog.ts';
import { explain } from './errors.ts';
import { type Answer, type Http, NoAnswer } from './http.ts';
import { authBody } from './login-body.ts';
import { Refusal } from './refusal.ts';
import { urlOf } from './services.ts';

/** As whom, for what and with what a session is. */
export interface Identity {
  readonly catalog: Catalog;
  /** Absent: the token is for no project. */
  readonly projectId?: string;
  readonly projectName?: string;
  readonly userName?: string;
  readonly roles: readonly string[];
}

/** What a login gave. */
export interface Access extends Identity {
  readonly token: string;
}

interface Current extends Access {
  /** By performance.now(). */
  readonly renewAtMs: number;
}

interface Token {
  readonly expires_at?: unknown;
  readonly issued_at?: unknown;
  readonly catalog?: unknown;
  readonly project?: { readonly id?: string; readonly name?: string };
  readonly user?: { readonly name?: string };
  readonly roles?: readonly { readonly name?: unknown }[];
}

/** A token is renewed this long before it ends, so that no call that waits its turn meets its end. */
const MARGIN_MS = 60_000;
/** What Keystone refused is not tried again for so long. */
const REFUSED_MS = 30_000;
const MAX_SECRETS = 4;

const FAILED = { service: 'keystone', operation: 'Authenticate', method: 'POST' } as const;

export class Keystone {
  readonly #login: Login;
  readonly #http: Http;
  readonly #gate: Gate;
  readonly #onToken: (token: string) => void;
  readonly #fixed: readonly string[];
  #tokens: readonly string[] = [];
  #current: Current | undefined;
  #running: Promise<Current> | undefined;
  #refused: { readonly error: FairleadError; readonly untilMs: number } | undefined;

  constructor(login: Login, http: Http, gate: Gate, onToken: (token: string) => void = () => {}) {
    this.#login = login;
    this.#http = http;
    this.#gate = gate;
    this.#onToken = onToken;
    this.#fixed = Object.values(secretsOf(login));
  }

  /** What must not be shown: the login's secrets, and the last tokens. */
  get secrets(): readonly string[] {
    return [...this.#fixed, ...this.#tokens];
  }

  /** A token that is good for now. Throws FairleadError. */
  async access(scope: Scope): Promise<Access> {
    const current = this.#current;
    if (current !== undefined && performance.now() < current.renewAtMs) return current;
    return this.#shared(scope);
  }

  /** Another token than this one, which a service refused. */
  async renew(refused: Access, scope: Scope): Promise<Access> {
    if (this.#current === refused) this.#current = undefined;
    return this.access(scope);
  }

  async #shared(scope: Scope): Promise<Access> {
    for (;;) {
      const mine = this.#running === undefined;
      this.#running ??= this.#authenticate(scope).finally(() => {
        this.#running = undefined;
      });
      try {
        return await this.#running;
      } catch (thrown) {
        // Whoever began it was told to stop; that says nothing about those who waited with it.
        const stopped = thrown instanceof FairleadError && thrown.code === 'stopped';
        if (mine || !stopped || scope.signal.aborted) throw thrown;
      }
    }
  }

  async #authenticate(scope: Scope): Promise<Current> {
    const refused = this.#refused;
    if (refused !== undefined && performance.now() < refused.untilMs) throw refused.error;
    const url = urlOf(this.#login.authUrl, '/v3/auth/tokens');
    const body = JSON.stringify(authBody(this.#login));
    const headers = { 'cache-control': 'no-store' };
    const call = {
      service: FAILED.service,
      operation: FAILED.operation,
      // It changes nothing of ours, and reading needs it without the lease.
      write: false,
      requestIdOf: (answer: unknown) => (answer as { requestId?: string }).requestId,
    };
    try {
      const { current } = await this.#gate.call(
        call,
        scope,
        async (signal) => {
          const sentAtMs = performance.now();
          const answer = await this.#http.send({ method: 'POST', url, headers, body, signal });
          return { current: received(answer, sentAtMs), requestId: answer.requestId };
        },
        (thrown) => explain(thrown, FAILED, this.secrets),
      );
      this.#keep(current);
      return current;
    } catch (thrown) {
      const error = explain(thrown, FAILED, this.secrets);
      if (error.code === 'denied') this.#refused = { error, untilMs: performance.now() + REFUSED_MS };
      throw error;
    }
  }

  #keep(current: Current): void {
    this.#refused = undefined;
    this.#current = current;
    if (this.#tokens.includes(current.token)) return;
    this.#tokens = [...this.#tokens, current.token].slice(-MAX_SECRETS);
    this.#onToken(current.token);
  }
}

function received(answer: Answer, sentAtMs: number): Current {
  if (answer.status !== 201 && answer.status !== 200) throw new Refusal(answer);
  const token = answer.headers['x-subject-token'];
  const about = tokenOf(answer);
  if (typeof token !== 'string' || token === '' || about === undefined) {
    throw new NoAnswer('the answer holds no token', { requestId: answer.requestId });
  }
  const { project, user, roles } = about;
  return {
    token,
    catalog: catalogOf(about.catalog),
    roles: (Array.isArray(roles) ? roles : []).map(({ name }) => String(name)),
    renewAtMs: sentAtMs + lifeMs(about),
    ...(typeof project?.id === 'string' && { projectId: project.id }),
    ...(typeof project?.name === 'string' && { projectName: project.name }),
    ...(typeof user?.name === 'string' && { userName: user.name }),
  };
}

function tokenOf({ text }: Answer): Token | undefined {
  try {
    const { token } = Object(JSON.parse(text)) as { token?: unknown };
    return typeof token === 'object' && token !== null ? token : undefined;
  } catch {
    return undefined;
  }
}

/** By Keystone's clock alone, since ours may differ. Of a token that ends soon anyway, half of what is left. */
function lifeMs({ expires_at: end, issued_at: start }: Token): number {
  const ms = Date.parse(String(end)) - Date.parse(String(start));
  if (!Number.isFinite(ms)) return MARGIN_MS;
  return Math.max(ms - MARGIN_MS, ms / 2, 1000);
}
