// One run of a controller, as AWS sees it: its clients, until the process dies.
// Killing it loses nothing that AWS has: only its own calls.

/** `lost`: requests on their way never arrive. `landing`: they still arrive, though nobody hears the answer. */
export type InFlight = 'landing' | 'lost';

export class Session {
  /** 1 for the first session of an AWS. */
  readonly number: number;
  #end: InFlight | undefined;

  constructor(number: number) {
    this.number = number;
  }

  get killed(): boolean {
    return this.#end !== undefined;
  }

  /** Whether a request that was sent can still take effect. */
  get reaches(): boolean {
    return this.#end !== 'lost';
  }

  /** The process dies: no call of it is ever answered any more. */
  kill(inFlight: InFlight = 'lost'): void {
    this.#end ??= inFlight;
  }

  /** Passes a result on while the session lives; after that the caller waits for ever, as a dead process does. */
  whileAlive<T>(result: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      result.then(
        (value) => this.killed || resolve(value),
        (reason) => this.killed || reject(reason),
      );
    });
  }
}

/** A result that never comes. */
export function never<T>(): Promise<T> {
  return new Promise(() => {});
}
