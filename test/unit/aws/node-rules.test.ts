import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadBalancerName } from '../../../providers/aws/naming.ts';
import {
  classicRulesFor,
  mergeNodeRules,
  rulesFor,
  type Traffic,
  withClassicDescriptions,
} from '../../../providers/aws/node-rules.ts';
import type { NodeRulesSpec, Rule } from '../../../providers/aws/resources.ts';
import { ruleKey } from '../../../providers/aws/rules.ts';
import type { Owner } from '../../../src/engine/owner.ts';

const uidOf = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const ownerOf = (digit: string): Owner => ({ cluster: 'c', uid: uidOf(digit), namespace: 'shop', name: `web${digit}` });
const [A, B, C] = [ownerOf('1'), ownerOf('2'), ownerOf('3')];
const nameOf = (owner: Owner) => loadBalancerName(owner.uid);

function traffic(owner: Owner, change: Partial<Traffic> = {}): Traffic {
  return {
    loadBalancer: nameOf(owner),
    ports: [{ protocols: ['tcp'], nodePort: 30080 }],
    healthPorts: [30080],
    clients: ['0.0.0.0/0'],
    subnets: ['10.0.0.0/24', '10.0.1.0/24'],
    ...change,
  };
}

/** Those of a part that is not frozen. */
const rulesOf = (spec: NodeRulesSpec | 'frozen') => (spec === 'frozen' ? [] : spec.rules);

/** `tcp 80 10.0.0.0/8 client=<last digit>`: rules as a reader sees them. */
function shown({ rules }: NodeRulesSpec): readonly string[] {
  return rules.map(({ protocol, fromPort, toPort, source, description }) => {
    const ports = fromPort === toPort ? fromPort : `${fromPort}-${toPort}`;
    return `${protocol} ${ports} ${source} ${description.replace('kubernetes.io/rule/nlb/', '').replace(/=a(.).*/, '=$1')}`;
  });
}

describe('rulesFor', () => {
  it('needs no health rules where everybody may connect to the same port', () => {
    expect(shown(rulesFor(traffic(A)))).toEqual(['icmp 3-4 0.0.0.0/0 mtu', 'tcp 30080 0.0.0.0/0 client=1']);
  });

  it('lets health checks in from the subnets where clients are fewer', () => {
    expect(shown(rulesFor(traffic(A, { clients: ['203.0.113.0/24'] })))).toEqual([
      'icmp 3-4 203.0.113.0/24 mtu',
      'tcp 30080 10.0.0.0/24 health=1',
      'tcp 30080 10.0.1.0/24 health=1',
      'tcp 30080 203.0.113.0/24 client=1',
    ]);
  });

  it('lets health checks in on a port of their own', () => {
    expect(shown(rulesFor(traffic(A, { healthPorts: [32000] })))).toEqual([
      'icmp 3-4 0.0.0.0/0 mtu',
      'tcp 30080 0.0.0.0/0 client=1',
      'tcp 32000 10.0.0.0/24 health=1',
      'tcp 32000 10.0.1.0/24 health=1',
    ]);
  });

  it('lets health checks in on one of several open ports, as the official controller does', () => {
    const ports = [30080, 30081].map((nodePort) => ({ protocols: ['tcp'] as const, nodePort }));
    expect(shown(rulesFor(traffic(A, { ports, healthPorts: [30081, 30081] })))).toEqual([
      'icmp 3-4 0.0.0.0/0 mtu',
      'tcp 30080 0.0.0.0/0 client=1',
      'tcp 30081 0.0.0.0/0 client=1',
      'tcp 30081 10.0.0.0/24 health=1',
      'tcp 30081 10.0.1.0/24 health=1',
    ]);
    const all = { ports, healthPorts: [30081, 30080] };
    expect(shown(rulesFor(traffic(A, all))).filter((rule) => rule.includes('health'))).toEqual([]);
  });

  it('checks the health of UDP ports over TCP', () => {
    const ports = [{ protocols: ['udp'] as const, nodePort: 30053 }];
    expect(shown(rulesFor(traffic(A, { ports, healthPorts: [30053] })))).toEqual([
      'icmp 3-4 0.0.0.0/0 mtu',
      'tcp 30053 10.0.0.0/24 health=1',
      'tcp 30053 10.0.1.0/24 health=1',
      'udp 30053 0.0.0.0/0 client=1',
    ]);
  });

  it('has both protocols of a TCP_UDP port, each with its own rule', () => {
    const ports = [{ protocols: ['tcp', 'udp'] as const, nodePort: 30053 }];
    expect(shown(rulesFor(traffic(A, { ports, healthPorts: [30053] })))).toEqual([
      'icmp 3-4 0.0.0.0/0 mtu',
      'tcp 30053 0.0.0.0/0 client=1',
      'udp 30053 0.0.0.0/0 client=1',
    ]);
  });

  it('has one rule where clients and health checks come from the same network', () => {
    expect(shown(rulesFor(traffic(A, { clients: ['10.0.0.0/24'], subnets: ['10.0.0.0/24'] })))).toEqual([
      'icmp 3-4 10.0.0.0/24 mtu',
      'tcp 30080 10.0.0.0/24 client=1',
    ]);
  });
});

