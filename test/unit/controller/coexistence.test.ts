import { describe, expect, it } from 'vitest';
import {
  afterSign,
  contestOf,
  isOfTerm,
  isOpen,
  SIGN_LASTS_MS,
  type Sign,
} from '../../../src/controller/coexistence.ts';
import type { Service } from '../../../src/kube/types.ts';

const CLASS = 'fairlead.dev/aws';
const BEGAN = Date.parse('2026-03-01T12:00:00Z');
const sign = (noticedMs: number, who = 'aws-cloud-controller-manager'): Sign => ({
  who,
  did: 'wrote status.loadBalancer or the finalizer',
  stamp: `2026-03-01T12:${String(Math.floor(noticedMs / 60_000)).padStart(2, '0')}:00Z`,
  noticedMs,
});

function service(spec: Partial<Service['spec']> = {}): Service {
  const metadata = { name: 'web', namespace: 'default', uid: 'u', resourceVersion: '1' };
  return { metadata, spec: { type: 'LoadBalancer', ...spec } };
}

describe('a contest', () => {
  it('names who, what, when and both ways out', () => {
    const error = contestOf(service(), afterSign(undefined, sign(60_000)), 60_000, CLASS);
    expect(error?.code).toBe('other-controller');
    expect(error?.family).toBe('blocked');
    expect(error?.message).toBe(
      'Another service controller works on this Service: aws-cloud-controller-manager wrote status.loadBalancer or the ' +
        'finalizer at 2026-03-01T12:01:00Z. Nothing is written for the Service until it has been quiet for 10 minutes. ' +
        'Switch its service controller off with --controllers=*,-service-lb-controller (cloud-controller-manager), or ' +
        'create this Service anew with spec.loadBalancerClass fairlead.dev/aws, so that it is not its any more.',
    );
  });

  it('offers no class where none is ours', () => {
    const error = contestOf(service(), afterSign(undefined, sign(0)), 0, undefined);
    expect(error?.message).toMatch(/-service-lb-controller \(cloud-controller-manager\)\.$/);
  });

  it('lasts ten minutes after its last sign, and no longer', () => {
    const contest = afterSign(afterSign(undefined, sign(0)), sign(5 * 60_000));
    expect(isOpen(contest, 5 * 60_000 + SIGN_LASTS_MS - 1)).toBe(true);
    expect(contestOf(service(), contest, 5 * 60_000 + SIGN_LASTS_MS, CLASS)).toBeUndefined();
  });

  it('is named by its first sign as long as it goes on, and by a new one after a pause', () => {
    const first = afterSign(undefined, sign(0));
    const second = afterSign(first, sign(5 * 60_000, 'service-controller'));
    expect(second.first.who).toBe('aws-cloud-controller-manager');
    const after = afterSign(second, sign(5 * 60_000 + SIGN_LASTS_MS, 'service-controller'));
    expect(after.first.who).toBe('service-controller');
  });

  it('is none without a sign, and none about a Service with a class', () => {
    expect(contestOf(service(), undefined, 0, CLASS)).toBeUndefined();
    const contest = afterSign(undefined, sign(0));
    expect(contestOf(service({ loadBalancerClass: CLASS }), contest, 0, CLASS)).toBeUndefined();
  });

  it('covers a Service that is no load balancer any more', () => {
    expect(contestOf(service({ type: 'ClusterIP' }), afterSign(undefined, sign(0)), 0, CLASS)).toBeDefined();
  });
});

describe('a stamp', () => {
  it.each([
    ['2026-03-01T12:00:01Z', true],
    ['2026-03-01T11:56:00Z', true],
    ['2026-03-01T11:54:00Z', false],
    ['2025-03-01T12:00:00Z', false],
    ['2026-03-01T12:00:01.123456Z', true],
    ['nonsense', true],
    [undefined, true],
  ])('%s is of the term: %s', (stamp, expected) => {
    expect(isOfTerm(stamp, BEGAN)).toBe(expected);
  });
});
