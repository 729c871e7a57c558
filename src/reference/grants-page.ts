// What each provider's cloud has to permit, as a page: the features that can be left out, and the document as
// `fairlead iam-policy` prints it.
import type { AnyCompiler, Grants } from '../provider/provider.ts';

/** In the examples of the documents. */
const CLUSTER_NAME = 'demo';

/** `options` are those that a provider has where nothing is set. */
export function grantsPage(compilers: readonly { readonly compiler: AnyCompiler; readonly options: object }[]): string {
  return [
    '<!-- Made by `npm run docs`. -->',
    '# What the cloud has to permit',
    '',
    'What the features are for, how they are chosen and what they cannot protect is in [iam.md](iam.md).',
    '',
    ...compilers.flatMap(({ compiler: { name, grants }, options }) =>
      grants === undefined ? [] : [providerPart(name, grants, options)],
    ),
  ].join('\n');
}

function providerPart(provider: string, grants: Grants<object>, options: object): string {
  const { features, byDefault = Object.keys(features), partitions } = grants;
  const rows = Object.entries(features).map(
    ([name, doc]) => `| \`${name}\` | ${doc} | ${byDefault.includes(name) ? 'yes' : 'no'} |`,
  );
  const wish = { features: byDefault, partition: partitions[0] ?? '', clusterName: CLUSTER_NAME, options };
  return [
    `## Provider ${provider}`,
    '',
    '| feature | for | granted where nothing is said |',
    '| --- | --- | --- |',
    ...rows,
    '',
    `Partitions: ${partitions.map((name) => `\`${name}\``).join(', ')}.`,
    '',
    `\`fairlead iam-policy --provider ${provider} --cluster-name ${CLUSTER_NAME}\` prints:`,
    '',
    '```json',
    JSON.stringify(grants.document(wish), undefined, 2),
    '```',
    '',
  ].join('\n');
}
