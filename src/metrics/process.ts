// The process itself: what it is, and what Node tells of it, by the names of every Prometheus client.
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';

/** Nothing of it keeps the process alive: all is read when asked for, but for garbage collections, which are counted. */
export function processMetrics(registry: Registry, version: string): void {
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'fairlead_build_info',
    help: 'Always 1.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version }, 1);
}
