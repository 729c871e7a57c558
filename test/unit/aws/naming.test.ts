import { describe, expect, it } from 'vitest';
import {
  classicGroupName,
  isPortObjectName,
  loadBalancerName,
  loadBalancerOfGroup,
  ruleDescription,
  ruleUse,
  securityGroupName,
  targetGroupName,
  uidOfLoadBalancer,
} from '../../../providers/aws/naming.ts';
import { BALANCER, OWNER, UID } from './stage.ts';

const GROUP = {
  clusterName: 'prod',
  owner: { namespace: 'shop', name: 'web' },
  servicePort: 80,
  nodePort: 30080,
  protocol: 'TCP',
  healthCheckProtocol: 'TCP',
  healthCheckIntervalSeconds: 30,
};

describe('loadBalancerName', () => {
  it('is a letter and the UID without dashes, cut to 32 characters', () => {
    expect(loadBalancerName(UID)).toBe('a8a0b1c2d3e4f406182738495a6b7c8d');
    expect(loadBalancerName(UID)).toHaveLength(32);
    expect(loadBalancerName(UID, 'b')).toBe('b8a0b1c2d3e4f406182738495a6b7c8d');
  });

  it('leads back to the UID', () => {
    expect(uidOfLoadBalancer(BALANCER)).toBe('8a0b1c2d3e4f406182738495a6b7c8d');
    expect(UID.replaceAll('-', '').startsWith(uidOfLoadBalancer(BALANCER) ?? 'none')).toBe(true);
  });

  it.each(['web', `A${BALANCER.slice(1)}`, `${BALANCER}0`, BALANCER.slice(1), `a${'g'.repeat(31)}`, ''])(
    'takes %j for a name of another shape',
    (name) => {
      expect(uidOfLoadBalancer(name)).toBeUndefined();
    },
  );
});

describe('targetGroupName', () => {
  it('is what the official controller expects in its own test', () => {
    const owner = { namespace: 'default', name: 'service-a' };
    const name = targetGroupName({
      clusterName: 'cluster-a',
      owner,
      servicePort: 80,
      nodePort: 8080,
      protocol: 'TCP',
      healthCheckProtocol: '',
      healthCheckIntervalSeconds: 0,
    });
    expect(name).toBe('k8s-default-servicea-7fa2e07508');
  });

  // The hashes are those of sha1sum over the concatenated parts.
  it.each([
    [{}, 'k8s-shop-web-95a96d9808'],
    [
      { servicePort: 443, nodePort: 31443, healthCheckProtocol: 'HTTP', healthCheckIntervalSeconds: 10 },
      'k8s-shop-web-fcf006ed9d',
    ],
    [
      {
        owner: { namespace: 'my-namespace', name: 'my-service-name' },
        servicePort: 53,
        nodePort: 32053,
        protocol: 'TCP_UDP',
      },
      'k8s-mynamesp-myservic-86d80b3aed',
    ],
  ])('%j gives %s', (change, name) => {
    expect(targetGroupName({ ...GROUP, ...change })).toBe(name);
  });

  it.each([
    { clusterName: 'prod2' },
    { owner: { namespace: 'shop', name: 'web2' } },
    { servicePort: 81 },
    { nodePort: 30081 },
    { protocol: 'TLS' },
    { healthCheckProtocol: 'HTTP' },
    { healthCheckIntervalSeconds: 10 },
  ])('changes with %j, which no live group can change', (change) => {
    expect(targetGroupName({ ...GROUP, ...change })).not.toBe(targetGroupName(GROUP));
  });
});

describe('securityGroupName', () => {
  it('ends in the beginning of the SHA-256 of cluster, name, namespace and UID', () => {
    // printf kuberneteswebshop8a0b1c2d-3e4f-4061-8273-8495a6b7c8d9 | sha256sum
    expect(securityGroupName('kubernetes', OWNER)).toBe('k8s-shop-web-a5e59d15a1');
  });
});

describe('isPortObjectName', () => {
  it.each([
    ['k8s-shop-web-95a96d9808', true],
    ['k8s-mynamesp-myservic-86d80b3aed', true],
    ['k8s-shop-web-95a96d980', false],
    ['k8s-shop-web-95a96d980g', false],
    ['k8s-shop-longername-95a96d9808', false],
    ['k8s--web-95a96d9808', false],
    ['k8s-elb-a8a0b1c2d3e4f406182738495a6b7c8d', false],
  ])('%s: %s', (name, is) => {
    expect(isPortObjectName(name)).toBe(is);
  });
});

describe('classicGroupName', () => {
  it('holds the load balancer’s name, and gives it back', () => {
    expect(classicGroupName(BALANCER)).toBe(`k8s-elb-${BALANCER}`);
    expect(loadBalancerOfGroup(`k8s-elb-${BALANCER}`)).toBe(BALANCER);
  });

  it.each([
    BALANCER,
    'k8s-elb-',
    'k8s-elb-my-load-balancer',
    `k8s-elb-${BALANCER}0`,
    `x-k8s-elb-${BALANCER}`,
    'k8s-shop-web-95a96d9808',
  ])('%s is not of its shape', (name) => {
    expect(loadBalancerOfGroup(name)).toBeUndefined();
  });
});

describe('rule descriptions', () => {
  it.each([
    [{ use: 'client', loadBalancer: BALANCER }, `kubernetes.io/rule/nlb/client=${BALANCER}`],
    [{ use: 'health', loadBalancer: BALANCER }, `kubernetes.io/rule/nlb/health=${BALANCER}`],
    [{ use: 'elb', loadBalancer: BALANCER }, `kubernetes.io/rule/elb/client=${BALANCER}`],
    [{ use: 'mtu' }, 'kubernetes.io/rule/nlb/mtu'],
  ] as const)('%j is %s, and back', (use, text) => {
    expect(ruleDescription(use)).toBe(text);
    expect(ruleUse(text)).toEqual(use);
  });

  it.each([
    undefined,
    '',
    'ssh',
    'kubernetes.io/rule/nlb/client',
    'kubernetes.io/rule/nlb/client=my-load-balancer',
    `kubernetes.io/rule/nlb/other=${BALANCER}`,
    `kubernetes.io/rule/elb/health=${BALANCER}`,
    `kubernetes.io/rule/nlb/mtu=${BALANCER}`,
    `kubernetes.io/rule/nlb/client=${BALANCER}=x`,
    `x kubernetes.io/rule/nlb/client=${BALANCER}`,
  ])('%j is somebody else’s', (text) => {
    expect(ruleUse(text)).toBeUndefined();
  });
});
