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
    throw new Error(`cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  if (bytes > maxBytes) throw new Error(`is larger than ${maxBytes / 1024 / 1024} MiB`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new Error('is no UTF-8 text');
  }
}
