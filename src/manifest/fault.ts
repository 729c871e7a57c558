// What is wrong with a text before anybody knows what it says: by offset, as parts of a sentence. No positions here, and no
// Services.

export type FaultCode =
  | 'syntax'
  | 'template'
  | 'too-large'
  | 'too-deep'
  | 'too-many'
  | 'duplicate-key'
  | 'bad-key'
  | 'bad-merge';

export interface Fault {
  readonly code: FaultCode;
  /** Offsets into the whole text. */
  readonly start: number;
  readonly end: number;
  /** The other place of a key that is there twice. */
  readonly also?: { readonly start: number; readonly end: number };
  readonly value: string;
  readonly expected: string;
  /** One complete sentence, with its full stop. */
  readonly message: string;
}

/** The caps of what is read. What is past them is not parsed, and a problem says so. */
export const LIMITS = {
  /** Of one text. */
  streamLength: 32 * 1024 * 1024,
  /** Of one document, but for the items of a List: the API server itself takes no objects beyond 1.5 MiB. */
  documentLength: 1024 * 1024,
  /** Documents that may hold a Service. */
  candidates: 50_000,
  /** Objects that Lists come to, aliases and all. */
  objects: 100_000,
  depth: 200,
  /** Keys that merge keys (`<<`) bring into one document. */
  merged: 100_000,
  problems: 10_000,
} as const;

/** Faults that leave a part of the text unread. */
const UNREADABLE: readonly string[] = ['syntax', 'template', 'too-large', 'too-deep', 'too-many'] satisfies FaultCode[];

export function isUnreadable(code: string): boolean {
  return UNREADABLE.includes(code);
}
