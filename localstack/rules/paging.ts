// Pages of a list, AWS's way: a marker that stays good while things are added and removed.
import { AwsError } from '../proxy-answer.ts';
import { integer, type Params, text } from '../proxy-query.ts';

/** The items of the asked page, and the marker of the next if there is one. Items must come in the order of `seq`. */
export function page<T extends { readonly seq: number }>(
  params: Params,
  items: readonly T[],
): { readonly items: readonly T[]; readonly NextMarker: string | undefined } {
  const size = integer(params, 'PageSize', 1, 400) ?? 400;
  const marker = text(params, 'Marker');
  const after = marker === undefined ? 0 : Number(Buffer.from(marker, 'base64').toString());
  if (!Number.isInteger(after)) throw new AwsError('ValidationError', `The marker '${marker}' is not valid`);
  const rest = items.filter((item) => item.seq > after);
  const last = rest[size - 1];
  const NextMarker = last && rest.length > size ? Buffer.from(String(last.seq)).toString('base64') : undefined;
  return { items: rest.slice(0, size), NextMarker };
}
