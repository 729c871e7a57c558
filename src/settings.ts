// The controller's own settings, each a flag and an environment variable. What a cloud needs is in that provider's options.
import { FIRST_PROVIDER, PROVIDER_NAMES } from './provider/registry.ts';
import {
  boolean,
  choice,
  defineSchema,
  duration,
  hostPort,
  integer,
  list,
  option,
  text,
  type Values,
} from './schema/index.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

const filePath = text({ what: 'the path of a file', max: 4096 });
const dnsLabel = '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$';
const providerName = text({
  what: `the name of a provider (${PROVIDER_NAMES.join(', ')})`,
  pattern: dnsLabel,
  max: 63,
});
const namespaceName = text({ what: 'the name of a namespace', pattern: dnsLabel, max: 63 });

export const settings = defineSchema({
  fields: {
    providers: option(list(providerName, { maxItems: 16 }), {
      key: 'provider',
      required: true,
      example: FIRST_PROVIDER,
      doc: 'The provider to serve; repeat the flag (or use commas) for several. The first takes Services without a class.',
      since: '0.1.0',
    }),

    clusterName: option(
      text({
        what: 'a name of letters, digits, dots, hyphens and underscores',
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
        max: 100,
      }),
      {
        key: 'cluster-name',
        required: true,
        example: 'production',
        doc: 'The name of this cluster: the one in the cluster tags and names of what exists in the cloud.',
        since: '0.1.0',
        synonyms: ['KubernetesClusterID', 'cluster-id'],
      },
    ),

    kubeconfig: option(filePath, {
      key: 'kubeconfig',
      defaultText: '`KUBECONFIG`, or the service account of the pod',
      example: '/home/me/.kube/config',
      doc: 'The kubeconfig file to reach the cluster with.',
      since: '0.1.0',
    }),

    context: option(text({ what: 'the name of a context', max: 253 }), {
      key: 'context',
      defaultText: 'the current context of the kubeconfig',
      example: 'production',
      doc: 'The context of the kubeconfig to use.',
      since: '0.1.0',
    }),

    leaderElect: option(boolean(), {
      key: 'leader-elect',
      default: true,
      example: 'true',
      doc: 'Waits to hold a Lease before writing anything, so that several replicas can run. Turn it off for a single process only.',
      since: '0.1.0',
    }),

    leaderElectionNamespace: option(namespaceName, {
      key: 'leader-election-namespace',
      defaultText: 'the namespace of the pod, or `kube-system` outside a cluster',
      example: 'fairlead',
      doc: 'The namespace of the Lease.',
      since: '0.1.0',
    }),

    leaderElectionId: option(
      text({ what: 'the name of a Lease', pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$', max: 253 }),
      {
        key: 'leader-election-id',
        default: 'fairlead',
        example: 'fairlead',
        doc: 'The name of the Lease.',
        since: '0.1.0',
      },
    ),

    workers: option(integer({ min: 1, max: 100 }), {
      key: 'workers',
      default: 5,
      example: '10',
      doc: 'How many Services are worked on at once. One Service is never worked on twice at once.',
      since: '0.1.0',
      synonyms: ['concurrent-service-syncs'],
    }),

    metricsAddress: option(hostPort(), {
      key: 'metrics-address',
      default: { host: '0.0.0.0', port: 9090 },
      example: '127.0.0.1:9090',
      doc: 'Where `/metrics`, `/healthz` and `/readyz` are served.',
      since: '0.1.0',
    }),

    driftIntervalMs: option(duration({ minMs: 0, maxMs: 7 * DAY }), {
      key: 'drift-interval',
      default: 10 * MINUTE,
      example: '1h',
      doc: 'How old the last look at a load balancer may become before it is compared with the cloud again and repaired. `0` turns this off.',
      since: '0.1.0',
    }),

    claimClassless: option(boolean(), {
      key: 'claim-classless',
      default: true,
      example: 'false',
      doc: 'Serves Services without `spec.loadBalancerClass` too, as the official cloud controllers do. Turn it off where another controller does.',
      since: '0.1.0',
    }),

    nodeUnreadyAfterMs: option(duration({ minMs: 0, maxMs: 7 * DAY }), {
      key: 'node-unready-after',
      default: 0,
      example: '5m',
      doc: 'How long a node may be not ready before it gets no more traffic. `0` is never: health checks decide.',
      since: '0.1.0',
    }),

    policy: option(choice(['sync', 'upsert-only', 'observe-only']), {
      key: 'policy',
      default: 'sync',
      example: 'observe-only',
      doc: 'What may be done in the cloud: everything (`sync`), everything but deletes (`upsert-only`), or nothing (`observe-only`).',
      since: '0.1.0',
    }),

    replacementDrainMs: option(duration({ minMs: 0, maxMs: 7 * DAY }), {
      key: 'replacement-drain',
      default: 5 * MINUTE,
      example: '15m',
      doc: 'How long a load balancer that was replaced goes on serving after the Service got the new address. Clients that keep an old address longer than that lose it.',
      since: '0.1.0',
    }),

    maxLoadBalancersPerNamespace: option(integer({ min: 0, max: 100_000 }), {
      key: 'max-load-balancers-per-namespace',
      default: 0,
      example: '20',
      doc: 'How many load balancers the Services of one namespace may have. `0` is no limit. The oldest keep theirs; one that exists is never taken away.',
      since: '0.1.0',
    }),

    orphans: option(choice(['report', 'delete']), {
      key: 'orphans',
      default: 'report',
      example: 'delete',
      doc: 'What to do with cloud objects of Services that are gone without their finalizer: tell of them in a metric, the log and an event on the Lease (`report`), or delete them too, after ten minutes and at most one in twenty at a time (`delete`).',
      since: '0.1.0',
    }),

    foreignAdditions: option(choice(['report', 'ignore']), {
      key: 'foreign-additions',
      default: 'report',
      example: 'ignore',
      doc: 'What others add to our objects (a listener of their own, say) is left as it is. With `report`, a Warning event on the Service says so.',
      since: '0.1.0',
    }),

    watchNamespace: option(namespaceName, {
      key: 'watch-namespace',
      defaultText: 'all namespaces',
      example: 'team-a',
      doc: 'Serves the Services of this namespace only.',
      since: '0.1.0',
    }),

    logLevel: option(choice(['debug', 'info', 'warn', 'error']), {
      key: 'log-level',
      default: 'info',
      example: 'debug',
      doc: 'The least important messages to log.',
      since: '0.1.0',
    }),

    logFormat: option(choice(['json', 'pretty']), {
      key: 'log-format',
      default: 'json',
      example: 'pretty',
      doc: 'One JSON object a line, or lines for people.',
      since: '0.1.0',
    }),

    shutdownTimeoutMs: option(duration({ minMs: SECOND, maxMs: 60 * MINUTE }), {
      key: 'shutdown-timeout',
      default: 25 * SECOND,
      example: '25s',
      doc: 'How long work in progress may take to reach a safe point after a signal to stop. Keep it under the grace period of the pod.',
      since: '0.1.0',
    }),
  },
});

export type Settings = Values<typeof settings>;
