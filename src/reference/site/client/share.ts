// What the playground shows as text for an address, and back. What comes from an address is anybody's: it is bounded before
// it is unpacked, and each part is taken only if it is what it should be.

export interface Shown {
  readonly provider: string;
  /** By flag name without dashes. */
  readonly options: Readonly<Record<string, string>>;
  readonly mode: 'one' | 'change';
  readonly service: string;
  readonly before: string;
  /** Only where they were edited. */
  readonly facts?: string;
}

/** Of an address: more than that, and browsers and chats cut it. */
export const MAX_PACKED = 32_000;
/** Of what is in it. */
const MAX_UNPACKED = 512_000;

/** Undefined: it is too much for an address. */
export async function pack(shown: Shown): Promise<string | undefined> {
  const stream = new Blob([JSON.stringify(shown)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const text = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return text.length > MAX_PACKED ? undefined : text;
}

/** Undefined where it is not whole, not ours, or too much. Never throws. */
export async function unpack(text: string): Promise<Shown | undefined> {
  if (text.length > MAX_PACKED || !/^[\w-]+$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return shownOf(JSON.parse(await bounded(stream)));
  } catch {
    return undefined;
  }
}

/** A few bytes can hold gigabytes of zeros. */
async function bounded(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = stream.getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    if (text.length > MAX_UNPACKED) {
      await reader.cancel();
      throw new Error('too much');
    }
  }
}

function shownOf(value: unknown): Shown | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { provider, options, mode, service, before, facts } = value as Readonly<Record<string, unknown>>;
  if (typeof provider !== 'string' || typeof service !== 'string' || typeof before !== 'string') return undefined;
  if (mode !== 'one' && mode !== 'change') return undefined;
  const given = typeof options === 'object' && options !== null ? Object.entries(options) : [];
  const texts = given.filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return {
    provider,
    options: Object.fromEntries(texts),
    mode,
    service,
    before,
    ...(typeof facts === 'string' && { facts }),
  };
}
