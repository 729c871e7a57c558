// Listeners of an NLB: matched by port and protocol, made with a target group each, and removed with it.
import {
  CreateListenerCommand,
  DeleteListenerCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeTargetGroupsCommand,
  type Listener,
  ModifyListenerCommand,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Desk } from './desk.ts';
import { type Behind, makeTargetGroup, updateTargetGroup } from './nlb-targets.ts';
import type { Mapping } from './wishes.ts';

export async function makeListener(
  desk: Desk,
  LoadBalancerArn: string,
  mapping: Mapping,
  behind: Behind,
): Promise<void> {
  const target = await makeTargetGroup(desk, mapping, behind);
  const command = new CreateListenerCommand({
    LoadBalancerArn,
    Port: mapping.port,
    ...settings(mapping, target),
    Tags: behind.tags,
  });
  await desk.write(command, () => desk.clients.elbv2.send(command));
}

/** One that names no policy gets AWS's default. */
function settings({ front, certificate, policy }: Mapping, TargetGroupArn: string) {
  return {
    Protocol: front,
    DefaultActions: [{ Type: 'forward' as const, TargetGroupArn }],
    ...(front === 'TLS' && {
      Certificates: [{ CertificateArn: certificate }],
      ...(policy !== '' && { SslPolicy: policy }),
    }),
  };
}

export async function syncListeners(
  desk: Desk,
  LoadBalancerArn: string,
  mappings: readonly Mapping[],
  behind: Behind,
): Promise<void> {
  const { elbv2 } = desk.clients;
  const { Listeners = [] } = await elbv2.send(new DescribeListenersCommand({ LoadBalancerArn }));
  const { TargetGroups = [] } = await elbv2.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
  for (const mapping of mappings) {
    const listener = Listeners.find(({ Port, Protocol }) => Port === mapping.port && Protocol === mapping.front);
    if (listener) await syncListener(desk, listener, mapping, TargetGroups, behind);
    else await makeListener(desk, LoadBalancerArn, mapping, behind);
  }
  const wanted = new Set(mappings.map(({ port, front }) => `${port} ${front}`));
  for (const listener of Listeners.filter(({ Port, Protocol }) => !wanted.has(`${Port} ${Protocol}`))) {
    const command = new DeleteListenerCommand({ ListenerArn: listener.ListenerArn ?? '' });
    await desk.write(command, () => elbv2.send(command));
    await deleteTargetGroup(desk, targetOf(listener));
  }
}

async function syncListener(
  desk: Desk,
  listener: Listener,
  mapping: Mapping,
  groups: readonly TargetGroup[],
  behind: Behind,
): Promise<void> {
  const { health, front, back, policy, certificate } = mapping;
  const group = groups.find(({ Port }) => Port === mapping.nodePort);
  const isStale =
    group === undefined ||
    group.Protocol !== back ||
    group.HealthCheckProtocol !== health.protocol ||
    group.HealthCheckIntervalSeconds !== health.interval;
  const target = isStale ? await makeTargetGroup(desk, mapping, behind) : (group.TargetGroupArn ?? '');
  // A policy that is not named is taken for a difference every time.
  const unnamed = front === 'TLS' && policy === '' && (listener.SslPolicy ?? '') !== '';
  const otherPolicy = front === 'TLS' && policy !== '' && listener.SslPolicy !== policy;
  const otherCertificate = front === 'TLS' && listener.Certificates?.[0]?.CertificateArn !== certificate;
  if (isStale || unnamed || otherPolicy || otherCertificate) {
    const command = new ModifyListenerCommand({
      ListenerArn: listener.ListenerArn,
      Port: mapping.port,
      ...settings(mapping, target),
    });
    await desk.write(command, () => desk.clients.elbv2.send(command), !isStale && !otherPolicy && !otherCertificate);
  }
  if (isStale) await deleteTargetGroup(desk, targetOf(listener));
  else await updateTargetGroup(desk, group, mapping, behind.instances);
}

function targetOf(listener: Listener): string {
  return listener.DefaultActions?.[0]?.TargetGroupArn ?? '';
}

export async function deleteTargetGroup(desk: Desk, TargetGroupArn: string): Promise<void> {
  const command = new DeleteTargetGroupCommand({ TargetGroupArn });
  await desk.write(command, () => desk.clients.elbv2.send(command));
}
