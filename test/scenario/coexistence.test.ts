// Another service controller is still at work: what it writes and tells are signs, and we do not fight with it.
import { DeleteListenerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect } from 'vitest';
import { type KubeApi, KubeError } from '../../src/kube/api.ts';
import type { Service } from '../../src/kube/types.ts';
import { FINALIZER } from './ledger.ts';
import { expectRest, scenario } from './scenario.ts';
import type { World } from './world.ts';

const MANAGER = 'aws-cloud-controller-manager';
const MINUTE = 60_000;

/** The service controller of a cloud-controller-manager, as far as the API server sees it. */
class Peer {
  readonly #world: World;
  readonly #api: KubeApi;
  #events = 0;

  constructor(world: World) {
    this.#world = world;
    this.#api = world.api.session('peer');
  }

  /** Adds the finalizer, or changes the address. */
  write(name: string, patch: object): Promise<void> {
    return this.#world.byHand(
      this.#api.request<Service>({
        method: 'PATCH',
        path: `/api/v1/namespaces/default/services/${name}/status`,
        query: { fieldManager: MANAGER },
        contentType: 'application/strategic-merge-patch+json',
        body: patch,
        signal: new AbortController().signal,
      }),
    );
  }

  address(name: string, hostname: string): Promise<void> {
    return this.write(name, { status: { loadBalancer: { ingress: [{ hostname }] } } });
  }

  /** `agoMs`: how old it is by its stamp. */
  tell(name: string, reason: string, agoMs = 0): void {
    const at = new Date(Date.now() - agoMs).toISOString().replace(/\.\d+Z$/, 'Z');
    const { metadata } = this.#world.service(name);
    this.#world.api.create({
      kind: 'Event',
      metadata: { name: `${name}.peer-${++this.#events}`, namespace: 'default' },
      involvedObject: { apiVersion: 'v1', kind: 'Service', namespace: 'default', name, uid: metadata.uid },
      type: 'Normal',
      reason,
      message: 'told by the peer',
      count: 1,
      firstTimestamp: at,
      lastTimestamp: at,
      source: { component: 'service-controller' },
    });
  }
}

/** Our writes to AWS, and to the Service's address or finalizers, during some work. */
async function ourWrites(world: World, work: () => Promise<void>): Promise<readonly string[]> {
  const before = world.api.calls.length;
  const calls = await world.awsCallsDuring(work);
  const patches = world.api.calls.slice(before).filter(({ session, method, body }) => {
    const { metadata = {}, status = {} } = (body ?? {}) as { metadata?: object; status?: object };
    return session !== 'peer' && method === 'PATCH' && ('finalizers' in metadata || 'loadBalancer' in status);
  });
  return [
    ...calls.filter(({ write }) => write).map(({ operation }) => operation),
    ...patches.map(({ body }) => JSON.stringify(body)),
  ];
}

const SECOND_PORT = { spec: { ports: [80, 443].map((port) => ({ name: `p${port}`, port })) } };

describe('a service controller that is still at work', () => {
  scenario('told by its events: nothing is written until it is quiet, and the Service says why', async (world) => {
    await world.start();
    const peer = new Peer(world);
    world.addService('web');
    await world.settle();
    const written = await ourWrites(world, async () => {
      peer.tell('web', 'EnsuringLoadBalancer');
      await world.pass(1_000);
      expect(world.condition('web', 'Programmed')).toBe('False OtherController');
      world.edit('web', SECOND_PORT);
      world.removeNode('node-1');
      await world.pass(9 * MINUTE);
    });
    expect(written).toEqual([]);
    const message = world.conditionMessage('web', 'Programmed');
    expect(message).toContain('service-controller told EnsuringLoadBalancer');
    expect(message).toContain('--controllers=*,-service-lb-controller');
    expect(message).toContain('spec.loadBalancerClass fairlead.dev/aws');
    expect(world.told('web', 'SyncLoadBalancerFailed')).toBe(1);
    await world.pass(2 * MINUTE);
    await world.settle();
    expect(world.condition('web', 'Programmed')).toBe('True Programmed');
    expectRest(world);
  });

  scenario(
    'told by the fields that it owns: its address stays until it is quiet, and a new sign refuses again',
    async (world) => {
      await world.start();
      const peer = new Peer(world);
      world.addService('web');
      await world.settle();
      const ours = world.hostname('web');
      const written = await ourWrites(world, async () => {
        await peer.address('web', 'theirs.example.com');
        await world.pass(9 * MINUTE);
        await peer.address('web', 'again.example.com');
        await world.pass(9 * MINUTE);
        expect(world.hostname('web')).toBe('again.example.com');
      });
      expect(written).toEqual([]);
      expect(world.conditionMessage('web', 'Programmed')).toContain(MANAGER);
      await world.settle();
      expect(world.hostname('web')).toBe(ours);
      expectRest(world);
    },
  );

  scenario('what it did to the cloud meanwhile is found afterwards', async (world) => {
    await world.start();
    const peer = new Peer(world);
    world.addService('web');
    await world.settle();
    peer.tell('web', 'EnsuredLoadBalancer');
    const [ListenerArn] = [...world.aws.state.listeners.keys()];
    await world.byHand(world.hand.elbv2.send(new DeleteListenerCommand({ ListenerArn })));
    await world.pass(5 * MINUTE);
    expect(world.aws.state.listeners.size).toBe(0);
    await world.pass(6 * MINUTE);
    await world.settle();
    expect(world.aws.state.listeners.size).toBe(1);
    expectRest(world);
  });

  scenario('both begin with a new Service: we stop where we are, and end it once we are alone', async (world) => {
    await world.start();
    const peer = new Peer(world);
    world.aws.timings.requestMs = 2_000;
    world.addService('web');
    await world.pass(3_000);
    peer.tell('web', 'EnsuringLoadBalancer');
    await world.pass(MINUTE);
    world.aws.timings.requestMs = 0;
    expect(world.condition('web', 'Programmed')).toBe('False OtherController');
    const written = await ourWrites(world, async () => {
      world.edit('web', SECOND_PORT);
      await world.pass(8 * MINUTE);
    });
    expect(written).toEqual([]);
    await world.pass(2 * MINUTE);
    await world.settle();
    expect(world.aws.state.loadBalancers.size).toBe(1);
    expectRest(world);
  });

  scenario('a deletion waits too, and is done in the end', async (world) => {
    await world.start();
    const peer = new Peer(world);
    world.addService('web');
    await world.settle();
    const written = await ourWrites(world, async () => {
      peer.tell('web', 'DeletingLoadBalancer');
      world.removeService('web');
      await world.pass(5 * MINUTE);
    });
    expect(written).toEqual([]);
    expect(world.condition('web', 'DeletionBlocked')).toBe('True OtherController');
    await world.pass(6 * MINUTE);
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });

  scenario('the right to read events is missing: said once, and field owners still tell', async (world) => {
    world.kubeFault = ({ path, method }) =>
      path === '/api/v1/events' && (method === 'GET' || method === 'WATCH')
        ? { fault: 'error', error: new KubeError('events is forbidden', { status: 403, reason: 'Forbidden' }) }
        : undefined;
    const process = await world.start();
    const peer = new Peer(world);
    world.addService('web');
    await world.settle();
    expectRest(world);
    expect(process.log.filter(({ message }) => message.includes('may not list and watch events'))).toHaveLength(1);
    await peer.address('web', 'theirs.example.com');
    await world.pass(1_000);
    expect(world.condition('web', 'Programmed')).toBe('False OtherController');
    await world.pass(11 * MINUTE);
    await world.settle();
    expectRest(world);
  });
});

