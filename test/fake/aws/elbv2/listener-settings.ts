// What a listener is told by a call: protocol, port, certificate, policies, actions; with all rules between them.
// Used for new listeners and for changed ones; nothing is changed here.

import type {
  Action,
  ModifyListenerCommandInput,
  Listener as SdkListener,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Misuse, Problem } from '../problem.ts';
import type { World } from '../world.ts';
import { constraint, invalid, invalidConfiguration } from './errors.ts';
import type { Forward, Listener, ListenerProtocol, LoadBalancer } from './tables.ts';

export type ListenerSettings = Omit<Listener, 'arn' | 'loadBalancerArn' | 'tags'>;

type Input = Pick<
  ModifyListenerCommandInput,
  'AlpnPolicy' | 'Certificates' | 'DefaultActions' | 'Port' | 'Protocol' | 'SslPolicy'
>;

/**
 * What a TLS listener gets that names no policy, unless the console made it
 * ("Security policies for your Network Load Balancer", docs.aws.amazon.com, describe-ssl-policies).
 */
export const DEFAULT_SSL_POLICY = 'ELBSecurityPolicy-2016-08';

const SSL_POLICIES: ReadonlySet<string> = new Set([
  DEFAULT_SSL_POLICY,
  'ELBSecurityPolicy-FS-1-1-2019-08',
  'ELBSecurityPolicy-FS-1-2-2019-08',
  'ELBSecurityPolicy-FS-1-2-Res-2019-08',
  'ELBSecurityPolicy-FS-1-2-Res-2020-10',
  'ELBSecurityPolicy-FS-2018-06',
  'ELBSecurityPolicy-TLS-1-0-2015-04',
  'ELBSecurityPolicy-TLS-1-1-2017-01',
  'ELBSecurityPolicy-TLS-1-2-2017-01',
  'ELBSecurityPolicy-TLS-1-2-Ext-2018-06',
  'ELBSecurityPolicy-TLS13-1-0-2021-06',
  'ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04',
  'ELBSecurityPolicy-TLS13-1-0-PQ-2025-09',
  'ELBSecurityPolicy-TLS13-1-1-2021-06',
  'ELBSecurityPolicy-TLS13-1-2-2021-06',
  'ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06',
  'ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06',
  'ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04',
  'ELBSecurityPolicy-TLS13-1-2-PQ-2025-09',
  'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
  'ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04',
  'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
  'ELBSecurityPolicy-TLS13-1-3-2021-06',
  'ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04',
  'ELBSecurityPolicy-TLS13-1-3-PQ-2025-09',
]);

const ALPN_POLICIES: readonly string[] = ['HTTP1Only', 'HTTP2Only', 'HTTP2Optional', 'HTTP2Preferred', 'None'];

/** More groups than this cannot share a listener. */
const MAX_GROUPS = 5;

/** The settings that result from `now` (undefined for a new listener) and the given fields. */
export function listenerSettings(
  world: World,
  loadBalancer: LoadBalancer,
  input: Input,
  now: ListenerSettings | undefined,
): ListenerSettings {
  const protocol = protocolOf(input.Protocol ?? now?.protocol);
  const port = input.Port ?? now?.port;
  if (port === undefined) throw invalid('A port must be specified');
  if (port < 1 || port > 65_535) throw constraint('Port', port, 'Member must have value between 1 and 65535');
  const datagrams = protocol === 'UDP' || protocol === 'TCP_UDP';
  if (datagrams && loadBalancer.ipAddressType === 'dualstack' && loadBalancer.prefixForSourceNat === 'off') {
    throw invalidConfiguration(
      `You cannot specify the protocol ${protocol} for a dual-stack load balancer without prefixes for source NAT`,
    );
  }
  return {
    protocol,
    port,
    ...(protocol === 'TLS' ? tlsSettings(world, input, now) : plainSettings(protocol, input)),
    forward: input.DefaultActions === undefined && now !== undefined ? now.forward : forwardOf(input.DefaultActions),
  };
}

