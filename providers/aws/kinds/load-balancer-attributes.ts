// The attributes of a load balancer that annotations can set, between AWS's form and the spec's. Pure.
import type { LoadBalancerAttribute } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancerSpec } from '../resources.ts';

const CROSS_ZONE = 'load_balancing.cross_zone.enabled';
const LOGS = 'access_logs.s3.enabled';
const BUCKET = 'access_logs.s3.bucket';
const PREFIX = 'access_logs.s3.prefix';

type Attributes = Pick<LoadBalancerSpec, 'crossZone' | 'accessLogs' | 'accessLogBucket' | 'accessLogPrefix'>;

/** What a new Network Load Balancer has (API reference, LoadBalancerAttribute). */
const DEFAULT_ATTRIBUTES: Attributes = {
  crossZone: false,
  accessLogs: false,
  accessLogBucket: '',
  accessLogPrefix: '',
};

/** Those that differ from what is there; `have` undefined: from those of a new one. AWS leaves the others as they are. */
export function attributeChanges(want: Attributes, have = DEFAULT_ATTRIBUTES): LoadBalancerAttribute[] {
  const before = new Map(attributesOf(have).map(({ Key, Value }) => [Key, Value]));
  return attributesOf(want).filter(({ Key, Value }) => before.get(Key) !== Value);
}

/** In AWS's form. Bucket and prefix only with logs: AWS refuses an empty bucket, and they mean nothing without. */
function attributesOf(spec: Attributes): LoadBalancerAttribute[] {
  return [
    { Key: CROSS_ZONE, Value: String(spec.crossZone) },
    { Key: LOGS, Value: String(spec.accessLogs) },
    ...(spec.accessLogBucket === null ? [] : [{ Key: BUCKET, Value: spec.accessLogBucket }]),
    ...(spec.accessLogPrefix === null ? [] : [{ Key: PREFIX, Value: spec.accessLogPrefix }]),
  ];
}

export function fromAttributes(list: readonly LoadBalancerAttribute[] | undefined): Attributes {
  const values = new Map((list ?? []).map(({ Key, Value }) => [Key, Value]));
  return {
    crossZone: values.get(CROSS_ZONE) === 'true',
    accessLogs: values.get(LOGS) === 'true',
    accessLogBucket: values.get(BUCKET) ?? '',
    accessLogPrefix: values.get(PREFIX) ?? '',
  };
}
