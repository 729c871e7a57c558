// The OpenStack provider as the contract wants it.
import { readFile } from 'node:fs/promises';
import { GraphBuilder } from '../../src/engine/graph.ts';
import { defineProvider } from '../../src/provider/provider.ts';
import { getApiVersion } from './client/octavia.ts';
import { Session } from './client/session.ts';
import { Cloud } from './cloud/cloud.ts';
import { cloudConfig } from './cloud-config.ts';
import { openstackCompiler } from './compiler.ts';
import { secretVariables } from './credentials/login.ts';
import { readCredentials } from './credentials/read.ts';
import { examine } from './examine.ts';
import { gather } from './gather.ts';
import { retarget } from './retarget.ts';
import { ingress, notes } from './shown.ts';

export interface OpenstackSettings {
  /** Where the OS_* variables are. Default: the process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export function createOpenstackProvider({ env = process.env }: OpenstackSettings = {}) {
  return defineProvider({
    ...openstackCompiler,
    cloudConfig,
    secretVariables,

    async connect(options, host, signal) {
      const { authUrl, region, interface: which, cloudConfig: cloudConfigFile, cloudsFile, cloud } = options;
      const given = {
        ...(authUrl !== undefined && { OS_AUTH_URL: authUrl }),
        ...(region !== undefined && { OS_REGION_NAME: region }),
        ...(which !== undefined && { OS_INTERFACE: which }),
      };
      const login = await readCredentials({
        env: { ...env, ...given },
        ...(cloudConfigFile !== undefined && { cloudConfigFile }),
        ...(cloudsFile !== undefined && { cloudsFile }),
        ...(cloud !== undefined && { cloud }),
        readFile: (path: string) => readFile(path, { encoding: 'utf8', signal }),
      });
      const onSecret = (name: string, secret: string) => host.secret?.(name, secret);
      const session = await Session.open(login, host, signal, { onSecret });
      const version = await getApiVersion(session, { signal, lane: 'background' });
      return new Cloud(session, host.cluster, version, options.manageSecurityGroups);
    },

    gather,
    retarget: (input, facts, existing) => retarget(new GraphBuilder(), input, facts, existing),
    examine,
    ingress,
    notes,

    // The official controller finds a load balancer by the annotation with its id, which is kept up to date; else by its name.
    obstacles: () => [],
  });
}

export const openstackProvider = createOpenstackProvider();
