// `fairlead plan` on Services in a cluster: for every sort of change it says what the controller then does, call by call, and
// it writes nothing itself.
import { ModifyLoadBalancerAttributesCommand, RemoveTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect } from 'vitest';
import { lookAt } from './looks.ts';
import { type Answer, callText, deeds, isWrite, plan, plannedWrites } from './plan-desk.ts';
import { expectRest, scenario } from './scenario.ts';
import { CERTIFICATE, type ServiceOptions, type World } from './world.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const NLB = { [`${STEM}type`]: 'nlb' };
const CLASSIC = { [`${STEM}type`]: 'classic' };
const ALLOW = { 'fairlead.dev/allow-replacement': 'true' };
const HTTP = { name: 'http', port: 80, nodePort: 31_000 };
const HTTPS = { name: 'https', port: 443, nodePort: 31_001 };

interface Case {
  readonly name: string;
  readonly aws?: Readonly<Record<string, string>>;
  readonly before: ServiceOptions;
  readonly change: (world: World) => void;
  readonly deeds: readonly string[];
  /** What the text says besides. */
  readonly says?: readonly RegExp[];
}

const edit = (what: Parameters<World['edit']>[1]) => (world: World) => world.edit('web', what);
const nlb = (more: ServiceOptions = {}) => ({ ports: [HTTP], ...more, annotations: { ...NLB, ...more.annotations } });
const classic = (more: ServiceOptions = {}) => ({
  ports: [HTTP],
  ...more,
  annotations: { ...CLASSIC, ...more.annotations },
});
const managed = { 'aws-nlb-security-groups': 'managed' };

