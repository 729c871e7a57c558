// How annotations and options are called in what is said about a Service. Pure.
export { Findings, fieldName } from '../../src/provider/findings.ts';

import type { Name } from '../../src/schema/problem.ts';
import { type AnnotationValues, annotations } from './annotations.ts';
import { type OptionValues, options } from './options.ts';

/** An annotation, by its field in the table. */
export function annotationName(field: keyof AnnotationValues & keyof typeof annotations.fields): Name {
  return { noun: 'Annotation', key: annotations.fields[field].key };
}

/** An option, by its field in the table. */
export function optionName(field: keyof OptionValues & keyof typeof options.fields): Name {
  return { noun: 'Option', key: `--${options.fields[field].key}` };
}
