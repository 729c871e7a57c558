// What the playground offers to start from: the examples of all providers, in their order. Runs in a browser.
import { type Example, operationsOf } from '../../provider/operations.ts';
import type { AnyCompiler } from '../../provider/provider.ts';

export interface OfferedExample extends Example {
  readonly provider: string;
  /** Unique among all: the provider and the id. */
  readonly name: string;
}

export function examplesOf(compilers: readonly AnyCompiler[]): readonly OfferedExample[] {
  return compilers.flatMap((compiler) => {
    const provider = compiler.name;
    const { examples = [] } = operationsOf(compiler);
    return examples.map((example) => ({ ...example, provider, name: `${provider}/${example.id}` }));
  });
}

/** By its name; an id alone is the first provider's that has it. */
export function exampleCalled(all: readonly OfferedExample[], word: string): OfferedExample | undefined {
  return all.find(({ name }) => name === word) ?? all.find(({ id }) => id === word);
}
