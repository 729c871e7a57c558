// Listeners of a load balancer. AWS allows one a port; its protocol, certificate and target group change in place.
import type { CreateListenerCommandInput, Listener as SdkListener } from '@aws-sdk/client-elastic-load-balancing-v2';
import { FairleadError } from '../../../src/engine/errors.ts';
import { defineKind, type Listed } from '../../../src/engine/kind.ts';
import type { Mark } from '../../../src/engine/owner.ts';
import { allPages } from '../cloud/calls.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { readTags, writeTags } from '../cloud/elbv2-tags.ts';
import { isAws } from '../errors.ts';
import { stem } from '../naming.ts';
import {
  LISTENER,
  type ListenerOut,
  type ListenerSpec,
  LOAD_BALANCER,
  type LoadBalancerOut,
  listenerId,
} from '../resources.ts';
import { equalTags, type Tags, tagChanges, tagMark, toSdk, withTagChanges } from '../tags.ts';
import { removed } from './denied.ts';
import { tagCalls, when } from './field-calls.ts';

export const listenerKind = defineKind<Cloud, ListenerSpec, ListenerOut>({
  name: LISTENER.name,
  parent: LOAD_BALANCER.name,
  parentId: (id) => id.slice(0, id.indexOf('/')),
  equal: { tags: equalTags },

  calls(deed) {
    if (deed.action === 'create') return ['elasticloadbalancing:CreateListener'];
    if (deed.action === 'delete') return ['elasticloadbalancing:DeleteListener'];
    const { want, have, changed } = deed;
    return [
      ...when(changed.some(isSetting), 'elasticloadbalancing:ModifyListener'),
      ...(changed.includes('tags') ? tagCalls(want.tags, have.tags) : []),
    ];
  },

  async readAll(cloud, parent, scope) {
    const { arn } = parent.out as LoadBalancerOut;
    const listeners = await allPages(
      (Marker) => cloud.calls.elbv2('DescribeListeners', { LoadBalancerArn: arn, Marker }, scope),
      (page) => page.Listeners,
      (page) => page.NextMarker,
    );
    const allTags = await readTags(
      cloud.calls,
      listeners.map(({ ListenerArn = '' }) => ListenerArn),
      scope,
    );
    return listeners.flatMap((listener) => {
      const out = { arn: listener.ListenerArn ?? '' };
      const tags = allTags.get(out.arn);
      if (tags === undefined) return [];
      const spec = specOf(arn, listener, tags);
      const id = listenerId(parent.id, listener.Port ?? 0);
      return [{ id, marks: marksOf(cloud, parent, spec), spec, out, settled: true as const }];
    });
  },

  async create(cloud, owners, id, spec, scope) {
    const Port = Number(id.slice(id.indexOf('/') + 1));
    const input = { LoadBalancerArn: spec.loadBalancer, Port, ...settingsOf(spec), Tags: toSdk(spec.tags) };
    const { Listeners = [] } = await cloud.calls.elbv2('CreateListener', input, scope);
    const arn = Listeners[0]?.ListenerArn;
    if (arn === undefined) throw new FairleadError('network', `AWS made listener ${id} and did not show it`);
    const marks = owners.map(({ cluster, uid, namespace, name }) => ({ cluster, uid, namespace, name }));
    return { id, marks, spec, out: { arn }, settled: true };
  },

  async update(cloud, now, spec, changed, scope) {
    const { arn } = now.out;
    if (changed.includes('loadBalancer'))
      throw new FairleadError('conflict', `listener ${now.id} is gone with its load balancer`);
    if (changed.some(isSetting)) {
      await cloud.calls.elbv2('ModifyListener', { ListenerArn: arn, ...settingsOf(spec) }, scope);
    }
    const changes = changed.includes('tags') ? tagChanges(spec.tags, now.spec.tags) : { add: {}, remove: [] };
    await writeTags(cloud.calls, arn, changes, scope);
    return { ...now, spec: { ...spec, tags: withTagChanges(now.spec.tags, changes) } };
  },

  async delete(cloud, now, scope) {
    try {
      const { arn } = now.out;
      await removed(cloud.calls.elbv2('DeleteListener', { ListenerArn: arn }, scope), async () => {
        const found = await cloud.calls.elbv2('DescribeListeners', { ListenerArns: [arn] }, scope);
        return found.Listeners?.length !== 0;
      });
    } catch (error) {
      if (!isAws(error, 'ListenerNotFound')) throw error;
    }
    return 'gone';
  },
});

function isSetting(field: keyof ListenerSpec): boolean {
  return field !== 'tags';
}

/** All that makes a listener but its port: one call changes it as a whole. */
function settingsOf(
  spec: ListenerSpec,
): Pick<CreateListenerCommandInput, 'Protocol' | 'DefaultActions' | 'Certificates' | 'SslPolicy'> {
  return {
    Protocol: spec.protocol as NonNullable<SdkListener['Protocol']>,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: spec.targetGroup }],
    ...(spec.certificate === null ? {} : { Certificates: [{ CertificateArn: spec.certificate }] }),
    ...(spec.sslPolicy === null ? {} : { SslPolicy: spec.sslPolicy }),
  };
}

function specOf(loadBalancer: string, listener: SdkListener, tags: Tags): ListenerSpec {
  const tls = listener.Protocol === 'TLS';
  return {
    loadBalancer,
    protocol: listener.Protocol ?? '',
    targetGroup: listener.DefaultActions?.[0]?.TargetGroupArn ?? '',
    certificate: tls ? (listener.Certificates?.[0]?.CertificateArn ?? null) : null,
    sslPolicy: tls ? (listener.SslPolicy ?? null) : null,
    tags,
  };
}

/**
 * A listener is its load balancer's owner's if its tags say so. One without the cluster's tag (older releases of the
 * official controller set none) is so if it sends to a target group with a name of that Service, and the load balancer
 * is not one that we made (such a one names the cluster in its mark). Any other is foreign.
 */
function marksOf(cloud: Cloud, parent: Listed, { tags, targetGroup }: ListenerSpec): readonly Mark[] {
  const mark = tagMark(cloud.cluster.name, tags);
  return parent.marks.filter(({ namespace = '', name = '', cluster }) => {
    if (mark === undefined)
      return cluster === undefined && targetGroup.includes(`:targetgroup/${stem({ namespace, name })}-`);
    const elsewhere = mark.cluster !== undefined && cluster !== undefined && mark.cluster !== cluster;
    return mark.namespace === namespace && mark.name === name && !elsewhere;
  });
}
