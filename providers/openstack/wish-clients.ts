// The networks that may reach the load balancer, and the address that the Service asks for. Anything wrong in them opens
// nothing. Pure.
import type { Request } from '../../src/provider/request.ts';
import { type Cidr, parseCidr, parseIp } from '../../src/schema/cidr.ts';
import type { Name } from '../../src/schema/problem.ts';
import type { AnnotationValues } from './annotations.ts';
import type { OptionValues } from './options.ts';
import { annotationName, type Findings, fieldName, optionName } from './wish-findings.ts';
import { isOpen, type Wish } from './wish-type.ts';

const EVERYBODY = { IPv4: '0.0.0.0/0', IPv6: '::/0' } as const;
const FAMILY = { 4: 'IPv4', 6: 'IPv6' } as const;

/** In canonical form, sorted, each once. The field beats the annotation; without either everybody may come. */
export function clientsOf(
  { sourceRanges }: Pick<Request, 'sourceRanges'>,
  values: Pick<AnnotationValues, 'sourceRanges'>,
  { lbProvider }: Pick<OptionValues, 'lbProvider'>,
  family: Wish['family'],
  findings: Findings,
): readonly string[] {
  const inField = sourceRanges.length > 0;
  if (!inField && values.sourceRanges === undefined) return [EVERYBODY[family]];
  const name = inField ? fieldName('spec.loadBalancerSourceRanges') : annotationName('sourceRanges');
  const ranges = inField ? parsed(sourceRanges, name, findings) : (values.sourceRanges ?? []);
  if (inField && values.sourceRanges !== undefined) {
    const given = values.sourceRanges.map(({ text }) => text).join(',');
    const because = 'spec.loadBalancerSourceRanges is set and counts';
    findings.idle(annotationName('sourceRanges'), given, because, 'one of the two');
  }
  for (const { text } of ranges.filter((one) => FAMILY[one.family] !== family)) {
    findings.error(name, text, {
      part: text,
      because: `is not an ${family} network, as the address of the load balancer is`,
      expected: `${family} networks`,
    });
  }
  const fit = ranges.filter((one) => FAMILY[one.family] === family).map(({ text }) => text);
  const allowedCidrs = [...new Set(fit)].sort();
  if (lbProvider === 'ovn' && !isOpen({ allowedCidrs })) {
    findings.error(name, ranges.map(({ text }) => text).join(','), {
      code: 'conflict',
      because: `the provider ovn (option ${optionName('lbProvider').key}) cannot keep to: it would let everybody in`,
      expected: `no source ranges, ${EVERYBODY[family]}, or another provider`,
    });
  }
  return allowedCidrs;
}

/** spec.loadBalancerIP in canonical form; undefined: none, or told as wrong. */
export function addressOf(
  { loadBalancerIP }: Pick<Request, 'loadBalancerIP'>,
  family: Wish['family'],
  findings: Findings,
): string | undefined {
  if (loadBalancerIP === '') return undefined;
  const name = fieldName('spec.loadBalancerIP');
  const read = parseIp(loadBalancerIP.trim());
  if (!read.ok) findings.error(name, loadBalancerIP, read.faults[0]);
  else if (FAMILY[read.value.family] === family) return read.value.text;
  else {
    const because = `is not an ${family} address, which the first of spec.ipFamilies asks for`;
    findings.error(name, loadBalancerIP, { because, expected: `an ${family} address` });
  }
  return undefined;
}

function parsed(texts: readonly string[], name: Name, findings: Findings): readonly Cidr[] {
  return texts.flatMap((text) => {
    const read = parseCidr(text.trim());
    if (read.ok) return [read.value];
    findings.error(name, text, { ...read.faults[0], part: text });
    return [];
  });
}
