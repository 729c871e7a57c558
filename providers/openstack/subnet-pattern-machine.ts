// Matches a whole text against a pattern by following all of its states at once, so that the time is the length of the text
// times the size of the pattern, whatever the two are: there is nothing to go back to. Knows no syntax.

/** A pattern as a tree. */
export type Pattern =
  | { readonly type: 'one'; readonly fits: (character: string) => boolean }
  | { readonly type: 'start' | 'end' }
  | { readonly type: 'all'; readonly parts: readonly Pattern[] }
  | { readonly type: 'any'; readonly branches: readonly Pattern[] }
  /** `max` undefined: without an end. */
  | { readonly type: 'repeat'; readonly part: Pattern; readonly min: number; readonly max: number | undefined };

/** Steps of the largest pattern: with names of 255 characters it takes milliseconds. */
export const MOST_STEPS = 1000;

type Step =
  | { readonly does: 'read'; readonly fits: (character: string) => boolean }
  | { readonly does: 'start' | 'end' | 'accept' }
  | { readonly does: 'fork'; to: number[] };

/** The matcher of a whole text; undefined where the pattern is too large. */
export function machineOf(pattern: Pattern): ((text: string) => boolean) | undefined {
  const steps: Step[] = [];
  if (!append(pattern, steps)) return undefined;
  steps.push({ does: 'accept' });
  return (text) => accepts(steps, [...text]);
}

/** Puts the steps of the pattern at the end; false where there would be too many. */
function append(pattern: Pattern, steps: Step[]): boolean {
  if (steps.length > MOST_STEPS) return false;
  switch (pattern.type) {
    case 'one':
      steps.push({ does: 'read', fits: pattern.fits });
      return true;
    case 'start':
    case 'end':
      steps.push({ does: pattern.type });
      return true;
    case 'all':
      return pattern.parts.every((part) => append(part, steps));
    case 'any':
      return appendBranches(pattern.branches, steps);
    case 'repeat':
      return appendRepeat(pattern, steps);
  }
}

function appendBranches(branches: readonly Pattern[], steps: Step[]): boolean {
  const fork: Step = { does: 'fork', to: [] };
  const ends: Extract<Step, { does: 'fork' }>[] = [];
  steps.push(fork);
  for (const branch of branches) {
    fork.to.push(steps.length);
    if (!append(branch, steps)) return false;
    const end: Step = { does: 'fork', to: [] };
    ends.push(end);
    steps.push(end);
  }
  for (const end of ends) end.to = [steps.length];
  return true;
}

function appendRepeat({ part, min, max }: Extract<Pattern, { type: 'repeat' }>, steps: Step[]): boolean {
  for (let i = 0; i < min; i++) if (!append(part, steps)) return false;
  if (max === undefined) {
    const fork: Step = { does: 'fork', to: [] };
    const again = steps.push(fork) - 1;
    if (!append(part, steps)) return false;
    steps.push({ does: 'fork', to: [again] });
    fork.to = [again + 1, steps.length];
    return true;
  }
  const forks: Extract<Step, { does: 'fork' }>[] = [];
  for (let i = min; i < max; i++) {
    const fork: Step = { does: 'fork', to: [steps.length + 1] };
    forks.push(fork);
    steps.push(fork);
    if (!append(part, steps)) return false;
  }
  for (const fork of forks) fork.to.push(steps.length);
  return true;
}

function accepts(steps: readonly Step[], characters: readonly string[]): boolean {
  let current = reached(steps, [0], 0, characters.length);
  for (const [index, character] of characters.entries()) {
    const next = [...current].filter((at) => {
      const step = steps[at];
      return step?.does === 'read' && step.fits(character);
    });
    if (next.length === 0) return false;
    current = reached(
      steps,
      next.map((at) => at + 1),
      index + 1,
      characters.length,
    );
  }
  return [...current].some((at) => steps[at]?.does === 'accept');
}

/** Every step that can be come to without reading. */
function reached(steps: readonly Step[], from: readonly number[], at: number, length: number): ReadonlySet<number> {
  const found = new Set<number>();
  const open = [...from];
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    if (found.has(here)) continue;
    found.add(here);
    const step = steps[here];
    if (step?.does === 'fork') open.push(...step.to);
    else if ((step?.does === 'start' && at === 0) || (step?.does === 'end' && at === length)) open.push(here + 1);
  }
  return found;
}
