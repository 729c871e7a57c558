// Whether AWS takes the credentials at all, by one read; and what its refusal means for a person.
import { FairleadError } from '../../../src/engine/errors.ts';
import type { Scope } from '../../../src/engine/kind.ts';
import type { Finding } from '../../../src/provider/provider.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { isAws } from '../errors.ts';
import type { Options } from '../options.ts';
import { finding, ok } from './findings.ts';

type Env = Readonly<Record<string, string | undefined>>;

const ABOUT = 'credentials';

const WAYS =
  'In EKS give the ServiceAccount a role, by an EKS Pod Identity association or by the annotation eks.amazonaws.com/role-arn; ' +
  'elsewhere set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. The role of the node is used only with ' +
  'AWS_EC2_METADATA_DISABLED=false.';
const RENEW = 'Renew them: sign in again (aws sso login), or restart the pod if its token is not renewed.';

/** By AWS's code: what is so, and what to do. */
const REFUSALS: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  CredentialsProviderError: ['No AWS credentials were found, or their source gave none', WAYS],
  TokenProviderError: ['The token of the single sign-on could not be had', RENEW],
  ExpiredToken: ['The credentials have expired', RENEW],
  RequestExpired: [
    'AWS takes the request for one of long ago: the credentials expired, or the clock is wrong',
    `${RENEW} Set the clock by NTP.`,
  ],
  AuthFailure: [
    'AWS does not know the access key',
    'Check that the key is of this account and partition, and still active.',
  ],
  InvalidClientTokenId: [
    'AWS does not know the access key',
    'Check that the key is of this account and partition, and still active.',
  ],
  UnrecognizedClient: [
    'AWS does not know the access key',
    'Check that the key is of this account and partition, and still active.',
  ],
  MissingAuthenticationToken: ['The request was not signed', WAYS],
  IncompleteSignature: ['AWS cannot read the signature of the request', 'Look for line breaks or spaces in the keys.'],
  SignatureDoesNotMatch: [
    'The secret does not fit the access key, or the clock is wrong',
    'Check AWS_SECRET_ACCESS_KEY, and set the clock by NTP.',
  ],
  IDPRejectedClaim: [
    'The role does not take the token of the ServiceAccount',
    'Let the trust policy of the role name the OIDC provider of this cluster, and as its subject the namespace and name of the ServiceAccount.',
  ],
  InvalidIdentityToken: [
    'The role does not take the token of the ServiceAccount',
    'Register the OIDC provider of this cluster in IAM, with the audience sts.amazonaws.com.',
  ],
  OptInRequired: [
    'The account does not use this region',
    'Enable the region for the account, or correct --aws-region.',
  ],
  PendingVerification: ['AWS has not verified the account yet', 'Wait, or ask AWS.'],
  Blocked: ['AWS has blocked the account', 'Ask AWS.'],
};

/** Undefined in place of a finding that forbids to go on. */
export async function checkCredentials(
  cloud: Cloud,
  { roleArn }: Pick<Options, 'roleArn'>,
  scope: Scope,
  env: Env = process.env,
): Promise<{ readonly finding: Finding; readonly isUsable: boolean }> {
  const source = sourceOf(env, roleArn);
  try {
    await cloud.calls.ec2('DescribeAvailabilityZones', {}, scope);
  } catch (thrown) {
    // EC2's own code for a permission that is missing: the credentials themselves are good.
    if (!isAws(thrown, 'UnauthorizedOperation')) return { finding: refusal(thrown, cloud, roleArn), isUsable: false };
  }
  return { finding: ok(ABOUT, `AWS takes the credentials from ${source}, in ${cloud.region}.`), isUsable: true };
}

/** EC2 never answers with AccessDenied: that is the service that hands out credentials for a role. */
function refusal(thrown: unknown, { region }: Cloud, roleArn: string | undefined): Finding {
  if (!(thrown instanceof FairleadError)) throw thrown;
  const { code, cloudCode = '', message: said } = thrown;
  const known = REFUSALS[cloudCode];
  if (known) return finding('error', ABOUT, `${known[0]} (${cloudCode}).`, known[1]);
  if (cloudCode === 'AccessDenied') {
    const role = roleArn ?? 'the role';
    const message = `${role} cannot be assumed with the credentials that were found (${cloudCode}).`;
    const remedy =
      'Let the trust policy of the role name who assumes it, and allow that one sts:AssumeRole (or sts:AssumeRoleWithWebIdentity).';
    return finding('error', ABOUT, message, remedy);
  }
  if (code === 'denied') return finding('error', ABOUT, `${trim(said)}.`, WAYS);
  if (code === 'network') {
    const remedy =
      `Check that ${region} is a region, and that this machine reaches it: a NAT gateway or VPC endpoints for ec2, ` +
      'elasticloadbalancing and sts, the network policy of the pod, a proxy.';
    return finding('error', 'endpoint', `There is no answer from EC2 in ${region}: ${trim(said)}.`, remedy);
  }
  return finding('unknown', ABOUT, `Whether AWS takes the credentials is not known: ${trim(said)}.`, 'Run this again.');
}

/** Where the SDK finds them, in its order. No secret is part of it. */
export function sourceOf(env: Env, roleArn: string | undefined): string {
  const assumed = roleArn === undefined ? '' : `, by which ${roleArn} was assumed`;
  return `${baseOf(env)}${assumed}`;
}

function baseOf(env: Env): string {
  if (env.AWS_PROFILE) return `the profile ${env.AWS_PROFILE}`;
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) return 'the environment (AWS_ACCESS_KEY_ID)';
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE) return `the ServiceAccount's token (role ${env.AWS_ROLE_ARN ?? 'unknown'})`;
  if (env.AWS_CONTAINER_CREDENTIALS_FULL_URI) return 'EKS Pod Identity';
  return 'the shared files or the instance';
}

function trim(message: string): string {
  return message.replace(/\.$/, '');
}
