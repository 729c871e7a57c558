// What the demo has to be told of a cloud: what is shown on it and how it is looked at. One file a cloud gives it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Service } from '../../src/kube/types.ts';
import type { World } from '../../test/stack/stack.ts';

/** Notes whether something is as it should be. */
export type Expect = (holds: boolean, what: string) => void;

/** A world with one cloud, ready to be shown. */
export interface Demo {
  readonly world: World;
  /** The cloud as sentences call it. */
  readonly cloud: string;
  /** `AWS at http://127.0.0.1:4566`. */
  readonly place: string;
  /** The names of the samples, with what there is to say of each. */
  readonly cast: string;
  /** The samples that are applied one after the other: the later ones may need what became of the earlier. */
  readonly acts: readonly ((services: readonly Service[]) => Promise<readonly Service[]>)[];
  /** Names of those that are deleted in the end. */
  readonly leaving: readonly string[];
  /** The calls since they were last forgotten. */
  calls(): { readonly all: number; readonly writes: number };
  forgetCalls(): void;
  /** What exists in the cloud, for people. */
  lines(): Promise<readonly string[]>;
  /** Whether all that was built is as it should be. */
  judge(services: readonly Service[], expect: Expect): void;
  /** Text that the refusal of the sample `broken` has. */
  readonly complaints: readonly string[];
  /** Of the lines, those that only a Service which is gone could have left. */
  leftovers(lines: readonly string[], gone: readonly Service[]): readonly string[];
  /** Variables and commands for another terminal. */
  readonly env: Readonly<Record<string, string>>;
  readonly commands: readonly string[];
  /** Ends what only the demo uses; the world is stopped by who started it. */
  close?(): void;
}

/** Starts a cloud with its world. */
export type StartDemo = (log: (line: string) => void) => Promise<Demo>;

/** The Services of a file beside this one, with words in capitals replaced. */
export async function samplesOf(file: string, words: Readonly<Record<string, string>>): Promise<readonly Service[]> {
  let text = await readFile(join(import.meta.dirname, file), 'utf8');
  for (const [word, value] of Object.entries(words)) text = text.replaceAll(word, value);
  return parseAllDocuments(text).map((document) => document.toJS() as Service);
}
