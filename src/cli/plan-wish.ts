// What `fairlead plan` was asked for, in one form, or why it makes no sense. It reads nothing.
import { UsageError } from './choice.ts';

/** What was asked for besides the options of the controller. */
export interface PlanWish {
  /** Paths, or `-` for what comes in. Empty: what is in the cluster. */
  readonly files: readonly string[];
  /** A file of `fairlead facts`. */
  readonly facts?: string;
  /** `namespace/name` each. */
  readonly names: readonly string[];
  readonly namespace?: string;
  readonly everywhere: boolean;
  readonly output: 'text' | 'json';
  readonly showIam: boolean;
  readonly detailedExitcode: boolean;
  readonly quiet: boolean;
}

/** As commander has it. */
export interface Given {
  readonly filename?: readonly string[];
  readonly facts?: string;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly output?: 'text' | 'json';
  readonly showIam?: boolean;
  readonly detailedExitcode?: boolean;
  readonly quiet?: boolean;
}

export function wishOf(names: readonly string[], given: Given): PlanWish {
  const { filename: files = [], facts, namespace, output = 'text' } = given;
  const everywhere = given.allNamespaces === true;
  const isLive = names.length > 0 || namespace !== undefined || everywhere;
  if (files.length > 0 && isLive) {
    throw new UsageError(
      '-f plans what is in files; a name, -n and -A plan what is in the cluster: give one of the two',
    );
  }
  if (files.length === 0 && !isLive) {
    throw new UsageError('name a Service (namespace/name), a namespace (-n), all of them (-A), or a file (-f)');
  }
  if (files.length === 0 && facts !== undefined) {
    throw new UsageError('--facts needs -f: in a cluster the facts are looked up');
  }
  if (everywhere && (names.length > 0 || namespace !== undefined)) {
    throw new UsageError('-A is all there is: leave out the rest');
  }
  return {
    files,
    ...(facts !== undefined && { facts }),
    names: names.map((name) => keyOf(name, namespace)),
    ...(namespace !== undefined && { namespace }),
    everywhere,
    output,
    showIam: given.showIam === true,
    detailedExitcode: given.detailedExitcode === true,
    quiet: given.quiet === true,
  };
}

/** `namespace/name`; the namespace may come from `-n`. */
function keyOf(name: string, namespace: string | undefined): string {
  const parts = name.split('/');
  // No Service has a dot in its name.
  if (/[^.].*[.]/.test(parts.at(-1) ?? '')) {
    throw new UsageError(`"${name}" names no Service; a file is given with -f ${name}`);
  }
  if (parts.length === 1 && namespace !== undefined) return `${namespace}/${name}`;
  if (parts.length !== 2 || parts.includes('')) {
    throw new UsageError(`"${name}" names no Service: write namespace/name, or name with -n namespace`);
  }
  if (namespace !== undefined && parts[0] !== namespace) {
    throw new UsageError(`${name} is not in namespace ${namespace}`);
  }
  return name;
}
