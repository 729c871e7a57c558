// The words of the reference page for what an entry holds as one of a few.
import type { Mutability, Risk } from '../../schema/index.ts';

/** What a later change takes. */
export const CHANGES: Readonly<Record<Mutability, string>> = {
  'in-place': 'In place',
  'new-listener': 'New listener',
  'new-target-group': 'New target group',
  replace: 'New load balancer',
};

/** In their order. */
export const RISKS: Readonly<Record<Risk, string>> = {
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
};
