// The clouds that a stack can stand on, each behind one shape: how controllers reach it, and what its Nodes look like.
// Nothing of Kubernetes runs here.
import type { EnforcedPolicy } from '../../localstack/iam/enforcement.ts';
import { type OpenStackStack, startOpenStack } from '../../localstack/openstack/start.ts';
import { type Emulator, startEmulator } from '../../localstack/start.ts';
import { node } from '../cluster/objects.ts';

export type CloudName = 'aws' | 'openstack';

export interface CloudOptions {
  readonly nodes: number;
  readonly clusterName: string;
  readonly log: (line: string) => void;
  /** What controllers and commands may do in AWS. Default: everything. */
  readonly iam?: EnforcedPolicy;
}

/** The clouds of a stack, as tests look at them. */
export interface AwsPart {
  readonly emulator: Emulator;
}
export interface OpenStackPart {
  readonly openstack: OpenStackStack;
}

/** A cloud that runs. */
export interface Ground {
  readonly name: CloudName;
  readonly part: AwsPart | OpenStackPart;
  /** Variables with which a controller works in it. */
  readonly env: Readonly<Record<string, string>>;
  /** Body of the Node of its machine `index`. */
  node(index: number, name: string): object;
  stop(): Promise<void>;
}

export const grounds: Readonly<Record<CloudName, (options: CloudOptions) => Promise<Ground>>> = {
  async aws(options) {
    const emulator = await startEmulator(options);
    return {
      name: 'aws',
      part: { emulator },
      env: emulator.env,
      node(index, name) {
        const { instanceId, zone, privateIp } = machine(emulator.fixtures.nodes, index);
        return node({ name, instanceId, zone, internalIp: privateIp });
      },
      stop: () => emulator.stop(),
    };
  },

  async openstack({ nodes, log }) {
    const openstack = await startOpenStack({ nodes, log });
    return {
      name: 'openstack',
      part: { openstack },
      env: openstack.env,
      node(index, name) {
        const { serverId, ip } = machine(openstack.fixtures.nodes, index);
        const body = node({ name, instanceId: serverId, zone: 'nova', region: openstack.region, internalIp: ip });
        return { ...body, spec: { providerID: `openstack:///${serverId}` } };
      },
      stop: () => openstack.stop(),
    };
  },
};

function machine<T>(machines: readonly T[], index: number): T {
  const found = machines[index];
  if (!found) throw new Error(`there is no machine ${index}`);
  return found;
}
