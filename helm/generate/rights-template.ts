// templates/_rights.tpl: the rules of the roles, from the controller's own list of rights. Under which settings a right is
// needed is found by asking for every combination.
import { type Right, rightsOf, type Where } from '../../src/kube/rights.ts';

const LEASE = '{{ .lease | toYaml }}';
const PLACES: Readonly<Record<Where, string>> = {
  cluster: 'The rules for the cluster as a whole.',
  services: 'The rules where the Services are.',
  lease: 'The rules where the Lease is.',
};
/** As the templates call what the rights depend on. */
const CONDITIONS = ['writes', 'elects', 'watches'] as const;

type Case = Readonly<Record<(typeof CONDITIONS)[number], boolean>>;

/** One template a place; each is given the conditions and the name of the Lease. */
export function rightsTemplate(): string {
  const found = new Map<string, { readonly right: Right; readonly cases: Case[] }>();
  for (const one of allCases()) {
    for (const right of rightsIn(one)) {
      const key = JSON.stringify(right);
      const entry = found.get(key) ?? { right, cases: [] };
      entry.cases.push(one);
      found.set(key, entry);
    }
  }
  const defines = (Object.keys(PLACES) as Where[]).map((where) => {
    const rules = [...found.values()].filter(({ right }) => right.where === where);
    return define(where, rules.map(({ right, cases }) => conditional(cases, rule(right))).join(''));
  });
  return `{{- /* Written by \`npm run docs\` from src/kube/rights.ts: change that. */}}\n\n${defines.join('\n')}`;
}

function allCases(): readonly Case[] {
  const both = [true, false];
  return both.flatMap((writes) => both.flatMap((elects) => both.map((watches) => ({ writes, elects, watches }))));
}

function rightsIn({ writes, elects, watches }: Case): readonly Right[] {
  const settings = { leaderElect: elects, leaderElectionId: LEASE, watchNamespace: watches ? 'one' : undefined };
  const [first = [], ...others] = (writes ? (['sync', 'upsert-only'] as const) : (['observe-only'] as const)).map(
    (policy) => rightsOf({ ...settings, policy }),
  );
  if (others.some((other) => JSON.stringify(other) !== JSON.stringify(first))) {
    throw new Error('policies that write need different rights: the templates cannot say that yet');
  }
  return first;
}

/** Throws for anything but "all of these conditions hold". */
function conditional(cases: readonly Case[], text: string): string {
  const needed = CONDITIONS.filter((name) => cases.every((one) => one[name]));
  const expected = allCases().filter((one) => needed.every((name) => one[name]));
  if (expected.length !== cases.length) throw new Error(`the templates cannot say yet when this is needed:${text}`);
  if (needed.length === 0) return text;
  const all = needed.map((name) => `.${name}`).join(' ');
  return `\n{{- if ${needed.length > 1 ? `and ${all}` : all} }}${text}\n{{- end }}`;
}

function rule({ apiGroup, resource, names, verbs, why }: Right): string {
  const lines = [
    `# ${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
    `- apiGroups: [${apiGroup === '' ? '""' : apiGroup}]`,
    `  resources: [${resource}]`,
    ...(names === undefined ? [] : [`  resourceNames: [${names.join(', ')}]`]),
    `  verbs: [${verbs.join(', ')}]`,
  ];
  return lines.map((line) => `\n${line}`).join('');
}

function define(where: Where, rules: string): string {
  return `{{- /* ${PLACES[where]} */}}\n{{- define "fairlead.${where}Rules" -}}${rules}\n{{- end -}}\n`;
}
