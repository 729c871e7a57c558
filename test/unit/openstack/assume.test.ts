// Once a graph is in force, compiling again in the facts that are assumed from then on asks for no change; and whatever a
// Service names exists in the cloud that is imagined for it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assume } from '../../../providers/openstack/assume.ts';
import { compile } from '../../../providers/openstack/compile.ts';
import { openstackCompiler } from '../../../providers/openstack/compiler.ts';
import type { Facts } from '../../../providers/openstack/facts.ts';
import { imagine } from '../../../providers/openstack/imagine.ts';
import type { Graph } from '../../../src/engine/graph.ts';
import { type KindInfo, makePlan } from '../../../src/engine/plan.ts';
import { worldOf } from '../../../src/preview/world.ts';
import { ALLOW, another, balancer, type Case, factsOf, floatingIp, INTERNAL, id, input, LB } from './sample-facts.ts';

const kinds = openstackCompiler.kinds as unknown as readonly KindInfo[];
const TCP = { name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 } as const;

function compiledIn(about: Case, facts: Facts): Graph {
  const { graph, problems } = compile([input(about)], facts);
  if (!graph) throw new Error(problems.map(({ message }) => message).join('\n'));
  return graph;
}

/** What would be done for the second, with the first in force. */
function changes(first: Graph, second: Graph, about: Case): readonly string[] {
  const { owner } = input(about).request;
  const world = worldOf(kinds, owner, first);
  const plan = makePlan({
    kinds,
    owner,
    graph: second,
    world,
    shares: (_key, own) => (own === undefined ? [] : [{ owner, spec: own }]),
    sharedKeys: world
      .ownedBy(owner)
      .flatMap(({ kind, id: one }) => `${kind}/${one}`)
      .filter((key) => kinds.some((kind) => kind.merge && key.startsWith(`${kind.name}/`))),
    trusts: () => false,
  });
  return plan.steps
    .filter(({ action }) => action !== 'keep')
    .map(({ action, kind, id: one }) => `${action} ${kind}/${one}`);
}

/** Compiles and assumes until nothing is to be made room for or replaced any more. */
function settle(about: Case, facts = factsOf(about)): { readonly graph: Graph; readonly facts: Facts } {
  let now = facts;
  for (let round = 0; round < 5; round++) {
    const graph = compiledIn(about, now);
    now = assume(now, input(about).request.owner, graph);
    if (graph.clearing === undefined && graph.replaces === undefined) return { graph, facts: now };
  }
  throw new Error('it never came to an end');
}

const CASES: Readonly<Record<string, Case>> = {
  plain: {},
  internal: { annotations: INTERNAL, request: { loadBalancerIP: '10.0.0.77' } },
  IPv6: { request: { families: ['IPv6'] } },
  'all of its placement': {
    annotations: {
      'subnet-id': id('7'),
      'flavor-id': id('7', 2),
      'availability-zone': 'z',
      'member-subnet-id': id('7', 3),
    },
  },
  'a port': { annotations: { 'port-id': id('7') } },
  'a network': { annotations: { 'network-id': id('7') } },
  'an address of its own': { request: { loadBalancerIP: '203.0.113.99' } },
  'a floating IP that is kept': {
    annotations: { 'keep-floatingip': 'true' },
    facts: { floatingIps: [floatingIp({ portId: null })] },
  },
  'a floating IP of somebody else': {
    request: { loadBalancerIP: '203.0.113.10' },
    facts: { floatingIps: [floatingIp({ portId: null, madeFor: null })] },
  },
  'a monitor and a security group': {
    annotations: { 'enable-health-monitor': 'true' },
    options: { 'manage-security-groups': 'true' },
    request: { externalTrafficPolicy: 'Local', healthCheckNodePort: 32000 },
  },
  'one that is there': { facts: { loadBalancers: [balancer()], floatingIps: [floatingIp()] } },
  'one in ERROR that serves nobody': {
    facts: { loadBalancers: [balancer({ status: 'ERROR', serving: false })], floatingIps: [floatingIp()] },
  },
  'one in ERROR that serves': {
    facts: { loadBalancers: [balancer({ status: 'ERROR' })], floatingIps: [floatingIp()] },
  },
  'one that is replaced': {
    annotations: { 'subnet-id': id('7'), ...ALLOW },
    facts: { loadBalancers: [balancer()], floatingIps: [floatingIp()] },
  },
  'one that may not be replaced': {
    annotations: { 'subnet-id': id('7') },
    facts: { loadBalancers: [balancer()], floatingIps: [floatingIp()] },
  },
  'one in the way': {
    annotations: { ...INTERNAL, 'flavor-id': id('7'), ...ALLOW },
    request: { loadBalancerIP: '10.0.0.50' },
    facts: { loadBalancers: [balancer()] },
  },
  'another floating IP': {
    annotations: ALLOW,
    request: { loadBalancerIP: '203.0.113.99' },
    facts: { loadBalancers: [balancer()], floatingIps: [floatingIp()] },
  },
  'a part in another’s': {
    annotations: { 'load-balancer-id': id('c') },
    facts: { loadBalancers: [another()], floatingIps: [floatingIp({ portId: id('d'), madeFor: 'shop/api' })] },
  },
  'a part in one made by hand': {
    annotations: { 'load-balancer-id': id('c') },
    facts: { loadBalancers: [another({ id: `lb:${id('c')}`, marks: [], owners: [] })] },
  },
  'a part in another’s instead of its own': {
    annotations: { 'load-balancer-id': id('c'), ...ALLOW },
    facts: { loadBalancers: [balancer(), another()], floatingIps: [floatingIp()] },
  },
};

