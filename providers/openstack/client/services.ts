// The services that are called: their types in the catalog, their names for people and metrics, and the URLs of their calls.
import { FairleadError } from '../../../src/engine/errors.ts';
import { quote } from '../../../src/schema/escape.ts';

export type ServiceType = 'load-balancer' | 'network' | 'key-manager';

/** A filter's several values are or-ed. */
export type Query = Readonly<Record<string, string | readonly string[]>>;

/** As metrics and logs have them. */
export type ServiceName = 'octavia' | 'neutron' | 'barbican' | 'keystone';

export const NAMES: Readonly<Record<ServiceType, ServiceName>> = {
  'load-balancer': 'octavia',
  network: 'neutron',
  'key-manager': 'barbican',
};

/** Types that catalogs have for them; the first is the official one (https://service-types.openstack.org). */
export const TYPES: Readonly<Record<ServiceType, readonly string[]>> = {
  'load-balancer': ['load-balancer', 'loadbalancer', 'octavia'],
  network: ['network', 'neutron'],
  'key-manager': ['key-manager', 'barbican'],
};

/** For sentences: `Octavia`. */
export function titleOf(name: ServiceName): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** What catalogs write behind a service's root: `/v2.0`, `/v2/lbaas`, `/v3/`. */
const VERSION = /(?:\/v\d+(?:\.\d+)?(?:\/lbaas)?)?\/*$/;

/** The URL of a call. `path` has the version; whatever version the endpoint has is left out. */
export function urlOf(endpoint: string, path: string, query: Query = {}): URL {
  const url = rootOf(endpoint);
  url.pathname = url.pathname.replace(VERSION, '') + path;
  url.search = '';
  for (const [key, value] of Object.entries(query)) {
    for (const one of typeof value === 'string' ? [value] : value) url.searchParams.append(key, one);
  }
  return url;
}

/** A path below a collection; an id with other characters than ids have must not lead elsewhere. */
export function withId(path: string, id: string): string {
  if (id === '' || id === '.' || id === '..')
    throw new FairleadError('bug', `${path} was asked for the id ${quote(id)}`);
  return `${path}/${encodeURIComponent(id)}`;
}

function rootOf(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new FairleadError('rejected', `the endpoint ${quote(endpoint)} of the catalog is no http or https address`);
}
