// Attributes of Classic Load Balancers, with AWS's defaults and bounds. A request changes whole sections.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { integer, type Params, required, struct, structs, text } from '../proxy-query.ts';
import { classicOf } from './classic-find.ts';
import type { ClassicAttributes } from './classic-state.ts';
import type { Cloud } from './cloud.ts';
import type { State } from './state.ts';

const desync = 'elb.http.desyncmitigationmode';

export function newClassicAttributes(): ClassicAttributes {
  return {
    CrossZoneLoadBalancing: { Enabled: false },
    AccessLog: { Enabled: false },
    ConnectionDraining: { Enabled: false, Timeout: 300 },
    ConnectionSettings: { IdleTimeout: 60 },
    AdditionalAttributes: [{ Key: desync, Value: 'defensive' }],
  };
}

export function describeClassicAttributes(params: Params, _cloud: Cloud, state: State): Xml {
  return { LoadBalancerAttributes: classicOf(params, state).attributes };
}

export async function modifyClassicAttributes(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const loadBalancer = classicOf(params, state);
  const sent = struct(params, 'LoadBalancerAttributes') ?? {};
  const changed: Record<string, Xml> = {};
  for (const [name, read] of Object.entries(sections)) {
    const section = struct(sent, name);
    if (section) changed[name] = await read(section, cloud);
  }
  const additional = structs(sent, 'AdditionalAttributes');
  if (additional) changed.AdditionalAttributes = additional.map(additionalOf);
  loadBalancer.attributes = { ...loadBalancer.attributes, ...changed };
  return { LoadBalancerName: loadBalancer.name, LoadBalancerAttributes: changed };
}

const sections: Readonly<Record<string, (section: Params, cloud: Cloud) => Xml | Promise<Xml>>> = {
  CrossZoneLoadBalancing: (section) => ({ Enabled: enabled(section) }),
  ConnectionDraining: (section) => ({
    Enabled: enabled(section),
    Timeout: integer(section, 'Timeout', 1, 3600) ?? 300,
  }),
  ConnectionSettings(section) {
    required(section, 'IdleTimeout');
    return { IdleTimeout: integer(section, 'IdleTimeout', 1, 4000) };
  },
  async AccessLog(section, cloud) {
    const EmitInterval = integer(section, 'EmitInterval', 5, 60) ?? 60;
    if (EmitInterval !== 5 && EmitInterval !== 60) {
      throw new AwsError('ValidationError', `EmitInterval '${EmitInterval}' must be 5 or 60`);
    }
    if (!enabled(section)) return { Enabled: false };
    const bucket = text(section, 'S3BucketName') ?? '';
    const refuse = (why: string) => new AwsError('InvalidConfigurationRequest', why);
    if (bucket === '') throw refuse('A bucket must be specified for access logs');
    if (!(await cloud.lookup.bucketExists(bucket))) {
      throw refuse(`Access Denied for bucket: ${bucket}. Please check S3bucket permission`);
    }
    return { Enabled: true, S3BucketName: bucket, EmitInterval, S3BucketPrefix: text(section, 'S3BucketPrefix') ?? '' };
  },
};

function enabled(section: Params): boolean {
  const value = required(section, 'Enabled');
  if (value === 'true' || value === 'false') return value === 'true';
  throw new AwsError('ValidationError', `Enabled '${value}' must be true or false`);
}

function additionalOf(attribute: Params): Xml {
  const Key = required(attribute, 'Key');
  const Value = required(attribute, 'Value');
  if (Key === desync && /^(monitor|defensive|strictest)$/.test(Value)) return { Key, Value };
  throw new AwsError('InvalidConfigurationRequest', `The attribute ${Key} cannot have the value '${Value}'`);
}
