// What this cloud cannot do: everything that a Service may say and that would not happen is a problem, in plain words.
// Pure.
import { type Problem, parseCidr, type Severity } from '../../src/schema/index.ts';
import { problem, subject } from '../../src/schema/problem.ts';
import type { SimulatorInput } from './compile.ts';

const EVERYWHERE = '0.0.0.0/0';
const RANGES_FIELD = 'spec.loadBalancerSourceRanges';

/** Who may connect, sorted; the field of the Service wins over the annotation. Any mistake opens nothing. */
export function rangesOf({ request, annotations }: SimulatorInput): {
  readonly allowed: readonly string[];
  readonly problems: readonly Problem[];
} {
  const given = request.sourceRanges.map((text) => ({ text, read: parseCidr(text.trim()) }));
  const wrong = given
    .filter(({ read }) => !read.ok)
    .map(({ text }) => say('error', RANGES_FIELD, text, 'networks only'));
  const read = given.flatMap(({ read }) => (read.ok ? [read.value] : []));
  const networks = given.length > 0 ? read : (annotations.sourceRanges ?? []);
  const other = networks
    .filter(({ family }) => family === 6)
    .map(({ text }) => say('error', RANGES_FIELD, text, 'IPv4 networks, since there is no IPv6'));
  const allowed = [...new Set(networks.map(({ text }) => text))].sort();
  return { allowed: allowed.length > 0 ? allowed : [EVERYWHERE], problems: [...wrong, ...other] };
}

export function limitsOf({ request, annotations }: SimulatorInput, tiers: readonly string[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (const { protocol, port, nodePort } of request.ports) {
    if (protocol === 'SCTP') problems.push(say('error', 'spec.ports', `${protocol} ${port}`, 'TCP or UDP'));
    if (nodePort === 0) problems.push(say('error', 'spec.ports', String(port), 'a port with a node port'));
  }
  if (!request.families.includes('IPv4') || request.familyPolicy === 'RequireDualStack') {
    problems.push(say('error', 'spec.ipFamilies', request.families.join(), 'IPv4 alone'));
  } else if (request.families.length > 1) {
    problems.push(say('warning', 'spec.ipFamilies', request.families.join(), 'IPv4, which is all that has an effect'));
  }
  if (!tiers.includes(annotations.tier)) {
    problems.push(say('error', 'simulator.fairlead.dev/tier', annotations.tier, `one of ${tiers.join(', ')}`));
  }
  if (request.loadBalancerIP !== '') {
    problems.push(
      say('warning', 'spec.loadBalancerIP', request.loadBalancerIP, 'no wish for an address, which has no effect'),
    );
  }
  return problems;
}

function say(severity: Severity, key: string, value: string, expected: string): Problem {
  const noun = key.startsWith('spec.') ? 'Field' : 'Annotation';
  const code = severity === 'error' ? 'invalid-value' : 'no-effect';
  const message = `${subject({ noun, key }, value)}; expected ${expected}`;
  return problem(severity, code, { noun, key }, value, { expected, message });
}
