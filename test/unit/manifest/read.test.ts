import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../src/manifest/read.ts';
import { DEPLOYMENT, serviceText } from './texts.ts';

const names = (text: string) => readManifest(text).services.map(({ service }) => service.metadata.name);
const faults = (text: string) => readManifest(text).problems.map(({ code, at }) => `${at.line}:${at.column} ${code}`);

describe('documents', () => {
  it('are read one by one, and counted without the empty ones', () => {
    const text = ['---', serviceText('a'), '---', '# nothing', '---', DEPLOYMENT, '--- # b', serviceText('b')].join(
      '\n',
    );
    const read = readManifest(text);
    expect(read.services.map(({ service, document }) => [service.metadata.name, document])).toEqual([
      ['a', 1],
      ['b', 3],
    ]);
    expect(read.documents).toBe(3);
    expect(read.problems).toEqual([]);
  });

  it('end at three dots too', () => {
    expect(names(`${serviceText('a')}...\n%YAML 1.1\n---\n${serviceText('b')}`)).toEqual(['a', 'b']);
  });

  it('may hold the marks of a boundary inside a value', () => {
    const text = serviceText('a', { 'example.com/note': '|\n      ---\n      kind: Service' });
    const read = readManifest(text);
    expect(read.documents).toBe(1);
    expect(read.services[0]?.service.metadata.annotations).toEqual({ 'example.com/note': '---\nkind: Service\n' });
  });

  it('may have a byte order mark and the line ends of Windows', () => {
    const read = readManifest(`\uFEFF${serviceText('a', { 'example.com/x': 'why' })}`.replaceAll('\n', '\r\n'));
    expect(read.problems).toEqual([]);
    expect(read.services[0]?.locate(['metadata', 'annotations', 'example.com/x'], 'value')).toEqual({
      line: 6,
      column: 20,
      length: 3,
    });
  });

  it('of other kinds are not looked into', () => {
    const strange = 'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: k, name: k}\nspec: 5\n';
    expect(readManifest([DEPLOYMENT, strange].join('---\n'))).toMatchObject({
      services: [],
      problems: [],
      documents: 2,
    });
  });

  it('of JSON may follow each other without a boundary', () => {
    const one = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { ports: [{ port: 80 }] },
    });
    const text = `${JSON.stringify(one('a'))}${JSON.stringify(one('b'), undefined, 2)}\n${JSON.stringify(one('}{"'), undefined, '\t')}`;
    const read = readManifest(text);
    expect(read.documents).toBe(3);
    expect(read.services.map(({ at }) => at.line)).toEqual([1, 1, 15]);
    expect(read.problems.map(({ at, value }) => [at.line, value])).toEqual([[19, '}{\\"']]);
  });
});

