// `fairlead iam-policy`: what it prints for which arguments.
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GRANTED } from '../../../providers/aws/grants/features.ts';
import { grants } from '../../../providers/aws/grants/policy.ts';
import { addIamPolicy } from '../../../src/cli/iam-policy.ts';
import { optionsOf } from '../aws/stage.ts';

let out = '';
let err = '';

beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const program = new Command('fairlead').exitOverride();
  await addIamPolicy(program, ['iam-policy', ...args], env);
  await program.parseAsync(['iam-policy', ...args], { from: 'user' });
  return process.exitCode;
}

interface Printed {
  readonly Statement: readonly { readonly Sid: string; readonly Resource: string | readonly string[] }[];
}

const sids = () => (JSON.parse(out) as Printed).Statement.map(({ Sid }) => Sid);

describe('fairlead iam-policy', () => {
  it('prints the policy of the cluster with all that is granted where nothing is said', async () => {
    await run(['--cluster-name', 'prod']);
    const wanted = { features: GRANTED, partition: 'aws', clusterName: 'prod', options: optionsOf() };
    expect(JSON.parse(out)).toEqual(grants.document(wanted));
    expect(out.endsWith('}\n')).toBe(true);
    expect(err).toBe('');
  });

  it('takes provider, cluster and options from the environment, as the controller does', async () => {
    await run([], { FAIRLEAD_PROVIDER: 'aws', FAIRLEAD_CLUSTER_NAME: 'prod', FAIRLEAD_AWS_REGION: 'eu-west-1' });
    expect(out).toContain('aws:ResourceTag/kubernetes.io/cluster/prod');
    expect(out).toContain('arn:aws:elasticloadbalancing:eu-west-1:*:targetgroup/*/*');
  });

  it.each([[['--features', 'nlb,node-rules']], [['--features', 'node-rules', '--features', ' nlb ']]])(
    'grants only %j',
    async (args) => {
      await run(['--cluster-name', 'prod', ...args]);
      expect(sids()).toEqual(['Look', 'Create', 'CreateListeners', 'TagNew', 'Change', 'WriteRules']);
    },
  );

  it('grants looking alone', async () => {
    await run(['--cluster-name', 'prod', '--features', 'none']);
    expect(sids()).toEqual(['Look']);
  });

  it('prints it for another partition', async () => {
    await run(['--cluster-name', 'prod', '--partition', 'aws-cn', '--aws-region', 'cn-north-1']);
    expect(out).toContain('arn:aws-cn:elasticloadbalancing:cn-north-1:*:');
    expect(out).not.toMatch(/arn:aws:/);
  });

  it.each([
    ['no cluster', [], /--cluster-name .* is missing/],
    [
      'a misspelt feature',
      ['--cluster-name', 'a', '--features', 'nbl'],
      /no feature "nbl" \(did you mean "nlb"\?\)[\s\S]*there are: nlb, classic/,
    ],
    ['none beside others', ['--cluster-name', 'a', '--features', 'none,nlb'], /no feature "none"/],
    ['an empty list', ['--cluster-name', 'a', '--features', ''], /--features is empty/],
    [
      'a partition',
      ['--cluster-name', 'a', '--partition', 'aws-chn'],
      /no partition "aws-chn" \(did you mean "aws-cn"\?\)/,
    ],
    [
      'a region elsewhere',
      ['--cluster-name', 'a', '--aws-region', 'cn-north-1'],
      /in the partition aws-cn, not in aws/,
    ],
    ['a provider without', ['--cluster-name', 'a', '--provider', 'simulator'], /simulator has no permissions to grant/],
    ['two providers', ['--cluster-name', 'a', '--provider', 'aws,simulator'], /must name one provider/],
  ])('refuses %s', async (_, args, why) => {
    expect(await run(args)).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(why);
    expect(err).toMatch(/see fairlead iam-policy --help/);
  });

  it('lists the features and the partitions in its help', async () => {
    const program = new Command('fairlead').exitOverride();
    await addIamPolicy(program, ['iam-policy'], {});
    program.commands[0]?.outputHelp();
    for (const feature of Object.keys(grants.features)) expect(out).toContain(` ${feature} `);
    expect(out).toContain('- untagged-node-groups');
    expect(out).toContain('aws, aws-cn, aws-us-gov');
  });
});
