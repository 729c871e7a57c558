// What is put into the playground when it is built: the providers' tables with their compilers, their reference and the
// examples.
import { awsCompiler } from '../../../../providers/aws/compiler.ts';
import { simulatorCompiler } from '../../../../providers/simulator/compiler.ts';
import type { AnyCompiler } from '../../../provider/provider.ts';
import type { Entry } from '../../entry.ts';

export { EXAMPLES as examples } from '../examples.ts';

export const compilers = [awsCompiler, simulatorCompiler] as unknown as readonly AnyCompiler[];

/** Filled in by the bundler. */
declare const FAIRLEAD_ENTRIES: readonly Pick<Entry, 'key' | 'anchor' | 'suffix' | 'providers' | 'doc' | 'service'>[];

export const entries = FAIRLEAD_ENTRIES;