describe('lists', () => {
  const item = (name: string, indent: string) =>
    `- ${serviceText(name, { 'example.com/x': name }).trimEnd().replaceAll('\n', `\n  `)}`.replaceAll(/^/gm, indent);
  const pod = '- kind: Pod\n  apiVersion: v1\n  metadata: {name: p, name: p}';

  it.each([
    [
      'as kubectl prints them',
      `apiVersion: v1\nitems:\n${item('a', '')}\n${pod}\n${item('b', '')}\nkind: List\nmetadata:\n  resourceVersion: ""\n`,
    ],
    [
      'with the kind first and items further in',
      `---\n# all\napiVersion: v1\nkind: List\nitems:\n\n# first\n${item('a', '  ')}\n${item('b', '  ')}`,
    ],
    [
      'with a comment after items, and anchors',
      `apiVersion: v1\nkind: List\nitems: # two\n${item('a', '')}\n${item('b', '').replace('metadata:', 'metadata: &m')}`,
    ],
  ])('%s', (_, text) => {
    const read = readManifest(text);
    expect(read.problems).toEqual([]);
    expect(read.documents).toBe(1);
    for (const { service, locate } of read.services) {
      const { name } = service.metadata;
      const { line, column } = locate(['metadata', 'annotations', 'example.com/x'], 'value');
      expect(text.split('\n')[line - 1]?.slice(column - 1)).toBe(name);
    }
    expect(read.services.map(({ service }) => service.metadata.name)).toEqual(['a', 'b']);
  });

  it('come to the same, cut into items or parsed as a whole', () => {
    const words = fc.constantFrom(
      'plain',
      "'it''s'",
      '"a\\n\\u0041"',
      '|\n  two\n\n  lines',
      '>-\n  folded\n  text',
      '"over\n  lines"',
      '{a: [b, - c]}'.replace('- ', ''),
      '# - none\n  text',
      'a - b',
      '',
    );
    const one = fc
      .tuple(words, fc.constantFrom('Service', 'Pod', 'List'), fc.boolean())
      .map(([word, kind, comment]) =>
        [
          `kind: ${kind}`,
          'apiVersion: v1',
          ...(comment ? ['# - comment', ''] : []),
          `metadata:\n  name: web\n  annotations:\n    example.com/x: ${word.replaceAll('\n', '\n    ')}`,
          'spec:\n  ports:\n  - port: 80',
        ].join('\n'),
      );
    const list = fc.tuple(
      fc.array(one, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('', '  ', '      '),
      fc.constantFrom('- ', '-   '),
    );
    fc.assert(
      fc.property(list, fc.constantFrom('List', 'ServiceList'), ([items, indent, dash], kind) => {
        const within = `${indent}${' '.repeat(dash.length)}`;
        const lines = items.map((text) => `${indent}${dash}${text.replaceAll('\n', `\n${within}`)}\n`);
        const text = `apiVersion: v1\nitems:\n${lines.join('')}kind: ${kind}\nmetadata:\n  resourceVersion: ""\n`;
        const [cut, whole] = [text, `${text}x: &anchor y\n`].map((form) => {
          const { services, problems, documents } = readManifest(form);
          return {
            services: services.map(({ service, at, locate }) => [
              service,
              at,
              locate(['metadata', 'annotations', 'example.com/x'], 'value'),
            ]),
            problems,
            documents,
          };
        });
        expect(cut).toEqual(whole);
      }),
    );
  });

  it('may be broken in one item', () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n${item('a', '')}\n- kind: Service\n  x: "y\n${item('b', '')}`;
    expect(names(text)).toEqual(['a', 'b']);
    expect(faults(text)).toEqual(['15:6 syntax']);
  });

  it('of JSON', () => {
    const services = ['a', 'b'].map((name) => ({ metadata: { name }, spec: { ports: [{ port: 80 }] } }));
    const list = { apiVersion: 'v1', kind: 'ServiceList', items: services };
    const text = JSON.stringify(list, undefined, 2);
    const read = readManifest(text);
    expect(read.problems).toEqual([]);
    const lines = read.services.map(({ locate }) => text.split('\n')[locate(['metadata', 'name']).line - 1]?.trim());
    expect(lines).toEqual(['"name": "a"', '"name": "b"']);
    expect(names(JSON.stringify({ items: services, kind: 'ServiceList', metadata: {} }))).toEqual(['a', 'b']);
    expect(names(JSON.stringify({ items: services, kind: 'PodList' }))).toEqual([]);
  });

  it('may be nested', () => {
    const inner = {
      kind: 'List',
      apiVersion: 'v1',
      items: [{ kind: 'ServiceList', items: [{ metadata: { name: 'deep' } }] }],
    };
    expect(names(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [inner, { kind: 'Pod' }] }))).toEqual([
      'deep',
    ]);
  });

  it('may be written in any way', () => {
    expect(names('kind: List\nitems: [{kind: Service, metadata: {name: a}}]')).toEqual(['a']);
    expect(names('kind: List\nx: &x {kind: Service, metadata: {name: a}}\nitems:\n- *x\n- *x')).toEqual(['a', 'a']);
    expect(names('items: 5\nkind: List # Service')).toEqual([]);
  });
});

describe('what Helm prints', () => {
  const rendered = `---\n# Source: shop/templates/deployment.yaml\n${DEPLOYMENT}---\n# Source: shop/templates/service.yaml\n${serviceText('a')}---\n# Source: shop/templates/empty.yaml\n`;

  it('as a template', () => {
    expect(readManifest(rendered)).toMatchObject({ problems: [], documents: 2 });
    expect(names(rendered)).toEqual(['a']);
  });

  it('of a dry run, with its head and its notes', () => {
    const head =
      'NAME: shop\nLAST DEPLOYED: Sat Nov 21 18:06:14 2026\nNAMESPACE: default\nSTATUS: pending-install\nHOOKS:\nMANIFEST:\n';
    const notes = 'NOTES:\n1. Get the address of the Service: kind of late\n  export IP=$(kubectl get svc {{ "x" }})\n';
    const read = readManifest(head + rendered.replace(/---\n[^\n]*empty.yaml\n$/, '') + notes);
    expect(read.problems).toEqual([]);
    expect(read.services).toHaveLength(1);
  });

  it.each([
    ['a value', 'kind: Service\nmetadata:\n  name: {{ .Values.name }}\n', '3:9'],
    ['a block', 'kind: Service\nmetadata:\n  {{- with .x }}\n  a: b\n  {{- end }}\n', '3:3'],
    ['after a comment', '{{/* head */}}\nkind: Service\n', '1:1'],
    ['a call', 'kind: Service\nmetadata:\n  # {{ no }}\n  labels: {{ include "x" . | nindent 4 }}\n  a: [\n', '4:11'],
  ])('says that a template is not rendered: %s', (_, text, place) => {
    const read = readManifest(text);
    expect(faults(text)).toEqual([`${place} template`]);
    expect(read.problems[0]).toMatchObject({ unreadable: true, message: expect.stringContaining('helm template') });
  });

  it('says so of a name in quotes, and leaves such text in annotations alone', () => {
    const read = readManifest(serviceText('"{{ .Release.Name }}"', { 'example.com/x': "'{{ fine }}'" }));
    expect(read.problems.map(({ message }) => message)).toEqual([
      'Field metadata.name is "{{ .Release.Name }}", which is a template that is not rendered; expected the output of helm template.',
    ]);
  });
});

