// Plain JSON for the objects that tests put into a cluster. Sends nothing and knows no types of the controller.

/** A node as a kubelet on AWS would register it, ready. `region` defaults to the zone without its last letter. */
export type NodeFields = {
  name: string;
  instanceId: string;
  zone: string;
  region?: string;
  internalIp?: string;
  labels?: Readonly<Record<string, string>>;
};

/** Body for `POST /api/v1/nodes`. */
export function node(fields: NodeFields) {
  const { name, instanceId, zone, region = zone.replace(/[a-z]$/, ''), internalIp, labels } = fields;
  const since = new Date().toISOString();
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/region': region,
        'topology.kubernetes.io/zone': zone,
        ...labels,
      },
    },
    spec: { providerID: `aws:///${zone}/${instanceId}` },
    status: {
      addresses: [
        { type: 'Hostname', address: name },
        ...(internalIp === undefined ? [] : [{ type: 'InternalIP', address: internalIp }]),
      ],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
          lastHeartbeatTime: since,
          lastTransitionTime: since,
        },
      ],
    },
  };
}

/** One port; `name` is needed where there are several. */
export type ServicePort = {
  port: number;
  name?: string;
  protocol?: 'TCP' | 'UDP' | 'SCTP';
  targetPort?: number | string;
  nodePort?: number;
  appProtocol?: string;
};

/** `type` defaults to LoadBalancer, the namespace to `default`, the ports to TCP 80. `spec` is merged over the rest. */
export type ServiceFields = {
  name: string;
  namespace?: string;
  type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
  loadBalancerClass?: string;
  ports?: readonly ServicePort[];
  annotations?: Readonly<Record<string, string>>;
  labels?: Readonly<Record<string, string>>;
  spec?: Readonly<Record<string, unknown>>;
};

/** Body for `POST /api/v1/namespaces/<namespace>/services`. It selects pods labelled `app: <name>`. */
export function service(fields: ServiceFields) {
  const { name, namespace: inNamespace = 'default', type = 'LoadBalancer', loadBalancerClass, ports } = fields;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: inNamespace,
      ...(fields.labels && { labels: fields.labels }),
      ...(fields.annotations && { annotations: fields.annotations }),
    },
    spec: {
      type,
      ...(loadBalancerClass !== undefined && { loadBalancerClass }),
      selector: { app: name },
      ports: ports ?? [{ port: 80, protocol: 'TCP' as const }],
      ...fields.spec,
    },
  };
}

/** Body for `POST /api/v1/namespaces`. */
export function namespace(name: string) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
