// CreateLoadBalancerListeners, DeleteLoadBalancerListeners and SetLoadBalancerListenerSSLCertificate.

import type {
  CreateLoadBalancerListenersCommandInput,
  CreateLoadBalancerListenersCommandOutput,
  DeleteLoadBalancerListenersCommandInput,
  DeleteLoadBalancerListenersCommandOutput,
  SetLoadBalancerListenerSSLCertificateCommandInput,
  SetLoadBalancerListenerSSLCertificateCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing';
import { writing } from '../service.ts';
import { invalid, invalidConfiguration, listenerNotFound } from './errors.ts';
import { existingCertificate, isSecure, withListeners } from './listener-settings.ts';
import { existingLoadBalancer } from './load-balancer.ts';

/** All listeners of the call, or none. */
export const createListeners = writing<
  CreateLoadBalancerListenersCommandInput,
  CreateLoadBalancerListenersCommandOutput
>('CreateLoadBalancerListeners', ['LoadBalancerName', 'Listeners'], ({ LoadBalancerName, Listeners }, { world }) => {
  const row = existingLoadBalancer(world, LoadBalancerName);
  world.elb.loadBalancers.put(row.name, { ...row, ...withListeners(world, row, Listeners!) });
  return {};
});

/** Ports without a listener are no error. The last listener can go, too; policies stay. */
export const deleteListeners = writing<
  DeleteLoadBalancerListenersCommandInput,
  DeleteLoadBalancerListenersCommandOutput
>(
  'DeleteLoadBalancerListeners',
  ['LoadBalancerName', 'LoadBalancerPorts'],
  ({ LoadBalancerName, LoadBalancerPorts: ports }, { world }) => {
    const row = existingLoadBalancer(world, LoadBalancerName);
    if (ports!.length === 0) throw invalid('LoadBalancerPorts cannot be empty');
    const left = Object.entries(row.listeners).filter(([, { port }]) => !ports!.includes(port));
    world.elb.loadBalancers.put(row.name, { ...row, listeners: Object.fromEntries(left) });
    return {};
  },
);

export const setListenerCertificate = writing<
  SetLoadBalancerListenerSSLCertificateCommandInput,
  SetLoadBalancerListenerSSLCertificateCommandOutput
>(
  'SetLoadBalancerListenerSSLCertificate',
  ['LoadBalancerName', 'LoadBalancerPort', 'SSLCertificateId'],
  ({ LoadBalancerName, LoadBalancerPort: port, SSLCertificateId }, { world }) => {
    const row = existingLoadBalancer(world, LoadBalancerName);
    const listener = row.listeners[port!];
    if (listener === undefined) throw listenerNotFound(row.name, port);
    if (!isSecure(listener.protocol)) {
      throw invalidConfiguration(`The listener on port ${port} has the protocol ${listener.protocol}`);
    }
    const certificate = existingCertificate(world, SSLCertificateId!);
    const listeners = { ...row.listeners, [listener.port]: { ...listener, certificate } };
    world.elb.loadBalancers.put(row.name, { ...row, listeners });
    return {};
  },
);
