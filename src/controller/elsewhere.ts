// Which Services their own annotations hand to another controller, for those who have no connection to a cloud.
import type { Service } from '../kube/types.ts';
import type { AnyProvider } from '../provider/provider.ts';
import { type ClaimRules, claimOf } from './claim.ts';

/** Remembers the answer for as long as the object is kept: what is cached never changes. */
export function elsewhereBy(
  providers: readonly { readonly provider: AnyProvider; readonly options: object }[],
  rules: ClaimRules,
): (service: Service) => boolean {
  const known = new WeakMap<Service, boolean>();
  return (service) => {
    const before = known.get(service);
    if (before !== undefined) return before;
    const claim = claimOf(service, rules);
    const home =
      claim.stance === 'ensure' ? providers.find(({ provider }) => provider.name === claim.provider) : undefined;
    const is = home !== undefined && isElsewhere(service, home);
    known.set(service, is);
    return is;
  };
}

function isElsewhere(
  { metadata }: Service,
  { provider, options }: { readonly provider: AnyProvider; readonly options: object },
): boolean {
  const { annotations } = provider;
  const given = metadata.annotations ?? {};
  // Reading all of them costs much more than seeing that the one which could say so is not there.
  const field = annotations.selector && annotations.fields[annotations.selector.field];
  if (!field || ![field.key, ...(field.aliases ?? [])].some((key) => Object.hasOwn(given, key))) return false;
  const appliesTo = (values: object) => annotations.kindOf(values, provider.defaultKind?.(options));
  return annotations.isElsewhere(annotations.parse(given, { appliesTo }).values);
}
