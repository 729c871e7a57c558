// Reads the file of `--facts`.
import { type FactsDocument, parseFacts } from '../preview/facts-document.ts';
import { UsageError } from './choice.ts';
import { readTextFile } from './text-file.ts';

/** Whatever a cloud can tell fits: 10,000 nodes take about 5 MiB. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Throws a UsageError that says what is wrong with the file. */
export async function readFacts(path: string, providers: readonly string[]): Promise<FactsDocument> {
  const text = await readTextFile(path, MOST_BYTES).catch((error: Error) => {
    throw at(path, error.message);
  });
  const document = parseFacts(text, providers);
  if (typeof document === 'string') throw at(path, document);
  return document;
}

function at(path: string, what: string): UsageError {
  return new UsageError(`--facts: ${path} ${what}`);
}
