// Services that the playground offers to start from, the plainest first.
import type { Example } from '../../src/provider/operations.ts';

const plain = `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  type: LoadBalancer
  selector:
    app: web
  ports:
    - name: http
      port: 80
      targetPort: 8080
      nodePort: 30080
`;

const internal = `apiVersion: v1
kind: Service
metadata:
  name: ledger
  namespace: shop
  annotations:
    service.beta.kubernetes.io/openstack-internal-load-balancer: "true"
    loadbalancer.openstack.org/timeout-client-data: "300000"
spec:
  type: LoadBalancer
  loadBalancerSourceRanges:
    - 10.0.0.0/8
  selector:
    app: ledger
  ports:
    - name: grpc
      port: 443
      targetPort: 8443
      nodePort: 30443
`;

const proxied = `apiVersion: v1
kind: Service
metadata:
  name: ingress
  namespace: edge
  annotations:
    loadbalancer.openstack.org/proxy-protocol: v2
    loadbalancer.openstack.org/keep-floatingip: "true"
    loadbalancer.openstack.org/enable-health-monitor: "true"
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  healthCheckNodePort: 32000
  selector:
    app: ingress
  ports:
    - name: http
      port: 80
      targetPort: 8080
      nodePort: 30080
    - name: https
      port: 443
      targetPort: 8443
      nodePort: 30443
`;

export const examples: readonly Example[] = [
  { id: 'public', title: 'A floating IP and one port', service: plain },
  { id: 'internal', title: 'Internal, for some networks only', service: internal },
  { id: 'proxy', title: 'PROXY protocol, health checks, an address to keep', service: proxied },
  {
    id: 'change',
    title: 'A change: the PROXY protocol is switched on',
    service: plain.replace(
      '  namespace: shop\n',
      '  namespace: shop\n  annotations:\n    loadbalancer.openstack.org/proxy-protocol: "true"\n',
    ),
    before: plain,
  },
];
