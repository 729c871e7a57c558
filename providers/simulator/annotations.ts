// What a Service may say to the simulated cloud. Parsing, defaults, messages and reference pages all come from this table.
import {
  annotation,
  boolean,
  choice,
  commonAnnotations,
  defineSchema,
  FAIRLEAD_STEM,
  integer,
  keyValues,
  text,
  type Values,
} from '../../src/schema/index.ts';

const STEM = 'simulator.fairlead.dev/';
export const TIERS = ['standard', 'premium'] as const;

export const annotations = defineSchema({
  stems: [FAIRLEAD_STEM, STEM],
  fields: {
    ...commonAnnotations,

    internal: annotation(boolean(), {
      key: `${STEM}internal`,
      default: false,
      example: 'true',
      doc: 'Gives the load balancer an address inside the network only.',
      api: 'LoadBalancer.internal',
      mutable: 'replace',
      mutableNote: 'The load balancer is replaced, where `fairlead.dev/allow-replacement` lets it be.',
      risk: 'high',
      since: '0.1.0',
    }),

    tier: annotation(choice(TIERS), {
      key: `${STEM}tier`,
      default: 'standard',
      example: 'premium',
      doc: 'The size of the load balancer.',
      api: 'LoadBalancer.tier',
      mutable: 'replace',
      mutableNote: 'The load balancer is replaced, where `fairlead.dev/allow-replacement` lets it be.',
      risk: 'low',
      since: '0.1.0',
    }),

    idleTimeoutSeconds: annotation(integer({ min: 1, max: 4000, unit: 'seconds' }), {
      key: `${STEM}idle-timeout-seconds`,
      default: 60,
      example: '300',
      doc: 'How long a connection may be silent before it is closed.',
      api: 'LoadBalancer.idleTimeoutSeconds',
      mutable: 'in-place',
      mutableNote: 'Open connections keep the time that they began with.',
      risk: 'low',
      since: '0.1.0',
    }),

    tags: annotation(
      keyValues({
        key: text({ what: 'a key', max: 64 }),
        value: text({ what: 'a value', min: 0, max: 128 }),
        bareKeys: false,
        maxItems: 20,
        reserved: [{ prefix: 'fairlead.dev/', because: 'belongs to the controller' }],
      }),
      {
        key: `${STEM}tags`,
        defaultText: 'none',
        example: 'team=web,stage=test',
        doc: 'Tags on the load balancer, besides the ones that the controller sets.',
        api: 'LoadBalancer.tags',
        mutable: 'in-place',
        mutableNote: 'Tags taken away here are taken away there; tags that others set stay.',
        risk: 'low',
        since: '0.1.0',
      },
    ),
  },
});

export type AnnotationValues = Values<typeof annotations>;
