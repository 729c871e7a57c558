// What a Service is told whose port of a shared load balancer is another's. Pure.
import type { Mark } from '../../../src/engine/owner.ts';

/** `id` is that of a listener, a pool, or of what is in it: `<load balancer>/tcp/80…`. */
export function takenPort(id: string, marks: readonly Mark[]): string {
  const [, balancer = '', protocol = '', port = ''] = /^([^/]+)\/(tcp|udp|sctp)\/(\d+)/.exec(id) ?? [];
  const where = `spec.ports: port ${port}/${protocol.toUpperCase()} of load balancer ${balancer.replace(/^lb:/, '')}`;
  const [mark] = marks;
  return mark
    ? `${where} belongs to Service ${mark.namespace}/${mark.name}; expected a port that no other Service of it has`
    : `${where} has a listener that no Service of this cluster made; expected another port, or remove that one`;
}