describe('the facts once a graph is in force', () => {
  it.each(Object.entries(CASES))('%s: the same Service asks for no change', (_, about) => {
    const { graph, facts } = settle(about);
    const next = compiledIn(about, facts);
    expect(next.clearing).toBeUndefined();
    const uuids = facts.floatingIps.map(({ uuid }) => uuid);
    expect(uuids).toEqual([...new Set(uuids)]);
    expect(changes(graph, next, about)).toEqual([]);
    expect(assume(facts, input(about).request.owner, next)).toMatchObject({
      loadBalancers: facts.loadBalancers.map(({ marks: _marks, ...rest }) => rest),
    });
  });

  it('are without what is replaced, and have what comes for it', () => {
    const about = CASES['one in ERROR that serves']!;
    const { facts } = settle(about);
    expect(facts.loadBalancers.map(({ id: one, status }) => [one, status])).toEqual([[`${LB}_2`, 'ACTIVE']]);
    expect(facts.floatingIps).toMatchObject([{ address: '203.0.113.10', portId: facts.loadBalancers[0]?.portId }]);
  });

  it('are without a floating IP where the Service becomes internal', () => {
    const about = { ...CASES['one that is there']!, annotations: INTERNAL };
    const { facts } = settle(about);
    expect(facts.floatingIps).toEqual([]);
    expect(facts.loadBalancers).toHaveLength(1);
  });

  it('have both Services in a shared one, and what the other has stays', () => {
    const about = CASES['a part in another’s']!;
    const { facts } = settle(about);
    expect(facts.loadBalancers).toMatchObject([{ id: 'kube_service_prod_shop_api', owners: ['shop/api', 'shop/web'] }]);
    expect(facts.floatingIps).toHaveLength(1);
    const gone = assume(facts, input(about).request.owner, { resources: [], holds: [] });
    expect(gone.loadBalancers).toMatchObject([{ owners: ['shop/api'] }]);
  });

  it('lead from any version of a Service to any other, and then no further', () => {
    const versions = Object.entries({
      plain: {},
      two: { request: { ports: [TCP, { ...TCP, port: 443, nodePort: 30443 }] } },
      internal: { annotations: INTERNAL },
      forwarded: { annotations: { 'x-forwarded-for': 'true' } },
      proxy: { annotations: { 'proxy-protocol': 'v2' } },
      elsewhere: { annotations: { 'subnet-id': id('7'), ...ALLOW } },
      flavored: { annotations: { 'flavor-id': id('7'), ...ALLOW } },
      addressed: { annotations: ALLOW, request: { loadBalancerIP: '203.0.113.99' } },
      monitored: { annotations: { 'enable-health-monitor': 'true' }, options: { 'manage-security-groups': 'true' } },
    } satisfies Record<string, Case>);
    const pick = fc.constantFrom(...versions);
    fc.assert(
      fc.property(fc.array(pick, { minLength: 1, maxLength: 5 }), (story) => {
        let facts = factsOf({});
        let last: readonly string[] = ['unset'];
        for (const [, about] of story) {
          const settled = settle(about, facts);
          facts = settled.facts;
          last = changes(settled.graph, compiledIn(about, facts), about);
          expect(facts.loadBalancers).toHaveLength(1);
          expect(facts.floatingIps.length).toBeLessThanOrEqual(1);
        }
        expect(last).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('an imagined cloud', () => {
  const tls = 'https://keymanager.example.com/v1/secrets/2f1e0d9c-8b7a-4695-8473-625140312f1e';
  const dmz = `dmz: floating-network-id=${id('7')}, floating-subnet-id=${id('7', 2)}, subnet-id=${id('7', 3)}`;

  it.each<readonly [string, Case]>([
    ['nothing', {}],
    ['a network and a subnet', { annotations: { 'floating-network-id': id('7'), 'floating-subnet-id': id('7', 2) } }],
    ['a pattern and tags', { annotations: { 'floating-subnet': 'x-*', 'floating-subnet-tags': '&a,b' } }],
    ['a network by option', { options: { 'floating-network-id': id('7'), 'floating-subnet-id': id('7', 2) } }],
    ['a class', { annotations: { class: 'dmz' }, options: { 'load-balancer-classes': dmz } }],
    ['a load balancer', { annotations: { 'load-balancer-id': id('7') } }],
    ['a secret', { annotations: { 'default-tls-container-ref': tls } }],
    ['labels', { annotations: { 'node-selector': 'zone=edge,gpu' } }],
    ['labels by option', { options: { 'node-selector': 'zone=edge' } }],
    [
      'security groups in a subnet',
      { annotations: { 'subnet-id': id('7') }, options: { 'manage-security-groups': 'true' } },
    ],
    ['IPv6', { request: { families: ['IPv6'] } }],
    ['an address', { request: { loadBalancerIP: '203.0.113.9' } }],
  ])('has all that is named: %s', (_, about) => {
    const wish = input(about);
    const { nodes, facts } = imagine([wish]);
    const { graph, problems } = compile([{ ...wish, nodes }], facts);
    expect(problems).toEqual([]);
    const members = graph?.resources.filter(({ kind }) => kind === 'Members') ?? [];
    expect(members).toMatchObject([{ spec: { members: [{}, {}, {}] } }]);
    if (about.options?.['manage-security-groups']) expect(graph?.holds).toEqual([]);
  });

  it('is plain JSON, and the same for the same wish', () => {
    const scene = imagine([input({})]);
    expect(JSON.parse(JSON.stringify(scene))).toEqual(scene);
    expect(imagine([input({})])).toEqual(scene);
  });
});
