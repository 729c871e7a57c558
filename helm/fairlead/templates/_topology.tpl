{{- /*
How pods are spread. By default as far as that can be done and no further: a second pod beside the first one still takes over
at once, while one that waits for a second zone or node is no help, and would hold up every upgrade.
*/}}
{{- define "fairlead.topologySpread" -}}
{{- if kindIs "invalid" .Values.topologySpreadConstraints -}}
{{- range $index, $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" -}}
{{- if $index }}
{{ end -}}
- topologyKey: {{ $key }}
  maxSkew: 1
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "fairlead.selectorLabels" $ | nindent 6 }}
  # Pods of the version before do not count.
  matchLabelKeys:
    - pod-template-hash
{{- end -}}
{{- else -}}
{{- $labels := dict "matchLabels" (include "fairlead.selectorLabels" . | fromYaml) -}}
{{- $whole := list -}}
{{- range .Values.topologySpreadConstraints -}}
{{- $whole = append $whole (hasKey . "labelSelector" | ternary . (set (deepCopy .) "labelSelector" $labels)) -}}
{{- end -}}
{{- if $whole }}{{ toYaml $whole }}{{ end -}}
{{- end -}}
{{- end -}}
