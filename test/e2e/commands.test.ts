// Every command of the built file, so that what only goes wrong in the bundle does not go unseen. None needs a cluster.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { COMMANDS } from '../../src/cli/commands.ts';
import { loadReference } from '../../src/reference/load.ts';
import { buildCommand, fairleadAlone } from '../stack/command.ts';

const SERVICE = `
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-type: nlb
    service.beta.kubernetes.io/aws-load-balancer-internal: "yes"
spec:
  type: LoadBalancer
  ports: [{ port: 80 }]
`;

let folder = '';
let bad = '';
let good = '';

beforeAll(async () => {
  await buildCommand();
  folder = await mkdtemp(join(tmpdir(), 'fairlead-commands-'));
  bad = join(folder, 'bad.yaml');
  good = join(folder, 'good.yaml');
  await writeFile(bad, SERVICE);
  await writeFile(good, SERVICE.replace('"yes"', '"true"'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the built command line', () => {
  it.each(COMMANDS.map(({ name }) => name))('helps with %s', async (name) => {
    const { code, out, err } = await fairleadAlone(name, '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Usage: fairlead ${name}`);
  });

  it('explains an annotation in every form', async () => {
    expect((await fairleadAlone('explain', 'internal')).out).toContain('CreateLoadBalancer.Scheme');
    const { entries } = await loadReference();
    const json = JSON.parse((await fairleadAlone('explain', '-o', 'json')).out) as { entries: readonly object[] };
    expect(json.entries).toEqual(JSON.parse(JSON.stringify(entries)));
    const yaml = parse((await fairleadAlone('explain', 'internal', '-o', 'yaml')).out) as typeof json;
    expect(yaml.entries).toMatchObject([{ suffix: 'internal' }]);
    expect(await fairleadAlone('explain', 'qqqqqqqq')).toMatchObject({ code: 1, out: '' });
  });

  it('validates files', async () => {
    const { code, out } = await fairleadAlone('validate', '-f', bad);
    expect(code).toBe(1);
    expect(out).toContain(`${bad}:9:`);
    expect(out).toContain('did you mean "true"?');
    expect(await fairleadAlone('validate', '-f', good)).toMatchObject({ code: 0, out: '' });
    expect(await fairleadAlone('validate', '-f', join(folder, 'none.yaml'))).toMatchObject({ code: 3 });
    expect(await fairleadAlone('validate')).toMatchObject({ code: 2, out: '' });
  });

  it('plans files', async () => {
    const { code, out } = await fairleadAlone('plan', '-f', good, '--show-iam');
    expect(code).toBe(0);
    expect(out).toContain('scheme: internal');
    expect(out).toContain('5 API calls');
    expect(out).toContain('elasticloadbalancing:CreateLoadBalancer');
    expect(await fairleadAlone('plan', '-f', bad)).toMatchObject({ code: 1 });
  });

  it('prints policies', async () => {
    const yaml = parseAllDocuments((await fairleadAlone('policy', '--action', 'Deny')).out).map((one) => one.toJS());
    const json = JSON.parse((await fairleadAlone('policy', '--action', 'Deny', '-o', 'json')).out) as {
      items: object[];
    };
    expect(yaml).toEqual(json.items);
    expect(yaml.length).toBe(4);
  });

  it('knows where the pages are', async () => {
    const { code, out } = await fairleadAlone('reference');
    expect(code).toBe(0);
    expect(out).toContain('dist/reference/index.html');
  });

  it('completes', async () => {
    expect((await fairleadAlone('completion', 'bash')).out).toContain('complete -');
    expect((await fairleadAlone('__complete', 'explain', 'inter')).out).toMatch(/^internal\b/m);
  });
});