describe('mergeNodeRules', () => {
  const a = rulesFor(traffic(A));
  const b = rulesFor(traffic(B, { ports: [{ protocols: ['tcp'], nodePort: 30081 }], healthPorts: [30081] }));
  const share = (owner: Owner, spec: NodeRulesSpec | 'frozen') => ({ owner, spec });

  it('is the union of all parts, with one rule for path MTU discovery a network', () => {
    const merged = mergeNodeRules([share(A, a), share(B, b)], [], undefined);
    expect(shown(merged)).toEqual([
      'icmp 3-4 0.0.0.0/0 mtu',
      'tcp 30080 0.0.0.0/0 client=1',
      'tcp 30081 0.0.0.0/0 client=2',
    ]);
  });

  it('takes away what a leaving owner had, and keeps the MTU rule that another needs', () => {
    const have = mergeNodeRules([share(A, a), share(B, b)], [], undefined);
    expect(shown(mergeNodeRules([share(B, b)], [A], have))).toEqual([
      'icmp 3-4 0.0.0.0/0 mtu',
      'tcp 30081 0.0.0.0/0 client=2',
    ]);
  });

  it('is an empty document, never no document, when the last one leaves', () => {
    expect(mergeNodeRules([], [A], a)).toEqual({ rules: [], foreign: [] });
  });

  it('keeps the rules of load balancers that nobody knows here, with their MTU rules', () => {
    const unknown = rulesFor(traffic(C, { clients: ['192.0.2.0/24'], subnets: [] }));
    expect(shown(mergeNodeRules([share(A, a)], [], unknown))).toEqual([
      'icmp 3-4 0.0.0.0/0 mtu',
      'icmp 3-4 192.0.2.0/24 mtu',
      'tcp 30080 0.0.0.0/0 client=1',
      'tcp 30080 192.0.2.0/24 client=3',
    ]);
  });

  it('keeps what a frozen owner has', () => {
    const have = mergeNodeRules([share(A, a), share(B, b)], [], undefined);
    expect(mergeNodeRules([share(A, 'frozen'), share(B, b)], [], have)).toEqual(have);
    expect(mergeNodeRules([share(A, 'frozen')], [], undefined).rules).toEqual([]);
  });

  it('takes away stale rules of a known owner, the MTU rule included', () => {
    const before = rulesFor(traffic(A, { clients: ['192.0.2.0/24'] }));
    expect(mergeNodeRules([share(A, a)], [], before).rules).toEqual(a.rules);
  });

  const same = (owner: Owner) =>
    rulesFor(traffic(owner, { ports: [], healthPorts: [10256], subnets: ['10.0.0.0/24'] }));

  it('keeps the description of a rule that several want, as long as one of them has it', () => {
    const [one, other] = [same(A), same(B)];
    const both = [share(A, one), share(B, other)];
    expect(shown(mergeNodeRules(both, [], undefined))).toEqual(['tcp 10256 10.0.0.0/24 health=1']);
    expect(shown(mergeNodeRules(both, [], other))).toEqual(['tcp 10256 10.0.0.0/24 health=2']);
    expect(shown(mergeNodeRules([share(B, other)], [A], one))).toEqual(['tcp 10256 10.0.0.0/24 health=2']);
  });

  it('needs the MTU rule of a client rule that stands under the description of a health rule', () => {
    const health = same(A);
    const client = rulesFor(
      traffic(B, { ports: [{ protocols: ['tcp'], nodePort: 10256 }], healthPorts: [], clients: ['10.0.0.0/24'] }),
    );
    expect(shown(mergeNodeRules([share(A, health), share(B, client)], [], health))).toEqual([
      'icmp 3-4 10.0.0.0/24 mtu',
      'tcp 10256 10.0.0.0/24 health=1',
    ]);
  });

  it('wants nothing that somebody else’s rule allows already', () => {
    const foreign = ['tcp 30080-30080 0.0.0.0/0'];
    const merged = mergeNodeRules([share(A, a)], [], { rules: [], foreign });
    expect(shown(merged)).toEqual(['icmp 3-4 0.0.0.0/0 mtu']);
    expect(merged.foreign).toEqual(foreign);
  });

  const anyShare = fc.record({
    owner: fc.constantFrom(A, B, C),
    ports: fc.uniqueArray(fc.constantFrom(1, 2, 3), { maxLength: 3 }),
    health: fc.uniqueArray(fc.constantFrom(1, 2, 9), { maxLength: 2 }),
    clients: fc.uniqueArray(fc.constantFrom('0.0.0.0/0', '10.0.0.0/8', '192.0.2.0/24'), { minLength: 1, maxLength: 3 }),
  });
  const anyShares = fc.uniqueArray(anyShare, { selector: ({ owner }) => owner.uid, maxLength: 3 }).map((list) =>
    list.map(({ owner, ports, health, clients }) =>
      share(
        owner,
        rulesFor({
          loadBalancer: nameOf(owner),
          ports: ports.map((nodePort) => ({ protocols: ['tcp'], nodePort })),
          healthPorts: health,
          clients,
          subnets: ['10.0.0.0/8'],
        }),
      ),
    ),
  );

  it('has each rule once, finds its own result in order, and does not depend on the order of the parts', () => {
    fc.assert(
      fc.property(anyShares, anyShares, (now, before) => {
        const have = mergeNodeRules(before, [], undefined);
        const merged = mergeNodeRules(now, [], have);
        expect(new Set(merged.rules.map(ruleKey)).size).toBe(merged.rules.length);
        expect(mergeNodeRules(now, [], merged)).toEqual(merged);
        expect(mergeNodeRules(now.toReversed(), [], have)).toEqual(merged);
      }),
    );
  });

  it('allows all that any part needs, and no more than the parts and the unknown had', () => {
    fc.assert(
      fc.property(anyShares, anyShares, (now, before) => {
        const have = mergeNodeRules(before, [], undefined);
        const merged = mergeNodeRules(now, [], have);
        const keys = (rules: readonly Rule[]) => new Set(rules.map(ruleKey));
        const allowed = keys(merged.rules);
        for (const { spec } of now) for (const rule of rulesOf(spec)) expect(allowed).toContain(ruleKey(rule));
        const known = now.map(({ owner }) => owner.uid);
        const unknown = before.filter(({ owner }) => !known.includes(owner.uid)).flatMap(({ spec }) => rulesOf(spec));
        const needed = keys([...now.flatMap(({ spec }) => rulesOf(spec)), ...unknown]);
        for (const key of allowed) expect(needed).toContain(key);
      }),
    );
  });
});

