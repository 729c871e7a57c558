{{- /*
What no schema can say: values that do not go together, or have no effect. All at once, each with what would be right.
*/}}
{{- define "fairlead.check" -}}
{{- $wrong := concat
  (include "fairlead.settingFaults" . | fromJsonArray)
  (include "fairlead.providerFaults" . | fromJsonArray)
  (include "fairlead.podFaults" . | fromJsonArray)
  (include "fairlead.metricsFaults" . | fromJsonArray)
-}}
{{- if $wrong -}}
{{- printf "\n\nThese values cannot be installed:\n- %s\n" (join "\n- " $wrong) | fail -}}
{{- end -}}
{{- end -}}

{{- /* Of the controller's own settings. */}}
{{- define "fairlead.settingFaults" -}}
{{- $wrong := list -}}
{{- $policy := .Values.policy | default "sync" -}}
{{- if not .Values.clusterName -}}
{{- $wrong = append $wrong "clusterName is missing. It is the name of this cluster in its cloud, as in the tags kubernetes.io/cluster/<name>. Add --set clusterName=<name>." -}}
{{- end -}}
{{- if and (not (include "fairlead.elects" .)) (gt (int .Values.replicas) 1) -}}
{{- $wrong = append $wrong (printf "leaderElect is false and replicas is %d: they would all work at once. Set replicas to 1, or leave leaderElect out." (int .Values.replicas)) -}}
{{- end -}}
{{- if eq (.Values.orphans | default "") "delete" -}}
{{- if .Values.watchNamespace -}}
{{- $wrong = append $wrong "orphans is delete and watchNamespace is set: orphans are only reported then, since Services of other namespaces cannot be seen. Leave orphans out." -}}
{{- else if ne $policy "sync" -}}
{{- $wrong = append $wrong (printf "orphans is delete and policy is %s, which deletes nothing. Leave orphans out, or set policy to sync." $policy) -}}
{{- end -}}
{{- end -}}
{{- range include "fairlead.settings" . | fromJsonArray -}}
{{- if eq .form "duration" -}}
{{- $text := toString .value -}}
{{- $milliseconds := include "fairlead.milliseconds" $text -}}
{{- if eq $milliseconds "" -}}
{{- $wrong = append $wrong (printf "%s is %s; expected %s%s." .path $text .expected (regexMatch "^[0-9]+$" $text | ternary (printf " (did you mean %ss?)" $text) "")) -}}
{{- else if or (lt (int64 $milliseconds) (int64 .minMs)) (gt (int64 $milliseconds) (int64 .maxMs)) -}}
{{- $wrong = append $wrong (printf "%s is %s; expected %s." .path $text .expected) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $wrong -}}
{{- end -}}

{{- /* Of settings that belong to a provider that is not chosen. */}}
{{- define "fairlead.providerFaults" -}}
{{- $wrong := list -}}
{{- $chosen := include "fairlead.providers" . | fromJsonArray -}}
{{- range include "fairlead.settings" . | fromJsonArray -}}
{{- if contains "." .path -}}
{{- $provider := splitList "." .path | first -}}
{{- if not (has $provider $chosen) -}}
{{- $wrong = append $wrong (printf "%s is set, but provider is %s. Leave it out, or add %s to provider." .path (join "," $chosen) $provider) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if ne (len $chosen) (len (uniq $chosen)) -}}
{{- $wrong = append $wrong (printf "provider is %s; expected each one once." (join "," $chosen)) -}}
{{- end -}}
{{- toJson $wrong -}}
{{- end -}}

{{- /* Of pods, labels and the account. */}}
{{- define "fairlead.podFaults" -}}
{{- $wrong := list -}}
{{- range .Values.extraEnv -}}
{{- if hasPrefix "FAIRLEAD_" .name -}}
{{- $wrong = append $wrong (printf "extraEnv has %s, which is a setting of the controller: set the value of the chart instead, so that rights and policies follow it." .name) -}}
{{- end -}}
{{- end -}}
{{- $own := keys (include "fairlead.selectorLabels" . | fromYaml) (include "fairlead.chartLabels" . | fromYaml) -}}
{{- range $value := list "commonLabels" "podLabels" -}}
{{- range $key := keys (index $.Values $value | default dict) | sortAlpha -}}
{{- if has $key $own -}}
{{- $wrong = append $wrong (printf "%s has %s, which the chart sets itself. Leave it out." $value $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with .Values.serviceAccount -}}
{{- if and (not .create) (not .name) -}}
{{- $wrong = append $wrong "serviceAccount.create is false and serviceAccount.name is missing: say which ServiceAccount the pods run as." -}}
{{- end -}}
{{- if and (not .create) .annotations -}}
{{- $wrong = append $wrong "serviceAccount.annotations is set and serviceAccount.create is false: annotate that ServiceAccount where it is made." -}}
{{- end -}}
{{- end -}}
{{- toJson $wrong -}}
{{- end -}}

{{- define "fairlead.metricsFaults" -}}
{{- $wrong := list -}}
{{- with .Values.metrics -}}
{{- if has .host (list "localhost" "127.0.0.1" "[::1]") -}}
{{- $wrong = append $wrong (printf "metrics.host is %s, where the kubelet's probes do not reach: no pod would get ready. Leave it out, or set it to [::]." .host) -}}
{{- end -}}
{{- if and .serviceMonitor.enabled (not .service.enabled) -}}
{{- $wrong = append $wrong "metrics.serviceMonitor.enabled is true and metrics.service.enabled is false: a ServiceMonitor finds pods through their Service. Set both to true." -}}
{{- end -}}
{{- end -}}
{{- toJson $wrong -}}
{{- end -}}

{{- /* How many milliseconds a duration is; nothing if it is none. */}}
{{- define "fairlead.milliseconds" -}}
{{- if eq . "0" -}}
0
{{- else if regexMatch "^([0-9]{1,9}(ms|s|m|h))+$" . -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 -}}
{{- $sum := 0 -}}
{{- range regexFindAll "[0-9]+(ms|s|m|h)" . -1 -}}
{{- $sum = add $sum (mul (regexFind "^[0-9]+" . | int64) (get $units (regexFind "[a-z]+$" .))) -}}
{{- end -}}
{{- $sum -}}
{{- end -}}
{{- end -}}
