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
{{- if not (kindIs "invalid" (.Values.openstack).cloudConfig) }}{{ $set = append $set (dict "path" "openstack.cloudConfig" "flag" "openstack-cloud-config" "form" "text" "value" (.Values.openstack).cloudConfig) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).cloudsFile) }}{{ $set = append $set (dict "path" "openstack.cloudsFile" "flag" "openstack-clouds-file" "form" "text" "value" (.Values.openstack).cloudsFile) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).cloud) }}{{ $set = append $set (dict "path" "openstack.cloud" "flag" "openstack-cloud" "form" "text" "value" (.Values.openstack).cloud) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).authUrl) }}{{ $set = append $set (dict "path" "openstack.authUrl" "flag" "openstack-auth-url" "form" "text" "value" (.Values.openstack).authUrl) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).region) }}{{ $set = append $set (dict "path" "openstack.region" "flag" "openstack-region" "form" "text" "value" (.Values.openstack).region) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).interface) }}{{ $set = append $set (dict "path" "openstack.interface" "flag" "openstack-interface" "form" "text" "value" (.Values.openstack).interface) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).internalLb) }}{{ $set = append $set (dict "path" "openstack.internalLb" "flag" "openstack-internal-lb" "form" "boolean" "value" (.Values.openstack).internalLb) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).floatingNetworkId) }}{{ $set = append $set (dict "path" "openstack.floatingNetworkId" "flag" "openstack-floating-network-id" "form" "text" "value" (.Values.openstack).floatingNetworkId) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).floatingSubnetId) }}{{ $set = append $set (dict "path" "openstack.floatingSubnetId" "flag" "openstack-floating-subnet-id" "form" "text" "value" (.Values.openstack).floatingSubnetId) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).floatingSubnet) }}{{ $set = append $set (dict "path" "openstack.floatingSubnet" "flag" "openstack-floating-subnet" "form" "text" "value" (.Values.openstack).floatingSubnet) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).floatingSubnetTags) }}{{ $set = append $set (dict "path" "openstack.floatingSubnetTags" "flag" "openstack-floating-subnet-tags" "form" "text" "value" (.Values.openstack).floatingSubnetTags) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).subnetId) }}{{ $set = append $set (dict "path" "openstack.subnetId" "flag" "openstack-subnet-id" "form" "text" "value" (.Values.openstack).subnetId) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).networkId) }}{{ $set = append $set (dict "path" "openstack.networkId" "flag" "openstack-network-id" "form" "text" "value" (.Values.openstack).networkId) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).memberSubnetId) }}{{ $set = append $set (dict "path" "openstack.memberSubnetId" "flag" "openstack-member-subnet-id" "form" "text" "value" (.Values.openstack).memberSubnetId) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).loadBalancerClasses) }}{{ $set = append $set (dict "path" "openstack.loadBalancerClasses" "flag" "openstack-load-balancer-classes" "form" "text" "value" (.Values.openstack).loadBalancerClasses) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).lbProvider) }}{{ $set = append $set (dict "path" "openstack.lbProvider" "flag" "openstack-lb-provider" "form" "text" "value" (.Values.openstack).lbProvider) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).providerRequiresSerialApiCalls) }}{{ $set = append $set (dict "path" "openstack.providerRequiresSerialApiCalls" "flag" "openstack-provider-requires-serial-api-calls" "form" "boolean" "value" (.Values.openstack).providerRequiresSerialApiCalls) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).lbMethod) }}{{ $set = append $set (dict "path" "openstack.lbMethod" "flag" "openstack-lb-method" "form" "text" "value" (.Values.openstack).lbMethod) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).flavorId) }}{{ $set = append $set (dict "path" "openstack.flavorId" "flag" "openstack-flavor-id" "form" "text" "value" (.Values.openstack).flavorId) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).availabilityZone) }}{{ $set = append $set (dict "path" "openstack.availabilityZone" "flag" "openstack-availability-zone" "form" "text" "value" (.Values.openstack).availabilityZone) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).nodeSelector) }}{{ $set = append $set (dict "path" "openstack.nodeSelector" "flag" "openstack-node-selector" "form" "list" "value" (.Values.openstack).nodeSelector) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).manageSecurityGroups) }}{{ $set = append $set (dict "path" "openstack.manageSecurityGroups" "flag" "openstack-manage-security-groups" "form" "boolean" "value" (.Values.openstack).manageSecurityGroups) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).createMonitor) }}{{ $set = append $set (dict "path" "openstack.createMonitor" "flag" "openstack-create-monitor" "form" "boolean" "value" (.Values.openstack).createMonitor) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).monitorDelay) }}{{ $set = append $set (dict "path" "openstack.monitorDelay" "flag" "openstack-monitor-delay" "form" "duration" "value" (.Values.openstack).monitorDelay "minMs" 1000 "maxMs" 86400000 "expected" "a duration from 1s to 24h, such as 90s or 1h30m") }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).monitorTimeout) }}{{ $set = append $set (dict "path" "openstack.monitorTimeout" "flag" "openstack-monitor-timeout" "form" "duration" "value" (.Values.openstack).monitorTimeout "minMs" 1000 "maxMs" 86400000 "expected" "a duration from 1s to 24h, such as 90s or 1h30m") }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).monitorMaxRetries) }}{{ $set = append $set (dict "path" "openstack.monitorMaxRetries" "flag" "openstack-monitor-max-retries" "form" "integer" "value" (.Values.openstack).monitorMaxRetries) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).monitorMaxRetriesDown) }}{{ $set = append $set (dict "path" "openstack.monitorMaxRetriesDown" "flag" "openstack-monitor-max-retries-down" "form" "integer" "value" (.Values.openstack).monitorMaxRetriesDown) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).defaultTlsContainerRef) }}{{ $set = append $set (dict "path" "openstack.defaultTlsContainerRef" "flag" "openstack-default-tls-container-ref" "form" "text" "value" (.Values.openstack).defaultTlsContainerRef) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).containerStore) }}{{ $set = append $set (dict "path" "openstack.containerStore" "flag" "openstack-container-store" "form" "text" "value" (.Values.openstack).containerStore) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).maxSharedLb) }}{{ $set = append $set (dict "path" "openstack.maxSharedLb" "flag" "openstack-max-shared-lb" "form" "integer" "value" (.Values.openstack).maxSharedLb) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).enableIngressHostname) }}{{ $set = append $set (dict "path" "openstack.enableIngressHostname" "flag" "openstack-enable-ingress-hostname" "form" "boolean" "value" (.Values.openstack).enableIngressHostname) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.openstack).ingressHostnameSuffix) }}{{ $set = append $set (dict "path" "openstack.ingressHostnameSuffix" "flag" "openstack-ingress-hostname-suffix" "form" "text" "value" (.Values.openstack).ingressHostnameSuffix) }}{{ end -}}
{{- if not (kindIs "invalid" (.Values.simulator).settle) }}{{ $set = append $set (dict "path" "simulator.settle" "flag" "simulator-settle" "form" "duration" "value" (.Values.simulator).settle "minMs" 0 "maxMs" 600000 "expected" "a duration from 0 to 10m, such as 90s or 1h30m") }}{{ end -}}
{{- $set | toJson -}}
{{- end -}}

