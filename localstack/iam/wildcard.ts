// IAM's wildcards: `*` for any characters, none included, and `?` for one.

/** Tells upper from lower case. */
export function fits(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 's').test(text);
}

/** As `fits`, for each of an ARN's six parts by itself: a wildcard never reaches over a colon into the next part. */
export function fitsArn(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const [wanted, there] = [partsOf(pattern), partsOf(arn)];
  return wanted.length === 6 && there.length === 6 && wanted.every((part, index) => fits(part, there[index] ?? ''));
}

/** The last part may hold colons. */
function partsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
