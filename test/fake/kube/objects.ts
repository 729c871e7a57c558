// Objects for tests, as a user would write them.

import type { Json } from './json.ts';

/** A Service of type LoadBalancer with one TCP port, in `default`. `more` is merged over its parts. */
export function loadBalancer(name: string, more: { metadata?: Json; spec?: Json } = {}): Json {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default', ...more.metadata },
    spec: { type: 'LoadBalancer', selector: { app: name }, ports: [{ name: 'http', port: 80 }], ...more.spec },
  };
}

/** A ready node of AWS; the instance's id is made of its name. */
export function node(name: string, more: { metadata?: Json; spec?: Json; status?: Json } = {}): Json {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, ...more.metadata },
    spec: { providerID: `aws:///us-east-1a/i-${name}`, ...more.spec },
    status: {
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
      conditions: [
        { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: '2026-01-01T00:00:00Z' },
      ],
      ...more.status,
    },
  };
}
