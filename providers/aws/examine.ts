// What the provider needs of AWS, looked at one after the other: credentials, permissions, nodes, subnets. It reads, and asks
// EC2 what it would allow; it writes nothing.
import { asFairleadError } from '../../src/engine/errors.ts';
import type { Scope } from '../../src/engine/kind.ts';
import type { Finding, Host } from '../../src/provider/provider.ts';
import type { Cloud } from './cloud/cloud.ts';
import { checkCredentials } from './examine/credentials.ts';
import { checkWrites } from './examine/dry-runs.ts';
import { finding, notKnown } from './examine/findings.ts';
import { checkSubnets } from './examine/network.ts';
import { checkNodes } from './examine/nodes.ts';
import { checkReads } from './examine/reads.ts';
import type { Options } from './options.ts';

export async function examine(cloud: Cloud, host: Host, options: Options, scope: Scope): Promise<readonly Finding[]> {
  const credentials = await checkCredentials(cloud, options, scope);
  if (!credentials.isUsable) return [credentials.finding];
  const reads = await checkReads(cloud, options, scope);
  const nodes = await checkNodes(cloud, host.nodes(), scope);
  const start = [credentials.finding, ...reads, ...nodes.findings];
  try {
    await cloud.vpcId(scope);
  } catch (thrown) {
    const remedy = 'Mend what is said above, or set --aws-vpc-id.';
    const vpc =
      host.nodes().length === 0
        ? finding('unknown', 'VPC', 'It is told by the nodes, and none is known.', remedy)
        : finding('error', 'VPC', asFairleadError(thrown).message, remedy);
    return [...start.filter(({ about }) => about !== 'instances'), vpc];
  }
  const subnets = await checkSubnets(cloud, options, nodes.zones, scope);
  return [...start, ...subnets, ...(await writes(cloud, { ...nodes, options }, scope))];
}

async function writes(...[cloud, ground, scope]: Parameters<typeof checkWrites>): Promise<readonly Finding[]> {
  try {
    return await checkWrites(cloud, ground, scope);
  } catch (thrown) {
    return [notKnown('IAM: writes', thrown)];
  }
}
