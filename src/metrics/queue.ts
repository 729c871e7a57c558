// The work queue, by the names of client-go, and its workers, by those of controller-runtime.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { QueueHooks } from '../controller/queue.ts';
import { SECONDS } from './buckets.ts';
import type { Probing } from './probes.ts';

const QUEUE = { name: 'service' };
const CONTROLLER = { controller: 'service' };

export function queueMetrics(registry: Registry, probing: Probing): QueueHooks {
  const registers = [registry];
  const labelNames = ['name'];
  const depth = new Gauge({ name: 'workqueue_depth', help: 'Keys waiting for a worker.', labelNames, registers });
  const adds = new Counter({ name: 'workqueue_adds_total', help: 'Keys added.', labelNames, registers });
  const retries = new Counter({
    name: 'workqueue_retries_total',
    help: 'Keys put back with a backoff.',
    labelNames,
    registers,
  });
  const waited = new Histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'From ready to running.',
    labelNames,
    buckets: SECONDS,
    registers,
  });
  const worked = new Histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'Time at work on one key.',
    labelNames,
    buckets: SECONDS,
    registers,
  });
  new Gauge({
    name: 'workqueue_unfinished_work_seconds',
    help: 'Time that the keys at work have taken so far, all together.',
    labelNames,
    registers,
    collect() {
      this.set(QUEUE, probing()?.work().unfinishedSeconds ?? 0);
    },
  });
  new Gauge({
    name: 'workqueue_longest_running_processor_seconds',
    help: 'Time that the key at work for the longest has taken so far.',
    labelNames,
    registers,
    collect() {
      this.set(QUEUE, probing()?.work().longestSeconds ?? 0);
    },
  });
  new Gauge({
    name: 'controller_runtime_active_workers',
    help: 'Workers with a key.',
    labelNames: ['controller'],
    registers,
    collect() {
      this.set(CONTROLLER, probing()?.work().active ?? 0);
    },
  });
  new Gauge({
    name: 'controller_runtime_max_concurrent_reconciles',
    help: 'Workers.',
    labelNames: ['controller'],
    registers,
    collect() {
      this.set(CONTROLLER, probing()?.work().maximum ?? 0);
    },
  });
  depth.set(QUEUE, 0);
  adds.inc(QUEUE, 0);
  retries.inc(QUEUE, 0);
  waited.zero(QUEUE);
  worked.zero(QUEUE);
  return {
    depth: (keys) => depth.set(QUEUE, keys),
    added: () => adds.inc(QUEUE),
    retried: () => retries.inc(QUEUE),
    waited: (seconds) => waited.observe(QUEUE, seconds),
    worked: (seconds) => worked.observe(QUEUE, seconds),
  };
}
