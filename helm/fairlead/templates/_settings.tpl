{{- /* Written by `npm run docs` from the controller's tables: change those. */}}

{{- /* The settings that are set, in the order of the README, as a JSON list. */}}
{{- define "fairlead.settings" -}}
{{- $set := list -}}
{{- if not (kindIs "invalid" .Values.clusterName) }}{{ $set = append $set (dict "path" "clusterName" "flag" "cluster-name" "form" "text" "value" .Values.clusterName) }}{{ end -}}
{{- if not (kindIs "invalid" .Values.provider) }}{{ $set = append $set (dict "path" "provider" "flag" "provider" "form" "list" "value" .Values.provider) }}{{ end -}}
{{- if not (kindIs "invalid" .Values.claimClassless) }}{{ $set = append $set (dict "path" "claimClassless" "flag" "claim-classless" "form" "boolean" "value" .Values.claimClassless) }}{{ end -}}
{{- if not (kindIs "invalid" .Values.leaderElect) }}{{ $set = append $set (dict "path" "leaderElect" "flag" "leader-elect" "form" "boolean" "value" .Values.leaderElect) }}{{ end -}}
{{- if not (kindIs "invalid" .Values.workers) }}{{ $set = append $set (dict "path" "workers" "flag" "workers" "form" "integer" "value" .Values.workers) }}{{ end -}}
{{- if not (kindIs "invalid" .Values.driftInterval) }}{{ $set = append $set (dict "path" "driftInterval" "flag" "drift-interval" "form" "duration" "value" .Values.driftInterval "minMs" 0 "maxMs" 604800000 "expected" "a duration from 0 to 168h, such as 90s or 1h30m") }}{{ end -}}
{{- if not (kindIs "invalid" .Values.nodeUnreadyAfter) }}{{ $set = append $set (dict "path" "nodeUnreadyAfter" "flag" "node-unready-after" "form" "duration" "value" .Values.nodeUnreadyAfter "minMs" 0 "maxMs" 604800000 "expected" "a duration from 0 to 168h, such as 90s or 1h30m") }}{{ end -}}
{{- if not (kindIs "invalid" .Values.policy) }}{{ $set = append $set (dict "path" "policy" "flag" "policy" "form" "text" "value" .Values.policy) }}{{ end -}}
{{- if not (kindIs "invalid" .Values.replacementDrain) }}{{ $set = append $set (dict "path" "replacementDrain" "flag" "replacement-drain" "form" "duration" "value" .Values.replacementDrain "minMs" 0 "maxMs" 604800000 "expected" "a duration from 0 to 168h, such as 90s or 1h30m") }}{{ end -}}
{{- if not (kindIs "invalid" .Values.maxLoadBalancersPerNamespace) }}{{ $set = append $set (dict "path" "maxLoadBalancersPerNamespace" "flag" "max-load-balancers-per-namespace" "form" "integer" "value" .Values.maxLoadBalancersPerNamespace) }}{{ end -}}
{{- if not (kindIs "invalid" .Values.orphans) }}{{ $set = append $set (dict "path" "orphans" "flag" "orphans" "form" "text" "value" .Values.orphans) }}{{ end -}}
{{- if not (kindIs "invalid" .Values.foreignAdditions) }}{{ $set = append $set (dict "path" "foreignAdditions" "flag" "foreign-additions" "form" "text" "value" .Values.foreignAdditions) }}{{ end -}}
{{- if not (kindIs "invalid" .Values.watchNamespace) }}{{ $set = append $set (dict "path" "watchNamespace" "flag" "watch-namespace" "form" "text" "value" .Values.watchNamespace) }}{{ end -}}
{{- if not (kindIs "invalid" .Values.logLevel) }}{{ $set = append $set (dict "path" "logLevel" "flag" "log-level" "form" "text" "value" .Values.logLevel) }}{{ end -}}
{{- if not (kindIs "invalid" .Values.logFormat) }}{{ $set = append $set (dict "path" "logFormat" "flag" "log-format" "form" "text" "value" .Values.logFormat) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).region) }}{{ $set = append $set (dict "path" "aws.region" "flag" "aws-region" "form" "text" "value" (.Values.aws).region) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).cloudConfig) }}{{ $set = append $set (dict "path" "aws.cloudConfig" "flag" "aws-cloud-config" "form" "text" "value" (.Values.aws).cloudConfig) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).vpcId) }}{{ $set = append $set (dict "path" "aws.vpcId" "flag" "aws-vpc-id" "form" "text" "value" (.Values.aws).vpcId) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).roleArn) }}{{ $set = append $set (dict "path" "aws.roleArn" "flag" "aws-role-arn" "form" "text" "value" (.Values.aws).roleArn) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).defaultType) }}{{ $set = append $set (dict "path" "aws.defaultType" "flag" "aws-default-type" "form" "text" "value" (.Values.aws).defaultType) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).nlbSecurityGroups) }}{{ $set = append $set (dict "path" "aws.nlbSecurityGroups" "flag" "aws-nlb-security-groups" "form" "text" "value" (.Values.aws).nlbSecurityGroups) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).subnetId) }}{{ $set = append $set (dict "path" "aws.subnetId" "flag" "aws-subnet-id" "form" "text" "value" (.Values.aws).subnetId) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).elbSecurityGroup) }}{{ $set = append $set (dict "path" "aws.elbSecurityGroup" "flag" "aws-elb-security-group" "form" "text" "value" (.Values.aws).elbSecurityGroup) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).disableSecurityGroupIngress) }}{{ $set = append $set (dict "path" "aws.disableSecurityGroupIngress" "flag" "aws-disable-security-group-ingress" "form" "boolean" "value" (.Values.aws).disableSecurityGroupIngress) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).healthProbeMode) }}{{ $set = append $set (dict "path" "aws.healthProbeMode" "flag" "aws-health-probe-mode" "form" "text" "value" (.Values.aws).healthProbeMode) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).sharedHealthProbePort) }}{{ $set = append $set (dict "path" "aws.sharedHealthProbePort" "flag" "aws-shared-health-probe-port" "form" "integer" "value" (.Values.aws).sharedHealthProbePort) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).sharedHealthProbePath) }}{{ $set = append $set (dict "path" "aws.sharedHealthProbePath" "flag" "aws-shared-health-probe-path" "form" "text" "value" (.Values.aws).sharedHealthProbePath) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).allowedLogBuckets) }}{{ $set = append $set (dict "path" "aws.allowedLogBuckets" "flag" "aws-allowed-log-buckets" "form" "list" "value" (.Values.aws).allowedLogBuckets) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).allowedCertificates) }}{{ $set = append $set (dict "path" "aws.allowedCertificates" "flag" "aws-allowed-certificates" "form" "list" "value" (.Values.aws).allowedCertificates) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).allowedSecurityGroups) }}{{ $set = append $set (dict "path" "aws.allowedSecurityGroups" "flag" "aws-allowed-security-groups" "form" "list" "value" (.Values.aws).allowedSecurityGroups) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).defaultScheme) }}{{ $set = append $set (dict "path" "aws.defaultScheme" "flag" "aws-default-scheme" "form" "text" "value" (.Values.aws).defaultScheme) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.aws).ccmClusterName) }}{{ $set = append $set (dict "path" "aws.ccmClusterName" "flag" "aws-ccm-cluster-name" "form" "text" "value" (.Values.aws).ccmClusterName) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.simulator).settle) }}{{ $set = append $set (dict "path" "simulator.settle" "flag" "simulator-settle" "form" "duration" "value" (.Values.simulator).settle "minMs" 0 "maxMs" 600000 "expected" "a duration from 0 to 10m, such as 90s or 1h30m") }}{{ end -}}
{{- $set | toJson -}}
{{- end -}}

