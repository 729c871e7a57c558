// What the controller may do at the API server, by its settings: the list that the chart grants, that `fairlead doctor` asks
// for, and that the audit log of the end-to-end tests is held against. It grants nothing itself.

/** Where a right is needed. */
export type Where =
  /** In the cluster as a whole: nodes, namespaces. */
  | 'cluster'
  /** Where the Services are: in all namespaces, or in the one that is watched. */
  | 'services'
  /** In the namespace of the Lease. */
  | 'lease';

export interface Right {
  readonly apiGroup: string;
  /** With its subresource: `services/status`. */
  readonly resource: string;
  /** Only these objects; all when left out. */
  readonly names?: readonly string[];
  readonly verbs: readonly string[];
  readonly where: Where;
  /** What it is for, as half a sentence. */
  readonly why: string;
}

/** The settings that decide which rights are needed. */
export interface RightsSettings {
  readonly policy: 'sync' | 'upsert-only' | 'observe-only';
  readonly leaderElect: boolean;
  readonly leaderElectionId: string;
  /** The one namespace whose Services are served; all where undefined. */
  readonly watchNamespace: string | undefined;
}

/** Every right that the controller uses with these settings, and no other. */
export function rightsOf(settings: RightsSettings): readonly Right[] {
  const { policy, leaderElect, leaderElectionId, watchNamespace } = settings;
  const writes = policy !== 'observe-only';
  const lease = {
    apiGroup: 'coordination.k8s.io',
    resource: 'leases',
    where: 'lease',
    why: 'leader election',
  } as const;
  const events = { apiGroup: '', resource: 'events' } as const;
  return [
    {
      apiGroup: '',
      resource: 'services',
      verbs: ['list', 'watch'],
      where: 'services',
      why: 'what load balancers are asked for',
    },
    { apiGroup: '', resource: 'nodes', verbs: ['list', 'watch'], where: 'cluster', why: 'what they send traffic to' },
    {
      apiGroup: '',
      resource: 'namespaces',
      names: ['kube-system'],
      verbs: ['get'],
      where: 'cluster',
      why: 'its UID, the mark of the cluster',
    },
    ...(writes
      ? ([
          {
            apiGroup: '',
            resource: 'services',
            verbs: ['get'],
            where: 'services',
            why: 'a look past all caches before a write',
          },
          {
            apiGroup: '',
            resource: 'services/status',
            verbs: ['patch'],
            where: 'services',
            why: 'address, conditions and finalizer',
          },
          { ...events, verbs: ['create', 'patch'], where: 'services', why: 'telling what happens' },
          { ...events, verbs: ['list', 'watch'], where: 'services', why: 'noticing another service controller' },
        ] as const)
      : []),
    ...(leaderElect
      ? ([
          { ...lease, verbs: ['create'] },
          { ...lease, names: [leaderElectionId], verbs: ['get', 'patch'] },
        ] as const)
      : []),
    // Orphans are told on the Lease, each once. Who may write events everywhere may do so there.
    ...(writes && leaderElect && watchNamespace !== undefined
      ? ([{ ...events, verbs: ['create'], where: 'lease', why: 'telling of orphans' }] as const)
      : []),
  ];
}
