import { describe, expect, it } from 'vitest';
import {
  judgeControllers,
  judgePolicies,
  judgeVersions,
  judgeWebhooks,
  type Surroundings,
} from '../../../src/doctor/installed.ts';
import { judgeServices } from '../../../src/doctor/services.ts';
import { judgeSigns, type Scene } from '../../../src/doctor/signs.ts';
import type { Condition, Event, Lease, Service } from '../../../src/kube/types.ts';
import type { Competitor } from '../../../src/provider/operations.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString();
const RULES = { classes: new Map([['fairlead.dev/aws', 'aws']]), classless: 'aws' };
const META = { namespace: 'shop', uid: 'u-web', resourceVersion: '1' };

type Change = Partial<Omit<Service, 'metadata' | 'status'>> & {
  readonly metadata?: object;
  readonly conditions?: readonly Condition[];
  readonly spec?: object;
};

function service(name: string, { metadata = {}, conditions = [], spec = {}, ...rest }: Change = {}): Service {
  return {
    metadata: { ...META, name, uid: `u-${name}`, creationTimestamp: at(60), ...metadata },
    spec: { type: 'LoadBalancer', ...spec },
    status: { conditions },
    ...rest,
  };
}

function condition(type: string, status: Condition['status'], reason = 'Because', minutesAgo = 60): Condition {
  return {
    type: `fairlead.dev/${type}`,
    status,
    reason,
    message: `${reason} it is.`,
    lastTransitionTime: at(minutesAgo),
  };
}

const PROGRAMMED = condition('Programmed', 'True', 'Programmed');

describe('Services', () => {
  const judge = (services: readonly Service[], rules: Parameters<typeof judgeServices>[1] = RULES) =>
    judgeServices(services, rules, NOW).map(({ state, message }) => `${state}: ${message}`);

  it('are counted by how far they are', () => {
    const all = [
      service('a', { conditions: [PROGRAMMED] }),
      service('b', { conditions: [PROGRAMMED], spec: { loadBalancerClass: 'fairlead.dev/aws' } }),
      service('c', { metadata: { creationTimestamp: at(1) } }),
      service('internal', { spec: { type: 'ClusterIP' } }),
      service('theirs', {
        spec: { loadBalancerClass: 'other' },
        status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
      } as Change),
    ];
    expect(judge(all)).toEqual([
      'ok: 3 Services of 4 with type LoadBalancer are for this controller: 1 new, 2 programmed.',
    ]);
  });

  it('in trouble are named with the reason', () => {
    const all = [
      service('bad', { conditions: [condition('Accepted', 'False', 'InvalidService')] }),
      service('stuck', { conditions: [condition('Programmed', 'False', 'Denied')] }),
      service('slow', { conditions: [condition('Programmed', 'False', 'Progressing', 1)] }),
      service('forgotten'),
      service('going', {
        metadata: { deletionTimestamp: at(30), finalizers: ['service.kubernetes.io/load-balancer-cleanup'] },
        conditions: [condition('DeletionBlocked', 'True', 'InUse')],
      }),
    ];
    expect(judge(all).slice(1)).toEqual([
      'warning: shop/bad: InvalidService: InvalidService it is.',
      'warning: shop/stuck: Denied: Denied it is.',
      'warning: shop/forgotten: NotTakenUp: No controller has taken it up yet.',
      'warning: shop/going: InUse: InUse it is.',
    ]);
  });

  it('in trouble are five at most, and a count', () => {
    const all = Array.from({ length: 8 }, (_, i) =>
      service(`bad-${i}`, { conditions: [condition('Programmed', 'False')] }),
    );
    const found = judge(all);
    expect(found).toHaveLength(7);
    expect(found.at(-1)).toBe('warning: 3 more Services of this controller have troubles.');
  });

  it('that an option has given away since are told', () => {
    const given = { ...RULES, classless: undefined };
    const address = { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } };
    const served = service('served', { status: { ...address, conditions: [PROGRAMMED] } } as Change);
    const theirs = service('theirs', { status: address } as Change);
    expect(judge([served, theirs], given)).toEqual([
      expect.stringMatching(/^ok: 0 Services of 2/),
      expect.stringMatching(
        /^warning: shop\/served: with conditions of Fairlead and not for this controller any more\./,
      ),
    ]);
  });

  it('of nobody are told', () => {
    const all = [service('orphaned', { spec: { loadBalancerClass: 'service.k8s.aws/nlb' } }), service('plain')];
    expect(judge(all, { ...RULES, classless: undefined }).slice(1)).toEqual([
      'warning: shop/orphaned: of class service.k8s.aws/nlb, which this controller does not serve, and without an address.',
      'warning: shop/plain: without a class and without an address; with --claim-classless=false this controller leaves them to another.',
    ]);
  });
});

