// The conditions that we keep on a Service, and what they remember. Each change of one is told once, as one event.
import type { Memory } from '../engine/engine.ts';
import type { Condition, Service } from '../kube/types.ts';
import { redact } from '../redact.ts';

/** The annotations and fields are usable. */
export const ACCEPTED = 'fairlead.dev/Accepted';
/** The cloud is as the Service asks. Its message carries the memory of the last complete apply. */
export const PROGRAMMED = 'fairlead.dev/Programmed';
/** The Service is going, and something keeps its load balancer from going. */
export const DELETION_BLOCKED = 'fairlead.dev/DeletionBlocked';
/** A load balancer was replaced and drains. Its message carries what, and until when. */
export const REPLACING = 'fairlead.dev/Replacing';
/** Kubernetes' own: https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/1435-mixed-protocol-lb */
export const PORTS_ERROR = 'LoadBalancerPortsError';

/** A wanted condition; null: it should not be there. */
export type Wish = Pick<Condition, 'status' | 'reason' | 'message'> | null;

/** Longest message that the API server takes for a condition is 32 KiB; nobody reads that much. */
const MESSAGE_LIMIT = 4096;

export function conditionOf(service: Service, type: string): Condition | undefined {
  return service.status?.conditions?.find((condition) => condition.type === type);
}

/** The conditions that differ from what the Service has; those that say the same keep their transition time. */
export function changedConditions(
  service: Service,
  wishes: Readonly<Record<string, Wish>>,
  now: string,
): Readonly<Record<string, Omit<Condition, 'type'> | null>> {
  const changed: Record<string, Omit<Condition, 'type'> | null> = {};
  for (const [type, wish] of Object.entries(wishes)) {
    const have = conditionOf(service, type);
    if (wish === null) {
      if (have) changed[type] = null;
      continue;
    }
    const text = redact(wish.message);
    const message = text.length > MESSAGE_LIMIT ? `${text.slice(0, MESSAGE_LIMIT - 1)}…` : text;
    if (have && have.status === wish.status && have.reason === wish.reason && have.message === message) continue;
    const { generation } = service.metadata;
    changed[type] = {
      status: wish.status,
      reason: wish.reason,
      message,
      lastTransitionTime: have && have.status === wish.status ? have.lastTransitionTime : now,
      ...(generation !== undefined && { observedGeneration: generation }),
    };
  }
  return changed;
}

const MEMORY = /\[graph=([0-9a-f]{24})(?: targets=([0-9a-f]{24}))?\]$/;

/** Programmed, True: with the memory at the end of the message. */
export function programmed(memory: Memory): Wish {
  const targets = memory.targets === undefined ? '' : ` targets=${memory.targets}`;
  return {
    status: 'True',
    reason: 'Programmed',
    message: `The load balancer is as the Service asks. [graph=${memory.graph}${targets}]`,
  };
}

/** The memory that the Service carries; undefined: none that could be trusted. */
export function memoryOf(service: Service): Memory | undefined {
  const condition = conditionOf(service, PROGRAMMED);
  if (condition?.status !== 'True') return undefined;
  const match = MEMORY.exec(condition.message);
  if (!match?.[1]) return undefined;
  return { graph: match[1], ...(match[2] !== undefined && { targets: match[2] }) };
}

const DRAINING = /^(\S+(?:, \S+)*) was replaced.* until (\S+Z)\.$/;

/** Replacing, True: what was replaced (`Kind/id`) may go at `until` (ms since 1970). */
export function replacing(replaced: readonly string[], until: number): Wish {
  const time = new Date(until).toISOString();
  const message = `${replaced.join(', ')} was replaced by a new load balancer and serves on until ${time}.`;
  return { status: 'True', reason: 'Draining', message };
}

/** When exactly these may go, as the status says; undefined: it says nothing of them. */
export function drainedAt(service: Service, replaced: readonly string[]): number | undefined {
  const condition = conditionOf(service, REPLACING);
  const match = condition?.status === 'True' ? DRAINING.exec(condition.message) : undefined;
  return match && match[1] === replaced.join(', ') ? Date.parse(match[2] ?? '') : undefined;
}

/** `replacement-blocked` as a reason: ReplacementBlocked. */
export function reasonOf(code: string): string {
  return code
    .split('-')
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('');
}
