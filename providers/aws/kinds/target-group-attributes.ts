// The attributes of a target group that annotations can set, between AWS's form and the spec's. Pure.
import type { TargetGroupAttribute } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroupSpec } from '../resources.ts';

const PRESERVE_CLIENT_IP = 'preserve_client_ip.enabled';
const PROXY_PROTOCOL_V2 = 'proxy_protocol_v2.enabled';

export type TargetGroupAttributes = Pick<TargetGroupSpec, 'preserveClientIp' | 'proxyProtocolV2'>;

/** What a new group of instances has (API reference, TargetGroupAttribute). */
const DEFAULT_ATTRIBUTES: TargetGroupAttributes = { preserveClientIp: true, proxyProtocolV2: false };

/** Those that differ from what is there; `have` undefined: from those of a new group. */
export function attributeChanges(want: TargetGroupAttributes, have = DEFAULT_ATTRIBUTES): TargetGroupAttribute[] {
  return [
    ...(want.preserveClientIp === have.preserveClientIp
      ? []
      : [{ Key: PRESERVE_CLIENT_IP, Value: String(want.preserveClientIp) }]),
    ...(want.proxyProtocolV2 === have.proxyProtocolV2
      ? []
      : [{ Key: PROXY_PROTOCOL_V2, Value: String(want.proxyProtocolV2) }]),
  ];
}

/** Left out of the answer, an attribute has its default. */
export function fromAttributes(list: readonly TargetGroupAttribute[]): TargetGroupAttributes {
  const values = new Map(list.map(({ Key, Value }) => [Key, Value]));
  return {
    preserveClientIp: values.get(PRESERVE_CLIENT_IP) !== 'false',
    proxyProtocolV2: values.get(PROXY_PROTOCOL_V2) === 'true',
  };
}
