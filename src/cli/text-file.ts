// Reads a file, or what comes in, as text; never more than is allowed, whatever the path leads to.
import { createReadStream } from 'node:fs';

/** `-` is standard input. Throws an Error whose message completes "FILE …". */
export async function readTextFile(path: string, maxBytes: number): Promise<string> {
  const stream = path === '-' ? process.stdin : createReadStream(path, { end: maxBytes });
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > maxBytes) break;
    }
  } catch (error) {
    throw new Error(whyUnread(error), { cause: error });
  }
  if (bytes > maxBytes) throw new Error(`is larger than ${maxBytes / 1024 / 1024} MiB`);
  return textIn(Buffer.concat(chunks));
}

/** How a file is spoken of. */
export function fileName(path: string): string {
  return path === '-' ? '<stdin>' : path;
}

/** UTF-8, or what a byte order mark says, as kubectl has it: PowerShell writes UTF-16 where output goes to a file. */
function textIn(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`is no ${encoding.toUpperCase()} text`);
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a directory',
  EACCES: 'cannot be read: permission denied',
};

/** Completes "FILE …". */
export function whyUnread(error: unknown): string {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  return WHY[code] ?? `cannot be read: ${message}`;
}
