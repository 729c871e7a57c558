// Policies of a Classic Load Balancer by cloud-provider-aws: the PROXY header on instance ports, TLS on listeners.
import {
  CreateLoadBalancerPolicyCommand,
  DescribeLoadBalancerPoliciesCommand,
  type LoadBalancerDescription,
  SetLoadBalancerPoliciesForBackendServerCommand,
  SetLoadBalancerPoliciesOfListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import type { Service } from '../../src/kube/types.ts';
import { type Desk, isError, unlessMissing } from './desk.ts';
import { PROXY_POLICY, sslPolicyNameOf } from './names.ts';
import { annotationOf, portsOf } from './wishes.ts';

/** The policy is made at every sync; AWS does not mind one that is there. */
export async function syncProxyPolicy(desk: Desk, service: Service, there: LoadBalancerDescription): Promise<void> {
  const { elb } = desk.clients;
  const text = annotationOf(service, 'proxy-protocol') ?? '';
  if (text !== '' && text !== '*') throw new Error('proxy-protocol supports * only');
  const on = text === '*';
  const LoadBalancerName = there.LoadBalancerName ?? '';
  if (on) {
    const isThere = there.Policies?.OtherPolicies?.includes(PROXY_POLICY) === true;
    const create = new CreateLoadBalancerPolicyCommand({
      LoadBalancerName,
      PolicyName: PROXY_POLICY,
      PolicyTypeName: 'ProxyProtocolPolicyType',
      PolicyAttributes: [{ AttributeName: 'ProxyProtocol', AttributeValue: 'true' }],
    });
    await desk.write(create, () => elb.send(create).catch(unlessDuplicate), isThere);
  }
  const has = new Map(
    (there.BackendServerDescriptions ?? []).map(({ InstancePort, PolicyNames = [] }) => [
      InstancePort,
      PolicyNames.includes(PROXY_POLICY),
    ]),
  );
  const wanted = new Set(portsOf(service).map(({ nodePort }) => nodePort));
  const set = async (InstancePort: number, PolicyNames: string[]) => {
    const command = new SetLoadBalancerPoliciesForBackendServerCommand({ LoadBalancerName, InstancePort, PolicyNames });
    await desk.write(command, () => elb.send(command));
  };
  for (const port of wanted) if ((has.get(port) ?? false) !== on) await set(port, on ? [PROXY_POLICY] : []);
  // Entries of ports that have no listener any more are emptied.
  for (const port of has.keys()) if (port !== undefined && !wanted.has(port)) await set(port, []);
}

function unlessDuplicate(error: unknown): void {
  if (!isError(error, 'DuplicatePolicyName')) throw error;
}

/** Without the annotation nothing is done: the last policy stays. With it, it is set again at every sync. */
export async function syncSslPolicy(desk: Desk, service: Service, there: LoadBalancerDescription): Promise<void> {
  const { elb } = desk.clients;
  const reference = annotationOf(service, 'ssl-negotiation-policy');
  if (reference === undefined) return;
  const PolicyName = sslPolicyNameOf(reference);
  const LoadBalancerName = there.LoadBalancerName ?? '';
  const find = new DescribeLoadBalancerPoliciesCommand({ LoadBalancerName, PolicyNames: [PolicyName] });
  const found = await unlessMissing(elb.send(find), 'PolicyNotFound');
  if (!found?.PolicyDescriptions?.length) {
    const create = new CreateLoadBalancerPolicyCommand({
      LoadBalancerName,
      PolicyName,
      PolicyTypeName: 'SSLNegotiationPolicyType',
      PolicyAttributes: [{ AttributeName: 'Reference-Security-Policy', AttributeValue: reference }],
    });
    await desk.write(create, () => elb.send(create));
  }
  for (const { Listener, PolicyNames = [] } of there.ListenerDescriptions ?? []) {
    if (!['SSL', 'HTTPS'].includes(Listener?.Protocol?.toUpperCase() ?? '')) continue;
    const command = new SetLoadBalancerPoliciesOfListenerCommand({
      LoadBalancerName,
      LoadBalancerPort: Listener?.LoadBalancerPort ?? 0,
      PolicyNames: [PolicyName],
    });
    await desk.write(command, () => elb.send(command), PolicyNames.join() === PolicyName);
  }
}