const CASES: readonly Case[] = [
  { name: 'nothing', before: nlb(), change: () => {}, deeds: [], says: [/^No changes\.$/m] },
  {
    name: 'a port more',
    before: nlb(),
    change: edit({ spec: { ports: [HTTP, HTTPS] } }),
    deeds: ['update NodeRules', 'create TargetGroup', 'create Targets', 'create Listener'],
    says: [/^ {6}\+ tcp 31001 from 0\.0\.0\.0\/0/m],
  },
  {
    name: 'a port less',
    before: nlb({ ports: [HTTP, HTTPS] }),
    change: edit({ spec: { ports: [HTTP] } }),
    deeds: ['delete Listener', 'delete TargetGroup', 'update NodeRules'],
    says: [/^ {6}- tcp 31001 from 0\.0\.0\.0\/0/m],
  },
  {
    name: 'fewer clients',
    before: nlb(),
    change: edit({ spec: { loadBalancerSourceRanges: ['203.0.113.0/24'] } }),
    deeds: ['update NodeRules'],
    says: [/^ {6}\+ tcp 31000 from 203\.0\.113\.0\/24/m, /^ {6}- tcp 31000 from 0\.0\.0\.0\/0/m],
  },
  {
    name: 'attributes and tags',
    before: nlb(),
    change: edit({
      annotations: {
        [`${STEM}cross-zone-load-balancing-enabled`]: 'true',
        [`${STEM}additional-resource-tags`]: 'team=payments',
      },
    }),
    deeds: ['update TargetGroup', 'update LoadBalancer', 'update Listener'],
    says: [/^ {4}crossZone: false -> true$/m, /^ {6}\+ team: payments$/m],
  },
  {
    name: 'TLS',
    before: nlb({ ports: [HTTPS] }),
    change: edit({ annotations: { [`${STEM}ssl-cert`]: CERTIFICATE } }),
    deeds: ['update Listener'],
    says: [/^ {4}protocol: TCP -> TLS$/m],
  },
  {
    name: 'a health check',
    before: nlb(),
    change: edit({ annotations: { [`${STEM}healthcheck-interval`]: '10' } }),
    deeds: ['create TargetGroup', 'create Targets', 'update Listener', 'delete TargetGroup'],
    says: [/^ {4}healthCheckIntervalSeconds: 10$/m, /^ {4}targetGroup: arn:.* -> arn of TargetGroup k8s-/m],
  },
  {
    name: 'internal, which needs a replacement that is not allowed',
    before: nlb(),
    change: edit({ annotations: { [`${STEM}internal`]: 'true' } }),
    deeds: ['blocked replace LoadBalancer'],
    says: [/blocked: .*scheme from internet-facing to internal.*allow-replacement "true" allows/],
  },
  {
    name: 'internal, with a port more that can be had at once',
    before: nlb(),
    change: edit({ annotations: { [`${STEM}internal`]: 'true' }, spec: { ports: [HTTP, HTTPS] } }),
    deeds: [
      'update NodeRules',
      'create TargetGroup',
      'create Targets',
      'create Listener',
      'blocked replace LoadBalancer',
    ],
  },
  {
    name: 'internal, with a replacement',
    before: nlb(),
    change: edit({ annotations: { [`${STEM}internal`]: 'true', ...ALLOW } }),
    deeds: [
      'create TargetGroup',
      'create Targets',
      'replace LoadBalancer',
      'create Listener',
      'delete TargetGroup',
      'update NodeRules',
    ],
    says: [
      /^-\/\+ LoadBalancer a\w{31} -> b\w{31}$/m,
      /its scheme cannot change in place: internet-facing -> internal/,
      /the address changes; .* no outage/,
    ],
  },
  {
    name: 'another kind of load balancer',
    before: classic(),
    change: edit({ annotations: { ...NLB, ...ALLOW } }),
    deeds: [
      'update NodeRules',
      'create TargetGroup',
      'create Targets',
      'replace LoadBalancer',
      'create Listener',
      'delete SecurityGroup',
    ],
    says: [/^-\/\+ ClassicLoadBalancer a\w{31} -> LoadBalancer a\w{31}$/m, /its kind .*: classic -> nlb/],
  },
  {
    name: 'a port more of a Classic one',
    before: classic(),
    change: edit({ spec: { ports: [HTTP, HTTPS] } }),
    deeds: ['update SecurityGroup', 'update ClassicLoadBalancer'],
  },
  {
    name: 'a listener of a Classic one that speaks otherwise',
    before: classic(),
    change: edit({ annotations: { [`${STEM}backend-protocol`]: 'http' } }),
    deeds: ['update ClassicLoadBalancer'],
    says: [/outage: /],
  },
  {
    name: 'a managed group whose clients change',
    aws: managed,
    before: nlb(),
    change: edit({ spec: { loadBalancerSourceRanges: ['203.0.113.0/24'] } }),
    deeds: ['update SecurityGroup', 'update NodeRules'],
  },
  {
    name: 'its deletion',
    before: nlb(),
    change: (world) => world.removeService('web'),
    deeds: ['delete LoadBalancer', 'delete TargetGroup', 'update NodeRules'],
    says: [/it is being deleted; what aws has for it goes/],
  },
  {
    name: 'the deletion of a Classic one',
    before: classic(),
    change: (world) => world.removeService('web'),
    deeds: ['delete ClassicLoadBalancer', 'update NodeRules', 'delete SecurityGroup'],
  },
  {
    name: 'another type',
    before: nlb(),
    change: edit({ spec: { type: 'ClusterIP' } }),
    deeds: ['delete LoadBalancer', 'delete TargetGroup', 'update NodeRules'],
    says: [/it asks for no load balancer; what aws has for it goes/],
  },
  {
    name: 'an annotation that hands it on',
    before: nlb(),
    change: edit({ annotations: { [`${STEM}type`]: 'external' } }),
    deeds: ['delete LoadBalancer', 'delete TargetGroup', 'update NodeRules'],
    says: [/an annotation leaves it to another controller; what aws has for it goes/],
  },
];

