// What a TLS listener has besides: certificates, a security policy, an ALPN policy.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { type Params, structs, text, texts } from '../proxy-query.ts';
import type { Cloud } from './cloud.ts';
import { listenerOf } from './find.ts';
import { defaultSslPolicy, isSslPolicy } from './ssl-policies.ts';
import type { Listener, State, Tls } from './state.ts';

const alpnPolicies = ['HTTP1Only', 'HTTP2Only', 'HTTP2Optional', 'HTTP2Preferred', 'None'];
/** AWS's default quota of certificates besides the default one. */
const mostExtra = 25;

/** The TLS side of a listener after a request; undefined for other protocols, which must not ask for any of it. */
export async function tlsOf(
  params: Params,
  cloud: Cloud,
  protocol: Listener['protocol'],
  now: Tls | undefined,
): Promise<Tls | undefined> {
  const certificates = certificatesOf(params);
  const policy = text(params, 'SslPolicy');
  const alpn = texts(params, 'AlpnPolicy') ?? [];
  if (protocol !== 'TLS') {
    const asked = certificates.length > 0 ? 'A certificate' : policy ? 'An SSL policy' : alpn.length > 0 && 'ALPN';
    if (!asked) return undefined;
    throw new AwsError('InvalidConfigurationRequest', `${asked} cannot be specified for ${protocol} listeners`);
  }
  if (certificates.length > 1) {
    throw new AwsError('TooManyCertificates', 'Exactly one default certificate must be specified');
  }
  const certificateArn = certificates[0] ?? now?.certificateArn;
  if (!certificateArn) throw new AwsError('ValidationError', 'A certificate must be specified for TLS listeners');
  if (policy !== undefined && !isSslPolicy(policy)) {
    throw new AwsError('SSLPolicyNotFound', `SSL policy '${policy}' not found`);
  }
  if (alpn.length > 1 || alpn.some((name) => !alpnPolicies.includes(name))) {
    throw new AwsError('ALPNPolicyNotFound', `ALPN policy '${alpn.join(', ')}' is not supported`);
  }
  if (certificateArn !== now?.certificateArn) await checkCertificate(cloud, certificateArn);
  const alpnPolicy = alpn[0] ?? now?.alpn;
  return {
    certificateArn,
    policy: policy ?? now?.policy ?? defaultSslPolicy,
    ...(alpnPolicy === undefined ? {} : { alpn: alpnPolicy }),
  };
}

/** In the form of an answer. */
export function describedTls(tls: Tls | undefined): { readonly [name: string]: Xml } {
  if (!tls) return {};
  return {
    Certificates: [{ CertificateArn: tls.certificateArn }],
    SslPolicy: tls.policy,
    AlpnPolicy: tls.alpn === undefined ? undefined : [tls.alpn],
  };
}

export async function addListenerCertificates(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const listener = tlsListenerOf(params, state);
  const added = certificatesOf(params);
  for (const arn of added) await checkCertificate(cloud, arn);
  const all = [...new Set([...listener.extraCertificates, ...added])];
  if (all.length > mostExtra) {
    throw new AwsError('TooManyCertificates', 'The maximum number of certificates of the listener has been reached');
  }
  listener.extraCertificates = all;
  return { Certificates: added.map((CertificateArn) => ({ CertificateArn, IsDefault: false })) };
}

export function removeListenerCertificates(params: Params, _cloud: Cloud, state: State): Xml {
  const listener = tlsListenerOf(params, state);
  const gone = certificatesOf(params);
  listener.extraCertificates = listener.extraCertificates.filter((arn) => !gone.includes(arn));
  return {};
}

export function describeListenerCertificates(params: Params, _cloud: Cloud, state: State): Xml {
  const { tls, extraCertificates } = listenerOf(params, state);
  const first = tls ? [{ CertificateArn: tls.certificateArn, IsDefault: true }] : [];
  const rest = extraCertificates.map((CertificateArn) => ({ CertificateArn, IsDefault: false }));
  return { Certificates: [...first, ...rest] };
}

function tlsListenerOf(params: Params, state: State): Listener {
  const listener = listenerOf(params, state);
  if (listener.tls) return listener;
  throw new AwsError('InvalidConfigurationRequest', 'Certificates can only be added to TLS listeners');
}

function certificatesOf(params: Params): string[] {
  return (structs(params, 'Certificates') ?? []).flatMap((certificate) => text(certificate, 'CertificateArn') ?? []);
}

async function checkCertificate(cloud: Cloud, arn: string): Promise<void> {
  const status = await cloud.lookup.certificateStatus(arn);
  if (status === undefined) throw new AwsError('CertificateNotFound', `Certificate '${arn}' not found`);
  if (status === 'ISSUED') return;
  const reason = `The certificate '${arn}' must have a fully-qualified domain name, a supported signature, and a`;
  throw new AwsError('UnsupportedCertificate', `${reason} supported key size.`);
}
