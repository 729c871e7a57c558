import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/metrics.ts';

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
    watch({ isLeader: () => true, claims: () => ({}), oldestVerificationMs: () => 0, orphans: () => orphans });
    expect(await registry.metrics()).toContain('fairlead_orphans{provider="aws",kind="LoadBalancer"} 2');
    orphans = [];
    expect(await registry.metrics()).not.toContain('fairlead_orphans{');
  });
});
