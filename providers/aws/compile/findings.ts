// How annotations are called in what is said about a Service. Pure.
export { Findings, fieldName } from '../../../src/provider/findings.ts';

import type { Name } from '../../../src/schema/problem.ts';
import { type Annotations, annotations } from '../annotations.ts';

/** An annotation, by its field in the table. */
export function annotationName(field: keyof Annotations & keyof typeof annotations.fields): Name {
  return { noun: 'Annotation', key: annotations.fields[field].key };
}