/** Nothing but looks, and nothing is otherwise than before. */
async function planWritesNothing(world: World, aws: Case['aws']): Promise<Answer> {
  const cloud = lookAt(world.aws.state);
  const services = JSON.stringify(world.api.list('Service'));
  const events = world.api.list('Event').length;
  const answer = await plan(world, 'web', {}, aws);
  expect(answer.awsCalls.filter(isWrite)).toEqual([]);
  expect(answer.awsCalls.length).toBeGreaterThan(0);
  expect(answer.kubeCalls.filter((call) => !call.startsWith('GET '))).toEqual([]);
  expect(answer.kubeCalls.length).toBeGreaterThan(2);
  expect(lookAt(world.aws.state)).toEqual(cloud);
  expect(JSON.stringify(world.api.list('Service'))).toBe(services);
  expect(world.api.list('Event')).toHaveLength(events);
  return answer;
}

/** What the controller writes from here on. */
async function done(world: World, aws: Case['aws']): Promise<readonly string[]> {
  const calls = await world.awsCallsDuring(async () => {
    await world.start(aws ? { aws } : {});
    await world.settle();
  });
  // What AWS is not ready for is tried again.
  return calls
    .filter(({ errorCode }) => errorCode === undefined)
    .map(callText)
    .filter(isWrite)
    .sort();
}

describe('what is planned is what is done', () => {
  for (const kind of ['nlb', 'classic'] as const) {
    scenario(`a new Service (${kind})`, async (world) => {
      world.addService('web', kind === 'nlb' ? nlb() : classic());
      const answer = await planWritesNothing(world, undefined);
      expect(answer.code).toBe(2);
      expect(new Set(deeds(answer).map((deed) => deed.split(' ')[0]))).toEqual(new Set(['create']));
      expect(await done(world, undefined)).toEqual(plannedWrites(answer));
      expect(await planWritesNothing(world, undefined)).toMatchObject({ code: 0 });
      expectRest(world);
    });
  }

  for (const { name, aws, before, change, deeds: wanted, says = [] } of CASES) {
    scenario(name, async (world) => {
      const process = await world.start(aws ? { aws } : {});
      world.addService('web', before);
      // So that node groups and rules are shared with somebody.
      world.addService('stays', { annotations: NLB });
      await world.settle();
      process.kill();
      change(world);
      const answer = await planWritesNothing(world, aws);
      expect(deeds(answer), answer.out).toEqual(wanted);
      for (const what of says) expect(answer.out).toMatch(what);
      expect(answer.code).toBe(wanted.length > 0 ? 2 : 0);
      expect(await done(world, aws), answer.out).toEqual(plannedWrites(answer));
    });
  }
});

