// A value that is set to null, by which Helm takes it away: it is as if nothing was said, or refused by its name.
import { describe, expect, it } from 'vitest';
import { chartFiles } from '../../helm/generate/chart.ts';
import { version } from '../../src/version.ts';
import { CHART, helm, render } from './helm.ts';
import { argsOf } from './objects.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

const schema = JSON.parse((await chartFiles(version())).get('values.schema.json') ?? '') as Schema;

/** Paths of the values that must be there, and of those that need not be. */
function pathsIn(
  { properties = {}, required = [] }: Schema,
  prefix = '',
): readonly { path: string; isRequired: boolean }[] {
  return Object.entries(properties).flatMap(([key, under]) => {
    const path = prefix + key;
    const isGroup = under.properties !== undefined;
    return isGroup ? pathsIn(under, `${path}.`) : [{ path, isRequired: required.includes(key) }];
  });
}

const all = pathsIn(schema);

describe('null', () => {
  it.each(all.filter(({ isRequired }) => isRequired).map(({ path }) => path))('is refused for %s', async (path) => {
    const { code, err } = await helm(['template', 'fairlead', CHART, '--set', `clusterName=demo,${path}=null`]);
    expect(code).not.toBe(0);
    expect(err).toContain(`missing property '${path.split('.').at(-1)}'`);
  });

  it.each([['aws'], ['simulator']])('is fine for the group %s', async (group) => {
    expect(argsOf(await render({ clusterName: 'demo', [group]: null }))).toContain('--provider=aws');
  });

  it('is refused for a group that is needed', async () => {
    const { err } = await helm(['template', 'fairlead', CHART, '--set', 'clusterName=demo,metrics.service=null']);
    expect(err).toContain("at '/metrics': missing property 'service'");
  });

  it('is fine for all other values at once', async () => {
    const free = all.filter(({ path, isRequired }) => !isRequired && path !== 'clusterName').map(({ path }) => path);
    expect(free.length).toBeGreaterThan(50);
    const flags = free.flatMap((path) => ['--set', `${path}=null`]);
    const { code, err, out } = await helm(['template', 'fairlead', CHART, '--set', 'clusterName=demo', ...flags]);
    expect(code, err).toBe(0);
    expect(out).not.toMatch(/<nil>|no value/);
  });
});
