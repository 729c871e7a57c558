// Collects what compiling has to say about a Service: all of it, each as one sentence. Pure.
import type { Fault, Name, Note, Problem } from '../schema/problem.ts';
import { faultProblem, noteProblem, problem } from '../schema/problem.ts';

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

  /** `why` completes "… is missing, ". */
  missing(name: Name, why: string, expected: string): void {
    const message = `${name.noun} ${name.key} is missing, ${why}; expected ${expected}`;
    this.#problems.push(problem('error', 'missing', name, '', { expected, message }));
  }

  add(one: Problem): void {
    this.#problems.push(one);
  }

  warn(name: Name, value: string, note: Note, expected: string): void {
    this.#problems.push(noteProblem(name, value, note, expected));
  }

  /** A warning that something is not heeded; `because` completes "…, which has no effect since …". */
  idle(name: Name, value: string, because: string, expected: string): void {
    this.warn(name, value, { code: 'no-effect', because: `has no effect since ${because}` }, expected);
  }
}