{{- /* The classes of Services that each provider answers to, as JSON. */}}
{{- define "fairlead.classes" -}}
{{- dict "aws" (list "fairlead.dev/aws") "openstack" (list "fairlead.dev/openstack") "simulator" (list "fairlead.dev/simulator") | toJson -}}
{{- end -}}

{{- /* The kind of load balancer that Services get which do not say it, by provider, as JSON. */}}
{{- define "fairlead.kinds" -}}
{{- dict "aws" ((.Values.aws).defaultType | default "classic") "openstack" "" "simulator" "" | toJson -}}
{{- end -}}

{{- /* What each provider has to reach besides, as rules of a NetworkPolicy by provider, as JSON. */}}
{{- define "fairlead.egress" -}}
{"aws":[{"what":"credentials, from instance metadata or the agent of EKS Pod Identity","rule":{"to":[{"ipBlock":{"cidr":"169.254.169.254/32"}},{"ipBlock":{"cidr":"169.254.170.23/32"}},{"ipBlock":{"cidr":"fd00:ec2::254/128"}},{"ipBlock":{"cidr":"fd00:ec2::23/128"}}],"ports":[{"port":80,"protocol":"TCP"}]}}],"openstack":[{"what":"the APIs of Keystone, Neutron, Octavia and Barbican, where each has a port of its own","rule":{"ports":[{"port":5000,"protocol":"TCP"},{"port":9696,"protocol":"TCP"},{"port":9876,"protocol":"TCP"},{"port":9311,"protocol":"TCP"}]}}],"simulator":[]}
{{- end -}}

{{- /* Providers that are no clouds: what is to be known of each, as JSON. */}}
{{- define "fairlead.pretences" -}}
{"simulator":"The simulator makes no load balancers: its cloud is in the memory of the leader, and its addresses answer nothing."}
{{- end -}}
