// What the playground offers to start from on AWS: one Service for each common need, and changes from one version to the next.
import type { Example } from '../../src/provider/operations.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';

const PLAIN_PORT = `    - name: http
      port: 80
      targetPort: 8080
`;
const TLS_PORT = `    - name: https
      port: 443
      targetPort: 8080
`;
const CERTIFICATE = `    ${STEM}ssl-cert: arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012
`;

/** `annotations` and `spec` are whole lines, indented. */
function service(annotations: string, { spec = '', ports = PLAIN_PORT } = {}): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations:
    ${STEM}type: nlb
${annotations}spec:
  type: LoadBalancer
${spec}  selector:
    app: web
  ports:
${ports}`;
}

const PUBLIC = service('');

export const examples: readonly Example[] = [
  { id: 'public', title: 'Public Network Load Balancer', service: PUBLIC },
  {
    id: 'internal',
    title: 'Internal: private addresses only',
    service: service(`    ${STEM}internal: "true"\n`),
  },
  {
    id: 'tls',
    title: 'TLS ends at the load balancer',
    service: service(
      `${CERTIFICATE}    ${STEM}ssl-ports: https
    ${STEM}ssl-negotiation-policy: ELBSecurityPolicy-TLS13-1-2-2021-06
`,
      { ports: TLS_PORT },
    ),
  },
  {
    id: 'access-logs',
    title: 'Access logs in a bucket',
    service: service(
      `    # A Network Load Balancer logs TLS listeners only.
${CERTIFICATE}    ${STEM}access-log-enabled: "true"
    ${STEM}access-log-s3-bucket-name: demo-logs
    ${STEM}access-log-s3-bucket-prefix: web
`,
      { ports: TLS_PORT },
    ),
  },
  {
    id: 'source-ranges',
    title: 'Only some networks may connect',
    service: service('', { spec: '  loadBalancerSourceRanges:\n    - 192.0.2.0/24\n    - 198.51.100.0/24\n' }),
  },
  {
    id: 'static-addresses',
    title: 'Static addresses',
    service: service(`    # One Elastic IP address for each subnet, in their order.
    ${STEM}subnets: subnet-0123456789abcdef0,subnet-0123456789abcdef1
    ${STEM}eip-allocations: eipalloc-0123456789abcdef0,eipalloc-0123456789abcdef1
`),
  },
  {
    id: 'local',
    title: 'externalTrafficPolicy: Local',
    service: service('', { spec: '  externalTrafficPolicy: Local\n' }),
  },
  {
    id: 'public-to-internal',
    title: 'From public to internal',
    before: PUBLIC,
    service: service(`    ${STEM}internal: "true"
    # Another scheme takes another load balancer. Take this away to see the change blocked.
    fairlead.dev/allow-replacement: "true"
`),
  },
  {
    id: 'add-a-port',
    title: 'One more port, fewer clients',
    before: PUBLIC,
    service: service('', {
      spec: '  loadBalancerSourceRanges:\n    - 192.0.2.0/24\n',
      ports: PLAIN_PORT + TLS_PORT,
    }),
  },
];
