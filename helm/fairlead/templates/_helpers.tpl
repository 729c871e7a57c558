{{- /* Names, labels and what several templates share. */}}

{{- define "fairlead.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 53 | trimSuffix "-" -}}
{{- end -}}

{{- /* At most 53 characters, so that what is added to it fits into a label; no dots, which a Service cannot have. */}}
{{- define "fairlead.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else -}}
{{- $name := include "fairlead.name" . -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | replace "." "-" | trunc 53 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* Of objects that are in no namespace: releases of one name in several namespaces must not meet there. */}}
{{- define "fairlead.clusterWideName" -}}
{{- $name := include "fairlead.fullname" . -}}
{{- ternary $name (printf "%s.%s" $name .Release.Namespace) (eq $name .Release.Namespace) -}}
{{- end -}}

{{- define "fairlead.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (include "fairlead.fullname" .) -}}
{{- end -}}

{{- /* Never changed: a Deployment cannot change its selector. */}}
{{- define "fairlead.selectorLabels" -}}
app.kubernetes.io/name: {{ include "fairlead.name" . | toYaml }}
app.kubernetes.io/instance: {{ .Release.Name | toYaml }}
app.kubernetes.io/component: controller
{{- end -}}

{{- define "fairlead.chartLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | replace "+" "_" | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: fairlead
{{- end -}}

{{- define "fairlead.labels" -}}
{{ include "fairlead.selectorLabels" . }}
{{ include "fairlead.chartLabels" . }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* The labels of the chart, and others that come before them: given the context and those. */}}
{{- define "fairlead.labelsWith" -}}
{{- merge (dict) (index . 1 | default dict) (include "fairlead.labels" (index . 0) | fromYaml) | toYaml -}}
{{- end -}}

{{- define "fairlead.image" -}}
{{- $image := .Values.image -}}
{{- with $image.registry }}{{ . }}/{{ end -}}
{{- $image.repository -}}:{{ $image.tag | default .Chart.AppVersion -}}
{{- with $image.digest }}@{{ . }}{{ end -}}
{{- end -}}

{{- /* A list, or text with commas, as text with commas. */}}
{{- define "fairlead.joined" -}}
{{- if kindIs "slice" . }}{{ join "," . }}{{ else }}{{ . | toString | nospace }}{{ end -}}
{{- end -}}

{{- /* The providers that are chosen, as a JSON list. */}}
{{- define "fairlead.providers" -}}
{{- splitList "," (include "fairlead.joined" .Values.provider) | toJson -}}
{{- end -}}

{{- /* True where leaders are elected. */}}
{{- define "fairlead.elects" -}}
{{- if not (eq .Values.leaderElect false) }}true{{ end -}}
{{- end -}}

{{- /* What the controller and its doctor are told, as a YAML list: first what is set, then what the chart knows. */}}
{{- define "fairlead.arguments" -}}
{{- $flags := list -}}
{{- range include "fairlead.settings" . | fromJsonArray -}}
{{- $text := toString .value -}}
{{- if eq .form "list" }}{{ $text = include "fairlead.joined" .value }}{{ end -}}
{{- if eq .form "integer" }}{{ $text = int64 .value | toString }}{{ end -}}
{{- $flags = append $flags (printf "--%s=%s" .flag $text) -}}
{{- end -}}
{{- if include "fairlead.elects" . -}}
{{- $flags = append $flags (printf "--leader-election-namespace=%s" .Release.Namespace) -}}
{{- $flags = append $flags (printf "--leader-election-id=%s" (include "fairlead.fullname" .)) -}}
{{- end -}}
{{- toYaml $flags -}}
{{- end -}}

{{- /* No value weakens these two. */}}
{{- define "fairlead.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "fairlead.containerSecurityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop:
    - ALL
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end -}}
