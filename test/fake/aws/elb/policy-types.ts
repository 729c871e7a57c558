// The types of policy that are simulated: those for negotiating TLS, and for the PROXY header.
// Types and attributes: "Predefined SSL security policies for Classic Load Balancers", "Configure proxy protocol".

import { Misuse, Problem } from '../problem.ts';
import { invalidConfiguration } from './errors.ts';
import type { ClassicPolicy } from './tables.ts';

/** What an HTTPS or SSL listener has as long as nobody sets another policy. */
export const DEFAULT_SSL_POLICY = 'ELBSecurityPolicy-2016-08';

const REFERENCE = 'Reference-Security-Policy';

const PREDEFINED: ReadonlySet<string> = new Set([
  DEFAULT_SSL_POLICY,
  'ELBSecurityPolicy-2011-08',
  'ELBSecurityPolicy-2014-01',
  'ELBSecurityPolicy-2014-10',
  'ELBSecurityPolicy-2015-02',
  'ELBSecurityPolicy-2015-03',
  'ELBSecurityPolicy-2015-05',
  'ELBSecurityPolicy-TLS-1-1-2017-01',
  'ELBSecurityPolicy-TLS-1-2-2017-01',
]);

/** Types that AWS has, for which nothing is simulated. */
const OTHER_TYPES: ReadonlySet<string> = new Set([
  'AppCookieStickinessPolicyType',
  'BackendServerAuthenticationPolicyType',
  'LBCookieStickinessPolicyType',
  'PublicKeyPolicyType',
]);

/** The policy of one of AWS's own names. */
export function negotiation(predefined: string): ClassicPolicy {
  return { name: predefined, type: 'SSLNegotiationPolicyType', attributes: { [REFERENCE]: predefined } };
}

/** A policy as a call describes it. */
export function policyOf(name: string, type: string, attributes: Readonly<Record<string, string>>): ClassicPolicy {
  if (type === 'SSLNegotiationPolicyType') {
    checkKeys(type, attributes, REFERENCE);
    if (!PREDEFINED.has(attributes[REFERENCE]!)) {
      throw invalidConfiguration(`'${attributes[REFERENCE]}' is not a predefined security policy`);
    }
    return { name, type, attributes };
  }
  if (type === 'ProxyProtocolPolicyType') {
    checkKeys(type, attributes, 'ProxyProtocol');
    if (!/^(true|false)$/.test(attributes.ProxyProtocol!)) {
      throw invalidConfiguration(`'${attributes.ProxyProtocol}' is not valid for the attribute ProxyProtocol`);
    }
    return { name, type, attributes };
  }
  if (OTHER_TYPES.has(type)) throw new Misuse(`policies of the type ${type} are not simulated`);
  throw new Problem('PolicyTypeNotFound', `There is no policy type with name ${type}`);
}

function checkKeys(type: string, attributes: Readonly<Record<string, string>>, needed: string): void {
  const other = Object.keys(attributes).find((key) => key !== needed);
  if (other !== undefined) throw new Misuse(`the attribute ${other} of ${type} is not simulated`);
  if (attributes[needed] === undefined) throw invalidConfiguration(`A policy of type ${type} needs ${needed}`);
}
