// The one hash of the engine: synchronous, and the same in Node and in a browser.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** The first 24 hexadecimal digits of the text's SHA-256. */
export function createHash(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, 24);
}