/** As DescribeListeners answers it. Certificates, policy and ALPN are there on TLS listeners only. */
export function sdkListener(row: Listener): SdkListener {
  const tls = { Certificates: [{ CertificateArn: row.certificate }], SslPolicy: row.sslPolicy };
  return {
    ListenerArn: row.arn,
    LoadBalancerArn: row.loadBalancerArn,
    Port: row.port,
    Protocol: row.protocol,
    ...(row.protocol === 'TLS' ? tls : {}),
    ...(row.alpnPolicy === undefined ? {} : { AlpnPolicy: [row.alpnPolicy] }),
    DefaultActions: [
      {
        Type: 'forward',
        Order: 1,
        ...(row.forward.length === 1 ? { TargetGroupArn: row.forward[0]!.targetGroupArn } : {}),
        ForwardConfig: {
          TargetGroups: row.forward.map(({ targetGroupArn, weight }) => ({
            TargetGroupArn: targetGroupArn,
            Weight: weight,
          })),
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ],
  };
}

type Tls = Pick<ListenerSettings, 'alpnPolicy' | 'certificate' | 'sslPolicy'>;

function tlsSettings(world: World, input: Input, now: ListenerSettings | undefined): Tls {
  const [first, ...others] = input.Certificates ?? [];
  if (others.length > 0) throw invalid('Only one certificate can be specified');
  if (first?.IsDefault !== undefined) throw invalid('IsDefault cannot be specified for a certificate');
  const certificate = first?.CertificateArn ?? now?.certificate;
  if (certificate === undefined) throw invalid('A certificate must be specified for TLS listeners');
  if (!world.certificates.has(certificate)) {
    throw new Problem('CertificateNotFound', `Certificate '${certificate}' not found`);
  }
  const sslPolicy = input.SslPolicy ?? (now === undefined ? DEFAULT_SSL_POLICY : now.sslPolicy);
  // "If you change the protocol from TCP to TLS, you must add the security policy" (documentation of ModifyListener).
  if (sslPolicy === undefined) throw invalid('An SSL policy must be specified for TLS listeners');
  if (!SSL_POLICIES.has(sslPolicy)) throw new Problem('SSLPolicyNotFound', `SSL policy '${sslPolicy}' not found`);
  const [alpnPolicy = now?.alpnPolicy, ...more] = input.AlpnPolicy ?? [];
  if (more.length > 0) throw invalid('Only one ALPN policy can be specified');
  if (alpnPolicy !== undefined && !ALPN_POLICIES.includes(alpnPolicy)) {
    throw new Problem('ALPNPolicyNotFound', `ALPN policy '${alpnPolicy}' is not supported`);
  }
  return { certificate, sslPolicy, alpnPolicy };
}

function plainSettings(protocol: ListenerProtocol, input: Input): Tls {
  if (input.Certificates !== undefined && input.Certificates.length > 0) {
    throw invalid(`A certificate cannot be specified for ${protocol} listeners`);
  }
  if (input.SslPolicy !== undefined) throw invalid(`An SSL policy cannot be specified for ${protocol} listeners`);
  if (input.AlpnPolicy !== undefined && input.AlpnPolicy.length > 0) {
    throw invalid(`An ALPN policy cannot be specified for ${protocol} listeners`);
  }
  return { certificate: undefined, sslPolicy: undefined, alpnPolicy: undefined };
}

function protocolOf(protocol: string | undefined): ListenerProtocol {
  if (protocol === 'TCP' || protocol === 'UDP' || protocol === 'TCP_UDP' || protocol === 'TLS') return protocol;
  if (protocol === undefined) throw invalid('A protocol must be specified');
  if (protocol === 'QUIC' || protocol === 'TCP_QUIC') throw new Misuse(`the protocol ${protocol} is not simulated`);
  throw new Problem('UnsupportedProtocol', `The protocol '${protocol}' is not supported for network load balancers`);
}

/** A Network Load Balancer has one action: forward, to one group or to several by weight. */
function forwardOf(actions: readonly Action[] | undefined): readonly Forward[] {
  const [action, ...others] = actions ?? [];
  if (action === undefined) throw invalid('A default action must be specified');
  if (others.length > 0) throw new Problem('TooManyActions', 'Only one default action can be specified');
  const { Type, TargetGroupArn, ForwardConfig, Order: _order, ...rest } = action;
  if (Type !== 'forward') {
    throw new Problem(
      'InvalidLoadBalancerAction',
      `The action type '${Type}' is not valid with network load balancers`,
    );
  }
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new Misuse(`${unknown} in an action of a network load balancer`);
  if (ForwardConfig?.TargetGroupStickinessConfig?.Enabled === true)
    throw new Misuse('stickiness between groups is not simulated');
  const groups = ForwardConfig?.TargetGroups ?? [{ TargetGroupArn }];
  const forward = groups.map(({ TargetGroupArn: arn, Weight = 1 }) => {
    if (arn === undefined) throw invalid('A target group ARN must be specified');
    if (Weight < 0 || Weight > 999) throw constraint('Weight', Weight, 'Member must have value between 0 and 999');
    return { targetGroupArn: arn, weight: Weight };
  });
  if (TargetGroupArn !== undefined && forward[0]?.targetGroupArn !== TargetGroupArn) {
    throw invalid('The target group ARN must be the same as in the forward config');
  }
  if (forward.length === 0 || forward.length > MAX_GROUPS)
    throw invalid(`1 to ${MAX_GROUPS} target groups can be specified`);
  return forward;
}