describe('what else there is to say', () => {
  scenario('what others changed in the cloud shows as such', async (world) => {
    const process = await world.start();
    world.addService('web', nlb());
    await world.settle();
    process.kill();
    const [balancer] = [...world.aws.state.loadBalancers.values()];
    const Attributes = [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }];
    const change = new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: balancer?.arn, Attributes });
    await world.byHand(world.hand.elbv2.send(change));
    const answer = await planWritesNothing(world, undefined);
    expect(deeds(answer)).toEqual(['update LoadBalancer']);
    expect(answer.out).toMatch(/what differs was changed in the cloud/);
    expect(answer.out).toMatch(/^ {4}crossZone: true -> false$/m);
  });

  scenario('a Service at fault has its problems and no plan', async (world) => {
    world.addService('web', nlb({ annotations: { [`${STEM}healthcheck-interval`]: 'soon' } }));
    const answer = await planWritesNothing(world, undefined);
    expect(answer.code).toBe(1);
    expect(answer.planned[0]?.plan).toBeUndefined();
    expect(answer.out).toMatch(/error: Annotation .*healthcheck-interval is "soon"/);
  });

  scenario('a name that is taken is in the way of everything', async (world) => {
    const process = await world.start();
    world.addService('web', nlb());
    await world.settle();
    process.kill();
    const [balancer] = [...world.aws.state.loadBalancers.values()];
    const tags = { ResourceArns: [balancer?.arn ?? ''], TagKeys: Object.keys(balancer?.tags ?? {}) };
    await world.byHand(world.hand.elbv2.send(new RemoveTagsCommand(tags)));
    const answer = await plan(world, 'web');
    expect(answer.code).toBe(1);
    expect(answer.out).toMatch(/blocked: there is a LoadBalancer named a\w{31} that does not belong to this Service/);
  });

  scenario('Services of others are told apart, and there are no plans for them', async (world) => {
    world.addService('web', { spec: { loadBalancerClass: 'service.k8s.aws/nlb' } });
    const answer = await planWritesNothing(world, undefined);
    expect(answer).toMatchObject({ code: 0, planned: [{ stance: 'other-class' }] });
    expect(answer.out).toMatch(/^Service default\/web: it is for another controller$/m);
  });

  scenario('what an earlier Service of the name left goes first', async (world) => {
    const process = await world.start();
    world.addService('web', nlb());
    await world.settle();
    process.kill();
    const { uid } = world.service('web').metadata;
    world.unfinalize('web');
    world.removeService('web');
    world.addService('web', nlb());
    const answer = await planWritesNothing(world, undefined);
    expect(answer.planned.map(({ stance }) => stance)).toEqual(['left-over', 'ours']);
    expect(answer.planned[0]?.service.uid).toBe(uid);
    expect(answer.out).toMatch(/^Service default\/web: what aws has for an earlier one, or .*goes$/m);
    expect(new Set(deeds(answer))).toEqual(
      new Set([
        'delete LoadBalancer',
        'delete TargetGroup',
        'update NodeRules',
        'create LoadBalancer',
        'create Listener',
        'create TargetGroup',
        'create Targets',
      ]),
    );
  });

  scenario('a node that went while nobody looked is taken out of the targets', async (world) => {
    const process = await world.start();
    world.addService('web', nlb());
    await world.until('it is made', () => world.aws.state.loadBalancers.size === 1);
    process.kill();
    world.removeNode('node-3');
    const answer = await planWritesNothing(world, undefined);
    expect(deeds(answer)).toEqual(['update Targets']);
  });

  scenario('a replacement halfway says what the old one waits for', async (world) => {
    const process = await world.start();
    world.addService('web', nlb());
    await world.settle();
    world.edit('web', { annotations: { [`${STEM}internal`]: 'true', ...ALLOW } });
    await world.until('the new one is made', () => world.aws.state.loadBalancers.size === 2);
    await world.pass(60_000);
    process.kill();
    const answer = await planWritesNothing(world, undefined);
    expect(answer.out).toMatch(/^- LoadBalancer a\w{31}\n {4}LoadBalancer b\w{31} stands in for it: its scheme/m);
    expect(deeds(answer).filter((deed) => deed.startsWith('create'))).toEqual([]);
  });

  scenario('all Services of the cluster, and one that is not there', async (world) => {
    world.addService('web', nlb());
    world.addService('api', nlb({ ports: [HTTPS] }));
    world.addService('inside', { spec: { type: 'ClusterIP' } });
    const all = await plan(world, undefined);
    expect(all.planned.map(({ service }) => service.name)).toEqual(['api', 'web']);
    expect(all.out).toMatch(/^2 Services\. Plan: 10 to create/m);
    const none = await plan(world, 'nobody');
    expect(none).toMatchObject({ code: 1, planned: [], err: 'there is no Service default/nobody\n' });
    const inside = await plan(world, 'inside');
    expect(inside).toMatchObject({ code: 0, planned: [{ stance: 'none' }] });
  });

  scenario('what cannot be read is an error of that Service', async (world) => {
    const process = await world.start();
    world.addService('web', nlb());
    await world.settle();
    process.kill();
    world.aws.intercept = ({ operation }) =>
      operation === 'DescribeLoadBalancerAttributes' ? { error: 'AccessDenied' } : undefined;
    const answer = await plan(world, 'web');
    expect(answer.code).toBe(1);
    expect(answer.out).toMatch(/^error: .*AccessDenied|^error: .*DescribeLoadBalancerAttributes/m);
  });
});
