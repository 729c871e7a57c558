// Collects what compiling has to say about a Service: all of it, each as one sentence. Pure.
import type { Fault, Name, Note, Problem } from '../../../src/schema/problem.ts';
import { faultProblem, noteProblem } from '../../../src/schema/problem.ts';
import { type Annotations, annotations } from '../annotations.ts';

/** An annotation, by its field in the table. */
export function annotationName(field: keyof Annotations & keyof typeof annotations.fields): Name {
  return { noun: 'Annotation', key: annotations.fields[field].key };
}

/** A field of the Service: `spec.loadBalancerIP`. */
export function fieldName(path: string): Name {
  return { noun: 'Field', key: path };
}

export class Findings {
  readonly #problems: Problem[] = [];

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  get hasErrors(): boolean {
    return this.#problems.some(({ severity }) => severity === 'error');
  }

  /** `fault.because` completes "…, which". */
  error(name: Name, value: string, fault: Fault): void {
    this.#problems.push(faultProblem(name, value, fault));
  }

  warn(name: Name, value: string, note: Note, expected: string): void {
    this.#problems.push(noteProblem(name, value, note, expected));
  }

  add(problem: Problem): void {
    this.#problems.push(problem);
  }
}
