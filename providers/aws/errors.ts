// What AWS's errors mean to the engine: by their code, never by their message. One table for all services.
import { type Code, FairleadError } from '../../src/engine/errors.ts';
import { escapeText } from '../../src/schema/escape.ts';

interface Meaning {
  readonly code: Code;
  /** When trying again makes sense, from now. */
  readonly retryAfterMs?: number;
  /** The quota's name in AWS's Service Quotas. */
  readonly quota?: string;
  /** What is in the way, and what a person can do about it. */
  readonly how?: string;
}

const DENIED: Meaning = { code: 'denied' };
const THROTTLED: Meaning = { code: 'throttled' };
const UNAVAILABLE: Meaning = { code: 'unavailable' };
const REJECTED: Meaning = { code: 'rejected' };
const NOT_FOUND: Meaning = { code: 'not-found' };
const CONFLICT: Meaning = { code: 'conflict' };
const NETWORK: Meaning = { code: 'network' };

function quota(name: string): Meaning {
  return { code: 'quota', quota: name };
}

/**
 * By AWS's code, without the `Exception` that the SDK appends to the names of modelled errors. Our own objects that are
 * not there are a conflict (they are not as we knew them); what a user names and is not there is 'not-found'.
 */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  // Asked for fewer calls.
  BandwidthLimitExceeded: THROTTLED,
  DependencyThrottle: THROTTLED,
  EC2Throttled: THROTTLED,
  PriorRequestNotComplete: THROTTLED,
  RequestLimitExceeded: THROTTLED,
  RequestThrottled: THROTTLED,
  SlowDown: THROTTLED,
  Throttled: THROTTLED,
  Throttling: THROTTLED,
  TooManyRequests: THROTTLED,

  // Credentials and permissions.
  AccessDenied: DENIED,
  AuthFailure: DENIED,
  Blocked: DENIED,
  CredentialsProviderError: {
    code: 'denied',
    how: 'No AWS credentials were found, or their source gave none; fairlead doctor says which ways there are',
  },
  ExpiredToken: DENIED,
  IDPCommunicationError: { code: 'unavailable' },
  IDPRejectedClaim: DENIED,
  IncompleteSignature: DENIED,
  InvalidClientTokenId: DENIED,
  InvalidIdentityToken: DENIED,
  MissingAuthenticationToken: DENIED,
  NotAuthorized: DENIED,
  OptInRequired: DENIED,
  PendingVerification: DENIED,
  RequestExpired: DENIED,
  SignatureDoesNotMatch: DENIED,
  TokenProviderError: DENIED,
  UnauthorizedOperation: DENIED,
  UnrecognizedClient: DENIED,

  // Quotas, with their names in Service Quotas.
  AddressLimitExceeded: quota('EC2-VPC Elastic IPs'),
  InsufficientFreeAddressesInSubnet: quota('free addresses of the subnet'),
  NetworkInterfaceLimitExceeded: quota('Network interfaces per Region'),
  RulesPerSecurityGroupLimitExceeded: quota('Inbound or outbound rules per security group'),
  SecurityGroupLimitExceeded: quota('VPC security groups per Region'),
  SecurityGroupsPerInterfaceLimitExceeded: quota('Security groups per network interface'),
  TagLimitExceeded: quota('tags of a resource (50)'),
  TargetGroupAssociationLimit: quota('Target Groups per Action per Network Load Balancer'),
  TooManyAccessPoints: quota('Classic Load Balancers per Region'),
  TooManyActions: quota('Target Groups per Action per Network Load Balancer'),
  TooManyCertificates: quota('Certificates per Network Load Balancer'),
  TooManyListeners: quota('Listeners per Network Load Balancer'),
  TooManyLoadBalancers: quota('Network Load Balancers per Region'),
  TooManyPolicies: quota('policies of a Classic Load Balancer'),
  TooManyRegistrationsForTargetId: quota('Number of times a target can be registered per Network Load Balancer'),
  TooManyTags: quota('tags of a resource (50)'),
  TooManyTargetGroups: quota('Target Groups per Region'),
  TooManyTargets: quota('Targets per Network Load Balancer'),
  TooManyUniqueTargetGroupsPerLoadBalancer: quota('Target Groups per Network Load Balancer'),

  // What a Service or an option names.
  AllocationIdNotFound: NOT_FOUND,
  CertificateNotFound: NOT_FOUND,
  'InvalidAllocationID.NotFound': NOT_FOUND,
  InvalidSecurityGroup: NOT_FOUND,
  'InvalidSubnetID.NotFound': NOT_FOUND,
  'InvalidVpcID.NotFound': NOT_FOUND,
  SSLPolicyNotFound: NOT_FOUND,
  SubnetNotFound: NOT_FOUND,

  // What exists already, or does not any more. The SDK has its own names for some errors of Classic Load Balancers.
  AccessPointNotFound: CONFLICT,
  DuplicateAccessPointName: CONFLICT,
  DuplicateListener: CONFLICT,
  DuplicateLoadBalancerName: CONFLICT,
  DuplicatePolicyName: CONFLICT,
  DuplicateTargetGroupName: CONFLICT,
  InvalidEndPoint: CONFLICT,
  'InvalidGroup.Duplicate': CONFLICT,
  'InvalidGroup.NotFound': CONFLICT,
  'InvalidPermission.Duplicate': CONFLICT,
  'InvalidPermission.NotFound': CONFLICT,
  InvalidTarget: CONFLICT,
  ListenerNotFound: CONFLICT,
  LoadBalancerNotFound: CONFLICT,
  PolicyNotFound: CONFLICT,
  TargetGroupNotFound: CONFLICT,

  // In the way for now.
  CapacityReservationPending: { code: 'not-settled', retryAfterMs: 30_000 },
  DependencyViolation: { code: 'in-use', retryAfterMs: 15_000 },
  'InvalidGroup.InUse': { code: 'in-use', retryAfterMs: 15_000 },
  ResourceInUse: { code: 'in-use', retryAfterMs: 10_000 },

  // Refused for good.
  ALPNPolicyNotSupported: REJECTED,
  AvailabilityZoneNotSupported: REJECTED,
  DuplicateTagKeys: REJECTED,
  IncompatibleProtocols: REJECTED,
  InvalidConfigurationRequest: REJECTED,
  InvalidLoadBalancerAction: REJECTED,
  InvalidParameterCombination: REJECTED,
  InvalidParameterValue: REJECTED,
  'InvalidPermission.Malformed': REJECTED,
  InvalidScheme: REJECTED,
  InvalidSubnet: REJECTED,
  LoadBalancerAttributeNotFound: REJECTED,
  MissingParameter: REJECTED,
  OperationNotPermitted: REJECTED,
  PolicyTypeNotFound: REJECTED,
  UnsupportedOperation: REJECTED,
  UnsupportedProtocol: REJECTED,
  ValidationError: REJECTED,

  // AWS's own failures.
  InternalError: UNAVAILABLE,
  InternalFailure: UNAVAILABLE,
  InternalServerError: UNAVAILABLE,
  ServiceUnavailable: UNAVAILABLE,
  Unavailable: UNAVAILABLE,

  // No answer.
  AbortError: NETWORK,
  NetworkingError: NETWORK,
  RequestTimeout: NETWORK,
  TimeoutError: NETWORK,
};