describe('signs of others', () => {
  const LEADER = { sinceMs: NOW - 3_600_000, identity: 'pod-a_1' };
  const written = (minutesAgo: number) =>
    service('web', { foreignWriters: [{ manager: 'aws-cloud-controller-manager', time: at(minutesAgo) }] } as Change);
  const event = (component: string, minutesAgo: number, reportingInstance = ''): Event => ({
    metadata: { name: 'e', uid: 'e', resourceVersion: '1' },
    involvedObject: { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'web', uid: 'u-web' },
    ...{ type: 'Normal', reason: 'EnsuredLoadBalancer', message: '', lastTimestamp: at(minutesAgo) },
    ...{ source: { component }, reportingInstance },
  });
  const judge = (scene: Partial<Scene>) =>
    judgeSigns({ services: [], events: [], ourClass: 'fairlead.dev/aws', nowMs: NOW, ...scene });

  it('are none', () => {
    expect(judge({ services: [written(30)], events: [event('fairlead', 1, 'pod-a_1')], leader: LEADER })).toEqual([
      expect.objectContaining({ state: 'ok' }),
    ]);
  });

  it('are a warning where no leader of ours is at work', () => {
    expect(judge({ services: [written(3)] })).toEqual([
      {
        about: 'other controllers',
        state: 'warning',
        message: 'aws-cloud-controller-manager worked on shop/web, last 3 min ago.',
        remedy: expect.stringContaining('--controllers=*,-service-lb-controller'),
      },
    ]);
  });

  it('are an error while one is', () => {
    const [found] = judge({ services: [service('web')], events: [event('service-controller', 2)], leader: LEADER });
    expect(found).toMatchObject({
      state: 'error',
      message: expect.stringContaining('service-controller worked on shop/web'),
    });
    const before = { ...LEADER, sinceMs: NOW - 60_000 };
    expect(judge({ services: [written(3)], leader: before })[0]?.state).toBe('warning');
  });

  it('are another Fairlead where events come from somebody else than the leader', () => {
    const found = judge({
      events: [event('fairlead', 2, 'pod-b_2'), event('fairlead', 90, 'pod-old_3')],
      leader: LEADER,
    });
    expect(found[1]).toMatchObject({
      about: 'another Fairlead',
      state: 'error',
      message: 'Another Fairlead, pod-b_2, works on shop/web, while pod-a_1 holds the Lease.',
    });
  });
});

describe('several providers', () => {
  it('are told apart', () => {
    const classes = new Map([...RULES.classes, ['fairlead.dev/other', 'other'] as const]);
    const all = [
      service('a'),
      service('b', { spec: { type: 'LoadBalancer', ports: [], loadBalancerClass: 'fairlead.dev/other' } }),
      service('c', { spec: { type: 'LoadBalancer', ports: [], loadBalancerClass: 'fairlead.dev/aws' } }),
    ];
    const [told] = judgeServices(all, { classes, classless: 'aws' }, NOW);
    expect(told?.message).toMatch(/^3 Services of 3 .* By provider: 2 aws, 1 other\.$/);
    expect(judgeServices(all.slice(0, 1), RULES, NOW)[0]?.message).not.toContain('By provider');
  });
});

