// Cuts a byte stream into lines of text. A last line without its newline is an error: it was cut short.

import { KubeError } from './api.ts';

/** Yields each complete line without its newline; empty lines are skipped. Throws a KubeError (status 0) on a cut or overlong line. */
export async function* lines(chunks: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<string> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      pieces.push(chunk.subarray(start, end));
      const line = Buffer.concat(pieces).toString('utf8');
      pieces = [];
      bytes = 0;
      start = end + 1;
      if (line.length > 0) yield line;
    }
    if (start < chunk.length) {
      pieces.push(chunk.subarray(start));
      bytes += chunk.length - start;
      if (bytes > maxLineBytes) {
        throw new KubeError(`line longer than ${maxLineBytes} bytes`, { status: 0, reason: 'LineTooLong' });
      }
    }
  }
  if (bytes > 0) throw new KubeError('the stream ended within a line', { status: 0, reason: 'TruncatedLine' });
}