describe('broken YAML', () => {
  it.each([
    ['kind: Service\nmetadata:\n   name: a\n  x: 2\n', '4:1', 'all mapping items must start at the same column'],
    ['kind: Service\nspec:\n\ttype: x\n', '3:1', 'tabs are not allowed as indentation'],
    ['kind: Service\nname: "a\n', '2:7', 'missing closing quote ".'],
    ['kind: Service\na: b: c\n', '2:4', 'nested mappings are not allowed in compact mappings'],
    ['{"kind": "Service", "a": [}', '1:27', 'flow'],
    ['kind: Service\na: *nobody\n', '2:4', '*nobody names no anchor'],
    ['kind: Service\na: &a [*a]\n', '2:8', '*a names no anchor that is complete before it'],
  ])('%j', (text, place, what) => {
    const read = readManifest(`${text}\n---\n${serviceText('next')}`);
    const [first] = read.problems.filter(({ code }) => code === 'syntax');
    expect(`${first?.at.line}:${first?.at.column}`).toBe(place);
    expect(first?.message.toLowerCase()).toContain(what.toLowerCase());
    expect(first).toMatchObject({ severity: 'error', unreadable: true, document: 1 });
    expect(read.services.map(({ service }) => service.metadata.name)).toContain('next');
  });

  it('without a Service in it is none of our business', () => {
    expect(readManifest('kind: ConfigMap\na: b: c\n---\na: [').problems).toEqual([]);
  });
});

describe('keys', () => {
  it('that are there twice are told with both places, and the last counts', () => {
    const read = readManifest(
      serviceText('a', { 'example.com/x': 'one' }).replace('spec:', '    "example.com/x": two\nspec:'),
    );
    expect(read.problems).toMatchObject([
      { code: 'duplicate-key', at: { line: 7, column: 5 }, also: { line: 6, column: 5 }, unreadable: false },
    ]);
    expect(read.services[0]?.service.metadata.annotations).toEqual({ 'example.com/x': 'two' });
  });

  it('come from merge keys as kubectl takes them', () => {
    const annotations = '&base {example.com/a: "1", example.com/b: "1"}';
    const text = `${serviceText('a').replace('spec:', `  labels: ${annotations}\n  annotations: {example.com/b: "2", <<: [*base, {example.com/a: "3", example.com/c: "3"}]}\nspec:`)}`;
    const read = readManifest(text);
    expect(read.problems).toEqual([]);
    expect(read.services[0]?.service.metadata.annotations).toEqual({
      'example.com/a': '1',
      'example.com/b': '1',
      'example.com/c': '3',
    });
  });

  it('that merge something else than maps are an error', () => {
    expect(faults(serviceText('a').replace('spec:', 'spec:\n  <<: [5]'))).toEqual(['6:3 bad-merge']);
  });

  it('must be text', () => {
    expect(faults(serviceText('a').replace('spec:', 'spec:\n  [a]: b'))).toEqual(['6:3 bad-key']);
  });
});

describe('a place', () => {
  const text = serviceText('a', { 'example.com/list': '10.0.0.0/8, 10.0.0.0/88' });
  const [found] = readManifest(text).services;

  it.each([
    [['metadata', 'annotations', 'example.com/list'], '6:5+16'],
    [['metadata', 'annotations', 'example.com/none'], '5:3+11'],
    [['metadata', 'labels', 'x'], '3:1+8'],
    [['spec', 'ports', 0, 'port'], '10:7+4'],
    [['spec', 'ports', 0, 'nodePort'], '10:7+8'],
    [['spec', 'ports', 7], '9:3+5'],
    [['status'], '1:1+14'],
    [[], '1:1+14'],
  ])('of %j', (path, place) => {
    const { line, column, length } = found!.locate(path);
    expect(`${line}:${column}+${length}`).toBe(place);
  });

  it.each([
    ['', '6:23+23'],
    ['10.0.0.0/8', '6:23+10'],
    ['10.0.0.0/88', '6:35+11'],
    ['0.0.0.0/8', '6:23+23'],
    ['not there', '6:23+23'],
  ])('of the word %j of a value', (word, place) => {
    const { line, column, length } = found!.locate(['metadata', 'annotations', 'example.com/list'], 'value', word);
    expect(`${line}:${column}+${length}`).toBe(place);
  });

  it('of a value that is not there is its key', () => {
    const [service] = readManifest('kind: Service\nmetadata:\n  name: a\nspec:\n').services;
    expect(service?.locate(['spec'], 'value')).toMatchObject({ line: 4, column: 1 });
  });
});
