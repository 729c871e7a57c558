{{- /* What may well be meant, and is worth saying. As a JSON list of sentences. */}}
{{- define "fairlead.oddities" -}}
{{- $odd := list -}}
{{- $providers := include "fairlead.providers" . | fromJsonArray -}}
{{- $policy := .Values.policy | default "sync" -}}
{{- $pretences := include "fairlead.pretences" . | fromJson -}}
{{- range $providers -}}
{{- with get $pretences . }}{{ $odd = append $odd . }}{{ end -}}
{{- end -}}
{{- if eq $policy "observe-only" -}}
{{- $odd = append $odd "policy is observe-only: nothing is written, to the cloud or to Services, so no Service gets a load balancer." -}}
{{- else if eq $policy "upsert-only" -}}
{{- $odd = append $odd "policy is upsert-only: nothing is deleted in the cloud, so Services that are deleted stay until it is changed." -}}
{{- end -}}
{{- if eq (.Values.driftInterval | toString) "0" -}}
{{- $odd = append $odd "driftInterval is 0: what others change in the cloud is not noticed." -}}
{{- end -}}
{{- if eq (int .Values.replicas) 0 -}}
{{- $odd = append $odd "replicas is 0: nothing works on Services, and those that are deleted stay." -}}
{{- else if eq (int .Values.replicas) 1 -}}
{{- $odd = append $odd "replicas is 1: while that pod is replaced, nothing works on Services. Load balancers that exist go on." -}}
{{- end -}}
{{- if and .Values.watchNamespace (not (eq .Values.claimClassless false)) -}}
{{- $odd = append $odd (printf "Only Services of %s are served, those without a class too: so does whoever serves the other namespaces, if it watches all." .Values.watchNamespace) -}}
{{- end -}}
{{- if not .Values.rbac.create -}}
{{- $odd = append $odd "rbac.create is false: what the controller may do is up to you. helm test says what is missing." -}}
{{- end -}}
{{- if and (not .Values.image.digest) (has .Values.image.tag (list "latest" "main" "edge")) -}}
{{- $odd = append $odd (printf "image.tag is %s, which is another image every day: the pods may differ. Set image.digest." .Values.image.tag) -}}
{{- end -}}
{{- if and .Values.metrics.prometheusRule.enabled (not .Values.metrics.serviceMonitor.enabled) -}}
{{- $odd = append $odd "There are alerts and no ServiceMonitor: something else must scrape the pods." -}}
{{- end -}}
{{- toJson $odd -}}
{{- end -}}
