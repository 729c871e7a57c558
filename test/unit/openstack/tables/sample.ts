// Inputs for tests of the OpenStack tables: a plain Service, read through the tables as the controller reads it.
import { type AnnotationValues, annotations } from '../../../../providers/openstack/annotations.ts';
import { options } from '../../../../providers/openstack/options.ts';
import type { OpenstackInput } from '../../../../providers/openstack/wish.ts';
import { wishOf } from '../../../../providers/openstack/wish.ts';
import type { Request } from '../../../../src/provider/request.ts';
import { parseOptions } from '../../../../src/schema/index.ts';

export const STEM = 'loadbalancer.openstack.org/';
export const INTERNAL = 'service.beta.kubernetes.io/openstack-internal-load-balancer';
export const RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** A UUID made of one digit. */
export const uuid = (digit: number | string) => [8, 4, 4, 4, 12].map((length) => `${digit}`.repeat(length)).join('-');

export const plainRequest: Request = {
  owner: { cluster: 'cluster-uid', uid: 'service-uid', namespace: 'shop', name: 'web' },
  ports: [{ name: '', protocol: 'TCP', port: 80, nodePort: 30080 }],
  families: ['IPv4'],
  familyPolicy: 'SingleStack',
  sourceRanges: [],
  externalTrafficPolicy: 'Cluster',
  healthCheckNodePort: 0,
  allocateNodePorts: true,
  loadBalancerIP: '',
  sessionAffinity: 'None',
};

export interface Said {
  /** Annotations by key; those of the stem without it. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Options by key, without `openstack-`. */
  readonly options?: Readonly<Record<string, string>>;
  readonly request?: Partial<Request>;
}

/** What the tables make of it; throws where they find an error. */
export function inputOf({ annotations: said = {}, options: chosen = {}, request = {} }: Said): OpenstackInput {
  const given = Object.fromEntries(
    Object.entries(said).map(([key, text]) => [key.includes('/') ? key : STEM + key, text]),
  );
  const reading = annotations.parse(given);
  const flags = Object.fromEntries(Object.entries(chosen).map(([key, text]) => [`openstack-${key}`, text]));
  const settings = parseOptions(options, { flags, env: {} });
  if (!reading.valid || !settings.valid) {
    throw new Error([...reading.problems, ...settings.problems].map(({ message }) => message).join('\n'));
  }
  return {
    cluster: { name: 'prod', uid: 'cluster-uid' },
    request: { ...plainRequest, ...request },
    annotations: reading.values satisfies AnnotationValues,
    given,
    options: settings.values,
    nodes: [],
  };
}

export function wish(said: Said = {}) {
  const { wish: made, problems } = wishOf(inputOf(said));
  if (made === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return made;
}

/** Severity and message of all that is said. */
export function said(about: Said): string[] {
  return wishOf(inputOf(about)).problems.map(({ severity, message }) => `${severity}: ${message}`);
}
