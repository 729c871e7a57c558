// Faults on the Kubernetes side that no other scenario shows: a status that cannot be written, that others write, and a
// memory in it of another version's making.
import { describe, expect } from 'vitest';
import { KubeError } from '../../src/kube/api.ts';
import type { Call, Fault } from '../fake/kube/faults.ts';
import { lookAt } from './looks.ts';
import { expectRest, scenario } from './scenario.ts';
import type { World } from './world.ts';

const refused = (status: number, reason: string): Fault => ({
  fault: 'error',
  error: new KubeError(reason, { status, reason }),
});
/** A write of conditions or of the ingress; the finalizer goes by the same path. */
const isStatus = ({ method, path, body }: Call) =>
  method === 'PATCH' && path.endsWith('/status') && JSON.stringify(body).includes('"status"');
const isProgrammed = (world: World, name: string) => world.condition(name, 'Programmed') === 'True Programmed';

describe('the API server refuses the status', () => {
  for (const [status, reason] of [
    [403, 'Forbidden'],
    [409, 'Conflict'],
    [422, 'Invalid'],
  ] as const) {
    scenario(
      `with ${status}, for ten minutes: the load balancer is untouched, and all is written later`,
      async (world) => {
        await world.start();
        world.addService('web');
        world.addService('other');
        await world.settle();
        const before = lookAt(world.aws.state);
        world.kubeFault = (call) =>
          isStatus(call) && call.path.includes('/web/') ? refused(status, reason) : undefined;
        world.edit('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
        world.edit('other', { spec: { externalTrafficPolicy: 'Local' } });
        await world.pass(10 * 60_000);
        const now = lookAt(world.aws.state);
        const web = (look: typeof now) =>
          look.balancers.find(({ tags }) => tags['kubernetes.io/service-name'] === 'default/web');
        expect(web(now)).toEqual(web(before));
        expect(isProgrammed(world, 'other')).toBe(true);
        world.kubeFault = () => undefined;
        await world.settle();
        expectRest(world);
      },
    );
  }

  scenario('while AWS refuses the change too: what AWS said is in the log, and heals', async (world) => {
    const process = await world.start();
    world.addService('web');
    await world.settle();
    let writes = 0;
    // The announcement goes through; the report of the failure does not.
    world.kubeFault = (call) => (isStatus(call) && ++writes > 1 ? refused(422, 'Invalid') : undefined);
    world.awsFault = ({ operation }) =>
      operation === 'ModifyLoadBalancerAttributes' ? { error: 'AccessDenied', httpStatus: 403 } : undefined;
    const key = 'service.beta.kubernetes.io/aws-load-balancer-cross-zone-load-balancing-enabled';
    world.edit('web', { annotations: { [key]: 'true' } });
    await world.pass(60_000);
    const said = process.log.map(({ message, fields }) => `${message} ${String(fields.err ?? '')}`).join('\n');
    expect(said).toContain('elasticloadbalancing:ModifyLoadBalancerAttributes');
    world.kubeFault = () => undefined;
    world.awsFault = () => undefined;
    await world.settle();
    expectRest(world);
  });
});

describe('somebody else writes the status', () => {
  scenario('an address that is not the load balancer’s is taken out again, and nothing else happens', async (world) => {
    await world.start();
    world.addService('web');
    await world.settle();
    const hostname = world.hostname('web');
    const calls = await world.awsCallsDuring(async () => {
      for (const ingress of [[{ ip: '198.51.100.66' }], [{ hostname }, { hostname: 'evil.example' }], []]) {
        world.ledger.byUser(() =>
          world.api.patch('Service', 'default/web', { status: { loadBalancer: { ingress } } }, '/status'),
        );
        await world.settle({ quietMs: 60_000 });
        expect(world.service('web').status?.loadBalancer?.ingress).toEqual([{ hostname }]);
      }
    });
    // What EC2 said of subnets and groups may be too old by then and be asked for again; nothing else.
    expect(calls.filter(({ service, write }) => write || service === 'elbv2')).toEqual([]);
    expectRest(world);
  });

  scenario('while no controller runs: the next one puts it right', async (world) => {
    const process = await world.start();
    world.addService('web');
    await world.settle();
    const hostname = world.hostname('web');
    process.kill();
    const status = { loadBalancer: { ingress: [{ ip: '198.51.100.66' }] } };
    world.ledger.byUser(() => world.api.patch('Service', 'default/web', { status }, '/status'));
    await world.start();
    await world.settle();
    expect(world.service('web').status?.loadBalancer?.ingress).toEqual([{ hostname }]);
    expectRest(world);
  });
});

describe('another version ran before', () => {
  scenario('whose memory this one cannot read: everything is looked at once, and nothing is changed', async (world) => {
    const process = await world.start();
    for (const name of ['web', 'other', 'third']) world.addService(name);
    await world.settle();
    process.kill();
    const memories = [
      `The load balancer is as the Service asks. [graph=${'f'.repeat(24)} targets=${'e'.repeat(24)}]`,
      'The load balancer is as the Service asks. [memory=v9:0123456789abcdef]',
      '',
    ];
    for (const [index, name] of ['web', 'other', 'third'].entries()) {
      const conditions = (world.service(name).status?.conditions ?? []).map((one) =>
        one.type === 'fairlead.dev/Programmed' ? { ...one, message: memories[index] ?? '' } : one,
      );
      world.ledger.byUser(() => world.api.patch('Service', `default/${name}`, { status: { conditions } }, '/status'));
    }
    const before = lookAt(world.aws.state);
    const calls = await world.awsCallsDuring(async () => {
      await world.start();
      await world.settle();
    });
    expect(calls.filter(({ write }) => write)).toEqual([]);
    expect(lookAt(world.aws.state)).toEqual(before);
    expectRest(world);
  });

  scenario(
    'and left an annotation and a condition that this one does not know: both stay, and it says so',
    async (world) => {
      await world.start();
      world.addService('web');
      await world.settle();
      const type = 'fairlead.dev/FromTheFuture';
      const lastTransitionTime = '2030-01-01T00:00:00Z';
      const future = { type, status: 'True', reason: 'New', message: '', lastTransitionTime };
      const conditions = [...(world.service('web').status?.conditions ?? []), future];
      world.ledger.byUser(() => {
        world.api.patch('Service', 'default/web', { status: { conditions } }, '/status');
        world.edit('web', { annotations: { 'fairlead.dev/of-the-future': 'yes' } });
      });
      await world.settle();
      world.edit('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
      await world.settle();
      expect(world.service('web').status?.conditions?.find((one) => one.type === type)).toMatchObject(future);
      expect(world.service('web').metadata.annotations?.['fairlead.dev/of-the-future']).toBe('yes');
      expect(world.condition('web', 'Accepted')).toBe('True AcceptedWithWarnings');
      expectRest(world);
    },
  );
});

scenario('a status patch that conflicts for ten minutes is tried ever more seldom', async (world) => {
  await world.start();
  world.addService('web');
  await world.settle();
  let refused = 0;
  world.kubeFault = ({ method, path }) => {
    if (method !== 'PATCH' || !path.endsWith('/web/status')) return undefined;
    refused++;
    return { fault: 'error', error: new KubeError('Conflict', { status: 409, reason: 'Conflict' }) };
  };
  world.edit('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
  await world.pass(10 * 60_000);
  expect(refused).toBeLessThan(100);
  world.kubeFault = () => undefined;
  await world.settle();
});
