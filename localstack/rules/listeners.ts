// Creating, changing, deleting and describing listeners of Network Load Balancers.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { integer, oneOf, type Params, text, texts } from '../proxy-query.ts';
import type { Cloud } from './cloud.ts';
import { listenerOf, loadBalancerOf } from './find.ts';
import { describedForwards, forwardsOf } from './forwards.ts';
import { newListenerAttributes } from './listener-attributes.ts';
import { describedTls, tlsOf } from './listener-tls.ts';
import { page } from './paging.ts';
import { type Listener, listenersOf, type State } from './state.ts';
import { tagsOf } from './tags.ts';

const protocols = ['TCP', 'TLS', 'UDP', 'TCP_UDP'] as const;
const mostNamed = 20;

export async function createListener(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const loadBalancer = loadBalancerOf(params, state);
  if (loadBalancer.type !== 'network') {
    throw new AwsError('InvalidConfigurationRequest', 'The emulator knows listeners of network load balancers only');
  }
  const protocol = oneOf(params, 'Protocol', protocols);
  const port = integer(params, 'Port', 1, 65535);
  if (!protocol) throw new AwsError('ValidationError', 'A listener protocol must be specified');
  if (port === undefined) throw new AwsError('ValidationError', 'A listener port must be specified');
  const forwards = forwardsOf(params, state, loadBalancer, protocol) ?? [];
  if (forwards.length === 0) throw new AwsError('ValidationError', 'A default action must be specified');
  const tls = await tlsOf(params, cloud, protocol, undefined);
  const tags = tagsOf(params);

  // One listener a port, whatever the protocol: TCP and UDP on one port need TCP_UDP.
  const others = listenersOf(state, loadBalancer.arn);
  const namesake = others.find((other) => other.port === port);
  if (namesake) {
    const settings = ({ protocol, forwards, tls }: Pick<Listener, 'protocol' | 'forwards' | 'tls'>) =>
      JSON.stringify([protocol, forwards, tls?.certificateArn, tls?.policy, tls?.alpn]);
    if (settings(namesake) === settings({ protocol, forwards, ...(tls ? { tls } : {}) })) {
      return { Listeners: [described(namesake)] };
    }
    const reason = `A listener already exists on this port for this load balancer '${loadBalancer.arn}'`;
    throw new AwsError('DuplicateListener', reason);
  }
  if (others.length >= cloud.settings.quotas.listenersPerLoadBalancer) {
    throw new AwsError('TooManyListeners', 'The maximum number of listeners of the load balancer has been reached');
  }
  const { arn } = cloud.newArn(loadBalancer.arn.split(':').at(-1)!.replace('loadbalancer', 'listener'));
  const listener: Listener = {
    ...{ seq: cloud.nextSeq(), arn, loadBalancerArn: loadBalancer.arn, port, protocol, forwards, tags },
    ...(tls ? { tls } : {}),
    extraCertificates: [],
    attributes: newListenerAttributes(protocol),
  };
  state.listeners.set(arn, listener);
  return { Listeners: [described(listener)] };
}

export async function modifyListener(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const listener = listenerOf(params, state);
  const loadBalancer = state.loadBalancers.get(listener.loadBalancerArn)!;
  const protocol = oneOf(params, 'Protocol', protocols) ?? listener.protocol;
  const port = integer(params, 'Port', 1, 65535) ?? listener.port;
  const taken = listenersOf(state, loadBalancer.arn).some((other) => other.port === port && other !== listener);
  if (taken) throw new AwsError('DuplicateListener', `Listener port '${port}' is already in use`);
  const forwards = forwardsOf(params, state, loadBalancer, protocol, listener.forwards) ?? listener.forwards;
  const tls = await tlsOf(params, cloud, protocol, listener.tls);

  if (protocol !== listener.protocol) listener.attributes = newListenerAttributes(protocol);
  listener.port = port;
  listener.protocol = protocol;
  listener.forwards = forwards;
  if (tls) listener.tls = tls;
  else {
    delete listener.tls;
    listener.extraCertificates = [];
  }
  return { Listeners: [described(listener)] };
}

export function deleteListener(params: Params, _cloud: Cloud, state: State): Xml {
  state.listeners.delete(listenerOf(params, state).arn);
  return {};
}

export function describeListeners(params: Params, _cloud: Cloud, state: State): Xml {
  const arns = texts(params, 'ListenerArns') ?? [];
  if ((text(params, 'LoadBalancerArn') === undefined) === (arns.length === 0)) {
    throw new AwsError('ValidationError', 'You must specify either listener ARNs or a load balancer ARN');
  }
  if (arns.length > mostNamed) {
    throw new AwsError('ValidationError', `The number of listeners must not exceed '${mostNamed}'`);
  }
  if (arns.length === 0) {
    const { items, NextMarker } = page(params, listenersOf(state, loadBalancerOf(params, state).arn));
    return { Listeners: items.map(described), NextMarker };
  }
  return { Listeners: arns.map((ListenerArn) => described(listenerOf({ ListenerArn }, state))) };
}

/** A listener of a Network Load Balancer has one rule, its default action. */
export function describeRules(params: Params, _cloud: Cloud, state: State): Xml {
  const { arn, forwards } = listenerOf(params, state);
  const RuleArn = `${arn.replace(':listener/', ':listener-rule/')}/${arn.split('/').at(-1)}`;
  return { Rules: [{ RuleArn, Priority: 'default', IsDefault: true, Actions: describedForwards(forwards) }] };
}

function described(listener: Listener): Xml {
  return {
    ...{ ListenerArn: listener.arn, LoadBalancerArn: listener.loadBalancerArn },
    ...{ Port: listener.port, Protocol: listener.protocol },
    DefaultActions: describedForwards(listener.forwards),
    ...describedTls(listener.tls),
  };
}
