// Target groups of Network Load Balancers. What cannot change on a live one is part of its name.
import type {
  ModifyTargetGroupCommandInput,
  TargetGroup as SdkTargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { FairleadError } from '../../../src/engine/errors.ts';
import { defineKind, type Listed, type Observed, type RetryAfter, type Scope } from '../../../src/engine/kind.ts';
import type { Mark } from '../../../src/engine/owner.ts';
import { allPages } from '../cloud/calls.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { readTags, tagsOf, writeTags } from '../cloud/elbv2-tags.ts';
import { isAws } from '../errors.ts';
import { isPortObjectName, stem } from '../naming.ts';
import { TARGET_GROUP, type TargetGroupOut, type TargetGroupSpec } from '../resources.ts';
import { equalTags, type Tags, tagChanges, tagMark, toSdk, withTagChanges } from '../tags.ts';
import { removed } from './denied.ts';
import { readByName } from './read-by-name.ts';
import { attributeChanges, fromAttributes, type TargetGroupAttributes } from './target-group-attributes.ts';
import { HEALTH_CHECK_FIELDS, targetGroupCalls } from './target-group-calls.ts';

type Group = Observed<TargetGroupSpec, TargetGroupOut>;

const IN_USE_RETRY_MS = 5_000;

export const targetGroupKind = defineKind<Cloud, TargetGroupSpec, TargetGroupOut>({
  name: TARGET_GROUP.name,
  immutable: ['protocol', 'port', 'vpcId'],
  equal: { tags: equalTags },
  guarded: true,
  calls: targetGroupCalls,

  async list(cloud, scope) {
    const startedAt = performance.now();
    const all = await describe(cloud, undefined, scope);
    const named = all.filter(({ TargetGroupName = '' }) => isPortObjectName(TargetGroupName));
    const arns = named.map(({ TargetGroupArn = '' }) => TargetGroupArn);
    const tags = await readTags(cloud.calls, arns, scope);
    const listed = named.flatMap((found) => {
      const out = outOf(found);
      const id = found.TargetGroupName ?? '';
      const own = tags.get(out.arn);
      return own === undefined ? [] : [{ id, marks: marksOf(cloud, id, own), out }];
    });
    cloud.targetGroups.noteListed(listed.map(noteOf), startedAt);
    return listed;
  },

  read(cloud, wanted, scope) {
    return readByName(wanted, {
      notFound: 'TargetGroupNotFound',
      nameOf: ({ TargetGroupName = '' }: SdkTargetGroup) => TargetGroupName,
      find: (names) => describe(cloud, [...names], scope),
      observe: (found) => observe(cloud, found, scope),
      gone: (name) => cloud.targetGroups.forget(name),
    });
  },

  async create(cloud, _owners, id, spec, scope) {
    const { TargetGroups = [] } = await cloud.calls.elbv2(
      'CreateTargetGroup',
      {
        Name: id,
        TargetType: 'instance',
        Protocol: spec.protocol as NonNullable<SdkTargetGroup['Protocol']>,
        Port: spec.port,
        VpcId: spec.vpcId,
        HealthCheckProtocol: spec.healthCheckProtocol as NonNullable<SdkTargetGroup['HealthCheckProtocol']>,
        ...healthCheckOf(spec),
        Tags: toSdk(spec.tags),
      },
      scope,
    );
    const made = TargetGroups[0];
    if (made === undefined) throw new FairleadError('network', `AWS made ${id} and did not show it`);
    const out = outOf(made);
    await writeAttributes(cloud, out.arn, spec, undefined, scope);
    return remember(cloud, { id, marks: marksOf(cloud, id, spec.tags), spec, out, settled: true });
  },

  async update(cloud, now, spec, changed, scope) {
    const { arn } = now.out;
    let next = now.spec;
    if (HEALTH_CHECK_FIELDS.some((field) => changed.includes(field))) {
      await cloud.calls.elbv2('ModifyTargetGroup', { TargetGroupArn: arn, ...healthCheckOf(spec) }, scope);
      next = { ...next, ...Object.fromEntries(HEALTH_CHECK_FIELDS.map((field) => [field, spec[field]])) };
    }
    await writeAttributes(cloud, arn, spec, next, scope);
    const { preserveClientIp, proxyProtocolV2 } = spec;
    next = { ...next, preserveClientIp, proxyProtocolV2 };
    if (changed.includes('tags')) {
      const changes = tagChanges(spec.tags, next.tags);
      await writeTags(cloud.calls, arn, changes, scope);
      next = { ...next, tags: withTagChanges(next.tags, changes) };
    }
    return remember(cloud, { ...now, marks: marksOf(cloud, now.id, next.tags), spec: next });
  },

  async delete(cloud, now, scope): Promise<'gone' | RetryAfter> {
    try {
      const { arn } = now.out;
      await removed(cloud.calls.elbv2('DeleteTargetGroup', { TargetGroupArn: arn }, scope), async () => {
        const found = await cloud.calls.elbv2('DescribeTargetGroups', { TargetGroupArns: [arn] }, scope);
        return found.TargetGroups?.length !== 0;
      });
    } catch (error) {
      if (isAws(error, 'ResourceInUse')) {
        return { retryAfterMs: IN_USE_RETRY_MS, why: `target group ${now.id} is still used by a listener` };
      }
      if (!isAws(error, 'TargetGroupNotFound')) throw error;
    }
    cloud.targetGroups.forget(now.id);
    return 'gone';
  },
});

/** Those with the names, or all; AWS fails the call if one of the names is unknown. */
function describe(cloud: Cloud, Names: string[] | undefined, scope: Scope): Promise<readonly SdkTargetGroup[]> {
  return allPages(
    (Marker) => cloud.calls.elbv2('DescribeTargetGroups', { Names, Marker }, scope),
    (page) => page.TargetGroups,
    (page) => page.NextMarker,
  );
}

/** All of it that can be modified, the protocol apart: that is part of the name. */
function healthCheckOf(spec: TargetGroupSpec): Omit<ModifyTargetGroupCommandInput, 'TargetGroupArn'> {
  return {
    HealthCheckPort: spec.healthCheckPort,
    ...(spec.healthCheckPath === null ? {} : { HealthCheckPath: spec.healthCheckPath }),
    HealthCheckIntervalSeconds: spec.healthCheckIntervalSeconds,
    HealthCheckTimeoutSeconds: spec.healthCheckTimeoutSeconds,
    HealthyThresholdCount: spec.healthyThreshold,
    UnhealthyThresholdCount: spec.unhealthyThreshold,
  };
}

/** Sends the attributes that differ from those that are there, or that a new group has. */
async function writeAttributes(
  cloud: Cloud,
  TargetGroupArn: string,
  want: TargetGroupAttributes,
  have: TargetGroupAttributes | undefined,
  scope: Scope,
): Promise<void> {
  const Attributes = attributeChanges(want, have);
  if (Attributes.length === 0) return;
  await cloud.calls.elbv2('ModifyTargetGroupAttributes', { TargetGroupArn, Attributes }, scope);
}

/** Ours if it has the cluster's tag, and the name that goes with the Service that its tag names. */
function marksOf(cloud: Cloud, name: string, tags: Tags): readonly Mark[] {
  const mark = tagMark(cloud.cluster.name, tags);
  if (mark?.namespace === undefined || mark.name === undefined) return [];
  return name.startsWith(`${stem({ namespace: mark.namespace, name: mark.name })}-`) ? [mark] : [];
}

/** Notes for those who compile what there is under the name now. */
function remember<const Seen extends Listed<TargetGroupOut>>(cloud: Cloud, seen: Seen): Seen {
  cloud.targetGroups.note(...noteOf(seen));
  return seen;
}

function noteOf({ id, marks, out }: Listed<TargetGroupOut>) {
  return [id, { name: id, marks, ...out }] as const;
}

function outOf({ TargetGroupArn = '', Port = 0 }: SdkTargetGroup): TargetGroupOut {
  return { arn: TargetGroupArn, port: Port };
}

async function observe(cloud: Cloud, found: SdkTargetGroup, scope: Scope): Promise<Group> {
  const out = outOf(found);
  const [{ Attributes = [] }, tags] = await Promise.all([
    cloud.calls.elbv2('DescribeTargetGroupAttributes', { TargetGroupArn: out.arn }, scope),
    tagsOf(cloud.calls, out.arn, scope),
  ]);
  const healthCheckProtocol = found.HealthCheckProtocol ?? '';
  const spec: TargetGroupSpec = {
    protocol: found.Protocol ?? '',
    port: out.port,
    vpcId: found.VpcId ?? '',
    healthCheckProtocol,
    healthCheckPort: found.HealthCheckPort ?? '',
    healthCheckPath: healthCheckProtocol === 'TCP' ? null : (found.HealthCheckPath ?? ''),
    healthyThreshold: found.HealthyThresholdCount ?? 0,
    unhealthyThreshold: found.UnhealthyThresholdCount ?? 0,
    healthCheckTimeoutSeconds: found.HealthCheckTimeoutSeconds ?? 0,
    healthCheckIntervalSeconds: found.HealthCheckIntervalSeconds ?? 0,
    ...fromAttributes(Attributes),
    tags,
  };
  const id = found.TargetGroupName ?? '';
  return remember(cloud, { id, marks: marksOf(cloud, id, tags), spec, out, settled: true });
}
