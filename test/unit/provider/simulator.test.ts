// What the simulator's adapter decides without its cloud: its tables, its problems, its graph.
import { describe, expect, it } from 'vitest';
import { annotations } from '../../../providers/simulator/annotations.ts';
import type { SimulatorInput } from '../../../providers/simulator/compile.ts';
import type { Facts } from '../../../providers/simulator/gather.ts';
import { simulatorProvider } from '../../../providers/simulator/index.ts';
import { Firewall } from '../../../providers/simulator/kinds/firewall.ts';
import { options } from '../../../providers/simulator/options.ts';
import type { EligibleNode, Request } from '../../../src/provider/request.ts';
import { schemaFaults } from '../../../src/schema/index.ts';

const PREFIX = 'simulator.fairlead.dev/';
const FACTS: Facts = { tiers: ['standard', 'premium'], existing: {} };
const UID = 'aaaaaaaa-0000-4000-8000-000000000001';
const node = (name: string, ...addresses: string[]): EligibleNode => ({ name, providerId: '', labels: {}, addresses });

function inputOf(request: Partial<Request> = {}, given: Record<string, string> = {}, nodes = [node('n', '10.0.0.1')]) {
  const { values } = annotations.parse(given);
  const input = {
    cluster: { name: 'prod', uid: 'c1c1c1c1-0000-4000-8000-000000000001' },
    request: {
      owner: { cluster: 'c1c1c1c1-0000-4000-8000-000000000001', uid: UID, namespace: 'shop', name: 'web' },
      ports: [{ name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 }],
      families: ['IPv4'],
      familyPolicy: 'SingleStack',
      sourceRanges: [],
      externalTrafficPolicy: 'Cluster',
      healthCheckNodePort: 0,
      allocateNodePorts: true,
      loadBalancerIP: '',
      sessionAffinity: 'None',
      ...request,
    },
    annotations: values,
    given,
    options: { settle: 0 },
    nodes,
  };
  return input as SimulatorInput;
}

const compile = (input: SimulatorInput, facts = FACTS) => simulatorProvider.compile([input], facts);
const specOf = (input: SimulatorInput, kind: string, facts = FACTS) =>
  compile(input, facts).graph?.resources.find((resource) => resource.kind === kind)?.spec as Record<string, unknown>;
const nameOf = (input: SimulatorInput, facts = FACTS) =>
  compile(input, facts).graph?.resources.find((resource) => resource.kind === 'LoadBalancer')?.id;

describe('the tables', () => {
  it('are sound', () => {
    expect(schemaFaults(annotations)).toEqual([]);
    expect(schemaFaults(options)).toEqual([]);
  });
});

describe('what only a file may say', () => {
  it('is shown escaped', () => {
    const { problems } = compile(inputOf({ sourceRanges: ['10.0.0.\u001b[2J0/8'] }));
    expect(problems.map(({ message }) => message)).toEqual([
      'Field spec.loadBalancerSourceRanges is "10.0.0.\\u{001B}[2J0/8"; expected networks only.',
    ]);
  });

  it('is taken once where no API server would take it twice', () => {
    const port = { name: '', protocol: 'TCP', port: 80, nodePort: 30080 } as const;
    const { graph } = compile(inputOf({ ports: [port, port] }));
    expect(graph?.resources.filter(({ kind }) => kind === 'Listener')).toHaveLength(1);
  });
});

describe('what the cloud cannot do', () => {
  const port = { name: '', port: 80, nodePort: 30080 };
  it.each<{ what: string; request: Partial<Request>; message: string }>([
    { what: 'SCTP', request: { ports: [{ ...port, protocol: 'SCTP' }] }, message: 'expected TCP or UDP' },
    { what: 'no node port', request: { ports: [{ ...port, protocol: 'TCP', nodePort: 0 }] }, message: 'a node port' },
    { what: 'IPv6', request: { families: ['IPv6'] }, message: 'expected IPv4 alone' },
    { what: 'both families', request: { familyPolicy: 'RequireDualStack' }, message: 'expected IPv4 alone' },
    { what: 'no network', request: { sourceRanges: ['10.0.0.0/8', 'everywhere'] }, message: '"everywhere"' },
    { what: 'IPv6 networks', request: { sourceRanges: ['2001:db8::/32'] }, message: 'there is no IPv6' },
  ])('is an error, and nothing is built: $what', ({ request, message }) => {
    const { graph, problems } = compile(inputOf(request));
    expect(graph).toBeUndefined();
    expect(problems.filter(({ severity }) => severity === 'error').map((one) => one.message)).toEqual([
      expect.stringContaining(message),
    ]);
  });

  it('is told all at once', () => {
    const { problems } = compile(inputOf({ families: ['IPv6'], sourceRanges: ['x', 'y'] }));
    expect(problems).toHaveLength(3);
  });

  it('is an error where the cloud does not offer a tier', () => {
    const { problems } = compile(inputOf({}, { [`${PREFIX}tier`]: 'premium' }), { ...FACTS, tiers: ['standard'] });
    expect(problems).toMatchObject([{ severity: 'error', key: `${PREFIX}tier` }]);
  });

  it('is a warning where it does no harm', () => {
    const dual = compile(inputOf({ families: ['IPv4', 'IPv6'], familyPolicy: 'PreferDualStack' }));
    expect(dual.graph).toBeDefined();
    expect(dual.problems).toMatchObject([{ severity: 'warning', code: 'no-effect', key: 'spec.ipFamilies' }]);
    const { graph, problems } = compile(inputOf({ loadBalancerIP: '192.0.2.7' }));
    expect(graph).toBeDefined();
    expect(problems).toMatchObject([{ severity: 'warning', code: 'no-effect', key: 'spec.loadBalancerIP' }]);
  });
});

