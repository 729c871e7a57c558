// The networks that may reach the load balancer. Anything wrong in them opens nothing. Pure.
import type { Request } from '../../../src/provider/request.ts';
import { type Cidr, parseCidr } from '../../../src/schema/cidr.ts';
import type { Name } from '../../../src/schema/problem.ts';
import type { Annotations } from '../annotations.ts';
import { annotationName, type Findings, fieldName } from './findings.ts';

const EVERYWHERE = '0.0.0.0/0';

/** In canonical form, sorted, each once. The field beats the annotation; without either everybody may come. */
export function clientsOf(
  request: Pick<Request, 'sourceRanges'>,
  values: Pick<Annotations, 'sourceRanges'>,
  findings: Findings,
): readonly string[] {
  const inField = request.sourceRanges.length > 0;
  const name = inField ? fieldName('spec.loadBalancerSourceRanges') : annotationName('sourceRanges');
  const ranges = inField ? parsed(request.sourceRanges, name, findings) : (values.sourceRanges ?? []);
  if (inField && values.sourceRanges !== undefined) {
    findings.warn(
      annotationName('sourceRanges'),
      values.sourceRanges.map(({ text }) => text).join(','),
      { code: 'no-effect', because: 'has no effect since spec.loadBalancerSourceRanges is set and counts' },
      'one of the two',
    );
  }
  for (const { text } of ranges.filter(({ family }) => family === 6)) {
    findings.error(name, text, {
      part: text,
      because: 'is an IPv6 network, and the load balancer has IPv4 addresses only',
      expected: 'IPv4 networks',
    });
  }
  const networks = ranges.filter(({ family }) => family === 4).map(({ text }) => text);
  const given = inField || values.sourceRanges !== undefined;
  return given ? [...new Set(networks)].sort() : [EVERYWHERE];
}

function parsed(texts: readonly string[], name: Name, findings: Findings): readonly Cidr[] {
  return texts.flatMap((text) => {
    const read = parseCidr(text.trim());
    if (read.ok) return [read.value];
    findings.error(name, text, { ...read.faults[0], part: text });
    return [];
  });
}

/** True if everybody may come. */
export function isOpen(clients: readonly string[]): boolean {
  return clients.length === 1 && clients[0] === EVERYWHERE;
}
