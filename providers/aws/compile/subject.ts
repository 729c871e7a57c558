// What compiling a Service starts from, and the name and tags that all of its objects get from it. Pure.
import type { Input } from '../../../src/provider/provider.ts';
import type { Annotations } from '../annotations.ts';
import type { ExistingLoadBalancer, Facts } from '../facts.ts';
import type { Options } from '../options.ts';
import { type Tags, wantedTags } from '../tags.ts';
import type { Ground } from './placement.ts';

export type AwsInput = Input<Annotations, Options>;

export interface Subject {
  readonly input: AwsInput;
  readonly facts: Facts;
  /** The Service's load balancers, of both kinds, in the order of their names. */
  readonly own: readonly ExistingLoadBalancer[];
  /** Networks that may reach it. */
  readonly clients: readonly string[];
}

/** Tags of a security group (`named: false`) or of anything else. */
export function tagsOf({ request, annotations, cluster }: AwsInput, { named }: { readonly named: boolean }): Tags {
  return wantedTags({ cluster, owner: request.owner, user: annotations.additionalResourceTags ?? {}, named });
}

/** Where this load balancer can stand; `existing` undefined: a new one. */
export function groundOf({ input, own }: Subject, existing: ExistingLoadBalancer | undefined): Ground {
  const { cluster, options } = input;
  const held = own.flatMap(({ allocationIds }) => allocationIds);
  return { clusterName: cluster.name, fallback: options.subnetId, existing, held };
}
