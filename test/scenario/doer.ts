// Lets deeds happen in a world; whatever makes no sense at the moment (an edit of a Service that is not there) is passed by.
import {
  DeleteLoadBalancerCommand as DeleteClassicCommand,
  DeleteLoadBalancerListenersCommand,
  DeregisterInstancesFromLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeregisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { KubeError } from '../../src/kube/api.ts';
import type { Node } from '../../src/kube/types.ts';
import type { Fault as KubeFault } from '../fake/kube/faults.ts';
import type { Deed } from './deeds.ts';
import { FINALIZER } from './ledger.ts';
import type { Process, ProcessOptions } from './process.ts';
import type { World } from './world.ts';

export const DRIFT_MS = 10 * 60_000;
const TAINT = { key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' };

const KUBE_FAULTS: Readonly<Record<string, KubeFault>> = {
  lose: { fault: 'lose' },
  hang: { fault: 'hang' },
  error: { fault: 'error', error: new KubeError('it fails', { status: 500, reason: 'InternalError' }) },
  conflict: { fault: 'error', error: new KubeError('it conflicts', { status: 409, reason: 'Conflict' }) },
};

type Tampering = Extract<Deed, { readonly deed: 'tamper' }>['what'];

export class Doer {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  get leader(): Process | undefined {
    return this.#world.processes.at(-1);
  }

  start(workers = 5): Promise<Process> {
    // What AWS does not show yet when a process takes over, that process takes to be absent: see aws-faults.test.ts for
    // how far that goes well.
    this.#world.aws.consistencyMs.default = 0;
    const options: ProcessOptions = { workers, driftIntervalMs: DRIFT_MS, orphans: 'delete' };
    return this.#world.start(options);
  }

  /** Nothing goes wrong any more. */
  async heal(): Promise<void> {
    const world = this.#world;
    world.awsFault = () => undefined;
    world.kubeFault = () => undefined;
    world.api.watchLagMs = 0;
    for (const id of world.aws.state.instances.keys()) world.aws.seed.targetHealth(id, 'healthy');
    world.aws.consistencyMs.default = 0;
    Object.assign(world.aws.timings, { requestMs: 0, answerMs: 0 });
    const { leader } = this;
    if (leader) leader.trap = undefined;
    if (!leader?.isAlive) await this.start();
  }

  async do(deed: Deed): Promise<void> {
    const world = this.#world;
    world.diary.push(`${String(world.clock.now).padStart(8)} DEED ${JSON.stringify(deed)}`);
    switch (deed.deed) {
      case 'add':
        if (world.hasService(deed.name)) return;
        world.addService(deed.name, { annotations: deed.annotations, spec: deed.spec });
        return;
      case 'annotate':
        if (world.hasService(deed.name)) world.edit(deed.name, { annotations: { [deed.key]: deed.value } });
        return;
      case 'reshape':
        if (world.hasService(deed.name)) world.edit(deed.name, { annotations: deed.annotations });
        return;
      case 'respecify':
        if (world.hasService(deed.name)) world.edit(deed.name, { spec: deed.spec });
        return;
      case 'remove':
        if (!world.hasService(deed.name)) return;
        if (deed.force) world.unfinalize(deed.name);
        if (world.hasService(deed.name)) world.removeService(deed.name);
        return;
      case 'unfinalize':
        if (world.hasService(deed.name) && world.service(deed.name).metadata.finalizers?.includes(FINALIZER)) {
          world.unfinalize(deed.name);
        }
        return;
      case 'add node':
        world.addNode(deed.edge ? { labels: { pool: 'edge' } } : {});
        return;
      case 'remove node':
      case 'taint node':
      case 'untaint node':
      case 'label node':
        return this.#toNode(deed.deed, deed.index);
      case 'node health': {
        const id = [...world.aws.state.instances.keys()][deed.index];
        if (id !== undefined) world.aws.seed.targetHealth(id, deed.health);
        return;
      }
      case 'restart':
        return this.#restart(deed.how, deed.workers);
      case 'die later':
        if (this.leader) this.leader.trap = { at: this.leader.counted + deed.calls, when: deed.when };
        return;
      case 'aws fails': {
        let left = deed.calls;
        let count = 0;
        world.awsFault = () => (count++ % deed.every === 0 && left-- > 0 ? deed.fault : undefined);
        return;
      }
      case 'kube fails': {
        let left = deed.calls;
        world.kubeFault = ({ method, path }) => {
          const isWrite = method === 'PATCH' || (method === 'GET' && !/\/(leases|services$|nodes$)/.test(path));
          return isWrite && !path.includes('/leases') && left-- > 0 ? KUBE_FAULTS[deed.fault] : undefined;
        };
        return;
      }
      case 'watches lag':
        world.api.watchLagMs = deed.ms;
        return;
      case 'calls take':
        world.aws.timings.requestMs = deed.ms;
        return;
      case 'reads lag':
        world.aws.consistencyMs.default = deed.ms;
        return;
      case 'tamper':
        return this.#tamper(deed.what, deed.index);
      case 'pass':
        await world.pass(deed.ms);
        if (this.leader && !this.leader.isAlive) await this.start();
        return;
    }
  }

  #toNode(what: 'remove node' | 'taint node' | 'untaint node' | 'label node', index: number): void {
    const { api } = this.#world;
    const node = api.list<Node>('Node')[index];
    if (!node) return;
    const { name } = node.metadata;
    if (what === 'remove node') api.delete('Node', name);
    else if (what === 'label node') api.patch('Node', name, { metadata: { labels: { pool: 'edge' } } });
    else api.patch('Node', name, { spec: { taints: what === 'taint node' ? [TAINT] : null } });
  }

  async #restart(how: 'kill' | 'stop', workers: number): Promise<void> {
    if (how === 'kill') this.leader?.kill();
    else this.leader?.stop();
    await this.start(workers);
  }

  async #tamper(what: Tampering, index: number): Promise<void> {
    const { aws } = this.#world;
    const { loadBalancers, classicLoadBalancers } = aws.state;
    const balancers = [...loadBalancers.keys(), ...classicLoadBalancers.keys()];
    const picked = balancers[index % Math.max(1, balancers.length)];
    if (picked === undefined) return;
    const call = classicLoadBalancers.has(picked) ? this.#atClassic(what, picked) : this.#atNlb(what, picked);
    if (call) await this.#world.byHand(call.catch(unlessGone));
  }

  #atNlb(what: Tampering, LoadBalancerArn: string): Promise<unknown> | undefined {
    const { elbv2 } = this.#world.hand;
    if (what === 'load balancer') return elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    const { listeners, targetGroups } = this.#world.aws.state;
    const listener = [...listeners.values()].find((one) => one.loadBalancerArn === LoadBalancerArn);
    if (!listener) return undefined;
    if (what === 'listener') return elbv2.send(new DeleteListenerCommand({ ListenerArn: listener.arn }));
    const TargetGroupArn = listener.forward[0]?.targetGroupArn;
    const [target] = Object.values(targetGroups.get(TargetGroupArn ?? '')?.targets ?? {});
    if (!target) return undefined;
    return elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: target.id }] }));
  }

  #atClassic(what: Tampering, LoadBalancerName: string): Promise<unknown> | undefined {
    const { elb } = this.#world.hand;
    if (what === 'load balancer') return elb.send(new DeleteClassicCommand({ LoadBalancerName }));
    const { listeners, instances } = this.#world.aws.state.classicLoadBalancers.get(LoadBalancerName) ?? {};
    const [listener] = Object.values(listeners ?? {});
    const [instance] = Object.values(instances ?? {});
    if (what === 'listener' && listener) {
      const LoadBalancerPorts = [listener.port];
      return elb.send(new DeleteLoadBalancerListenersCommand({ LoadBalancerName, LoadBalancerPorts }));
    }
    if (what === 'listener' || !instance) return undefined;
    const Instances = [{ InstanceId: instance.id }];
    return elb.send(new DeregisterInstancesFromLoadBalancerCommand({ LoadBalancerName, Instances }));
  }
}

/** What somebody is about to tamper with may go before his call arrives. */
function unlessGone(error: Error): void {
  if (!error.name.includes('NotFound')) throw error;
}
