// What can go wrong between a controller and the API server, as data. A hook sees every call and may name a fault.

import type { KubeError, Query } from '../../../src/kube/api.ts';

/** One call of one session, as the server sees it arrive. */
export interface Call {
  readonly session: string;
  /** Counts the calls of that session, from 1. */
  readonly number: number;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'WATCH';
  readonly path: string;
  readonly query: Query;
  readonly body: unknown;
}

export type Fault =
  /** Refused; nothing happened. */
  | { readonly fault: 'error'; readonly error: KubeError }
  /** Happens later. */
  | { readonly fault: 'delay'; readonly delayMs: number }
  /** Happens, but the answer is lost. */
  | { readonly fault: 'lose' }
  /** Nothing happens and nobody answers. A watch opens and stays silent, without bookmarks. */
  | { readonly fault: 'hang' }
  /** A read is answered as of so many writes ago. */
  | { readonly fault: 'stale'; readonly writes: number }
  /** The controller dies before the call arrives, or after it took effect. */
  | { readonly fault: 'crash'; readonly when: 'before' | 'after' };

export type FaultHook = (call: Call) => Fault | undefined;
