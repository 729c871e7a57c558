// The controller's own settings for this provider.
import { defineSchema, duration, option, type Values } from '../../src/schema/index.ts';

export const options = defineSchema({
  fields: {
    settle: option(duration({ minMs: 0, maxMs: 600_000 }), {
      key: 'simulator-settle',
      default: 2000,
      example: '10s',
      doc: 'How long a load balancer of the simulated cloud is at work after each change.',
      since: '0.1.0',
    }),
  },
});

export type OptionValues = Values<typeof options>;
