// The version, from package.json; the bundler puts the number in place of the file.
import { readFileSync } from 'node:fs';

declare const FAIRLEAD_VERSION: string | undefined;

/** For instance `0.1.0`. */
export function version(): string {
  if (typeof FAIRLEAD_VERSION === 'string') return FAIRLEAD_VERSION;
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