describe('what is installed', () => {
  const workload = (...args: readonly string[]) => ({
    metadata: { name: 'aws-ccm', uid: 'w', resourceVersion: '1' },
    spec: {
      template: {
        spec: { containers: [{ image: 'registry.k8s.io/provider-aws/cloud-controller-manager:v1.36', args }] },
      },
    },
  });

  const OTHER: Competitor = {
    name: 'other-controller',
    takesClassless: false,
    lease: 'other-leader',
    webhooks: ['services.other.example'],
    remedy: 'Switch it off.',
  };
  const controllers = (around: Partial<Surroundings>) =>
    judgeControllers({
      ...{ workloads: [], leases: [], competitors: [], ourClass: 'fairlead.dev/aws', nowMs: NOW },
      ...around,
    });
  const lease = (name: string, secondsAgo = 1): Lease => ({
    metadata: { namespace: 'kube-system', name, uid: name, resourceVersion: '1' },
    spec: {
      ...{ holderIdentity: 'control-plane-1', leaseDurationSeconds: 15 },
      ...{ acquireTime: new Date(NOW - 9e6).toISOString(), renewTime: new Date(NOW - secondsAgo * 1000).toISOString() },
    },
  });

  it.each([
    [['--controllers=*,-service-lb-controller'], 'ok'],
    [['--v=2 --controllers=*,-service'], 'ok'],
    [['--controllers=*,-route-controller'], 'error'],
    [['--controllers=cloud-node,cloud-node-lifecycle,route'], 'ok'],
    [['--controllers=cloud-node,service'], 'error'],
    [['--v=2'], 'error'],
  ])('a cloud-controller-manager with %j is %s', (args, state) => {
    expect(controllers({ workloads: [workload(...args)] })[0]?.state).toBe(state);
  });

  it('is nothing', () => {
    expect(controllers({})[0]?.state).toBe('ok');
    expect(judgeWebhooks([], [])[0]?.state).toBe('ok');
    expect(judgePolicies([])[0]?.state).toBe('ok');
  });

  it('a cloud-controller-manager of whatever cloud is known by its name', () => {
    const openstack = {
      metadata: { name: 'occm', uid: 'w', resourceVersion: '1' },
      spec: { template: { spec: { containers: [{ command: ['/bin/openstack-cloud-controller-manager'] }] } } },
    };
    const [found] = controllers({ workloads: [openstack], ourClass: 'fairlead.dev/openstack' });
    expect(found).toMatchObject({ state: 'error', remedy: expect.stringContaining('class fairlead.dev/openstack') });
  });

  it('one that runs where nobody can look is known by its Lease, while that is renewed', () => {
    const [found] = controllers({ leases: [lease('cloud-controller-manager')] });
    expect(found).toMatchObject({
      state: 'warning',
      message: expect.stringContaining('control-plane-1 holds Lease kube-system/cloud-controller-manager'),
      remedy: expect.stringContaining('--claim-classless=false'),
    });
    expect(controllers({ leases: [lease('cloud-controller-manager', 300)] })[0]?.state).toBe('ok');
    const off = workload('--controllers=*,-service');
    expect(controllers({ workloads: [off], leases: [lease('cloud-controller-manager')] })[0]?.state).toBe('ok');
  });

  it('what a provider says of others is looked for by program and by Lease', () => {
    const other = {
      metadata: { name: 'other', uid: 'w', resourceVersion: '1' },
      spec: { template: { spec: { containers: [{ image: 'example.com/other-controller:v2' }] } } },
    };
    expect(controllers({ competitors: [OTHER] })).toHaveLength(1);
    expect(controllers({ competitors: [OTHER], workloads: [other] })[1]).toMatchObject({
      state: 'ok',
      message: 'other-controller works on Services of its own alone: other is installed.',
    });
    const greedy = { ...OTHER, takesClassless: true };
    expect(controllers({ competitors: [greedy], leases: [lease('other-leader')] })[1]).toEqual({
      about: 'service controllers',
      state: 'error',
      message:
        'other-controller works on all Services without a class: control-plane-1 holds Lease kube-system/other-leader.',
      remedy: 'Switch it off.',
    });
  });

  it('webhooks that change Services are told, with what a provider knows of them', () => {
    const metadata = { name: 'other-webhook', uid: 'h', resourceVersion: '1' };
    const hook = (name: string, resources: readonly string[]) => ({ name, rules: [{ apiGroups: [''], resources }] });
    const all = [{ metadata, webhooks: [hook('services.other.example', ['services']), hook('pods', ['pods'])] }];
    expect(judgeWebhooks(all, [OTHER])[0]).toMatchObject({
      state: 'warning',
      message: expect.stringMatching(/^services\.other\.example may change/),
      remedy: 'other-controller: Switch it off.',
    });
    expect(judgeWebhooks(all, [])[0]?.remedy).toMatch(/^Look what it does/);
  });

  it('an admission policy is read with what the API server says of it', () => {
    const labels = { 'app.kubernetes.io/name': 'fairlead' };
    const policy = (expressionWarnings: readonly object[]) => ({
      metadata: { name: 'fairlead-aws', uid: 'p', resourceVersion: '1', labels },
      status: { typeChecking: { expressionWarnings } },
    });
    expect(judgePolicies([policy([])])[0]).toMatchObject({ state: 'ok', message: 'fairlead-aws: installed.' });
    expect(judgePolicies([policy([{}])])[0]?.state).toBe('warning');
  });

  it('an admission policy of the chart is known whatever the chart is called there', () => {
    const labels = { 'app.kubernetes.io/name': 'edge', 'app.kubernetes.io/part-of': 'fairlead' };
    const found = judgePolicies([{ metadata: { name: 'edge-aws', uid: 'p', resourceVersion: '1', labels } }]);
    expect(found[0]?.message).toBe('edge-aws: installed.');
  });

  it('the version of a controller is that of its Deployment', () => {
    const deployment = (version: string, partOf = 'fairlead') => ({
      metadata: {
        ...{ name: 'edge', uid: 'd', resourceVersion: '1' },
        labels: { 'app.kubernetes.io/part-of': partOf, 'app.kubernetes.io/version': version },
      },
    });
    expect(judgeVersions([deployment('0.2.0', 'argocd')], '0.1.0')).toEqual([]);
    expect(judgeVersions([deployment('0.1.0')], '0.1.0')[0]?.state).toBe('ok');
    expect(judgeVersions([deployment('0.1.0'), deployment('0.2.0')], '0.1.0')).toEqual([
      {
        about: 'version',
        state: 'warning',
        message: 'Deployment edge is 0.2.0, and this command is 0.1.0: it may need what is not looked at here.',
        remedy: 'Run fairlead doctor of its version, or helm test.',
      },
    ]);
  });
});
