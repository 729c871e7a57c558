// Colours for a terminal, and only for one: NO_COLOR and TERM=dumb turn them off.
import type { RenderOptions, Tone } from '../engine/render.ts';
import type { Env } from './choice.ts';

const CODES: Readonly<Record<Tone, number>> = { create: 32, change: 33, replace: 35, delete: 31, warning: 33 };

export function hasColour(stream: { readonly isTTY?: boolean }, env: Env): boolean {
  return stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}

/** Undefined: no colour. */
export function paintFor(stream: { readonly isTTY?: boolean }, env: Env): RenderOptions['paint'] {
  if (!hasColour(stream, env)) return undefined;
  return (tone, text) => `\u001b[${CODES[tone]}m${text}\u001b[39m`;
}