describe('what should exist', () => {
  it('is open to everybody only where nobody says otherwise; the field wins over the annotation', () => {
    const key = 'service.beta.kubernetes.io/load-balancer-source-ranges';
    const annotated = { [key]: '10.0.0.0/8' };
    const ranges = (input: SimulatorInput) => specOf(input, 'Listener').allowedRanges;
    expect(ranges(inputOf())).toEqual(['0.0.0.0/0']);
    expect(ranges(inputOf({}, annotated))).toEqual(['10.0.0.0/8']);
    expect(ranges(inputOf({ sourceRanges: ['192.0.2.0/24', '172.16.0.0/12'] }, annotated))).toEqual([
      '172.16.0.0/12',
      '192.0.2.0/24',
    ]);
  });

  it('checks the health of nodes where local traffic says', () => {
    const local = inputOf({ externalTrafficPolicy: 'Local', healthCheckNodePort: 31999 });
    expect(specOf(local, 'Listener')).toMatchObject({ nodePort: 30080, healthPort: 31999 });
    expect(specOf(local, 'Firewall')).toEqual({
      rules: [
        { owner: UID, port: 30080 },
        { owner: UID, port: 31999 },
      ],
    });
    expect(specOf(inputOf(), 'Listener')).toMatchObject({ healthPort: 30080 });
  });

  it('has the tags in one order, however they are written', () => {
    const tags = (text: string) => specOf(inputOf({}, { [`${PREFIX}tags`]: text }), 'LoadBalancer').tags;
    expect(tags('b=2,a=1')).toEqual(tags('a=1,b=2'));
    expect(specOf(inputOf(), 'LoadBalancer')).toEqual({
      tier: 'standard',
      internal: false,
      idleTimeoutSeconds: 60,
      tags: [],
    });
  });

  it('has no members where no node is eligible, and leaves them where no node has an address yet', () => {
    expect(specOf(inputOf({}, {}, []), 'Members')).toEqual({ addresses: [] });
    const { graph } = compile(inputOf({}, {}, [node('new')]));
    expect(graph?.holds).toEqual(['Members']);
    expect(graph?.resources.some(({ kind }) => kind === 'Members')).toBe(false);
  });

  it('is a load balancer beside the old one, only where that may be replaced', () => {
    const premium = { [`${PREFIX}tier`]: 'premium' };
    const allowed = { ...premium, 'fairlead.dev/allow-replacement': 'true' };
    const old = { name: 'old', tier: 'standard', internal: false };
    const facts = { ...FACTS, existing: { [UID]: [old] } };
    expect(nameOf(inputOf({}, premium), facts)).toBe('old');
    const beside = nameOf(inputOf({}, allowed), facts)!;
    expect(beside).not.toBe('old');
    expect(nameOf(inputOf({}, allowed))).toBe(beside);
    const both = { ...FACTS, existing: { [UID]: [old, { name: beside, tier: 'premium', internal: false }] } };
    expect(nameOf(inputOf({}, premium), both)).toBe(beside);
    expect(nameOf(inputOf({}, {}), both)).toBe('old');
  });
});

describe('a Service that cannot be compiled', () => {
  it('has its members follow the nodes', () => {
    const existing = [
      { kind: 'Firewall', id: 'fl-nodes', marks: [], out: {} },
      { kind: 'LoadBalancer', id: 'fl-1', marks: [], out: { address: '192.0.2.1' } },
    ];
    const graph = simulatorProvider.retarget?.(inputOf(), FACTS, existing);
    expect(graph?.resources).toEqual([{ kind: 'Members', id: 'fl-1/members', spec: { addresses: ['10.0.0.1'] } }]);
  });
});

describe('the address', () => {
  it('is that of the load balancer, once it has one', () => {
    const { graph } = compile(inputOf());
    const key = `LoadBalancer/${nameOf(inputOf())}`;
    expect(simulatorProvider.ingress(graph!, new Map())).toEqual([]);
    expect(simulatorProvider.ingress(graph!, new Map([[key, { address: '192.0.2.9' }]]))).toEqual([
      { ip: '192.0.2.9' },
    ]);
  });
});

describe('the rules of the nodes', () => {
  const owner = { cluster: 'c1', uid: 'one', namespace: 'shop', name: 'web' };
  const rule = (uid: string, port: number) => ({ owner: uid, port });
  const have = { rules: [rule('one', 1), rule('two', 2)] };
  const spec = { rules: [rule('one', 9)] };

  it.each([
    { what: 'settled', shares: [{ owner, spec }], leaving: [], rules: [rule('one', 9), rule('two', 2)] },
    {
      what: 'changing',
      shares: [{ owner, spec, phase: 'growing' as const }],
      leaving: [],
      rules: [rule('one', 1), rule('one', 9), rule('two', 2)],
    },
    { what: 'frozen', shares: [{ owner, spec: 'frozen' as const }], leaving: [], rules: have.rules },
    { what: 'leaving', shares: [], leaving: [owner], rules: [rule('two', 2)] },
  ])('of a Service that is $what, beside one that nobody knows', ({ shares, leaving, rules }) => {
    expect(Firewall.merge?.(shares, leaving, have)).toEqual({ rules });
  });

  it('are no object any more when the last has gone', () => {
    expect(Firewall.merge?.([], [owner], { rules: [rule('one', 1)] })).toBeUndefined();
  });
});
