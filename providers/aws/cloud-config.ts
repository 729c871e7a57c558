// Reads cloud-provider-aws's configuration file (INI in the dialect of gcfg) into our options. Loaded only where one is given.
// It decides nothing about values that our options check anyway, and it never throws.
import { lastText, partsOf, type Section, type SectionName, sectionOf, type Tell } from '../../src/provider/gcfg.ts';
import type { CloudConfigAbout } from '../../src/provider/provider.ts';
import { type FileValue, type Problem, problem, escapeText as shown } from '../../src/schema/index.ts';
import { overrideProblems } from './service-override.ts';

const MOST_PROBLEMS = 50;

const SECTIONS: readonly SectionName[] = [{ name: 'Global' }, { name: 'ServiceOverride', label: '1' }];

/** Keys of [Global] that are one of our options as they are. */
const SAME: Readonly<Record<string, string>> = {
  VPC: 'aws-vpc-id',
  SubnetID: 'aws-subnet-id',
  RoleARN: 'aws-role-arn',
  ElbSecurityGroup: 'aws-elb-security-group',
  ClusterServiceSharedLoadBalancerHealthProbePort: 'aws-shared-health-probe-port',
  ClusterServiceSharedLoadBalancerHealthProbePath: 'aws-shared-health-probe-path',
};
/** Keys whose values are spelt otherwise here, by their lower-case spelling there. */
const TRANSLATED: Readonly<
  Record<string, { readonly option: string; readonly values: Readonly<Record<string, string>> }>
> = {
  NLBSecurityGroupMode: { option: 'aws-nlb-security-groups', values: { managed: 'managed' } },
  ClusterServiceLoadBalancerHealthProbeMode: {
    option: 'aws-health-probe-mode',
    values: { shared: 'shared', servicenodeport: 'service-node-port' },
  },
  DisableSecurityGroupIngress: {
    option: 'aws-disable-security-group-ingress',
    values: { true: 'true', yes: 'true', on: 'true', 1: 'true', false: 'false', no: 'false', off: 'false', 0: 'false' },
  },
};
/** Keys that concern other controllers of that program only: nothing is to be said of them. */
const OTHERS = ['RouteTableID', 'DisableStrictZoneCheck'];
const GLOBAL_KEYS: readonly string[] = [
  ...Object.keys(SAME),
  ...Object.keys(TRANSLATED),
  ...OTHERS,
  ...['Zone', 'Region', 'SourceARN', 'KubernetesClusterID', 'KubernetesClusterTag', 'NodeIPFamilies'],
];
const OVERRIDE_KEYS = ['Service', 'Region', 'URL', 'SigningRegion', 'SigningMethod', 'SigningName'];
/** A zone's region: `us-east-1a`, `us-gov-west-1b`, the local zone `us-west-2-lax-1a`. */
const ZONE = /^([a-z]{2,}(?:-[a-z]+)+-\d+)(?:-[a-z]+-\d+)?[a-z]$/;

export async function readCloudConfig(
  text: string,
  about: CloudConfigAbout,
): Promise<{ readonly given: Readonly<Record<string, FileValue>>; readonly problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  const name = (key: string) => ({ noun: 'Key', key: `${key} of ${about.file}` });
  const tell: Tell = (severity, key, value, message, suggestion) => {
    if (problems.length >= MOST_PROBLEMS) return;
    const code = severity === 'error' ? 'invalid-value' : 'no-effect';
    const rest = { expected: suggestion ?? 'what the message says', suggestion, message: `${about.file}: ${message}` };
    problems.push(problem(severity, code, name(key), value, rest));
  };
  const global = new Map<string, (string | true)[]>();
  const overrides: { readonly title: string; readonly section: Section }[] = [];
  for (const { kind, title, lines } of partsOf(text, SECTIONS, tell)) {
    if (kind === 'global') {
      for (const [key, values] of sectionOf('[Global]', lines, GLOBAL_KEYS, tell)) {
        global.set(key, [...(global.get(key) ?? []), ...values]);
      }
    } else overrides.push({ title, section: sectionOf(title, lines, OVERRIDE_KEYS, tell) });
  }
  const given: Record<string, FileValue> = {};
  const give = (option: string, key: string, value: string) => {
    given[option] = { name: name(`[Global] ${key}`), text: value };
  };
  fromGlobal(global, about, give, tell);
  const region = given['aws-region']?.text;
  for (const { title, section } of overrides) overrideProblems(title, section, region, about.env, tell);
  return { given, problems };
}

