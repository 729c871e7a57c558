// The values that are about the pods and have no flag. Written by hand.
import type { Section, Value } from './value.ts';
import { flag, free, freeList, strings, text } from './value-schemas.ts';

const pod: readonly Value[] = [
  {
    path: 'replicas',
    doc: 'How many pods. One works, the others wait to take over.',
    type: 'whole number',
    default: 2,
    schema: { type: 'integer', minimum: 0, maximum: 10 },
    alsoKnown: ['replicaCount'],
  },
  {
    path: 'resources',
    doc: 'What a pod asks for and may use. Without a CPU limit on purpose: it would slow a start and the renewal of the Lease, and saves nobody anything.',
    type: 'object',
    default: { requests: { cpu: '50m', memory: '192Mi' }, limits: { memory: '512Mi' } },
    schema: free,
  },
  {
    path: 'priorityClassName',
    doc: 'The priority class of the pods. Empty for none.',
    type: 'text',
    default: 'system-cluster-critical',
    schema: text({ maxLength: 253 }),
  },
  {
    path: 'terminationGracePeriodSeconds',
    doc: 'How long a pod may take to stop. The controller is told to reach a safe point five seconds before that.',
    type: 'whole number',
    default: 30,
    schema: { type: 'integer', minimum: 10, maximum: 3600 },
    alsoKnown: ['shutdownTimeout'],
  },
  {
    path: 'topologySpreadConstraints',
    doc: 'How pods are spread; a list takes the place of the default, `[]` is none. A `labelSelector` that is left out is filled in.',
    type: 'list of objects',
    default: null,
    defaultText:
      'over zones and nodes where that can be done (`ScheduleAnyway`): two pods in one place are better than one that waits for a second zone',
    schema: freeList,
    alsoKnown: ['topologySpread'],
  },
  { path: 'nodeSelector', doc: 'Labels of the nodes to run on.', type: 'object', default: {}, schema: strings },
  {
    path: 'tolerations',
    doc: 'Taints of nodes that do not matter.',
    type: 'list of objects',
    default: [],
    schema: freeList,
  },
  {
    path: 'affinity',
    doc: 'Affinities to nodes and pods. Those to nodes are for the pod of `helm test` too.',
    type: 'object',
    default: {},
    schema: free,
  },
  {
    path: 'podDisruptionBudget.enabled',
    doc: 'Whether a drain of nodes may take one pod at a time only. Made with two replicas or more.',
    type: 'true or false',
    default: true,
    schema: flag,
    alsoKnown: ['pdb'],
  },
  {
    path: 'podDisruptionBudget.maxUnavailable',
    doc: 'How many pods may be missing: a number, or a percentage. None at all would block every drain, so that is refused.',
    type: 'whole number or percentage',
    default: 1,
    schema: { type: ['integer', 'string'], minimum: 1, pattern: '^[1-9][0-9]?%$|^100%$' },
  },
  { path: 'podAnnotations', doc: 'Annotations of the pods.', type: 'object', default: {}, schema: strings },
  {
    path: 'podLabels',
    doc: 'Labels of the pods, before `commonLabels`.',
    type: 'object',
    default: {},
    schema: strings,
  },
  {
    path: 'deploymentAnnotations',
    doc: 'Annotations of the Deployment.',
    type: 'object',
    default: {},
    schema: strings,
    alsoKnown: ['annotations'],
  },
  {
    path: 'extraEnv',
    doc: 'More environment variables, as a container has them. None that start with `FAIRLEAD_`: these are values of this chart.',
    type: 'list of objects',
    default: [],
    // The API server takes text alone, and says so in words that name no value of the chart.
    schema: {
      type: ['array', 'null'],
      items: { type: 'object', required: ['name'], properties: { value: { type: ['string', 'null'] } } },
    },
    alsoKnown: ['env'],
  },
  {
    path: 'extraEnvFrom',
    doc: 'ConfigMaps and Secrets to take environment variables from, as a container names them.',
    type: 'list of objects',
    default: [],
    schema: freeList,
    alsoKnown: ['envFrom'],
  },
  {
    path: 'extraVolumes',
    doc: 'More volumes of the pod.',
    type: 'list of objects',
    default: [],
    schema: freeList,
    alsoKnown: ['volumes', 'additionalVolumes'],
  },
  {
    path: 'extraVolumeMounts',
    doc: 'Where the container has them. Its own file system stays read-only, and the controller reads below `/etc` and `/var/run/secrets` only.',
    type: 'list of objects',
    default: [],
    schema: freeList,
    alsoKnown: ['volumeMounts'],
  },
];

export const podSection: Section = {
  title: 'Pods',
  doc: 'The security context has no values: it is as tight as it can be.',
  values: pod,
};
