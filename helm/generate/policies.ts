// files/admission/*.yaml: the admission policies of each provider, with placeholders for what only the installing knows. They
// come from the same function as `fairlead policy`, called for every combination; where the outcomes differ, a placeholder
// stands for the word that differs.
import { stringify } from 'yaml';
import { policiesOf } from '../../src/admission/policy.ts';
import type { AnyCompiler } from '../../src/provider/provider.ts';
import { parseOptions } from '../../src/schema/index.ts';
import { kindSettingOf } from './kind-setting.ts';

/** The start of the objects' names, and `namespace:name` of the account. */
export const NAME = '@NAME@';
export const ACCOUNT = '@ACCOUNT@';

/** Kept by `split`, since it captures. */
const WORD = /([A-Za-z0-9-]+)/;

interface Variant {
  /** What each placeholder stands for in it. */
  readonly words: Readonly<Record<string, string>>;
  readonly lines: readonly string[];
}

/** A YAML list. Throws where a policy depends on what the chart does not know. */
export function policyFile(compiler: AnyCompiler): string {
  const variants = variantsOf(compiler);
  const [first] = variants;
  if (first === undefined) return '';
  const lines = first.lines.map((_, index) =>
    weave(variants.map(({ words, lines }) => ({ words, line: lines[index] ?? '' }))),
  );
  return `# Written by \`npm run docs\` from the annotations of ${compiler.name}.\n${lines.join('\n')}`;
}

function variantsOf(compiler: AnyCompiler): readonly Variant[] {
  const kinds =
    kindSettingOf(compiler)?.byKind ??
    new Map([['', parseOptions(compiler.options, { flags: {}, env: {} }).values as object]]);
  return [...kinds].flatMap(([kind, options]) =>
    [true, false].flatMap((claimClassless) =>
      (['Warn', 'Deny'] as const).map((action) => {
        const setting = { compiler, options, claimClassless, action, serviceAccount: ACCOUNT, namePrefix: NAME };
        const lines = stringify(policiesOf(setting), { lineWidth: 0, aliasDuplicateObjects: false }).split('\n');
        return { words: { '@KIND@': kind, '@CLASSLESS@': String(claimClassless), '@ACTION@': action }, lines };
      }),
    ),
  );
}

/** The line with a placeholder in place of each word in which the variants differ. */
function weave(variants: readonly { readonly words: Variant['words']; readonly line: string }[]): string {
  const split = variants.map(({ line }) => line.split(WORD));
  const [first = []] = split;
  if (split.some(({ length }) => length !== first.length)) throw new Error('a policy has variants of different form');
  return first
    .map((word, index) => {
      if (split.every((one) => one[index] === word)) return word;
      const placeholder = Object.keys(variants[0]?.words ?? {}).find((name) =>
        variants.every(({ words }, which) => words[name] === split[which]?.[index]),
      );
      if (placeholder === undefined) throw new Error(`a policy depends on what no placeholder stands for: ${word}`);
      return placeholder;
    })
    .join('');
}
