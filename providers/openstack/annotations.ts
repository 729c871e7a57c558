// Every annotation that OpenStack load balancers understand: the one table from which parsing, pages, policies and the command
// line are made. To add one, add an entry to the file of its group.
import { commonAnnotations, defineSchema, FAIRLEAD_STEM, type Finding, type Values } from '../../src/schema/index.ts';
import { floatingIps } from './annotations/floating-ips.ts';
import { listeners } from './annotations/listeners.ts';
import { placement } from './annotations/placement.ts';
import { pools } from './annotations/pools.ts';
import { STEM } from './annotations/words.ts';
import { subnetPatternFault, subnetTagsFault } from './subnet-pattern.ts';

export const annotations = defineSchema({
  stems: [STEM, 'service.beta.kubernetes.io/openstack-', FAIRLEAD_STEM],
  fields: {
    ...commonAnnotations,
    sourceRanges: {
      ...commonAnnotations.sourceRanges,
      doc: `${commonAnnotations.sourceRanges.doc} Octavia has it from version 2.12 of its API; the provider \`ovn\` has not, and refuses any but every source.`,
      api: 'listener.allowed_cidrs',
      mutableNote: 'Each listener is changed at once, so that no source is let in that is not asked for.',
    },
    ...placement,
    ...floatingIps,
    ...listeners,
    ...pools,
  },
  checks: (check) => [
    check({
      id: 'floating-subnet-pattern',
      fields: ['floatingSubnet'],
      doc: 'The pattern of a floating subnet can be read: its groups and classes are closed, and its regular expression uses nothing that is not supported.',
      find: ({ floatingSubnet }) => patternFinding(floatingSubnet),
    }),
    check({
      id: 'floating-subnet-tags',
      fields: ['floatingSubnetTags'],
      doc: 'Tags of a floating subnet are separated by single commas, with `!` and `&` at the start only.',
      find: ({ floatingSubnetTags }) => tagsFinding(floatingSubnetTags),
    }),
  ],
});

export type AnnotationValues = Values<typeof annotations>;

/** What is wrong with the pattern of a floating subnet, as a check says it. */
export function patternFinding(pattern: string | undefined): Finding | undefined {
  const because = pattern === undefined || pattern === '' ? undefined : subnetPatternFault(pattern);
  return because === undefined ? undefined : finding(because, 'a name, a glob or ~ and a regular expression');
}

/** What is wrong with the tags of a floating subnet, as a check says it. */
export function tagsFinding(tags: string | undefined): Finding | undefined {
  const because = tags === undefined || tags === '' ? undefined : subnetTagsFault(tags);
  return because === undefined ? undefined : finding(because, 'tags such as a,b or &a,b or !a');
}

function finding(because: string, expected: string): Finding {
  return { severity: 'error', code: 'invalid-value', because, expected };
}
