// Services that the playground offers to start from, the plainest first.
import type { Example } from '../../src/provider/operations.ts';

const STEM = 'loadbalancer.openstack.org/';

const HTTP = `    - name: http
      port: 80
      targetPort: 8080
`;
const HTTPS = `    - name: https
      port: 443
      targetPort: 8080
`;

/** `annotations` and `spec` are whole lines, indented. */
function service(annotations: string, { spec = '', ports = HTTP } = {}): string {
  const given = annotations === '' ? '' : `  annotations:\n${annotations}`;
  return `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
${given}spec:
  type: LoadBalancer
${spec}  selector:
    app: web
  ports:
${ports}`;
}

const PUBLIC = service('');
const INTERNAL = '    service.beta.kubernetes.io/openstack-internal-load-balancer: "true"\n';

export const examples: readonly Example[] = [
  { id: 'public', title: 'Public, with a floating IP', service: PUBLIC },
  { id: 'internal', title: 'Internal: no floating IP', service: service(INTERNAL) },
  {
    id: 'tls',
    title: 'TLS ends at the load balancer',
    service: service(
      `    ${STEM}default-tls-container-ref: https://keymanager.example.com/v1/secrets/2f1e0d9c-8b7a-4695-8473-625140312f1e
`,
      { ports: HTTPS },
    ),
  },
  {
    id: 'source-ranges',
    title: 'Only some networks may connect',
    service: service('', { spec: '  loadBalancerSourceRanges:\n    - 192.0.2.0/24\n    - 198.51.100.0/24\n' }),
  },
  {
    id: 'proxy-protocol',
    title: 'PROXY protocol towards the pods',
    service: service(`    ${STEM}proxy-protocol: v2\n`),
  },
  {
    id: 'health-monitor',
    title: 'Health checks with externalTrafficPolicy: Local',
    service: service(`    ${STEM}enable-health-monitor: "true"\n`, { spec: '  externalTrafficPolicy: Local\n' }),
  },
  {
    id: 'public-to-internal',
    title: 'From public to internal',
    before: PUBLIC,
    service: service(INTERNAL),
  },
  {
    id: 'add-a-port',
    title: 'One more port, fewer clients',
    before: PUBLIC,
    service: service('', { spec: '  loadBalancerSourceRanges:\n    - 192.0.2.0/24\n', ports: HTTP + HTTPS }),
  },
];
