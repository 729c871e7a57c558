// Which files `-f` names: a file, standard input, or all manifests of a directory. It reads no file's text.
import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { whyUnread } from './text-file.ts';

export interface NamedFile {
  /** As people name it: below the directory that was given. `-` is standard input. */
  readonly path: string;
  /** Set where it, or a directory, cannot be read: completes "PATH …". */
  readonly fault?: string;
}

const MANIFEST = /\.(?:ya?ml|json)$/i;

/** In the order given, those of a directory sorted. No file twice, whatever links lead to it. */
export function filesNamed(names: readonly string[]): readonly NamedFile[] {
  const seen = new Set<string>();
  return names.flatMap((name) => (name === '-' ? stdin(seen) : named(name, seen)));
}

function stdin(seen: Set<string>): readonly NamedFile[] {
  if (seen.has('-')) return [];
  seen.add('-');
  return [{ path: '-' }];
}

function named(path: string, seen: Set<string>): readonly NamedFile[] {
  try {
    const status = statSync(path);
    if (!status.isDirectory()) return isNew(path, seen) ? [{ path }] : [];
    const found = [...walk(path, seen)];
    return found.length > 0 ? found : [{ path, fault: 'holds no file named *.yaml, *.yml or *.json' }];
  } catch (error) {
    return [{ path, fault: whyUnread(error) }];
  }
}

/** Directories whose name begins with a dot hold no manifests: `.git`, and what ConfigMaps are mounted with. */
function* walk(directory: string, seen: Set<string>): Generator<NamedFile> {
  let entries: readonly Dirent[];
  try {
    if (!isNew(directory, seen)) return;
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    yield { path: directory, fault: whyUnread(error) };
    return;
  }
  for (const entry of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    const type = entry.isSymbolicLink() ? typeOf(path) : entry;
    if (type?.isDirectory()) {
      if (!entry.name.startsWith('.')) yield* walk(path, seen);
    } else if (MANIFEST.test(entry.name)) {
      if (!type) yield { path, fault: 'is a link to nothing' };
      else if (type.isFile() && isNew(path, seen)) yield { path };
    }
  }
}

function typeOf(path: string): { isDirectory(): boolean; isFile(): boolean } | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function isNew(path: string, seen: Set<string>): boolean {
  const real = realpathSync(path);
  if (seen.has(real)) return false;
  seen.add(real);
  return true;
}
