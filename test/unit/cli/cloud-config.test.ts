// The options of a provider with the official controller's file under them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProviderOptions } from '../../../src/cli/cloud-config.ts';
import type { AnyProvider } from '../../../src/provider/provider.ts';
import { loadProvider } from '../../../src/provider/registry.ts';

let folder: string;
let aws: AnyProvider;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-cloud-config-'));
  aws = (await loadProvider('aws')) as AnyProvider;
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: string | Buffer, flags: Record<string, string> = {}, env: Record<string, string> = {}) {
  const file = join(folder, 'aws.conf');
  await writeFile(file, content);
  return readProviderOptions(aws, { flags: { 'aws-cloud-config': file, ...flags }, env }, 'prod');
}

describe('a cloud configuration file', () => {
  it('gives what neither a flag nor the environment gives', async () => {
    const content = '[Global]\nRegion=eu-west-1\nVPC=vpc-0123456789abcdef0\nSubnetID=subnet-0123456789abcdef0\n';
    const env = { FAIRLEAD_AWS_VPC_ID: 'vpc-0fedcba9876543210' };
    const { values, problems, mistakes } = await read(content, { 'aws-region': 'eu-west-2' }, env);
    expect({ problems, mistakes }).toEqual({ problems: [], mistakes: [] });
    expect(values).toMatchObject({
      region: 'eu-west-2',
      vpcId: 'vpc-0fedcba9876543210',
      subnetId: 'subnet-0123456789abcdef0',
    });
  });

  it('may be named by the environment', async () => {
    const file = join(folder, 'aws.conf');
    await writeFile(file, '[Global]\nRegion=eu-west-1\n');
    const read = await readProviderOptions(aws, { flags: {}, env: { FAIRLEAD_AWS_CLOUD_CONFIG: file } }, 'prod');
    expect(read.values).toMatchObject({ region: 'eu-west-1' });
  });

  it('has all its faults told, beside those of flags', async () => {
    const { problems } = await read('[Global]\nKubernetesClusterID=other\nVPC=x\n', { 'aws-default-type': 'nbl' });
    expect(problems.filter(({ severity }) => severity === 'error')).toHaveLength(3);
  });

  it.each([
    ['is larger than 1 MiB', Buffer.alloc(1024 * 1024 + 1, 10)],
    ['is no UTF-8 text', Buffer.from([0xff, 0xfe, 0x5b])],
  ])('that %s is a mistake', async (why, content) => {
    expect((await read(content)).mistakes).toEqual([
      `--aws-cloud-config names ${join(folder, 'aws.conf')}, which cannot be read: it ${why}`,
    ]);
  });

  it('that is not there, or a folder, is a mistake', async () => {
    for (const file of [join(folder, 'none'), folder]) {
      const { mistakes } = await readProviderOptions(aws, { flags: { 'aws-cloud-config': file }, env: {} }, 'prod');
      expect(mistakes).toHaveLength(1);
      expect(mistakes[0]).toContain(`names ${file}, which cannot be read: E`);
    }
  });

  it('is asked of no provider that has none', async () => {
    const simulator = (await loadProvider('simulator')) as AnyProvider;
    expect(await readProviderOptions(simulator, { flags: {}, env: {} }, 'prod')).toMatchObject({ mistakes: [] });
  });
});