function fromGlobal(
  global: Section,
  about: CloudConfigAbout,
  give: (option: string, key: string, value: string) => void,
  tell: Tell,
): void {
  const only = (key: string) => lastText(`[Global] ${key}`, global.get(key) ?? [], tell);
  for (const [key, option] of Object.entries(SAME)) {
    const value = only(key);
    if (value !== undefined) give(option, key, value);
  }
  for (const [key, { option, values }] of Object.entries(TRANSLATED)) {
    // gcfg takes a key without a value for a true boolean.
    const value = global.get(key)?.at(-1) === true && 'true' in values ? 'true' : only(key);
    if (value === undefined) continue;
    const lower = value.toLowerCase();
    if (Object.hasOwn(values, lower)) give(option, key, values[lower] ?? '');
    else {
      const known = Object.keys(values).join(', ');
      tell(
        'error',
        `[Global] ${key}`,
        value,
        `[Global] ${key} is "${shown(value)}"; expected one of ${known}, in any case`,
      );
    }
  }
  region(only('Zone'), only('Region'), give, tell);
  cluster(only('KubernetesClusterID'), only('KubernetesClusterTag'), about, tell);
  sourceArn(only('SourceARN'), only('RoleARN'), tell);
  for (const value of global.get('NodeIPFamilies') ?? []) {
    if (value === true || value.toLowerCase() === 'ipv4' || value === '') continue;
    const what = `[Global] NodeIPFamilies names "${shown(value)}"`;
    tell('error', '[Global] NodeIPFamilies', value, `${what}, but Fairlead reaches nodes by IPv4 only; expected ipv4`);
  }
}

function region(
  zone: string | undefined,
  named: string | undefined,
  give: (option: string, key: string, value: string) => void,
  tell: Tell,
): void {
  const ofZone = zone === undefined ? undefined : ZONE.exec(zone)?.[1];
  if (named !== undefined) {
    give('aws-region', 'Region', named);
    if (ofZone !== undefined && ofZone !== named) {
      tell(
        'warning',
        '[Global] Zone',
        zone ?? '',
        `[Global] Zone ${shown(zone ?? '')} is not in Region ${shown(named)}, which counts`,
      );
    }
  } else if (ofZone !== undefined) give('aws-region', 'Zone', ofZone);
  else if (zone !== undefined) {
    const message = `[Global] Zone is "${shown(zone)}", whose region is not known; expected a zone such as eu-west-1a, or the key Region`;
    tell('error', '[Global] Zone', zone, message);
  }
}

/** What the cluster is called must not depend on where it is read: the marks of everything in the cloud are made of it. */
function cluster(id: string | undefined, tag: string | undefined, { clusterName }: CloudConfigAbout, tell: Tell): void {
  for (const [key, value] of [
    ['KubernetesClusterID', id],
    ['KubernetesClusterTag', tag],
  ] as const) {
    if (value === undefined || value === clusterName) continue;
    const have = clusterName === undefined ? 'is not given' : `is "${shown(clusterName)}"`;
    const what = `[Global] ${key} is "${shown(value)}", but --cluster-name ${have}`;
    tell(
      'error',
      `[Global] ${key}`,
      value,
      `${what}: give --cluster-name ${shown(value)}, or what exists is not found again`,
    );
  }
  if (tag === undefined || tag !== clusterName) return;
  const what = `[Global] KubernetesClusterTag stands for the old tag KubernetesCluster=${shown(tag)}, which Fairlead neither reads nor writes`;
  tell(
    'warning',
    '[Global] KubernetesClusterTag',
    tag,
    `${what}: it goes by kubernetes.io/cluster/${shown(tag)}, which is there too`,
  );
}

function sourceArn(value: string | undefined, roleArn: string | undefined, tell: Tell): void {
  if (value === undefined) return;
  const key = '[Global] SourceARN';
  if (roleArn === undefined) {
    tell(
      'warning',
      key,
      value,
      `${key} has no effect: it goes along with the assumption of RoleARN, which is not given`,
    );
    return;
  }
  const instead = 'let the pod have a role of its own (IRSA, EKS Pod Identity) and leave RoleARN and SourceARN out';
  tell('error', key, value, `${key} is "${shown(value)}", but Fairlead sends none when it assumes a role; ${instead}`);
}
