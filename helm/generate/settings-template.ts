// templates/_settings.tpl: which value becomes which flag, what depends on the provider, and the bounds of durations.
import { type Egress, operationsOf } from '../../src/provider/operations.ts';
import type { AnyCompiler } from '../../src/provider/provider.ts';
import { kindSettingOf } from './kind-setting.ts';
import type { Setting } from './value.ts';

const HEAD = `{{- /* Written by \`npm run docs\` from the controller's tables: change those. */}}
`;

export function settingsTemplate(
  common: readonly Setting[],
  providers: readonly { readonly compiler: AnyCompiler; readonly settings: readonly Setting[] }[],
): string {
  const all = [...common, ...providers.flatMap(({ settings }) => settings)];
  const named = (text: (one: (typeof providers)[number]) => string) =>
    providers.map((one) => `${JSON.stringify(one.compiler.name)} ${text(one)}`).join(' ');
  return [
    HEAD,
    define('fairlead.settings', 'The settings that are set, in the order of the README, as a JSON list.', [
      '{{- $set := list -}}',
      ...all.map(settingLine),
      '{{- $set | toJson -}}',
    ]),
    define('fairlead.classes', 'The classes of Services that each provider answers to, as JSON.', [
      `{{- dict ${named(({ compiler }) => `(list ${compiler.classes.map((one) => JSON.stringify(one)).join(' ')})`)} | toJson -}}`,
    ]),
    define('fairlead.kinds', 'The kind of load balancer that Services get which do not say it, by provider, as JSON.', [
      `{{- dict ${named(({ compiler, settings }) => kindOf(compiler, settings))} | toJson -}}`,
    ]),
    define(
      'fairlead.egress',
      'What each provider has to reach besides, as rules of a NetworkPolicy by provider, as JSON.',
      [literalJson(providers, (compiler) => (operationsOf(compiler).egress ?? []).map(egressRule))],
    ),
    define('fairlead.pretences', 'Providers that are no clouds: what is to be known of each, as JSON.', [
      literalJson(providers, (compiler) => operationsOf(compiler).pretence),
    ]),
  ].join('\n');
}

function define(name: string, what: string, lines: readonly string[]): string {
  return `{{- /* ${what} */}}\n{{- define "${name}" -}}\n${lines.join('\n')}\n{{- end -}}\n`;
}

/** An object by the names of the providers; those without an answer are left out. */
function literalJson(
  providers: readonly { readonly compiler: AnyCompiler }[],
  answer: (compiler: AnyCompiler) => unknown,
): string {
  return JSON.stringify(Object.fromEntries(providers.map(({ compiler }) => [compiler.name, answer(compiler)])));
}

function egressRule({ what, cidrs, ports }: Egress): object {
  const to = cidrs?.map((cidr) => ({ ipBlock: { cidr } }));
  return { what, rule: { ...(to && { to }), ports: ports.map((port) => ({ port, protocol: 'TCP' })) } };
}

/** Survives a parent that is not there: \`(.Values.aws).region\`. */
function reference(path: string): string {
  return path
    .split('.')
    .reduce((before, part) => (before === '.Values' ? `.Values.${part}` : `(${before}).${part}`), '.Values');
}

function settingLine({ path, flag, form, bounds }: Setting): string {
  const value = reference(path);
  const limits =
    bounds === undefined ? '' : ` "minMs" ${bounds.minMs} "maxMs" ${bounds.maxMs} "expected" "${bounds.expected}"`;
  const entry = `dict "path" "${path}" "flag" "${flag}" "form" "${form}" "value" ${value}${limits}`;
  return `{{- if not (kindIs "invalid" ${value}) }}{{ $set = append $set (${entry}) }}{{ end -}}`;
}

function kindOf(compiler: AnyCompiler, settings: readonly Setting[]): string {
  const deciding = kindSettingOf(compiler);
  if (deciding === undefined) return '""';
  const path = settings.find(({ flag }) => flag === deciding.flag)?.path ?? '';
  return `(${reference(path)} | default ${JSON.stringify(deciding.otherwise)})`;
}
