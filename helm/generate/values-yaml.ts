// values.yaml: every value with its default, what it means above it.
import { stringify } from 'yaml';
import { type Branch, isBranch, treeOf } from './tree.ts';
import type { Section, Value } from './value.ts';

const WIDTH = 120;

const HEAD = `# The values of the chart. A setting of the controller that is null here is not passed on, so the controller's own default
# counts, which is told beside it. Written by \`npm run docs\` from the controller's tables: change those.
`;

export function valuesYaml(sections: readonly Section[]): string {
  const parts = sections.map(({ title, doc, values }) => {
    const entries = [...treeOf(values).children].map(([key, node]) => linesOf(key, node, 0).join('\n'));
    return `\n# ---- ${title} ----\n${comment(doc, 0).join('\n')}\n\n${entries.join('\n\n')}\n`;
  });
  return HEAD + parts.join('');
}

function linesOf(key: string, node: Branch | Value, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  if (isBranch(node)) {
    return [`${indent}${key}:`, ...[...node.children].flatMap(([name, child]) => linesOf(name, child, depth + 1))];
  }
  const { doc, defaultText } = node;
  const said = defaultText === undefined ? doc : `${doc} Default: ${defaultText}.`;
  const written = stringify({ [key]: node.default }, { lineWidth: 0 }).trimEnd();
  return [...comment(said, depth), ...written.split('\n').map((line) => indent + line)];
}

/** Broken into lines between words. */
function comment(markdown: string, depth: number): readonly string[] {
  const start = `${'  '.repeat(depth)}#`;
  const lines: string[] = [];
  let line = start;
  for (const word of markdown.replaceAll('`', '').split(' ')) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = start;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
