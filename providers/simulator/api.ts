// What goes over the wire between this adapter and the simulated cloud: plain data, in the cloud's own words. Elsewhere
// a cloud's SDK brings these types.

export type Tags = Readonly<Record<string, string>>;

export interface LoadBalancerBody {
  readonly tier: string;
  readonly internal: boolean;
  readonly idleTimeoutSeconds: number;
  readonly tags: Tags;
}

export interface ListenerBody {
  readonly nodePort: number;
  readonly healthPort: number;
  readonly allowedRanges: readonly string[];
  readonly affinity: 'None' | 'ClientIP';
}

/** What a list shows. */
export interface LoadBalancerSummary {
  readonly name: string;
  readonly address: string;
  readonly tier: string;
  readonly internal: boolean;
  readonly tags: Tags;
}

/** What a read of one shows, and every write to it or to something inside it. */
export interface LoadBalancerView extends LoadBalancerBody {
  readonly name: string;
  readonly address: string;
  readonly status: 'active' | 'pending' | 'deleting';
  /** How long the cloud will still be at work on it; 0: it is active. */
  readonly readyInMs: number;
  /** By `<protocol>-<port>`. */
  readonly listeners: Readonly<Record<string, ListenerBody>>;
  /** Addresses of nodes. */
  readonly members: readonly string[];
}

export interface FirewallRule {
  /** UID of the Service that the rule is for. */
  readonly owner: string;
  /** Open on every node. */
  readonly port: number;
}

export interface FirewallView {
  readonly name: string;
  readonly tags: Tags;
  readonly rules: readonly FirewallRule[];
  /** Changes with every write; a write has to name the one that it was made from. */
  readonly version: number;
}

/** The cloud's own error codes. */
export type ApiCode =
  | 'not-found'
  | 'exists'
  | 'busy'
  | 'version-mismatch'
  | 'quota'
  | 'too-many-calls'
  | 'out-of-order'
  | 'invalid';

/** How the API answers what it does not do. */
export class ApiError extends Error {
  readonly code: ApiCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ApiCode, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}
