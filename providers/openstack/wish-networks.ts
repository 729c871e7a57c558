// Where the load balancer has its address, its members and its floating IP: the Service's annotations count more than its
// class, and that more than the options. Pure.
import type { Input } from '../../src/provider/provider.ts';
import { suggest } from '../../src/schema/index.ts';
import type { Fault, Name } from '../../src/schema/problem.ts';
import type { AnnotationValues } from './annotations.ts';
import type { LoadBalancerClass } from './classes.ts';
import type { OptionValues } from './options.ts';
import { annotationName, type Findings, optionName } from './wish-findings.ts';
import { at, chosen, type Level, nearest } from './wish-levels.ts';
import type { FloatingWish, Vip, Wish } from './wish-type.ts';

export type OpenstackInput = Input<AnnotationValues, OptionValues>;

/** The class that the Service names; empty: none. */
export interface NamedClass {
  readonly name: string;
  readonly says: LoadBalancerClass;
}

type Field = keyof LoadBalancerClass;

const FLOATING = ['floatingNetworkId', 'floatingSubnetId', 'floatingSubnet', 'floatingSubnetTags'] as const;

export function classOf({ annotations, options }: OpenstackInput, findings: Findings): NamedClass {
  const name = annotations.class ?? '';
  if (name === '') return { name, says: {} };
  const classes = options.loadBalancerClasses ?? {};
  const says = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (says !== undefined) return { name, says };
  findings.error(annotationName('class'), name, unknownClass(name, Object.keys(classes)));
  return { name, says: {} };
}

function unknownClass(name: string, known: readonly string[]): Fault {
  const suggestion = suggest(name, known);
  const { key } = optionName('loadBalancerClasses');
  const some = `${known.slice(0, 5).join(', ')}${known.length > 5 ? ' or another' : ''}`;
  return {
    because: `is no class of the option ${key}`,
    expected: known.length === 0 ? `no class, since there are none` : `one of ${some}`,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** From the Service outwards. */
function levels({ annotations, options }: OpenstackInput, { name, says }: NamedClass, field: Field): Level<string>[] {
  const ofClass: Name = { noun: 'Class', key: name };
  return [
    { name: annotationName(field), value: annotations[field] },
    { name: ofClass, value: says[field] },
    { name: optionName(field), value: options[field] },
  ];
}

/** The place of the address and of the members. A subnet that stands farther away than a network says nothing of it. */
export function vipOf(
  input: OpenstackInput,
  named: NamedClass,
  findings: Findings,
): { readonly vip: Omit<Vip, 'address'>; readonly memberSubnetId?: string } {
  const { portId = '' } = input.annotations;
  const subnet = chosen(levels(input, named, 'subnetId'));
  const network = chosen(levels(input, named, 'networkId'));
  const level = nearest([subnet, network]);
  const [subnetId, networkId] = [at(subnet, level), at(network, level)];
  // Where nobody names one, Octavia takes the members to be in the subnet of the address, so that need not be said.
  const isOfAddress = portId === '' && subnetId !== undefined;
  const memberSubnetId =
    chosen(levels(input, named, 'memberSubnetId'))?.value ?? (isOfAddress ? undefined : subnet?.value);
  const members = memberSubnetId === undefined ? {} : { memberSubnetId };
  if (portId !== '') {
    for (const one of [subnet, network]) {
      if (one?.level !== 0 || (one === subnet && memberSubnetId === subnet.value)) continue;
      findings.idle(
        one.name,
        one.value,
        `annotation ${annotationName('portId').key} says which address it is`,
        'one of the two',
      );
    }
    return { vip: { portId }, ...members };
  }
  return {
    vip: { ...(subnetId !== undefined && { subnetId }), ...(networkId !== undefined && { networkId }) },
    ...members,
  };
}

/** Undefined: this load balancer has no floating IP. */
export function floatingOf(
  input: OpenstackInput,
  named: NamedClass,
  { internal, family }: Pick<Wish, 'internal' | 'family'>,
  findings: Findings,
): Omit<FloatingWish, 'address'> | undefined {
  const { annotations } = input;
  if (internal || family === 'IPv6') {
    tellWithout(input, internal, findings);
    return undefined;
  }
  tellAgainstClass(input, named, findings);
  const networks = levels(input, named, 'floatingNetworkId');
  const network = chosen(networks);
  const id = chosen(levels(input, named, 'floatingSubnetId'));
  const pattern = chosen(levels(input, named, 'floatingSubnet'));
  const tags = chosen(levels(input, named, 'floatingSubnetTags'));
  // A subnet belongs to the network that is said beside it: not to one that the Service itself says.
  const beside = id === undefined ? undefined : chosen(networks.slice(id.level));
  const isElsewhere = network !== undefined && beside !== undefined && beside.value !== network.value;
  const subnet = isElsewhere ? undefined : id;
  const level = nearest([subnet, pattern, tags]);
  const subnetId = at(subnet, level);
  if (subnetId !== undefined) {
    for (const one of [pattern, tags]) {
      if (one?.level !== 0) continue;
      findings.idle(
        one.name,
        one.value,
        `annotation ${annotationName('floatingSubnetId').key} says which subnet it is`,
        'one of the two',
      );
    }
  }
  const [subnetPattern, subnetTags] = subnetId === undefined ? [at(pattern, level), at(tags, level)] : [];
  return {
    ...(network !== undefined && { networkId: network.value }),
    ...(subnetId !== undefined && { subnetId }),
    ...(subnetPattern !== undefined && { subnetPattern }),
    ...(subnetTags !== undefined && { subnetTags }),
    keep: annotations.keepFloatingIp,
  };
}

/** What the Service says of a floating IP that it does not have. The table says it of its own annotation `internal`. */
function tellWithout({ annotations, given }: OpenstackInput, internal: boolean, findings: Findings): void {
  if (annotations.internal) return;
  const because = internal
    ? `option ${optionName('internalLb').key} makes every load balancer internal, without a floating IP`
    : 'an IPv6 load balancer has no floating IP';
  const expected = 'no such annotation';
  for (const field of FLOATING) {
    const value = annotations[field] ?? '';
    if (value !== '') findings.idle(annotationName(field), value, because, expected);
  }
  if (annotations.keepFloatingIp) findings.idle(annotationName('keepFloatingIp'), 'true', because, expected);
  const { key } = annotationName('internal');
  if (internal && given[key] !== undefined)
    findings.idle(annotationName('internal'), given[key], because, 'true, or no such annotation');
}

/** The official controller takes what the class says of the floating IP, and not what the Service says itself. */
function tellAgainstClass({ annotations }: OpenstackInput, { name, says }: NamedClass, findings: Findings): void {
  for (const field of FLOATING) {
    const [own, ofClass] = [annotations[field] ?? '', says[field]];
    if (own === '' || ofClass === undefined || ofClass === own) continue;
    const because = `counts more than class ${name}, where openstack-cloud-controller-manager has it the other way round`;
    findings.warn(annotationName(field), own, { code: 'conflict', because }, 'one of the two');
  }
}
