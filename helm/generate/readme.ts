// The chart's README: how to install it, and a table of all values.
import { operationsOf } from '../../src/provider/operations.ts';
import type { AnyCompiler } from '../../src/provider/provider.ts';
import type { Json, Section, Value } from './value.ts';

export function chartReadme(sections: readonly Section[], all: readonly AnyCompiler[]): string {
  return `${head(all)}\n${sections.map(table).join('\n')}`;
}

function table({ title, doc, values }: Section): string {
  const rows = values.map(row).join('\n');
  return `### ${title}\n\n${doc}\n\n| value | what it is | type | default |\n| --- | --- | --- | --- |\n${rows}\n`;
}

function row(value: Value): string {
  const cells = [`\`${value.path}\``, value.doc, value.type, value.defaultText ?? printed(value.default)];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function printed(value: Json): string {
  if (value === null || value === '') return 'none';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

const head = (all: readonly AnyCompiler[]) => `# The chart of Fairlead

Fairlead makes the load balancers of Services of \`type: LoadBalancer\`. This page is written by \`npm run docs\` from the same tables
as \`values.yaml\` and \`values.schema.json\`. How to install, step by step, is in
[docs/install.md](../../docs/install.md).

Needs Kubernetes 1.30 or later and Helm 3.18 or later.

## Install

    helm install fairlead ./helm/fairlead --namespace fairlead --create-namespace --set clusterName=<name>

That is all on ${operationsOf(all[0]!).title}, where the image is at hand (\`image.registry\`) and the pods have credentials. Another provider needs one
value more, such as \`--set provider=${all.at(-1)!.name}\`; there are ${all.map(({ name }) => `\`${name}\``).join(', ')}, and a list serves several. Helm then
says how to see that it works; \`helm test fairlead --namespace fairlead\` looks at rights, credentials and networks.

One choice is worth a thought: \`claimClassless\`, whether Services without \`spec.loadBalancerClass\` are Fairlead's. They are by
default, as with the official cloud controllers; where one of these still serves them, set it to \`false\`.

Values that nobody knows are refused, and so are values that do not go together. A misspelt one is told with the right one:

    $ helm install fairlead ./helm/fairlead --set clusterNmae=demo
    Error: values don't meet the specifications of the schema(s) in the following chart(s):
    fairlead:
    - at '': additional properties 'clusterNmae' not allowed
    - at '': invalid propertyName 'clusterNmae'
      - at '': 'allOf' failed
        - at '': value must be 'clusterName'

## Upgrade

    helm upgrade fairlead ./helm/fairlead --namespace fairlead --reset-then-reuse-values

The new pods must be ready before the old ones go. The leader hands its Lease over; load balancers are not touched.

## Uninstall

    helm uninstall fairlead --namespace fairlead

Load balancers stay and go on serving, and so do the finalizers of their Services: a Service that is deleted afterwards waits until
a controller is there again. [docs/uninstall.md](../../docs/uninstall.md) says how to release or delete them first.

## What is made

| object | when | name |
| --- | --- | --- |
| Deployment | always | the full name of the release |
| ServiceAccount | \`serviceAccount.create\` | the same, or \`serviceAccount.name\` |
| ClusterRole and its binding: nodes, \`kube-system\`, and Services unless \`watchNamespace\` is set | \`rbac.create\` | the full name; outside of a namespace of that name, with the namespace after it |
| Role and its binding for the Lease, in the release's namespace | \`rbac.create\` and not \`leaderElect: false\` | \`…-lease\` |
| Role and its binding for Services, in that namespace | \`rbac.create\` and \`watchNamespace\` | \`…-services\` |
| PodDisruptionBudget | \`podDisruptionBudget.enabled\` and two replicas or more | the full name |
| NetworkPolicy | \`networkPolicy.enabled\` | the full name |
| Service for metrics | \`metrics.service.enabled\` | \`…-metrics\` |
| ServiceMonitor, PrometheusRule | \`metrics.serviceMonitor.enabled\`, \`metrics.prometheusRule.enabled\` | the full name |
| ConfigMap with the Grafana dashboard | \`metrics.dashboard.enabled\` | \`…-dashboard\` |
| ValidatingAdmissionPolicies and their bindings, two pairs a provider | \`admissionPolicy.action\` other than \`off\` | as the ClusterRole, with the provider after it |
| Pod of \`helm test\` | \`tests.enabled\`, while the test runs | \`…-doctor\` |

The roles permit what the controller does with these values, and no more: no Secrets, no ConfigMaps, no change of a Service but of
its status. With \`policy: observe-only\` they permit no change of Services at all.

## Values

A value that is \`null\` in \`values.yaml\` is not passed on: the default of the controller counts, which is shown here.
Durations are written as \`90s\` or \`1h30m\`.
`;
