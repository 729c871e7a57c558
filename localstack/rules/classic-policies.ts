// Policies of Classic Load Balancers: what they are, and where they are set. A policy does nothing until it is set on a
// listener (encryption, stickiness) or on an instance port (PROXY protocol).
import { AwsError, type Xml } from '../proxy-answer.ts';
import { integer, type Params, required, structs, text, texts } from '../proxy-query.ts';
import { classicListenerOf, classicOf } from './classic-find.ts';
import type { ClassicListener, ClassicLoadBalancer, ClassicPolicy } from './classic-state.ts';
import type { Cloud } from './cloud.ts';
import { defaultSslPolicy } from './ssl-policies.ts';
import type { State } from './state.ts';

const ssl = 'SSLNegotiationPolicyType';
const reference = 'Reference-Security-Policy';
/** Where a policy of each type can be set. */
const types: Readonly<Record<string, 'listener' | 'backend' | 'nowhere'>> = {
  [ssl]: 'listener',
  AppCookieStickinessPolicyType: 'listener',
  LBCookieStickinessPolicyType: 'listener',
  ProxyProtocolPolicyType: 'backend',
  BackendServerAuthenticationPolicyType: 'backend',
  PublicKeyPolicyType: 'nowhere',
};
/** The security policies that AWS has ready for Classic Load Balancers. */
const predefined = ['2016-08', 'TLS-1-2-2017-01', 'TLS-1-1-2017-01', '2015-05', '2015-03', '2015-02'].map(
  (name) => `ELBSecurityPolicy-${name}`,
);

export function createClassicPolicy(params: Params, _cloud: Cloud, state: State): Xml {
  const loadBalancer = classicOf(params, state);
  const name = required(params, 'PolicyName');
  const type = required(params, 'PolicyTypeName');
  if (!(type in types)) throw new AwsError('PolicyTypeNotFound', `There is no policy type ${type}`);
  const pairs = (structs(params, 'PolicyAttributes') ?? []).map(
    (one) => [text(one, 'AttributeName') ?? '', text(one, 'AttributeValue') ?? ''] as const,
  );
  const policy: ClassicPolicy = { type, attributes: Object.fromEntries(pairs.sort()) };
  checkAttributes(policy);
  const known = loadBalancer.policies[name];
  // The same policy again is no error in AWS.
  if (known && JSON.stringify(known) !== JSON.stringify(policy)) {
    throw new AwsError('DuplicatePolicyName', `Policy ${name} already exists for ${loadBalancer.name}`);
  }
  loadBalancer.policies = { ...loadBalancer.policies, [name]: policy };
  return {};
}

export function deleteClassicPolicy(params: Params, _cloud: Cloud, state: State): Xml {
  const loadBalancer = classicOf(params, state);
  const name = required(params, 'PolicyName');
  const set = [
    ...loadBalancer.listeners.map(({ policies }) => policies),
    ...Object.values(loadBalancer.backendPolicies),
  ];
  if (set.some((names) => names.includes(name))) {
    throw new AwsError('InvalidConfigurationRequest', `The policy ${name} is in use`);
  }
  const { [name]: _gone, ...rest } = loadBalancer.policies;
  loadBalancer.policies = rest;
  return {};
}

export function describeClassicPolicies(params: Params, _cloud: Cloud, state: State): Xml {
  const own = text(params, 'LoadBalancerName') === undefined ? samples() : classicOf(params, state).policies;
  const names = texts(params, 'PolicyNames') ?? [];
  const PolicyDescriptions = (names.length > 0 ? names : Object.keys(own)).map((PolicyName) => {
    const { type, attributes } = found(own, PolicyName);
    const PolicyAttributeDescriptions = Object.entries(attributes).map(([AttributeName, AttributeValue]) => ({
      AttributeName,
      AttributeValue,
    }));
    return { PolicyName, PolicyTypeName: type, PolicyAttributeDescriptions };
  });
  return { PolicyDescriptions };
}

export function setClassicListenerPolicies(params: Params, _cloud: Cloud, state: State): Xml {
  const loadBalancer = classicOf(params, state);
  const listener = classicListenerOf(params, loadBalancer);
  const policies = policiesOf(params, loadBalancer, 'listener');
  const kinds = policies.map((name) => loadBalancer.policies[name]?.type);
  const encrypted = listener.certificate !== undefined;
  if (kinds.some((kind) => (kind === ssl ? !encrypted : !listener.protocol.startsWith('HTTP')))) {
    const reason = `The policies ${policies.join(', ')} cannot be enabled on a ${listener.protocol} listener`;
    throw new AwsError('InvalidConfigurationRequest', reason);
  }
  if (kinds.filter((kind) => kind === ssl).length > 1) {
    throw new AwsError('InvalidConfigurationRequest', 'A listener can have only one SSL negotiation policy');
  }
  loadBalancer.listeners = loadBalancer.listeners.map((other) =>
    other === listener ? { ...listener, policies } : other,
  );
  return {};
}

export function setClassicBackendPolicies(params: Params, _cloud: Cloud, state: State): Xml {
  const loadBalancer = classicOf(params, state);
  const port = integer(params, 'InstancePort', 1, 65535);
  const policies = policiesOf(params, loadBalancer, 'backend');
  const { [String(port)]: _before, ...rest } = loadBalancer.backendPolicies;
  if (policies.length > 0 && !loadBalancer.listeners.some(({ instancePort }) => instancePort === port)) {
    throw new AwsError('InvalidConfigurationRequest', `No listener of ${loadBalancer.name} has instance port ${port}`);
  }
  loadBalancer.backendPolicies = policies.length > 0 ? { ...rest, [String(port)]: policies } : rest;
  return {};
}

/** AWS's own policy is among a load balancer's as soon as one of its listeners has it. */
export function withDefaultPolicy(
  policies: ClassicLoadBalancer['policies'],
  listeners: readonly ClassicListener[],
): ClassicLoadBalancer['policies'] {
  const needed = listeners.some((listener) => listener.policies.includes(defaultSslPolicy));
  return needed ? { [defaultSslPolicy]: sslPolicy(defaultSslPolicy), ...policies } : policies;
}

/** The policies that a request names, checked against what the load balancer has. */
function policiesOf(params: Params, { policies }: ClassicLoadBalancer, place: 'listener' | 'backend'): string[] {
  const names = texts(params, 'PolicyNames') ?? [];
  const wrong = names.find((name) => types[found(policies, name).type] !== place);
  if (wrong !== undefined) throw new AwsError('InvalidConfigurationRequest', `${wrong} cannot be enabled`);
  return names;
}

function found(policies: ClassicLoadBalancer['policies'], name: string): ClassicPolicy {
  const policy = policies[name];
  if (!policy) throw new AwsError('PolicyNotFound', `There is no policy with name ${name}`);
  return policy;
}

function checkAttributes({ type, attributes }: ClassicPolicy): void {
  const base = attributes[reference];
  if (type === ssl && base !== undefined && !predefined.includes(base)) {
    throw new AwsError('InvalidConfigurationRequest', `There is no security policy named ${base}`);
  }
  if (type === 'ProxyProtocolPolicyType' && !/^(true|false)$/.test(attributes.ProxyProtocol ?? '')) {
    throw new AwsError('InvalidConfigurationRequest', 'The attribute ProxyProtocol must be true or false');
  }
}

function sslPolicy(name: string): ClassicPolicy {
  return { type: ssl, attributes: { [reference]: name } };
}

function samples(): ClassicLoadBalancer['policies'] {
  return Object.fromEntries(predefined.map((name) => [name, sslPolicy(name)]));
}
