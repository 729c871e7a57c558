import { describe, expect, it } from 'vitest';
import { censusOf } from '../../src/controller/census.ts';
import type { Probes } from '../../src/metrics/probes.ts';
import { createMetrics } from '../../src/metrics.ts';

const nothing = { services: [], claimOf: () => ({ stance: 'ignore' }) as const, isElsewhere: () => false };
const PROBES: Probes = {
  isLeader: () => true,
  census: () => censusOf({ ...nothing, waits: true, now: 0, since: 0 }),
  work: () => ({ active: 2, maximum: 5, unfinishedSeconds: 7, longestSeconds: 4 }),
  oldestVerificationMs: () => 0,
  driftIntervalMs: 600_000,
  leaseName: 'fairlead',
  orphans: () => [],
  lastContactMs: () => 2500,
  kinds: () => [{ provider: 'aws', kind: 'Listener' }],
};

describe('the metrics', () => {
  it('count drift by provider and kind, and of it what was repaired', async () => {
    const { registry, hooks } = createMetrics('0.0.0');
    const found = { provider: 'aws', kind: 'Listener', action: 'create' } as const;
    hooks.drift?.({ ...found, repaired: true });
    hooks.drift?.({ ...found, repaired: true });
    hooks.drift?.({ ...found, kind: 'Targets', action: 'update', repaired: false });
    const text = await registry.metrics();
    expect(text).toContain('fairlead_drift_found_total{provider="aws",kind="Listener"} 2');
    expect(text).toContain('fairlead_drift_repaired_total{provider="aws",kind="Listener"} 2');
    expect(text).toContain('fairlead_drift_found_total{provider="aws",kind="Targets"} 1');
    expect(text).not.toContain('fairlead_drift_repaired_total{provider="aws",kind="Targets"}');
  });

  it('show the orphans of this moment only', async () => {
    const { registry, watch } = createMetrics('0.0.0');
    let orphans = [{ provider: 'aws', kind: 'LoadBalancer', count: 2 }];
    watch({ ...PROBES, orphans: () => orphans });
    expect(await registry.metrics()).toContain('fairlead_orphans{provider="aws",kind="LoadBalancer"} 2');
    orphans = [];
    expect(await registry.metrics()).not.toContain('fairlead_orphans{');
  });

  it('have what alerts look at from the start, so that the first increase is seen', async () => {
    const { registry, hooks, rest, watch } = createMetrics('0.0.0');
    watch(PROBES);
    const text = await registry.metrics();
    for (const series of [
      'workqueue_adds_total{name="service"}',
      'workqueue_retries_total{name="service"}',
      'workqueue_work_duration_seconds_count{name="service"}',
      'controller_runtime_reconcile_total{controller="service",result="bug"}',
      'controller_runtime_reconcile_total{controller="service",result="denied"}',
      'fairlead_reconcile_stage_duration_seconds_count{stage="apply"}',
      'fairlead_drift_found_total{provider="aws",kind="Listener"}',
      'fairlead_drift_repaired_total{provider="aws",kind="Listener"}',
      'fairlead_relists_total{resource="nodes",why="rewound"}',
      'fairlead_events_dropped_total{why="failed"}',
      'fairlead_service_states{state="deletion-blocked"}',
      'fairlead_time_to_ready_seconds_count',
      'service_controller_nodesync_error_total',
    ])
      expect(text).toContain(`\n${series} 0\n`);
    hooks.gate?.onCall?.({ service: 'ec2', operation: 'X', lane: 'change', code: 'ok', durationMs: 1, write: false });
    rest.onRequest({ method: 'GET', code: 'error', host: 'api:443', seconds: 1 });
    const later = await registry.metrics();
    expect(later).toContain('cloud_api_calls_total{service="ec2",operation="X",code="throttled",lane="change"} 0\n');
    expect(later).toContain('rest_client_requests_total{code="500",method="GET",host="api:443"} 0\n');
    expect(later).toContain('rest_client_requests_total{code="<error>",method="GET",host="api:443"} 1\n');
    expect(later).toContain('rest_client_request_duration_seconds_count{verb="GET",host="api:443"} 1\n');
  });

  it('show the workers, the contact, and a limiter that lets everything pass', async () => {
    const { registry, hooks, watch } = createMetrics('0.0.0');
    watch(PROBES);
    hooks.gate?.onPace?.('ec2:read', Number.POSITIVE_INFINITY);
    hooks.gate?.onPace?.('ec2:write', 2.5);
    const text = await registry.metrics();
    for (const line of [
      'controller_runtime_active_workers{controller="service"} 2',
      'controller_runtime_max_concurrent_reconciles{controller="service"} 5',
      'workqueue_unfinished_work_seconds{name="service"} 7',
      'workqueue_longest_running_processor_seconds{name="service"} 4',
      'fairlead_last_contact_seconds 2.5',
      'cloud_api_limiter_pace{bucket="ec2:read"} +Inf',
      'cloud_api_limiter_pace{bucket="ec2:write"} 2.5',
    ])
      expect(text).toContain(`\n${line}\n`);
  });

  it('have the buckets of the service controller, from 1 s to 16384 s, doubling', async () => {
    const text = await createMetrics('0.0.0').registry.metrics();
    const bounds = [...text.matchAll(/^service_controller_nodesync_latency_seconds_bucket\{le="(.+?)"\}/gm)];
    expect(bounds.map(([, bound]) => bound)).toEqual([...Array.from({ length: 15 }, (_, n) => String(2 ** n)), '+Inf']);
  });

  it('can be read before there is a controller', async () => {
    expect(await createMetrics('0.0.0').registry.metrics()).toContain('fairlead_build_info{version="0.0.0"} 1');
  });
});
