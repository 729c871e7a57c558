// Takes typed values out of a tree, and tells what is not of the type that the API server takes. It knows no field by name.
import { escapeText } from '../schema/escape.ts';
import { type Fault, faultProblem, type Name, type Problem, problem } from '../schema/problem.ts';
import { suggest } from '../schema/suggest.ts';
import { speakOf, type Tree } from './tree.ts';

export type Path = readonly (string | number)[];

/** What the API server would refuse, and where. */
export interface ShapeProblem {
  readonly path: Path;
  /** Which of the two is at fault. */
  readonly part: 'key' | 'value';
  readonly problem: Problem;
}

/** A part of the tree with its path; undefined where nothing is there. YAML's null counts as nothing, as in Go. */
export interface Spot {
  readonly path: Path;
  readonly tree: Tree | undefined;
}

/** `spec.ports[0].port`, and an annotation by its key. */
export function nameOf(path: Path): Name {
  const [first, second, key] = path;
  if (first === 'metadata' && second === 'annotations' && path.length === 3)
    return { noun: 'Annotation', key: `${key}` };
  const text = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return { noun: 'Field', key: text.join('').replace(/^\./, '') };
}

/** The same for sentences: `Annotation x`, escaped. */
export function spoken({ noun, key }: Name): string {
  return `${noun} ${escapeText(key, 320)}`;
}

/**
 * What is told of is taken as it is surely meant (a number without its quotes, the nearest choice), so that the rest of the
 * Service can be judged too; where that is not sure, it is left out.
 */
export class Taker {
  readonly problems: ShapeProblem[] = [];

  fault(path: Path, value: string, fault: Fault, part: ShapeProblem['part'] = 'value'): void {
    this.problems.push({ path, part, problem: faultProblem(nameOf(path), value, fault) });
  }

  missing(path: Path, expected: string): void {
    const name = nameOf(path);
    const message = `${spoken(name)} is missing; expected ${expected}`;
    this.problems.push({ path, part: 'key', problem: problem('error', 'missing', name, '', { expected, message }) });
  }

  at({ tree, path }: Spot, step: string): Spot {
    const found = tree?.form === 'map' ? tree.entries.get(step)?.value : undefined;
    const isNothing = found?.form === 'scalar' && found.value === null;
    return { path: [...path, step], tree: isNothing ? undefined : found };
  }

  /** As `at`; empty text counts as nothing too, as in Go where a field is no pointer. */
  given(spot: Spot, step: string): Spot {
    const found = this.at(spot, step);
    const isBlank = found.tree?.form === 'scalar' && found.tree.value === '';
    return isBlank ? { ...found, tree: undefined } : found;
  }

  /** Undefined where it is absent or no map. */
  map(spot: Spot, expected = 'a map'): ReadonlyMap<string, { readonly value: Tree }> | undefined {
    if (spot.tree?.form === 'map') return spot.tree.entries;
    this.#refuse(spot, expected);
    return undefined;
  }

  list(spot: Spot, expected: string): readonly Spot[] | undefined {
    if (spot.tree?.form === 'list') return spot.tree.items.map((tree, at) => ({ tree, path: [...spot.path, at] }));
    this.#refuse(spot, expected);
    return undefined;
  }

  text(spot: Spot, expected: string): string | undefined {
    const { tree, path } = spot;
    if (tree?.form !== 'scalar') {
      this.#refuse(spot, expected);
      return undefined;
    }
    if (typeof tree.value === 'string') return tree.value;
    const quoted = JSON.stringify(tree.text.slice(0, 80));
    const because = `YAML takes for ${speakOf(tree)}`;
    this.fault(path, tree.text, { because, expected: `text, between quotes: ${quoted}` });
    return tree.text;
  }

  /** Text of the given form; `form` is tried on the whole of it. */
  matching(spot: Spot, form: RegExp, max: number, expected: string): string | undefined {
    const text = this.text(spot, expected);
    if (text === undefined) return undefined;
    if (text.length <= max && form.test(text)) return text;
    this.fault(spot.path, text, { expected });
    return undefined;
  }

  choice<const C extends string>(spot: Spot, choices: readonly C[]): C | undefined {
    const expected = choices.join(', ').replace(/, ([^,]+)$/, ' or $1');
    const text = this.text(spot, expected);
    const found = choices.find((one) => one === text);
    if (text === undefined || found !== undefined) return found;
    const suggestion = suggest(text, choices);
    this.fault(spot.path, text, { expected, ...(suggestion !== undefined && { suggestion }) });
    return choices.find((one) => one === suggestion);
  }

  integer(spot: Spot, min: number, max: number): number | undefined {
    const expected = `a whole number from ${min} to ${max}`;
    const { tree, path } = spot;
    if (tree?.form !== 'scalar') {
      this.#refuse(spot, expected);
      return undefined;
    }
    const { value, text } = tree;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    const meant = typeof value === 'string' && /^[0-9]{1,9}$/.test(value) ? Number(value) : Number.NaN;
    const isMeant = meant >= min && meant <= max;
    this.fault(path, text, isMeant ? { because: 'is text', expected: `${expected}, without quotes` } : { expected });
    return isMeant ? meant : undefined;
  }

  boolean(spot: Spot): boolean | undefined {
    const { tree, path } = spot;
    if (tree?.form !== 'scalar') {
      this.#refuse(spot, 'true or false');
      return undefined;
    }
    if (typeof tree.value === 'boolean') return tree.value;
    const isMeant = tree.text === 'true' || tree.text === 'false';
    this.fault(path, tree.text, { expected: isMeant ? 'true or false, without quotes' : 'true or false' });
    return isMeant ? tree.text === 'true' : undefined;
  }

  /** Text by key; what is no text is told and left out. Null is empty text, as in Go. */
  texts(spot: Spot): Readonly<Record<string, string>> | undefined {
    const entries = this.map(spot, 'a map of text');
    if (!entries) return undefined;
    const texts: Record<string, string> = Object.create(null);
    for (const [key, { value: tree }] of entries) {
      const isNothing = tree.form === 'scalar' && tree.value === null;
      const text = isNothing ? '' : this.text({ tree, path: [...spot.path, key] }, 'text');
      if (text !== undefined) texts[key] = text;
    }
    return texts;
  }

  /** Keys that the API has not: an error where one of those that it has is meant. */
  known({ tree, path }: Spot, known: readonly string[]): void {
    if (tree?.form !== 'map') return;
    for (const key of tree.entries.keys()) {
      if (known.includes(key)) continue;
      const suggestion = suggest(key, known);
      const name = nameOf([...path, key]);
      const message = `${spoken(name)} is unknown`;
      const rest = { expected: suggestion ?? 'a field of the API', suggestion, message };
      const severity = suggestion === undefined ? 'warning' : 'error';
      this.problems.push({
        path: [...path, key],
        part: 'key',
        problem: problem(severity, 'unknown-key', name, '', rest),
      });
    }
  }

  #refuse({ tree, path }: Spot, expected: string): void {
    if (!tree) return;
    const value = tree.form === 'scalar' ? tree.text : tree.form === 'list' ? '[…]' : '{…}';
    this.fault(path, value, { because: `is ${speakOf(tree)}`, expected });
  }
}
