// What `fairlead drain` was asked for, in one form, or why it makes no sense. It reads nothing.
import type { Settings } from '../settings.ts';
import { UsageError } from './choice.ts';

export interface DrainWish {
  /** show: nothing is written. */
  readonly mode: 'show' | 'release' | 'delete';
  /** `namespace/name` each. */
  readonly names: readonly string[];
  readonly namespace?: string;
  readonly everywhere: boolean;
  readonly yes: boolean;
  readonly output: 'text' | 'json';
}

/** As commander has it. */
export interface Given {
  readonly release?: boolean;
  readonly delete?: boolean;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly yes?: boolean;
  readonly output?: 'text' | 'json';
}

export function wishOf(names: readonly string[], given: Given): DrainWish {
  const { namespace, yes = false, output = 'text' } = given;
  const everywhere = given.allNamespaces === true;
  if (given.release && given.delete) {
    throw new UsageError('--release leaves the load balancers and --delete removes them: give one of the two');
  }
  const mode = given.release ? 'release' : given.delete ? 'delete' : 'show';
  if (everywhere && (names.length > 0 || namespace !== undefined)) {
    throw new UsageError('-A is all there is: leave out the rest');
  }
  if (mode !== 'show' && !everywhere && names.length === 0 && namespace === undefined) {
    throw new UsageError(`--${mode} needs Services (namespace/name), a namespace (-n), or all of them (-A)`);
  }
  if (names.length > 0 && namespace !== undefined && names.some((name) => name.includes('/'))) {
    throw new UsageError('-n says the namespace of names without one: give one of the two');
  }
  return {
    mode,
    names: names.map((name) => keyOf(name, namespace)),
    ...(namespace !== undefined && { namespace }),
    everywhere,
    yes,
    output,
  };
}

function keyOf(name: string, namespace: string | undefined): string {
  const key = name.includes('/') || namespace === undefined ? name : `${namespace}/${name}`;
  if (/^[^/]+\/[^/]+$/.test(key)) return key;
  throw new UsageError(`"${name}" names no Service: write namespace/name, or name with -n namespace`);
}

/** Throws a UsageError for what the settings, or the absence of a person, do not let be done. */
export function checkWish(
  { mode, names, namespace, yes, output }: DrainWish,
  { policy, watchNamespace }: Pick<Settings, 'policy' | 'watchNamespace'>,
  canAsk: boolean,
): void {
  if (mode === 'delete' && policy !== 'sync') throw new UsageError(`the policy ${policy} forbids deletes`);
  if (mode === 'release' && policy === 'observe-only') throw new UsageError('the policy observe-only forbids changes');
  if (mode !== 'show' && !yes && (!canAsk || output === 'json')) {
    throw new UsageError(`--${mode} needs --yes where nobody can be asked`);
  }
  if (watchNamespace === undefined) return;
  const others = [...names.map((name) => name.slice(0, name.indexOf('/'))), ...((namespace ?? '') ? [namespace] : [])];
  const other = others.find((one) => one !== watchNamespace);
  if (other !== undefined) {
    throw new UsageError(`--watch-namespace is ${watchNamespace}: nothing in the namespace ${other} is held`);
  }
}

/** Whether the Service is one of those that were asked for. */
export function isAsked(
  key: string,
  { names, namespace }: Pick<DrainWish, 'names' | 'namespace'>,
  watchNamespace: string | undefined,
): boolean {
  if (names.length > 0) return names.includes(key);
  const within = namespace ?? watchNamespace;
  return within === undefined || key.startsWith(`${within}/`);
}