/** Where one code means something else for one operation. */
const BY_OPERATION: Readonly<Record<string, Meaning>> = {
  'DeleteLoadBalancer OperationNotPermitted': {
    code: 'deletion-protected',
    how: 'deletion protection is on: turn it off in AWS to let the load balancer go',
  },
  'DeleteLoadBalancer ResourceInUse': {
    code: 'in-use',
    retryAfterMs: 10_000,
    how: 'something in AWS still uses the load balancer, such as an endpoint service: take it off there',
  },
};

/** What the SDK's errors carry, as far as it is used here. */
interface SdkError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly $metadata?: {
    readonly requestId?: string;
    readonly httpStatusCode?: number;
    readonly clockSkewCorrected?: boolean;
  };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/** Longest part of AWS's own message that is shown: with a denial it holds a long encoded text. */
const MESSAGE_LENGTH = 300;

/** Anything that a call to AWS threw, as the engine's error. `action` is its IAM name: `ec2:DescribeSubnets`. */
export function explain(thrown: unknown, action: string): FairleadError {
  if (thrown instanceof FairleadError) return thrown;
  const error: SdkError = Object(thrown);
  const cloudCode = String(error.name ?? 'Error').replace(/Exception$/, '');
  const status = error.$metadata?.httpStatusCode;
  const operation = action.slice(action.indexOf(':') + 1);
  const skewed = error.$metadata?.clockSkewCorrected === true;
  const known = BY_OPERATION[`${operation} ${cloudCode}`] ?? MEANINGS[cloudCode] ?? byStatus(status);
  // The SDK has learned AWS's time from the answer: the next call is signed by that.
  const meaning = skewed ? UNAVAILABLE : known;
  const retryAfterMs = retryAfterOf(error) ?? meaning.retryAfterMs;
  const requestId = error.$metadata?.requestId;
  return new FairleadError(meaning.code, sentence(meaning, action, cloudCode, String(error.message ?? '')), {
    cause: thrown,
    cloudCode,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}

/** True if the error says that with AWS's code, as the table has it: `LoadBalancerNotFound`. */
export function isAws(error: unknown, ...codes: readonly string[]): error is FairleadError {
  return error instanceof FairleadError && codes.includes(error.cloudCode ?? '');
}

function byStatus(status: number | undefined): Meaning {
  if (status === 429) return THROTTLED;
  if (status === 401 || status === 403) return DENIED;
  if (status !== undefined && status >= 400) return status >= 500 ? UNAVAILABLE : REJECTED;
  // No status, or a success with a body that cannot be read: what happened is unknown.
  return NETWORK;
}

function retryAfterOf({ $response }: SdkError): number | undefined {
  const seconds = Number($response?.headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

function sentence(meaning: Meaning, action: string, cloudCode: string, message: string): string {
  const said = escapeText(message.trim(), MESSAGE_LENGTH);
  const tail = `${cloudCode}${said === '' ? '' : `: ${said}`}`;
  if (meaning.how !== undefined) return `${meaning.how} (${tail})`;
  switch (meaning.code) {
    case 'denied':
      return `AWS denies ${action} (${tail})`;
    case 'quota':
      return `AWS refuses ${action}: the quota "${meaning.quota}" is used up (${tail})`;
    case 'network':
      return `AWS gave no usable answer to ${action} (${tail})`;
    default:
      return `AWS answered ${action} with ${tail}`;
  }
}
