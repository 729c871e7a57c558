// The values that are about the image, the account and names. Written by hand, but for what clouds want of an account.
import { operationsOf } from '../../src/provider/operations.ts';
import type { AnyCompiler } from '../../src/provider/provider.ts';
import type { Section, Value } from './value.ts';
import { DNS_LABEL, DNS_NAME, flag, freeList, strings, text } from './value-schemas.ts';

const image: readonly Value[] = [
  {
    path: 'image.registry',
    doc: 'Where the image comes from. None is published yet: name the registry where yours is.',
    type: 'text',
    default: 'registry.fairlead.dev',
    schema: text({ pattern: '^(([A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9A-Fa-f:]+\\])(:[0-9]+)?(/[a-z0-9._-]+)*)?$' }),
  },
  {
    path: 'image.repository',
    doc: 'Its name there.',
    type: 'text',
    default: 'fairlead',
    schema: { type: 'string', maxLength: 512, pattern: '^[a-z0-9._-]+(/[a-z0-9._-]+)*$' },
  },
  {
    path: 'image.tag',
    doc: 'Its tag.',
    type: 'text',
    default: null,
    defaultText: 'the version of the chart',
    schema: text({ pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]*$', maxLength: 128 }),
  },
  {
    path: 'image.digest',
    doc: 'Its digest. Where it is set, that very image runs, whatever the tag says.',
    type: 'text',
    default: null,
    schema: text({ pattern: '^sha256:[0-9a-f]{64}$' }),
  },
  {
    path: 'image.pullPolicy',
    doc: 'When to pull it.',
    type: '`IfNotPresent`, `Always`, `Never`',
    default: 'IfNotPresent',
    schema: { enum: ['IfNotPresent', 'Always', 'Never'] },
  },
  {
    path: 'imagePullSecrets',
    doc: 'Secrets to pull it with, each as `name: …`.',
    type: 'list of objects',
    default: [],
    schema: { type: ['array', 'null'], items: { type: 'object', required: ['name'] } },
  },
];

const account = (all: readonly AnyCompiler[]): readonly Value[] => [
  {
    path: 'serviceAccount.create',
    doc: 'Whether the chart makes the ServiceAccount.',
    type: 'true or false',
    default: true,
    schema: flag,
  },
  {
    path: 'serviceAccount.name',
    doc: 'Its name. Must be said where the chart does not make it.',
    type: 'text',
    default: null,
    defaultText: 'the full name of the release',
    schema: text({ pattern: DNS_NAME, maxLength: 253 }),
  },
  {
    path: 'serviceAccount.annotations',
    doc: ['Its annotations.', ...all.flatMap(annotationsHint)].join(' '),
    type: 'object',
    default: {},
    schema: strings,
  },
  {
    path: 'serviceAccount.automount',
    doc: 'Whether its token is mounted where the controller looks for it. With `false`, `extraVolumes` and `extraVolumeMounts` must put one there.',
    type: 'true or false',
    default: true,
    schema: flag,
  },
  {
    path: 'rbac.create',
    doc: 'Whether the chart makes the roles and their bindings. They permit what the controller does with these values, and no more.',
    type: 'true or false',
    default: true,
    schema: flag,
  },
];

const names: readonly Value[] = [
  {
    path: 'nameOverride',
    doc: 'In place of the chart’s name in labels and names. It stays for good: a Deployment cannot change its selector.',
    type: 'text',
    default: null,
    schema: text({ pattern: DNS_LABEL, maxLength: 53 }),
  },
  {
    path: 'fullnameOverride',
    doc: 'In place of the name that is made of the release’s and the chart’s.',
    type: 'text',
    default: null,
    schema: text({ pattern: '^[a-z]([a-z0-9-]*[a-z0-9])?$', maxLength: 53 }),
  },
  {
    path: 'commonLabels',
    doc: 'Labels of all that the chart makes.',
    type: 'object',
    default: {},
    schema: strings,
    alsoKnown: ['labels', 'additionalLabels'],
  },
  {
    path: 'extraObjects',
    doc: 'More objects to install, with Helm’s templates in them if need be.',
    type: 'list of objects',
    default: [],
    schema: freeList,
    alsoKnown: ['extraManifests', 'extraDeploy'],
  },
];

/** `On AWS: …` */
function annotationsHint(compiler: AnyCompiler): readonly string[] {
  const { title, accountAnnotations } = operationsOf(compiler);
  return accountAnnotations === undefined ? [] : [`On ${title}: ${accountAnnotations}`];
}

export const installSections = (all: readonly AnyCompiler[]): readonly Section[] => [
  { title: 'Image', doc: 'Where the controller comes from.', values: image },
  {
    title: 'Account and rights',
    doc: 'As whom the controller acts at the API server and in the cloud.',
    values: account(all),
  },
  { title: 'Names', doc: 'What the chart’s objects are called.', values: names },
];