describe('what is no contest', () => {
  scenario('what a service controller did before our term', async (world) => {
    const peer = new Peer(world);
    world.addService('web');
    await peer.write('web', { metadata: { finalizers: [FINALIZER] } });
    await peer.address('web', 'theirs.example.com');
    peer.tell('web', 'EnsuredLoadBalancer');
    await world.pass(1_000);
    await world.start();
    await world.settle();
    expect(world.condition('web', 'Programmed')).toBe('True Programmed');
    expect(world.told('web', 'SyncLoadBalancerFailed')).toBe(0);
    expectRest(world);
  });

  scenario('an event that comes late, and one of a reason that says nothing of work', async (world) => {
    await world.start();
    const peer = new Peer(world);
    world.addService('web');
    await world.settle();
    peer.tell('web', 'EnsuringLoadBalancer', 60 * MINUTE);
    peer.tell('web', 'LoadBalancerSourceRanges');
    const written = await ourWrites(world, async () => {
      world.edit('web', SECOND_PORT);
      await world.pass(MINUTE);
    });
    expect(written).toContain('CreateListener');
    await world.settle();
    expectRest(world);
  });

  scenario('a Service of our class, whatever is told of it', async (world) => {
    await world.start({ claimClassless: false });
    const peer = new Peer(world);
    world.addService('web', { spec: { loadBalancerClass: 'fairlead.dev/aws' } });
    await world.settle();
    peer.tell('web', 'DeletedLoadBalancer');
    world.edit('web', SECOND_PORT);
    await world.pass(MINUTE);
    expect(world.condition('web', 'Programmed')).toBe('True Programmed');
    expectRest(world);
  });

  scenario('a Service that its annotations hand to another controller: nothing is written on it', async (world) => {
    await world.start();
    const peer = new Peer(world);
    world.addService('web', { annotations: { 'service.beta.kubernetes.io/aws-load-balancer-type': 'external' } });
    peer.tell('web', 'EnsuringLoadBalancer');
    await peer.write('web', { metadata: { finalizers: [FINALIZER] } });
    await world.pass(5 * MINUTE);
    expect(world.service('web').status?.conditions ?? []).toEqual([]);
  });

  scenario('observe-only goes on looking beside it', async (world) => {
    const process = await world.start({ policy: 'observe-only' });
    const peer = new Peer(world);
    world.addService('web');
    peer.tell('web', 'EnsuringLoadBalancer');
    await world.pass(5 * MINUTE);
    expect(process.log.filter(({ fields }) => fields.code === 'other-controller')).toEqual([]);
    expect(world.service('web').status?.conditions ?? []).toEqual([]);
  });
});

describe('our own writes', () => {
  scenario('carry a name of their own and are no sign', async (world) => {
    await world.start();
    world.addService('web');
    await world.settle();
    const entries = world.service('web').metadata.managedFields as readonly { manager: string }[];
    expect(entries.map(({ manager }) => manager)).toEqual(['fairlead']);
  });
});
