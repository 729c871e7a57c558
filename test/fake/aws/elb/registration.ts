// Which instances a Classic Load Balancer has, at an instant. Nothing is changed here.

import type { ClassicInstance, ClassicLoadBalancer } from './tables.ts';

type Having = Pick<ClassicLoadBalancer, 'instances'>;

/** Those that are registered, and those whose draining is not over yet. */
export function presentInstances({ instances }: Having, now: number): Readonly<Record<string, ClassicInstance>> {
  const present = ({ drainingUntil }: ClassicInstance) => drainingUntil === undefined || now < drainingUntil;
  return Object.fromEntries(Object.entries(instances).filter(([, instance]) => present(instance)));
}

/** The ids that DescribeLoadBalancers shows: an instance that drains is none of them. */
export function registeredInstances({ instances }: Having): string[] {
  return Object.values(instances).flatMap(({ id, drainingUntil }) => (drainingUntil === undefined ? [id] : []));
}