{{- /* The classes of Services that each provider answers to, as JSON. */}}
{{- define "fairlead.classes" -}}
{{- dict "aws" (list "fairlead.dev/aws") "simulator" (list "fairlead.dev/simulator") | toJson -}}
{{- end -}}

{{- /* The kind of load balancer that Services get which do not say it, by provider, as JSON. */}}
{{- define "fairlead.kinds" -}}
{{- dict "aws" ((.Values.aws).defaultType | default "classic") "simulator" "" | toJson -}}
{{- end -}}

{{- /* What each provider has to reach besides, as rules of a NetworkPolicy by provider, as JSON. */}}
{{- define "fairlead.egress" -}}
{"aws":[{"what":"credentials, from instance metadata or the agent of EKS Pod Identity","rule":{"to":[{"ipBlock":{"cidr":"169.254.169.254/32"}},{"ipBlock":{"cidr":"169.254.170.23/32"}},{"ipBlock":{"cidr":"fd00:ec2::254/128"}},{"ipBlock":{"cidr":"fd00:ec2::23/128"}}],"ports":[{"port":80,"protocol":"TCP"}]}}],"simulator":[]}
{{- end -}}

{{- /* Providers that are no clouds: what is to be known of each, as JSON. */}}
{{- define "fairlead.pretences" -}}
{"simulator":"The simulator makes no load balancers: its cloud is in the memory of the leader, and its addresses answer nothing."}
{{- end -}}
