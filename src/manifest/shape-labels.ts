// Labels, and the form of the keys of labels and annotations.
import { problem } from '../schema/problem.ts';
import { nameOf, type Path, type Spot, spoken, type Taker } from './take.ts';

const KEY_TEXT = 'at most 63 letters, digits, hyphens, underscores and dots, which may follow a domain and a slash';
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

/** A name which may follow a domain and a slash. */
export const QUALIFIED_NAME =
  /^(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
export const QUALIFIED_TEXT = 'a name of at most 63 characters, which may follow a domain and a slash';

/** Also a selector. */
export function labelsOf(taker: Taker, spot: Spot): Readonly<Record<string, string>> | undefined {
  const labels = taker.texts(spot);
  for (const [key, value] of Object.entries(labels ?? {})) {
    checkKey(taker, spot.path, key, key);
    if (value.length > 63 || !LABEL_VALUE.test(value)) {
      const expected = 'at most 63 letters, digits, hyphens, underscores and dots, with a letter or digit at both ends';
      taker.fault([...spot.path, key], value, { expected });
    }
  }
  return labels;
}

/** `form` is the key as its form is judged: letter case is free in those of annotations. */
export function checkKey(taker: Taker, path: Path, key: string, form: string): void {
  if (QUALIFIED_NAME.test(form) && form.indexOf('/') <= 253) return;
  const place = nameOf([...path, key]);
  const noun = place.noun === 'Annotation' ? 'Annotation' : 'Label';
  const message = `${spoken({ noun, key })} is no valid key; expected ${KEY_TEXT}`;
  const found = problem('error', 'invalid-value', place, '', { expected: KEY_TEXT, message });
  taker.problems.push({ path: [...path, key], part: 'key', problem: found });
}
