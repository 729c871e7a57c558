{{- /* Written by `npm run docs` from src/kube/rights.ts: change that. */}}

{{- /* The rules for the cluster as a whole. */}}
{{- define "fairlead.clusterRules" -}}
# What they send traffic to.
- apiGroups: [""]
  resources: [nodes]
  verbs: [list, watch]
# Its UID, the mark of the cluster.
- apiGroups: [""]
  resources: [namespaces]
  resourceNames: [kube-system]
  verbs: [get]
{{- end -}}

{{- /* The rules where the Services are. */}}
{{- define "fairlead.servicesRules" -}}
# What load balancers are asked for.
- apiGroups: [""]
  resources: [services]
  verbs: [list, watch]
{{- if .writes }}
# A look past all caches before a write.
- apiGroups: [""]
  resources: [services]
  verbs: [get]
{{- end }}
{{- if .writes }}
# Address, conditions and finalizer.
- apiGroups: [""]
  resources: [services/status]
  verbs: [patch]
{{- end }}
{{- if .writes }}
# Telling what happens.
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- end }}
{{- if .writes }}
# Noticing another service controller.
- apiGroups: [""]
  resources: [events]
  verbs: [list, watch]
{{- end }}
{{- end -}}

{{- /* The rules where the Lease is. */}}
{{- define "fairlead.leaseRules" -}}
{{- if .elects }}
# Leader election.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
{{- end }}
{{- if .elects }}
# Leader election.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ .lease | toYaml }}]
  verbs: [get, patch]
{{- end }}
{{- if and .writes .elects .watches }}
# Telling of orphans.
- apiGroups: [""]
  resources: [events]
  verbs: [create]
{{- end }}
{{- end -}}
