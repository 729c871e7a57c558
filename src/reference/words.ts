// What the words of the reference mean that stand for a level or a manner. Said once, for every page.
import type { Mutability, Risk } from '../schema/index.ts';

export const RISKS: Readonly<Record<Risk, string>> = {
  low: 'It concerns the traffic of its own Service and nothing else.',
  medium: 'It takes a part of what others share, adds to the bill, or weakens a protection of its own Service.',
  high: 'It opens the Service to more clients, names things of the cloud account that are not its own, or sends data out.',
  critical: 'It reaches what belongs to others, or the cluster itself.',
};

export const MUTABILITY: Readonly<Record<Mutability, string>> = {
  'in-place': 'The running load balancer is changed; its address stays.',
  'new-target-group': 'A target group is built beside the old one, and traffic moves to it; the address stays.',
  'new-listener': 'A listener is taken away and made anew; the address stays.',
  replace:
    'It takes another load balancer, with another address; that happens only where `fairlead.dev/allow-replacement` is `true`.',
};
