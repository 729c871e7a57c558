// CreateListener, ModifyListener, DescribeListeners and DeleteListener of Network Load Balancers.

import type {
  CreateListenerCommandInput,
  CreateListenerCommandOutput,
  DeleteListenerCommandInput,
  DeleteListenerCommandOutput,
  DescribeListenersCommandInput,
  DescribeListenersCommandOutput,
  ModifyListenerCommandInput,
  ModifyListenerCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Problem } from '../problem.ts';
import { reading, writing } from '../service.ts';
import { withTags } from '../tags.ts';
import type { World } from '../world.ts';
import { invalid, listenerNotFound, loadBalancerNotFound, tagErrors } from './errors.ts';
import { type ListenerSettings, listenerSettings, sdkListener } from './listener-settings.ts';
import { elbPage, refuseEmpty } from './listing.ts';
import { checkLoadBalancerArn, existingLoadBalancer } from './load-balancer.ts';
import type { Listener } from './tables.ts';
import { checkTagsPresent } from './tagging.ts';
import { checkForward, putListener, removeListener } from './target-group-use.ts';

/** One listener a port, whatever the protocol. The same request again answers the listener that is there. */
export const createListener = writing<CreateListenerCommandInput, CreateListenerCommandOutput>(
  'CreateListener',
  ['AlpnPolicy', 'Certificates', 'DefaultActions', 'LoadBalancerArn', 'Port', 'Protocol', 'SslPolicy', 'Tags'],
  (input, { world, now }) => {
    const loadBalancer = existingLoadBalancer(world, input.LoadBalancerArn);
    checkTagsPresent(input.Tags);
    const tags = withTags({}, input.Tags ?? [], world.settings.limits.tags, tagErrors);
    const wanted = listenerSettings(world, loadBalancer, input, undefined);
    checkForward(world, loadBalancer, wanted.protocol, wanted.forward);
    const others = listenersOf(world, loadBalancer.arn);
    const same = others.find(({ port }) => port === wanted.port);
    if (same !== undefined) {
      if (!sameSettings(same, wanted)) throw duplicate();
      return { Listeners: [sdkListener(same)] };
    }
    if (others.length >= world.settings.limits.listenersPerLoadBalancer) {
      throw new Problem('TooManyListeners', 'The maximum number of listeners of a load balancer has been reached');
    }
    const arn = `${loadBalancer.arn.replace(':loadbalancer/', ':listener/')}/${world.ids.next('listener', 16)}`;
    const row: Listener = { ...wanted, arn, loadBalancerArn: loadBalancer.arn, tags };
    putListener(world, now, row);
    return { Listeners: [sdkListener(row)] };
  },
);

/** Changes what is given. From TLS to another protocol, certificate and policies go; the other way they must come. */
export const modifyListener = writing<ModifyListenerCommandInput, ModifyListenerCommandOutput>(
  'ModifyListener',
  ['AlpnPolicy', 'Certificates', 'DefaultActions', 'ListenerArn', 'Port', 'Protocol', 'SslPolicy'],
  (input, { world, now }) => {
    const row = existingListener(world, input.ListenerArn);
    const loadBalancer = existingLoadBalancer(world, row.loadBalancerArn);
    const changed = { ...row, ...listenerSettings(world, loadBalancer, input, row) };
    checkForward(world, loadBalancer, changed.protocol, changed.forward);
    const taken = listenersOf(world, loadBalancer.arn).some(
      ({ arn, port }) => arn !== row.arn && port === changed.port,
    );
    if (taken) throw duplicate();
    putListener(world, now, changed);
    return { Listeners: [sdkListener(changed)] };
  },
);

export const deleteListener = writing<DeleteListenerCommandInput, DeleteListenerCommandOutput>(
  'DeleteListener',
  ['ListenerArn'],
  ({ ListenerArn }, { world, now }) => {
    removeListener(world, now, existingListener(world, ListenerArn));
    return {};
  },
);

export const describeListeners = reading<DescribeListenersCommandInput, DescribeListenersCommandOutput>(
  'DescribeListeners',
  ['LoadBalancerArn', 'ListenerArns', 'Marker', 'PageSize'],
  ({ LoadBalancerArn, ListenerArns: arns, Marker, PageSize }, context) => {
    const { elbv2, settings } = context.world;
    if ((LoadBalancerArn === undefined) === (arns === undefined)) {
      throw invalid('You must specify either listener ARNs or a load balancer ARN');
    }
    refuseEmpty(arns);
    for (const arn of arns ?? []) checkListenerArn(arn);
    const all = context.seen(elbv2.listeners);
    if (LoadBalancerArn !== undefined) {
      checkLoadBalancerArn(LoadBalancerArn);
      if (!context.seen(elbv2.loadBalancers).has(LoadBalancerArn)) throw loadBalancerNotFound();
    }
    if (arns?.some((arn) => !all.has(arn))) throw listenerNotFound();
    const found = new Map(
      [...all].filter(([arn, row]) => arns?.includes(arn) || row.loadBalancerArn === LoadBalancerArn),
    );
    const size = PageSize ?? settings.pageSizes.listeners;
    const { rows, next } = elbPage(found, 'listeners', size, Marker);
    return { Listeners: rows.map(sdkListener), NextMarker: next };
  },
);

function existingListener(world: World, arn: string | undefined): Listener {
  checkListenerArn(arn);
  const row = world.elbv2.listeners.get(arn ?? '');
  if (row === undefined) throw listenerNotFound();
  return row;
}

export function checkListenerArn(arn: string | undefined): void {
  if (!/^arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:listener\/net\/[^/]+\/[0-9a-f]+\/[0-9a-f]+$/.test(arn ?? '')) {
    throw invalid(`'${arn}' is not a valid listener ARN`);
  }
}

function listenersOf(world: World, loadBalancerArn: string): Listener[] {
  return [...world.elbv2.listeners.rows.values()].filter((row) => row.loadBalancerArn === loadBalancerArn);
}

function sameSettings(row: Listener, wanted: ListenerSettings): boolean {
  const settings = ({ port, protocol, certificate, sslPolicy, alpnPolicy, forward }: ListenerSettings) =>
    JSON.stringify([port, protocol, certificate ?? '', sslPolicy ?? '', alpnPolicy ?? '', forward]);
  return settings(row) === settings(wanted);
}

function duplicate(): Problem {
  return new Problem('DuplicateListener', 'A listener already exists on this port for this load balancer');
}
