// The values that are about the network, admission and the chart's own test. Written by hand, but for what clouds need.
import { operationsOf } from '../../src/provider/operations.ts';
import type { AnyCompiler } from '../../src/provider/provider.ts';
import type { Section, Value } from './value.ts';
import { flag, freeList } from './value-schemas.ts';

const network = (all: readonly AnyCompiler[]): readonly Value[] => [
  {
    path: 'networkPolicy.enabled',
    doc: 'Whether there is a NetworkPolicy. By itself it admits connections to the metrics port only.',
    type: 'true or false',
    default: true,
    schema: flag,
  },
  {
    path: 'networkPolicy.metricsFrom',
    doc: 'Who may connect to the metrics port, as `from` of a NetworkPolicy. The kubelet’s probes are not held up by it.',
    type: 'list of objects',
    default: [],
    defaultText: 'everybody',
    schema: freeList,
  },
  {
    path: 'networkPolicy.egress.enabled',
    doc: `Whether connections out of the pod are limited too: to DNS, the ports below, and what the providers need besides${needsOf(all)}. Off by default, since the port of the API server and proxies differ from cluster to cluster.`,
    type: 'true or false',
    default: false,
    schema: flag,
  },
  {
    path: 'networkPolicy.egress.ports',
    doc: 'TCP ports that may be connected to: those of the API server and of the cloud’s endpoints.',
    type: 'list of whole numbers',
    default: [443, 6443],
    schema: { type: 'array', items: { type: 'integer', minimum: 1, maximum: 65_535 }, minItems: 1 },
  },
  {
    path: 'networkPolicy.egress.extra',
    doc: 'More rules, as `egress` of a NetworkPolicy.',
    type: 'list of objects',
    default: [],
    schema: freeList,
  },
];

const others: readonly Value[] = [
  {
    path: 'admissionPolicy.action',
    doc: 'What the API server does about a Service whose annotations are wrong: tell who applies it (`Warn`), refuse it (`Deny`), nothing (`off`). What is only advice warns in any case. It judges what changes.',
    type: '`Warn`, `Deny`, `off`',
    default: 'Warn',
    // YAML reads a bare `off` as false.
    schema: { enum: ['Warn', 'Deny', 'off', false] },
    alsoKnown: ['admission', 'validatingAdmissionPolicy'],
  },
  {
    path: 'tests.enabled',
    doc: 'Whether `helm test` has something to run: `fairlead doctor` with the controller’s own settings and account.',
    type: 'true or false',
    default: true,
    schema: flag,
  },
  {
    path: 'enabled',
    doc: 'Of no effect here: a place for the `condition` of a chart that depends on this one.',
    type: 'true or false',
    default: null,
    schema: { type: ['boolean', 'null'] },
  },
];

/** ` (AWS: credentials)`, for all that need anything. */
function needsOf(all: readonly AnyCompiler[]): string {
  const needs = all.flatMap((compiler) => {
    const { title, egress = [] } = operationsOf(compiler);
    return egress.length === 0 ? [] : [`${title}: ${egress.map(({ what }) => what).join('; ')}`];
  });
  return needs.length === 0 ? '' : ` (${needs.join('. ')})`;
}

export const networkSections = (all: readonly AnyCompiler[]): readonly Section[] => [
  { title: 'Network', doc: 'Who may connect to the pods, and to what they may connect.', values: network(all) },
  { title: 'Admission and tests', doc: 'What else the chart installs.', values: others },
];
