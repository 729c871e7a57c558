// What those who run Fairlead on the simulator have to know of it.
import type { Example, Operations } from '../../src/provider/operations.ts';

/** `annotations` are whole lines, indented. */
function service(annotations: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations:
${annotations}spec:
  type: LoadBalancer
  selector:
    app: web
  ports:
    - name: http
      port: 80
      targetPort: 8080
`;
}

const STANDARD = service('    simulator.fairlead.dev/tier: standard\n');

const examples: readonly Example[] = [
  { id: 'standard', title: 'A load balancer', service: STANDARD },
  {
    id: 'internal',
    title: 'Internal: an address inside the network',
    service: service('    simulator.fairlead.dev/internal: "true"\n'),
  },
  {
    id: 'idle-timeout',
    title: 'A longer idle timeout',
    before: STANDARD,
    service: service(
      '    simulator.fairlead.dev/tier: standard\n    simulator.fairlead.dev/idle-timeout-seconds: "300"\n',
    ),
  },
];

export const operations: Operations = {
  title: 'Simulator',
  pretence:
    'The simulator makes no load balancers: its cloud is in the memory of the leader, and its addresses answer nothing.',
  topics: {
    placement: [/^tier$/, /^internal$/],
    connections: [/^idle-/],
    records: [/tags$/],
  },
  examples,
};
