// What annotations ask of each other, as sentences, made from the relations and checks that parsing follows.
import type { Fields, Relation, Schema } from '../schema/index.ts';
import { RELATION_WORDS } from '../schema/relations.ts';

/**
 * All that concerns one field, Markdown: what it asks of others, what others ask of it, and the checks that it is part of.
 * With a kind of load balancer: only what counts on that kind.
 */
export function relationSentences(schema: Schema<object>, name: string, kind?: string): readonly string[] {
  const fields: Fields = schema.fields;
  const counts = ({ kinds }: Relation) => kind === undefined || kinds === undefined || kinds.includes(kind);
  const sentences: string[] = [];
  for (const [owner, { key, requires = [], conflicts = [] }] of Object.entries(fields)) {
    for (const [relations, verbs] of [
      [requires, RELATION_WORDS.requires] as const,
      [conflicts, RELATION_WORDS.conflicts] as const,
    ]) {
      for (const relation of relations.filter(counts)) {
        if (owner === name) sentences.push(own(schema, relation, verbs));
        else if (relation.field === name && appliesOn(schema, owner, kind)) {
          sentences.push(reverse(schema, key, relation, verbs));
        }
      }
    }
  }
  return [...sentences, ...schema.checks.filter(({ fields: named }) => named.includes(name)).map(({ doc }) => doc)];
}

type Verbs = Readonly<Record<Relation['severity'], string>>;

function own(schema: Schema<object>, relation: Relation, verbs: Verbs): string {
  const set = relation.when === undefined ? '' : `set to ${oneOf(relation.when)}, `;
  return sentence(schema, relation, `${set}it ${verbs[relation.severity]} ${other(schema, relation)}`);
}

function reverse(schema: Schema<object>, key: string, relation: Relation, verbs: Verbs): string {
  const set = relation.when === undefined ? '' : ` set to ${oneOf(relation.when)}`;
  const it = relation.is === undefined ? 'it' : `this set to ${oneOf(relation.is)}`;
  return sentence(schema, relation, `\`${key}\`${set} ${verbs[relation.severity]} ${it}`);
}

function sentence(schema: Schema<object>, { kinds, because }: Relation, clause: string): string {
  const where = kinds === undefined ? '' : `On ${kinds.map((one) => schema.kinds[one] ?? one).join(' or ')}, `;
  const text = `${where}${clause}, since ${because}.`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function other(schema: Schema<object>, { field, is }: Relation): string {
  const { key } = (schema.fields as Fields)[field]!;
  return `\`${key}\`${is === undefined ? '' : ` set to ${oneOf(is)}`}`;
}

function oneOf(values: readonly (string | number | boolean)[]): string {
  return values.map((value) => `\`${value}\``).join(' or ');
}

function appliesOn(schema: Schema<object>, name: string, kind: string | undefined): boolean {
  const { appliesTo } = (schema.fields as Fields)[name] ?? {};
  return kind === undefined || appliesTo === undefined || appliesTo.includes(kind);
}
