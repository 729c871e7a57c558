// The reconcile at hand, wherever in the call tree one is: what the log says of it, and what its time is spent on. Nothing
// may depend on it but telling.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Stage } from './hooks.ts';

/** What every line of the log that is written on the way carries. */
export interface WorkFields {
  readonly reconcileID: string;
  /** namespace/name. */
  readonly service: string;
  readonly uid?: string;
}

interface Work {
  readonly fields: WorkFields;
  readonly stages: Stages;
}

const storage = new AsyncLocalStorage<Work>();

/** Fields of the reconcile at hand; undefined: there is none. */
export function workFields(): WorkFields | undefined {
  return storage.getStore()?.fields;
}

/** Runs one reconcile. What it spent on its stages is told at its end, however it ends. */
export async function working<T>(
  fields: WorkFields,
  onStage: ((stage: Stage, seconds: number) => void) | undefined,
  run: () => Promise<T>,
): Promise<T> {
  const stages = new Stages();
  try {
    return await storage.run({ fields, stages }, run);
  } finally {
    for (const [stage, ms] of stages.spent) onStage?.(stage, ms / 1000);
  }
}

/** Counts the time of `run` as this stage's. A stage inside another takes its time from it. Outside of work: only runs. */
export async function inStage<T>(stage: Stage, run: () => T | Promise<T>): Promise<T> {
  const leave = storage.getStore()?.stages.enter(stage);
  try {
    return await run();
  } finally {
    leave?.();
  }
}

class Stages {
  readonly spent = new Map<Stage, number>();
  #now: Stage | undefined;
  #sinceMs = 0;

  /** Answers how to go back to the stage before. */
  enter(stage: Stage): () => void {
    const before = this.#now;
    this.#switch(stage);
    return () => this.#switch(before);
  }

  #switch(next: Stage | undefined): void {
    const now = performance.now();
    if (this.#now !== undefined) this.spent.set(this.#now, (this.spent.get(this.#now) ?? 0) + now - this.#sinceMs);
    this.#now = next;
    this.#sinceMs = now;
  }
}
