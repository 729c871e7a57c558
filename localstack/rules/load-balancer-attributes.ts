// Attributes of load balancers, with AWS's defaults and values.
import { AwsError, type Xml } from '../proxy-answer.ts';
import type { Params } from '../proxy-query.ts';
import {
  type Attributes,
  type AttributeTable,
  anyText,
  attributeList,
  changedAttributes,
  initialAttributes,
  onOff,
} from './attributes.ts';
import type { Cloud } from './cloud.ts';
import { loadBalancerOf } from './find.ts';
import type { LoadBalancer, State } from './state.ts';

const common: AttributeTable = {
  'deletion_protection.enabled': { initial: 'false', takes: onOff },
  'load_balancing.cross_zone.enabled': { initial: 'false', takes: onOff },
  'access_logs.s3.enabled': { initial: 'false', takes: onOff },
  'access_logs.s3.bucket': { initial: '', takes: anyText },
  'access_logs.s3.prefix': { initial: '', takes: anyText },
  'ipv6.deny_all_igw_traffic': { initial: 'false', takes: onOff },
  'zonal_shift.config.enabled': { initial: 'false', takes: onOff },
};

const network: AttributeTable = {
  ...common,
  'dns_record.client_routing_policy': {
    initial: 'any_availability_zone',
    takes: /^(availability_zone_affinity|partial_availability_zone_affinity|any_availability_zone)$/,
  },
  'secondary_ips.auto_assigned.per_subnet': { initial: '0', takes: [0, 7] },
};

const application: AttributeTable = {
  ...common,
  'load_balancing.cross_zone.enabled': { initial: 'true', takes: /^true$/ },
  'idle_timeout.timeout_seconds': { initial: '60', takes: [1, 4000] },
  'client_keep_alive.seconds': { initial: '3600', takes: [60, 604800] },
};

export function newLoadBalancerAttributes(type: LoadBalancer['type'], scheme: LoadBalancer['scheme']): Attributes {
  const table = type === 'network' ? network : application;
  return { ...initialAttributes(table), 'ipv6.deny_all_igw_traffic': String(scheme === 'internal') };
}

export function describeLoadBalancerAttributes(params: Params, _cloud: Cloud, state: State): Xml {
  return attributeList(loadBalancerOf(params, state).attributes);
}

export async function modifyLoadBalancerAttributes(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const loadBalancer = loadBalancerOf(params, state);
  const table = loadBalancer.type === 'network' ? network : application;
  const now = loadBalancer.attributes;
  const next = changedAttributes('Load balancer', table, now, params);
  const perSubnet = 'secondary_ips.auto_assigned.per_subnet';
  if (Number(next[perSubnet]) < Number(now[perSubnet])) {
    throw new AwsError('InvalidConfigurationRequest', `The value of '${perSubnet}' cannot be decreased`);
  }
  const bucket = next['access_logs.s3.bucket'] ?? '';
  if (next['access_logs.s3.enabled'] === 'true') {
    if (bucket === '') {
      throw new AwsError('InvalidConfigurationRequest', "The value of 'access_logs.s3.bucket' cannot be empty");
    }
    const looked = now['access_logs.s3.enabled'] === 'true' && now['access_logs.s3.bucket'] === bucket;
    if (!looked && !(await cloud.lookup.bucketExists(bucket))) {
      const reason = `Access Denied for bucket: ${bucket}. Please check S3bucket permission`;
      throw new AwsError('InvalidConfigurationRequest', reason);
    }
  }
  loadBalancer.attributes = next;
  return attributeList(next);
}
