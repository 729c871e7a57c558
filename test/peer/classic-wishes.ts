// What a Service asks of a Classic Load Balancer, as cloud-provider-aws reads it: listeners and attributes. Pure.
import type { Listener, LoadBalancerAttributes } from '@aws-sdk/client-elastic-load-balancing';
import type { Service } from '../../src/kube/types.ts';
import { annotationOf, certificateFor, flagOf, numberOf, portsOf } from './wishes.ts';

/** Front and back with a certificate, by the text of the annotation for the back; the front alone for the rest. */
const WITH_CERTIFICATE: Readonly<Record<string, readonly [string, string]>> = {
  '': ['ssl', 'tcp'],
  https: ['https', 'https'],
  http: ['https', 'http'],
  ssl: ['ssl', 'ssl'],
  tcp: ['ssl', 'tcp'],
};

/** Protocols in lower case, as they are sent. */
export function listenersOf(service: Service): readonly Listener[] {
  const backend = annotationOf(service, 'backend-protocol') ?? '';
  return portsOf(service).map((one) => {
    const certificate = certificateFor(service, one, { lower: true });
    const plain = backend === 'http' ? (['http', 'http'] as const) : (['tcp', 'tcp'] as const);
    const pair = certificate === undefined ? plain : WITH_CERTIFICATE[backend];
    if (pair === undefined) throw new Error(`unsupported backend protocol ${backend}`);
    return {
      LoadBalancerPort: one.port,
      InstancePort: one.nodePort,
      Protocol: pair[0],
      InstanceProtocol: pair[1],
      ...(certificate === undefined ? {} : { SSLCertificateId: certificate }),
    };
  });
}

/** Letter case is no difference. */
export function isSameListener(one: Listener, other: Listener): boolean {
  const text = (listener: Listener) =>
    [
      listener.LoadBalancerPort,
      listener.InstancePort,
      listener.Protocol,
      listener.InstanceProtocol,
      listener.SSLCertificateId ?? '',
    ]
      .join(' ')
      .toLowerCase();
  return text(one) === text(other);
}

/** Sent as a whole at every sync: AWS's answer has fields that this lacks, so that they are never equal. */
export function attributesOf(service: Service): LoadBalancerAttributes {
  const interval = numberOf(service, 'access-log-emit-interval');
  const bucket = annotationOf(service, 'access-log-s3-bucket-name');
  const prefix = annotationOf(service, 'access-log-s3-bucket-prefix');
  const drain = numberOf(service, 'connection-draining-timeout');
  return {
    AccessLog: {
      Enabled: flagOf(service, 'access-log-enabled'),
      ...(interval === undefined ? {} : { EmitInterval: interval }),
      ...(bucket === undefined ? {} : { S3BucketName: bucket }),
      ...(prefix === undefined ? {} : { S3BucketPrefix: prefix }),
    },
    ConnectionDraining: {
      Enabled: flagOf(service, 'connection-draining-enabled'),
      ...(drain === undefined ? {} : { Timeout: drain }),
    },
    ConnectionSettings: { IdleTimeout: numberOf(service, 'connection-idle-timeout') ?? 60 },
    CrossZoneLoadBalancing: { Enabled: flagOf(service, 'cross-zone-load-balancing-enabled') },
  };
}

/** True if what AWS has says the same as what is sent: settings of what is switched off have no effect. */
export function isCovered(wanted: LoadBalancerAttributes, have: LoadBalancerAttributes): boolean {
  const { AccessLog, ConnectionDraining, ...rest } = wanted;
  const off = { Enabled: false };
  return covers(
    {
      ...rest,
      AccessLog: AccessLog?.Enabled ? AccessLog : off,
      ConnectionDraining: ConnectionDraining?.Enabled ? ConnectionDraining : off,
    },
    have,
  );
}

function covers(want: unknown, has: unknown): boolean {
  if (typeof want !== 'object' || want === null) return want === has;
  return Object.entries(want).every(([key, value]) =>
    covers(value, (has as Record<string, unknown> | undefined)?.[key]),
  );
}
