// Which subnets of a floating network are meant by a name, a pattern or tags. Pure. Patterns come from users: they and the
// names that they are held against are short, and no pattern is slow (see subnet-pattern-machine.ts).

import { parseGlob } from './subnet-pattern-glob.ts';
import { machineOf } from './subnet-pattern-machine.ts';
import { parseRegex } from './subnet-pattern-regex.ts';

/** Longest pattern; Neutron's names have at most 255 characters too. */
export const LONGEST_PATTERN = 255;
export const LONGEST_TAGS = 1024;
/** Neutron's limit. */
const LONGEST_TAG = 255;

/** What a pattern and tags look at. */
export interface NamedSubnet {
  readonly name: string;
  readonly tags: readonly string[];
}

interface Tags {
  readonly negated: boolean;
  /** All of them; otherwise one is enough. */
  readonly all: boolean;
  readonly tags: readonly string[];
}

/** What is wrong with a pattern (completing "…, which"); undefined: nothing. */
export function subnetPatternFault(text: string): string | undefined {
  const found = nameMatcher(text);
  return typeof found === 'string' ? found : undefined;
}

/** What is wrong with a list of tags (completing "…, which"); undefined: nothing. */
export function subnetTagsFault(text: string): string | undefined {
  const { tags } = tagsOf(text);
  if (tags.includes('')) return 'has a blank tag';
  const misplaced = tags.find((tag) => /^[!&]/.test(tag));
  if (misplaced !== undefined) return `has the mark ${misplaced[0]} elsewhere than once at the start (! before &)`;
  return tags.some((tag) => tag.length > LONGEST_TAG) ? `has a tag of more than ${LONGEST_TAG} characters` : undefined;
}

/**
 * Whether a subnet is meant: by the pattern of its name (a name, a glob, `~` and a regular expression; `!` before it: every
 * other) and by its tags (`a,b`: one of them; `&a,b`: all; `!` before it: every other), where both are given by both. The
 * texts have to be right: one that is at fault means no subnet.
 */
export function subnetMatcher(wish: {
  readonly pattern?: string | undefined;
  readonly tags?: string | undefined;
}): (subnet: NamedSubnet) => boolean {
  const { pattern, tags } = wish;
  const byName = pattern === undefined ? () => true : nameMatcher(pattern);
  if (typeof byName === 'string' || (tags !== undefined && subnetTagsFault(tags) !== undefined)) return () => false;
  const wanted = tags === undefined ? undefined : tagsOf(tags);
  return (subnet) => byName(subnet.name) && (wanted === undefined || hasTags(subnet, wanted));
}

function nameMatcher(text: string): ((name: string) => boolean) | string {
  if (text.length > LONGEST_PATTERN) return `is longer than ${LONGEST_PATTERN} characters`;
  const negated = text.startsWith('!');
  const rest = negated ? text.slice(1) : text;
  if (rest === '' || rest === '~') return 'has no name';
  const pattern = rest.startsWith('~') ? parseRegex(rest.slice(1)) : parseGlob(rest);
  if (typeof pattern === 'string') return pattern;
  const matches = machineOf(pattern);
  if (matches === undefined) return 'is too large when its repetitions are written out';
  return (name) => matches(name.slice(0, LONGEST_PATTERN + 1)) !== negated;
}

function tagsOf(text: string): Tags {
  const negated = text.startsWith('!');
  const marked = negated ? text.slice(1) : text;
  const all = marked.startsWith('&');
  const tags = (all ? marked.slice(1) : marked).split(',').map((tag) => tag.trim());
  return { negated, all, tags };
}

function hasTags(subnet: NamedSubnet, { negated, all, tags }: Tags): boolean {
  const has = (tag: string) => subnet.tags.includes(tag);
  return (all ? tags.every(has) : tags.some(has)) !== negated;
}
