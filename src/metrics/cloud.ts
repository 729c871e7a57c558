// Calls to clouds, and how long and how far they are held back. It knows no cloud: all label values are names in code.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { GateOptions } from '../provider/gate.ts';
import { SECONDS } from './buckets.ts';

/** Codes that alerts look at: from the first call of an operation on they are there, at 0, or the first is never seen. */
const ALERTED = ['throttled', 'denied'];

export function cloudMetrics(registry: Registry): Required<Pick<GateOptions, 'onCall' | 'onWait' | 'onPace'>> {
  const registers = [registry];
  const calls = new Counter({
    name: 'cloud_api_calls_total',
    help: 'Calls to the cloud by operation, result and lane.',
    labelNames: ['service', 'operation', 'code', 'lane'],
    registers,
  });
  const time = new Histogram({
    name: 'cloud_api_call_duration_seconds',
    help: 'Time of one call.',
    labelNames: ['service', 'operation'],
    buckets: SECONDS,
    registers,
  });
  const wait = new Histogram({
    name: 'cloud_api_limiter_wait_seconds',
    help: 'Time a call waited for its turn.',
    labelNames: ['bucket', 'lane'],
    buckets: SECONDS,
    registers,
  });
  const pace = new Gauge({
    name: 'cloud_api_limiter_pace',
    help: 'Calls a second that the limiter lets pass now; +Inf: as many as come.',
    labelNames: ['bucket'],
    registers,
  });
  const known = new Set<string>();
  return {
    onCall: ({ service, operation, code, lane, durationMs }) => {
      const about = `${service} ${operation} ${lane}`;
      if (!known.has(about)) for (const one of ALERTED) calls.inc({ service, operation, code: one, lane }, 0);
      known.add(about);
      calls.inc({ service, operation, code, lane });
      time.observe({ service, operation }, durationMs / 1000);
    },
    onWait: (bucket, lane, waitedMs) => wait.observe({ bucket, lane }, waitedMs / 1000),
    onPace: (bucket, perSecond) => pace.set({ bucket }, perSecond),
  };
}
