// Identifiers that look like those of AWS and are the same in every run: hashes of a counter for each kind.
// No randomness and no clock may enter here.

import { createHash } from 'node:crypto';

/** A fixed number of hexadecimal digits for a text. */
export function hex(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

export class Ids {
  readonly #counters = new Map<string, number>();

  /** `digits` hexadecimal digits, new at every call for the same kind. */
  next(kind: string, digits: number): string {
    return hex(`${kind}/${this.count(kind)}`, digits);
  }

  /** An EC2 id such as `sg-0123456789abcdef0`. */
  ec2(prefix: string): string {
    return `${prefix}-${this.next(prefix, 17)}`;
  }

  /** 1, 2, 3, … for each kind. */
  count(kind: string): number {
    const next = (this.#counters.get(kind) ?? 0) + 1;
    this.#counters.set(kind, next);
    return next;
  }
}
