// Which of a provider's options decides the kind of load balancer for Services that do not say it. Found by asking the
// provider, so that no table here repeats it.
import type { AnyCompiler } from '../../src/provider/provider.ts';
import type { Field } from '../../src/schema/index.ts';

interface KindSetting {
  /** Without dashes. */
  readonly flag: string;
  /** The kind where it is not set. */
  readonly otherwise: string;
  /** Options by the kind that they lead to. */
  readonly byKind: ReadonlyMap<string, object>;
}

/** Undefined where kinds do not depend on options. Throws where they depend on more than one. */
export function kindSettingOf(compiler: AnyCompiler): KindSetting | undefined {
  const { defaultKind } = compiler;
  if (defaultKind === undefined) return undefined;
  const fields = Object.entries(compiler.options.fields) as unknown as [string, Field<unknown, unknown>][];
  const defaults = Object.fromEntries(fields.map(([name, field]) => [name, field.default]));
  const otherwise = defaultKind(defaults);
  const found = fields.flatMap(([name, field]) => {
    const { rule } = field.shape;
    if (rule.form !== 'choice') return [];
    const tries = rule.choices.map((choice) => ({ ...defaults, [name]: choice }));
    const byKind = new Map(tries.map((options) => [defaultKind(options), options as object]));
    return byKind.size > 1 ? [{ flag: field.key, otherwise, byKind }] : [];
  });
  if (found.length > 1) throw new Error(`several options of ${compiler.name} decide the kind of load balancer`);
  return found[0];
}
