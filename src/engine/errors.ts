// One error class and one table of codes: what each means for retrying, for the Service's events and for the metrics.

/** invalid: the Service must change. blocked: something outside must. transient: try again. bug: ours. */
export type Family = 'invalid' | 'blocked' | 'transient' | 'bug';

interface CodeInfo {
  readonly family: Family;
  /** What the code means, for docs/errors.md. */
  readonly meaning: string;
  /** True if the call may have taken effect: whatever it touched has to be read before anything else is done to it. */
  readonly ambiguous?: true;
}

/** Every code. `docs/errors.md` lists the same; a test keeps them equal. */
export const CODES = {
  'invalid-service': { family: 'invalid', meaning: 'An annotation or a field of the Service is wrong.' },
  'replacement-blocked': {
    family: 'blocked',
    meaning: 'The change needs a new load balancer, with a new address, and the Service does not allow that.',
  },
  'name-taken': { family: 'blocked', meaning: 'A cloud object with the name that we need belongs to somebody else.' },
  'not-found': {
    family: 'blocked',
    meaning: 'The cloud does not know something that the Service or the options name.',
  },
  rejected: { family: 'blocked', meaning: 'The cloud refused the request as wrong.' },
  quota: { family: 'blocked', meaning: 'A quota of the cloud account is used up.' },
  denied: { family: 'blocked', meaning: 'The controller lacks a permission, or its credentials are not accepted.' },
  'deletion-protected': { family: 'blocked', meaning: 'The object is protected from deletion.' },
  'in-use': { family: 'blocked', meaning: 'The object cannot go while something else uses it.' },
  policy: { family: 'blocked', meaning: 'The policy option forbids the change.' },
  'other-controller': {
    family: 'blocked',
    meaning: 'Another service controller works on the same Service.',
  },
  'not-converging': { family: 'blocked', meaning: 'The cloud accepted a change but does not show it.' },
  'not-settled': { family: 'transient', meaning: 'The cloud is still working on an earlier change.' },
  throttled: { family: 'transient', meaning: 'The cloud asks for fewer calls.' },
  conflict: {
    family: 'transient',
    meaning: 'The object is not as we knew it (exists already, is gone, has changed).',
    ambiguous: true,
  },
  network: { family: 'transient', meaning: 'No answer, or a broken one.', ambiguous: true },
  unavailable: { family: 'transient', meaning: 'The cloud answered with a failure of its own.', ambiguous: true },
  fenced: { family: 'transient', meaning: 'This replica no longer holds the lease for long enough to write.' },
  stopped: { family: 'transient', meaning: 'The controller is shutting down.' },
  bug: { family: 'bug', meaning: 'A defect of the controller.', ambiguous: true },
} as const satisfies Record<string, CodeInfo>;

export type Code = keyof typeof CODES;

export interface ErrorDetails {
  readonly cause?: unknown;
  /** Earliest time at which trying again makes sense, from now. */
  readonly retryAfterMs?: number;
  /** The cloud's own code and request id, for the log. */
  readonly cloudCode?: string;
  readonly requestId?: string;
}

/** The only error that verbs, gather and the engine throw on purpose. Messages are sentences for the Service's user. */
export class FairleadError extends Error {
  readonly code: Code;
  readonly retryAfterMs: number | undefined;
  readonly cloudCode: string | undefined;
  readonly requestId: string | undefined;

  constructor(code: Code, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'FairleadError';
    this.code = code;
    this.retryAfterMs = details.retryAfterMs;
    this.cloudCode = details.cloudCode;
    this.requestId = details.requestId;
  }

  get family(): Family {
    return CODES[this.code].family;
  }

  /** True if the failed call may have taken effect. */
  get ambiguous(): boolean {
    const info: CodeInfo = CODES[this.code];
    return info.ambiguous === true;
  }
}

/** Any thrown value as a FairleadError; what is not one already is a bug. */
export function asFairleadError(thrown: unknown): FairleadError {
  if (thrown instanceof FairleadError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new FairleadError('bug', `internal error: ${message}`, { cause: thrown });
}
