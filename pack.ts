// Puts the parts of a split bundle into one file, each where Node passes over it: in a comment. A part is read and compiled
// when something first asks for it, so that a command starts as if there were nothing else in the file. As plain code all
// of it would be parsed at every start, and every module of Node's that any part imports be loaded: a tenth of a second.
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';

const TARGET = 'node24';
/** Stands for the end of a comment, inside of one. */
const END = '*\u0001/';
/** As many digits as any place in the file has. */
const START = '"########"';

interface Part {
  /** How other parts import it. */
  readonly name: string;
  readonly code: string;
}

/**
 * What is at the head of the file. It stays open, so that a running process goes on with its own parts where the file is
 * replaced by another version's. `PARTS` says where in the file each part is: from where, how long, after how many lines.
 */
const LOADER = `
const { openSync, readSync } = process.getBuiltinModule('fs');
const { compileFunction } = process.getBuiltinModule('vm');
const { filename, dirname, url } = import.meta;
const fromNode = (name) => process.getBuiltinModule(name) ?? process.getBuiltinModule('module').createRequire(url)(name);
const parts = PARTS;
const loaded = new Map();
const file = openSync(filename, 'r');
function load(name) {
  if (!Object.hasOwn(parts, name)) return fromNode(name);
  const found = loaded.get(name);
  if (found) return found.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const [from, length, lineOffset] = parts[name];
  const bytes = Buffer.allocUnsafe(length);
  readSync(file, bytes, 0, length, Number(START) + from);
  const code = bytes.latin1Slice().replaceAll(END, '*' + '/');
  compileFunction(code, ['exports', 'require', 'module', 'meta'], { filename, lineOffset })(module.exports, load, module, { filename, dirname, url });
  return module.exports;
}
load(ENTRY);
`;

/** `entry` is one of the parts in the folder. Answers nothing; throws if a part cannot be kept in a comment. */
export async function pack(folder: string, entry: string, outfile: string): Promise<void> {
  const parts = await Promise.all((await readdir(folder)).map((file) => read(folder, file)));
  const places: Record<string, readonly [from: number, length: number, line: number]> = {};
  let body = '';
  // The loader is one line, after the one that names the interpreter.
  let line = 2;
  for (const { name, code } of parts) {
    places[name] = [body.length + '/*\n'.length, code.length, line + 1];
    const text = `/*\n${code}*/\n`;
    body += text;
    line += text.split('\n').length - 1;
  }
  const define = { START, END: JSON.stringify(END), ENTRY: JSON.stringify(`./${entry}`) };
  const source = LOADER.replace('PARTS', JSON.stringify(places));
  const loader = await transform(source, { target: TARGET, minify: true, define });
  const head = `#!/usr/bin/env node\n${loader.code}`;
  const digits = String(head.length).padStart(START.length - 2, '0');
  await writeFile(outfile, head.replace(START, `"${digits}"`) + body, 'latin1');
  await chmod(outfile, 0o755);
}

/** One part, as a function's body that is given `require`. */
async function read(folder: string, file: string): Promise<Part> {
  const text = await readFile(join(folder, file), 'utf8');
  const { code } = await transform(text.replace(/^#!.*\n/, ''), {
    format: 'cjs',
    platform: 'node',
    target: TARGET,
    minifySyntax: true,
    minifyWhitespace: true,
    define: { 'import.meta': 'meta' },
    supported: { 'dynamic-import': false },
  });
  const isAscii = Buffer.byteLength(code) === code.length;
  if (!isAscii || code.includes(END)) throw new Error(`${file} cannot be kept in a comment`);
  return { name: `./${file}`, code: code.replaceAll('*/', END) };
}
