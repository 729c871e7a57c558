import { LoadBalancerNotFoundException } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { explain, isAws } from '../../../providers/aws/errors.ts';
import { FairleadError } from '../../../src/engine/errors.ts';

function sdkError(name: string, status?: number, message = 'said AWS', headers: Record<string, string> = {}) {
  return Object.assign(new Error(message), {
    name,
    $metadata: { requestId: 'r-1', ...(status === undefined ? {} : { httpStatusCode: status }) },
    $response: { headers },
  });
}

describe('explain', () => {
  it.each([
    ['Throttling', 400, 'throttled'],
    ['ThrottlingException', 400, 'throttled'],
    ['RequestLimitExceeded', 503, 'throttled'],
    ['AccessDenied', 403, 'denied'],
    ['AccessDeniedException', 403, 'denied'],
    ['UnauthorizedOperation', 403, 'denied'],
    ['ExpiredToken', 403, 'denied'],
    ['ExpiredTokenException', 403, 'denied'],
    ['CredentialsProviderError', undefined, 'denied'],
    ['TooManyLoadBalancersException', 400, 'quota'],
    ['TooManyTargetGroupsException', 400, 'quota'],
    ['RulesPerSecurityGroupLimitExceeded', 400, 'quota'],
    ['SubnetNotFoundException', 400, 'not-found'],
    ['CertificateNotFoundException', 400, 'not-found'],
    ['DuplicateLoadBalancerNameException', 400, 'conflict'],
    ['DuplicateListenerException', 400, 'conflict'],
    ['TargetGroupNotFoundException', 400, 'conflict'],
    ['InvalidGroup.NotFound', 400, 'conflict'],
    ['InvalidPermission.Duplicate', 400, 'conflict'],
    ['AccessPointNotFoundException', 400, 'conflict'],
    ['DuplicateAccessPointNameException', 400, 'conflict'],
    ['DuplicatePolicyNameException', 400, 'conflict'],
    ['InvalidEndPointException', 400, 'conflict'],
    ['PolicyNotFoundException', 400, 'conflict'],
    ['TooManyAccessPointsException', 400, 'quota'],
    ['TooManyPoliciesException', 400, 'quota'],
    ['DependencyThrottleException', 400, 'throttled'],
    ['PolicyTypeNotFoundException', 400, 'rejected'],
    ['LoadBalancerAttributeNotFoundException', 400, 'rejected'],
    ['ResourceInUseException', 400, 'in-use'],
    ['DependencyViolation', 400, 'in-use'],
    ['InvalidConfigurationRequestException', 400, 'rejected'],
    ['ValidationError', 400, 'rejected'],
    ['NobodyKnowsThisOne', 400, 'rejected'],
    ['NobodyKnowsThisOne', 403, 'denied'],
    ['NobodyKnowsThisOne', 429, 'throttled'],
    ['NobodyKnowsThisOne', 500, 'unavailable'],
    ['InternalFailure', 500, 'unavailable'],
    ['ServiceUnavailable', 503, 'unavailable'],
    ['TimeoutError', undefined, 'network'],
    ['Error', undefined, 'network'],
    ['SyntaxError', 200, 'network'],
  ])('%s with status %s is %s', (name, status, code) => {
    expect(explain(sdkError(name, status), 'ec2:DescribeSubnets').code).toBe(code);
  });

  it('keeps AWS’s code, the request id and the cause', () => {
    const cause = sdkError('TooManyTargetsException', 400);
    const error = explain(cause, 'elasticloadbalancing:RegisterTargets');
    expect(error).toMatchObject({ cloudCode: 'TooManyTargets', requestId: 'r-1', cause });
    expect(error.message).toContain('"Targets per Network Load Balancer"');
  });

  it('does not read the message', () => {
    expect(explain(sdkError('ValidationError', 400, 'Rate exceeded; not found; AccessDenied'), 'x:Y').code).toBe(
      'rejected',
    );
  });

  it('tells deletion protection from other refusals of the same code by the operation', () => {
    const thrown = sdkError('OperationNotPermittedException', 400);
    expect(explain(thrown, 'elasticloadbalancing:DeleteLoadBalancer').code).toBe('deletion-protected');
    expect(explain(thrown, 'elasticloadbalancing:CreateLoadBalancer').code).toBe('rejected');
  });

  it('names the permission that is missing, and cuts AWS’s encoded text', () => {
    const { message } = explain(sdkError('UnauthorizedOperation', 403, 'x'.repeat(5000)), 'ec2:DescribeSubnets');
    expect(message).toMatch(/^AWS denies ec2:DescribeSubnets/);
    expect(message.length).toBeLessThan(400);
  });

  it('lets no line break of AWS into an event', () => {
    expect(explain(sdkError('ValidationError', 400, 'a\nb'), 'x:Y').message).not.toContain('\n');
  });

  it('honours Retry-After', () => {
    expect(explain(sdkError('Throttling', 400, '', { 'retry-after': '7' }), 'x:Y').retryAfterMs).toBe(7000);
    expect(explain(sdkError('Throttling', 400), 'x:Y').retryAfterMs).toBeUndefined();
  });

  it('passes on what is explained already', () => {
    const error = new FairleadError('fenced', 'no');
    expect(explain(error, 'x:Y')).toBe(error);
  });

  it.each(['text', undefined, null, 7])('makes an error of %j', (thrown) => {
    expect(explain(thrown, 'x:Y').code).toBe('network');
  });

  it('knows the SDK’s own classes', () => {
    const thrown = new LoadBalancerNotFoundException({ message: 'gone', $metadata: {} });
    const error = explain(thrown, 'elasticloadbalancing:DescribeLoadBalancers');
    expect(isAws(error, 'LoadBalancerNotFound')).toBe(true);
    expect(isAws(error, 'TargetGroupNotFound')).toBe(false);
    expect(isAws(thrown, 'LoadBalancerNotFound')).toBe(false);
  });
});
