// The annotations that mean the same with every provider. A provider's table starts with them: `{ ...commonAnnotations }`.

import { cidr } from './cidr.ts';
import { annotation } from './field.ts';
import { list } from './list.ts';
import { boolean } from './scalars.ts';
import { defineSchema } from './schema.ts';

/** The prefix of Fairlead's own annotations. */
export const FAIRLEAD_STEM = 'fairlead.dev/';

export const commonAnnotations = {
  allowReplacement: annotation(boolean(), {
    key: `${FAIRLEAD_STEM}allow-replacement`,
    default: false,
    example: 'true',
    doc: 'Lets Fairlead replace the load balancer, whose address then changes, where a change cannot be made in place (another type, another scheme). Without it such a change is blocked, and a condition on the Service shows what it would do.',
    api: '',
    mutable: 'in-place',
    mutableNote:
      'A change that was blocked starts as soon as this says `true`; taking it away stops none that has begun.',
    risk: 'medium',
    since: '0.1.0',
  }),

  sourceRanges: annotation(list(cidr(), { maxItems: 1000, blank: 'refuse' }), {
    key: 'service.beta.kubernetes.io/load-balancer-source-ranges',
    defaultText: 'every source',
    blank: 'refuse',
    example: '10.0.0.0/8,192.0.2.0/24',
    doc: 'The networks that may reach the load balancer. `spec.loadBalancerSourceRanges` says the same and wins where both are set. A value with any mistake in it opens nothing: rules stay as they were. An empty value is such a mistake, and never means every source.',
    api: 'the sources of the security rules for clients',
    mutable: 'in-place',
    mutableNote: 'Rules are added and then removed, so that allowed sources are not cut off.',
    risk: 'medium',
    since: '0.1.0',
  }),
} as const;

/** For a provider that adds no annotations of its own. */
export const commonSchema = defineSchema({ stems: [FAIRLEAD_STEM], fields: commonAnnotations });
