// The admission policies of the chart are those of `fairlead policy`, for all that they depend on.
import { describe, expect, it } from 'vitest';
import { policiesOf } from '../../src/admission/policy.ts';
import { loadCompiler } from '../../src/provider/registry.ts';
import { parseOptions } from '../../src/schema/index.ts';
import { type Rendered, render } from './helm.ts';

async function expected(
  name: string,
  { kind, ...setting }: { claimClassless: boolean; action: 'Warn' | 'Deny'; kind?: string },
): Promise<readonly object[]> {
  const compiler = await loadCompiler(name);
  if (compiler === undefined) throw new Error(`there is no provider ${name}`);
  const flags = kind === undefined ? {} : { [`${name}-default-type`]: kind };
  const options = parseOptions(compiler.options, { flags, env: {} }).values;
  return policiesOf({
    compiler,
    options,
    serviceAccount: 'net:edge-fairlead',
    namePrefix: 'edge-fairlead.net',
    ...setting,
  });
}

/** The policies among the objects, with no labels, policies and bindings in turn as they are made. */
function policiesIn(objects: readonly Rendered[]): readonly object[] {
  const found = objects.filter(({ kind }) => kind.startsWith('ValidatingAdmissionPolicy'));
  return found.map(bare).sort(byName);
}

function bare({ metadata, ...rest }: { readonly metadata: { readonly name: string } }): object {
  return { ...rest, metadata: { name: metadata.name } };
}

function byName(a: object, b: object): number {
  const [one, other] = [a, b].map((object) => `${(object as Rendered).metadata.name} ${(object as Rendered).kind}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

const place = { release: 'edge', namespace: 'net' };
const cases = (['Warn', 'Deny'] as const).flatMap((action) =>
  [true, false].flatMap((claimClassless) => ['classic', 'nlb'].map((kind) => ({ action, claimClassless, kind }))),
);

describe('the policies', () => {
  it.each(cases)('of aws with $action, claimClassless $claimClassless, $kind by default', async (one) => {
    const { action, claimClassless, kind } = one;
    const objects = await render(
      { clusterName: 'demo', claimClassless, aws: { defaultType: kind }, admissionPolicy: { action } },
      place,
    );
    const wanted = (await expected('aws', one)) as readonly Rendered[];
    expect(policiesIn(objects)).toEqual(wanted.map(bare).sort(byName));
  });

  it('of several providers, of which the first takes Services without a class', async () => {
    const objects = await render({ clusterName: 'demo', provider: ['simulator', 'aws'] }, place);
    const wanted = [
      ...(await expected('simulator', { action: 'Warn', claimClassless: true })),
      ...(await expected('aws', { action: 'Warn', claimClassless: false })),
    ] as readonly Rendered[];
    expect(policiesIn(objects)).toEqual(wanted.map(bare).sort(byName));
  });

  it('judge the Services of the watched namespace only', async () => {
    const objects = await render({ clusterName: 'demo', watchNamespace: 'team-a' }, place);
    const bindings = objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding');
    expect(bindings).toHaveLength(2);
    for (const { spec } of bindings) {
      const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'team-a' } };
      expect(spec).toMatchObject({ matchResources: { namespaceSelector } });
    }
  });

  it('never judge the account that the pods run as', async () => {
    const objects = await render({ clusterName: 'demo', serviceAccount: { create: false, name: 'mine' } }, place);
    expect(JSON.stringify(policiesIn(objects))).toContain('\\"system:serviceaccount:net:mine\\"');
  });

  it.each(['off', false])('are left out with %s', async (action) => {
    expect(policiesIn(await render({ clusterName: 'demo', admissionPolicy: { action } }))).toEqual([]);
  });

  it('leave no placeholder behind', async () => {
    expect(
      JSON.stringify(policiesIn(await render({ clusterName: 'demo', provider: ['aws', 'simulator'] }))),
    ).not.toMatch(/@[A-Z]+@/);
  });
});