describe('rules of Classic Load Balancers', () => {
  const described = (name: string) => `kubernetes.io/rule/elb/client=${name}`;
  const part = (owner: Owner, source = 'sg-lb1') =>
    classicRulesFor({ loadBalancer: nameOf(owner), source, clients: ['0.0.0.0/0'] });
  const all = (source: string, description: string): Rule => ({
    protocol: '-1',
    fromPort: -1,
    toPort: -1,
    source,
    description,
  });
  const share = (owner: Owner, spec: NodeRulesSpec, phase?: 'growing' | 'unsettled') => ({
    owner,
    spec,
    ...(phase && { phase }),
  });
  const sources = ({ rules }: NodeRulesSpec) => rules.map(({ source }) => source);

  it('let everything in from its group, without a rule for path MTU discovery', () => {
    const merged = mergeNodeRules([share(A, part(A))], [], undefined);
    expect(merged.rules).toEqual([all('sg-lb1', described(nameOf(A)))]);
  });

  it('stay while their stack grows, and go once it is as it should be', () => {
    const { clients: _, ...have } = part(A, 'sg-old');
    expect(sources(mergeNodeRules([share(A, part(A, 'sg-new'), 'growing')], [], have))).toEqual(['sg-new', 'sg-old']);
    expect(sources(mergeNodeRules([share(A, part(A, 'sg-new'))], [], have))).toEqual(['sg-new']);
  });

  it('stay as they are while their stack is unsettled, or nobody knows it', () => {
    const { clients: _, ...have } = part(A, 'sg-old');
    expect(mergeNodeRules([share(A, part(A, 'sg-new'), 'unsettled')], [], have)).toEqual(have);
    expect(mergeNodeRules([], [], have)).toEqual(have);
    expect(mergeNodeRules([], [A], have).rules).toEqual([]);
  });

  it('leave an NLB that they replace its clients, and no others than may come', () => {
    const rule = (source: string): Rule => ({
      protocol: 'tcp',
      fromPort: 31000,
      toPort: 31000,
      source,
      description: `kubernetes.io/rule/nlb/client=${nameOf(A)}`,
    });
    const have = { rules: [rule('10.0.0.0/8'), rule('192.0.2.0/24')], foreign: [] };
    const growing = { owner: A, phase: 'growing' as const };
    const wanted = classicRulesFor({ loadBalancer: nameOf(A), source: 'sg-new', clients: ['192.0.2.0/24'] });
    const sources = (merged: NodeRulesSpec) => merged.rules.filter(({ protocol }) => protocol === 'tcp');
    expect(sources(mergeNodeRules([{ ...growing, spec: wanted }], [], have))).toEqual([rule('192.0.2.0/24')]);
    expect(sources(mergeNodeRules([{ owner: A, spec: wanted }], [], have))).toEqual([]);
  });

  it('that come from a group that is not there yet are left out', () => {
    const open = classicRulesFor({
      loadBalancer: nameOf(A),
      source: { $unknown: 'SecurityGroup/x#groupId' },
      clients: [],
    });
    const unresolved = open as unknown as NodeRulesSpec;
    const { clients: _, ...have } = part(A, 'sg-old');
    expect(mergeNodeRules([share(A, unresolved, 'unsettled')], [], have)).toEqual(have);
    expect(mergeNodeRules([share(A, unresolved)], [], undefined).rules).toEqual([]);
  });

  it('of one group for two load balancers are one rule, with the description of whoever stays', () => {
    const both = [share(A, part(A)), share(B, part(B))];
    const have = mergeNodeRules(both, [], undefined);
    expect(have.rules).toEqual([all('sg-lb1', described(nameOf(A)))]);
    expect(mergeNodeRules([share(B, part(B))], [A], have).rules).toEqual([all('sg-lb1', described(nameOf(B)))]);
  });

  it('are not wanted where somebody else’s does the same', () => {
    const have = { rules: [], foreign: ['-1 -1--1 sg-lb1'] };
    expect(mergeNodeRules([share(A, part(A))], [], have)).toEqual(have);
  });

  it('stand beside those of a Network Load Balancer of the same Service', () => {
    const have = { ...part(A, 'sg-old'), rules: [...part(A, 'sg-old').rules, ...rulesFor(traffic(A)).rules] };
    expect(sources(mergeNodeRules([share(A, rulesFor(traffic(A)), 'growing')], [], have))).toContain('sg-old');
    expect(sources(mergeNodeRules([share(A, rulesFor(traffic(A)))], [], have))).not.toContain('sg-old');
  });

  it.each([
    ['from a group of ours', all('sg-1', ''), `k8s-elb-${nameOf(A)}`, described(nameOf(A))],
    ['from another group', all('sg-1', ''), 'bastion', ''],
    ['from a group that nobody knows', all('sg-1', ''), undefined, ''],
    ['with a description', all('sg-1', 'mine'), `k8s-elb-${nameOf(A)}`, 'mine'],
    ['for one protocol', { ...all('sg-1', ''), protocol: 'tcp' }, `k8s-elb-${nameOf(A)}`, ''],
    ['from a network', all('10.0.0.0/8', ''), `k8s-elb-${nameOf(A)}`, ''],
  ])('are known without a description by their source: one %s', (_what, rule, name, description) => {
    expect(withClassicDescriptions([rule], () => name)).toEqual([{ ...rule, description }]);
  });
});
