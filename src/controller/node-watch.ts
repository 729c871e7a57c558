// Keeps the list of eligible Nodes, and says when it has changed in a way that could concern a load balancer.
import type { Node } from '../kube/types.ts';
import type { EligibleNode } from '../provider/request.ts';
import { Coalescer } from './coalesce.ts';
import { eligibleNodes, nextUnready } from './nodes.ts';

export interface NodeWatchOptions {
  readonly nodes: () => readonly Node[];
  /** 0: readiness does not count. */
  readonly unreadyAfterMs: number;
  readonly onChange: (now: readonly EligibleNode[]) => void;
}

/** A rollout changes many Nodes in a moment; load balancers should hear of it once. */
const COALESCE_MS = 1000;

export class NodeWatch {
  readonly #options: NodeWatchOptions;
  readonly #changes: Coalescer;
  #eligible: readonly EligibleNode[] = [];
  #text = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: NodeWatchOptions) {
    this.#options = options;
    this.#changes = new Coalescer(COALESCE_MS, () => this.refresh());
  }

  get eligible(): readonly EligibleNode[] {
    return this.#eligible;
  }

  /** A Node was added, changed or removed. */
  poke(): void {
    this.#changes.poke();
  }

  /** Looks at all Nodes now; calls `onChange` if the eligible ones differ from the last look. */
  refresh(): void {
    const nodes = this.#options.nodes();
    const now = Date.now();
    this.#eligible = eligibleNodes(nodes, this.#options.unreadyAfterMs, now);
    clearTimeout(this.#timer);
    const next = nextUnready(nodes, this.#options.unreadyAfterMs, now);
    if (next !== undefined) this.#timer = setTimeout(() => this.refresh(), Math.max(1, next - now));
    const text = JSON.stringify(this.#eligible);
    if (text === this.#text) return;
    this.#text = text;
    this.#options.onChange(this.#eligible);
  }

  stop(): void {
    this.#changes.stop();
    clearTimeout(this.#timer);
  }
}
