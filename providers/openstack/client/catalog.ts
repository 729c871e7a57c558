// Finds a service's endpoint in Keystone's catalog, by type, interface and region. It guesses nothing: what fits twice is an
// error too.
import { FairleadError } from '../../../src/engine/errors.ts';
import { escapeText, quote } from '../../../src/schema/escape.ts';
import type { Interface, Login } from '../credentials/login.ts';
import { NAMES, type ServiceType, TYPES } from './services.ts';

export interface Endpoint {
  /** The service's. */
  readonly type: string;
  readonly interface: string;
  readonly region: string;
  readonly url: string;
}

export type Catalog = readonly Endpoint[];

const MOST_SHOWN = 20;

/** The catalog of a token as Keystone answers it; what has not its shape is left out. */
export function catalogOf(raw: unknown): Catalog {
  return arrayOf(raw).flatMap((service) =>
    arrayOf(Object(service).endpoints).flatMap((each) => {
      const { interface: kind, region_id: id, region, url } = Object(each);
      if (typeof url !== 'string' || typeof kind !== 'string') return [];
      return [{ type: String(Object(service).type), interface: kind, region: String(id ?? region ?? ''), url }];
    }),
  );
}

/** Throws FairleadError 'not-found' that says what was looked for and what there is. */
export function endpointOf(
  catalog: Catalog,
  service: ServiceType,
  { interface: kind, region }: { readonly interface: Interface; readonly region?: Login['region'] },
): string {
  for (const type of TYPES[service]) {
    const fit = catalog.filter((one) => one.type === type && matches(one, kind, region));
    const regions = [...new Set(fit.map((one) => one.region))];
    if (regions.length > 1) throw several(service, regions);
    if (fit[0]) return fit[0].url;
  }
  throw missing(catalog, service, kind, region);
}

function matches(endpoint: Endpoint, kind: Interface, region: string | undefined): boolean {
  const sameKind = endpoint.interface === kind || endpoint.interface === `${kind}URL`;
  return sameKind && (region === undefined || endpoint.region === region);
}

function several(service: ServiceType, regions: readonly string[]): FairleadError {
  const names = shown(regions.map((one) => quote(one)));
  return new FairleadError('not-found', `${NAMES[service]} has endpoints in several regions (${names}): give one`);
}

function missing(catalog: Catalog, service: ServiceType, kind: Interface, region: string | undefined): FairleadError {
  const where = region === undefined ? '' : ` in the region ${quote(region)}`;
  const what = `OpenStack's catalog has no ${kind} endpoint of the type ${service} (${NAMES[service]})${where}`;
  if (catalog.length === 0) {
    return new FairleadError('not-found', `${what}: it is empty, as without a project; name one (project id, or name)`);
  }
  const same = catalog.filter((one) => TYPES[service].includes(one.type));
  const has = same.length > 0 ? same.map(described) : catalog.map(({ type }) => escapeText(type));
  const tail = same.length > 0 ? 'of that type it has' : 'it has the types';
  return new FairleadError('not-found', `${what}; ${tail} ${shown([...new Set(has)])}`);
}

function described(endpoint: Endpoint): string {
  return `${escapeText(endpoint.interface)} in ${quote(endpoint.region)}`;
}

function shown(all: readonly string[]): string {
  const more = all.length > MOST_SHOWN ? `, and ${all.length - MOST_SHOWN} more` : '';
  return all.slice(0, MOST_SHOWN).join(', ') + more;
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
