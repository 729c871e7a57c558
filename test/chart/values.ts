// Sets of values that several tests of the chart use.

/** Switches every template and most fields on. */
export const MUCH = {
  clusterName: 'demo',
  provider: ['aws', 'simulator'],
  claimClassless: false,
  watchNamespace: 'team-a',
  driftInterval: '1h',
  maxLoadBalancersPerNamespace: 20,
  aws: { region: 'eu-west-1', defaultType: 'nlb', allowedLogBuckets: ['acme-logs-*', 'shared'] },
  simulator: { settle: '500ms' },
  replicas: 3,
  image: { registry: 'registry.example.com', digest: `sha256:${'0'.repeat(64)}` },
  imagePullSecrets: [{ name: 'pull' }],
  serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/fairlead' } },
  podAnnotations: { 'example.com/note': 'yes' },
  podLabels: { tier: 'infrastructure' },
  commonLabels: { team: 'net' },
  deploymentAnnotations: { 'example.com/owner': 'net' },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] }] }],
      },
    },
  },
  topologySpreadConstraints: [
    { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' },
  ],
  podDisruptionBudget: { maxUnavailable: '50%' },
  extraEnv: [{ name: 'HTTPS_PROXY', value: 'http://proxy.example.com:3128' }],
  extraEnvFrom: [{ secretRef: { name: 'proxy' } }],
  extraVolumes: [{ name: 'aws', configMap: { name: 'aws-conf' } }],
  extraVolumeMounts: [{ name: 'aws', mountPath: '/etc/fairlead', readOnly: true }],
  extraObjects: [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '{{ .Release.Name }}-extra' }, data: { a: 'b' } },
  ],
  networkPolicy: {
    metricsFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    egress: { enabled: true, extra: [{ ports: [{ port: 3128, protocol: 'TCP' }] }] },
  },
  metrics: {
    service: { annotations: { 'prometheus.io/scrape': 'true' } },
    serviceMonitor: { enabled: true, interval: '30s', labels: { release: 'prometheus' } },
    prometheusRule: { enabled: true, alertLabels: { team: 'net' } },
    dashboard: { enabled: true, annotations: { grafana_folder: 'Network' } },
  },
  admissionPolicy: { action: 'Deny' },
} as const;
