// Whose code is in a bundle, and under which licence: the notices that go with it wherever it goes. Fails where a package
// says nothing of its licence, instead of passing it on.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const TEXT = /^(licen[cs]e|notice|copying)/i;

/** The folders of the packages that files of theirs come from. Paths are relative to the working directory, with slashes. */
export function packagesOf(files: Iterable<string>): string[] {
  const folders = [...files].map((file) => PACKAGE.exec(file)?.[1]).filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort();
}

/**
 * The notices as plain text: each licence text once, under the packages that it holds for. `known` gives the text for a
 * licence by its SPDX name, where a package names a licence and carries no text.
 */
export async function licencesOf(folders: readonly string[], known: Readonly<Record<string, string>>): Promise<string> {
  const holders = new Map<string, string[]>();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      [field: string]: unknown;
    };
    if (typeof license !== 'string') throw new Error(`${folder}/package.json does not name its licence`);
    const files = (await readdir(folder)).filter((file) => TEXT.test(file)).sort();
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    if (known[license] !== undefined && texts.length === 0) texts.push(known[license]);
    if (texts.length === 0) throw new Error(`${folder} has no file with its licence (${license})`);
    const text = texts.map((one) => one.replaceAll('\r', '').trim()).join('\n\n');
    holders.set(text, [...(holders.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...holders].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`);
  return [
    'Fairlead is under the Apache License 2.0. It contains code of the packages below, each under its own licence.\n',
    ...parts,
  ].join(`\n${'-'.repeat(80)}\n`);
}

const ASCII: Readonly<Record<string, string>> = { '“': '"', '”': '"', '’': "'", '©': '(c)' };

/** The same as comments of JavaScript, in ASCII: one character beyond Latin-1 doubles what V8 keeps of the whole file. */
export function asComment(text: string): string {
  const ascii = text.replace(/[^\n -~]/g, (one) => ASCII[one] ?? '?');
  const lines = ascii.trimEnd().split('\n');
  return lines.map((line) => (line === '' ? '//' : `// ${line}`)).join('\n');
}
