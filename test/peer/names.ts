// Names, tags and rule descriptions of cloud-provider-aws, written down a second time on purpose: no formula of the
// product is used here, so that a mistake in one of the two shows.
import { createHash } from 'node:crypto';
import type { PeerConfig } from './config.ts';

interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** Of both kinds of load balancer. */
export function balancerNameOf(uid: string): string {
  return `a${uid.split('-').join('')}`.substring(0, 32);
}

export function classicGroupName(balancer: string): string {
  return `k8s-elb-${balancer}`;
}

export function managedNlbGroupName(clusterName: string, { namespace, name }: Named, uid: string): string {
  const digest = createHash('sha256').update(clusterName).update(name).update(namespace).update(uid).digest('hex');
  return `${beginning({ namespace, name })}-${digest.substring(0, 10)}`;
}

export interface TargetGroupParts extends Named {
  readonly clusterId: string;
  readonly servicePort: number;
  readonly nodePort: number;
  readonly protocol: string;
  readonly healthProtocol: string;
  readonly healthInterval: number;
}

export function targetGroupNameOf(parts: TargetGroupParts): string {
  const { clusterId, namespace, name, servicePort, nodePort, protocol, healthProtocol, healthInterval } = parts;
  const digest = createHash('sha1');
  for (const part of [clusterId, namespace, name, servicePort, nodePort, protocol, 'instance', healthProtocol])
    digest.update(String(part));
  digest.update(String(healthInterval));
  return `${beginning({ namespace, name })}-${digest.digest('hex').substring(0, 10)}`;
}

function beginning({ namespace, name }: Named): string {
  const letters = (text: string) => [...text].filter((letter) => /[0-9A-Za-z]/.test(letter)).join('');
  return `k8s-${letters(namespace).substring(0, 8)}-${letters(name).substring(0, 8)}`;
}

export const MTU_RULE = 'kubernetes.io/rule/nlb/mtu';
export const CLIENT_RULE = 'kubernetes.io/rule/nlb/client';

export function clientRule(balancer: string): string {
  return `${CLIENT_RULE}=${balancer}`;
}

export function healthRule(balancer: string): string {
  return `kubernetes.io/rule/nlb/health=${balancer}`;
}

export const PROXY_POLICY = 'k8s-proxyprotocol-enabled';

export function sslPolicyNameOf(reference: string): string {
  return `k8s-SSLNegotiationPolicy-${reference}`;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export function clusterTagOf(clusterId: string): string {
  return `kubernetes.io/cluster/${clusterId}`;
}

/** Of load balancers, target groups and NLB listeners. Security groups lack the Service's name. */
export function tagsFor(
  { clusterId, legacyTag }: Pick<PeerConfig, 'clusterId' | 'legacyTag'>,
  user: Readonly<Record<string, string>>,
  service?: Named,
): Tag[] {
  const tags = {
    ...user,
    ...(service && { 'kubernetes.io/service-name': `${service.namespace}/${service.name}` }),
    ...(legacyTag && { KubernetesCluster: clusterId }),
    [clusterTagOf(clusterId)]: 'owned',
  };
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
