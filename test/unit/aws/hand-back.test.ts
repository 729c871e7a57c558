import { describe, expect, it } from 'vitest';
import { obstacles } from '../../../providers/aws/hand-back.ts';
import { loadBalancerName } from '../../../providers/aws/naming.ts';
import { inputOf, TCP_80, UID, type Wish } from './stage.ts';

const thing = (kind: string, id: string) => ({ kind, id, marks: [], out: {} });
const NLB = thing('LoadBalancer', loadBalancerName(UID));
const CLASSIC = thing('ClassicLoadBalancer', loadBalancerName(UID));
const UDP_53 = { ...TCP_80, name: 'dns', protocol: 'UDP', port: 53 } as const;
const of = (wish: Wish, ...existing: readonly ReturnType<typeof thing>[]) => obstacles(inputOf(wish), existing);

describe('what keeps the official controller from taking over', () => {
  it('is nothing where all is as it would have made it', () => {
    expect(of({ annotations: { type: 'nlb' } }, NLB, thing('TargetGroup', 'k8s-a-b-0123456789'))).toEqual([]);
    expect(of({ annotations: { type: 'classic' } }, CLASSIC)).toEqual([]);
  });

  it.each<[string, Wish, ReturnType<typeof thing>[], RegExp]>([
    ['nothing there', {}, [thing('NodeRules', 'sg-1')], /no load balancer to take over/],
    [
      'a load balancer that replaced another one',
      { annotations: { type: 'nlb' } },
      [thing('LoadBalancer', loadBalancerName(UID, 'b'))],
      /does not know b[0-9a-f]{31}, which replaced another one/,
    ],
    [
      'an NLB by an option of ours',
      { annotations: { type: '' }, options: { 'aws-default-type': 'nlb' } },
      [NLB],
      /aws-load-balancer-type for Classic/,
    ],
    [
      'a type that waits for a replacement',
      { annotations: { type: 'nlb' } },
      [CLASSIC],
      /build one of the type that the Service asks for/,
    ],
    ['TCP and UDP', { request: { ports: [TCP_80, UDP_53] } }, [NLB], /several protocols/],
  ])('%s', (_, wish, existing, why) => {
    const found = of(wish, ...existing);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(why);
  });
});
