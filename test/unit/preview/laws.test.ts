// Laws of every golden case: against a cloud that is made up, a Service is found to be at fault only for what it says
// itself; and once its graph is in force, the same Service has nothing to change.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { awsCompiler } from '../../../providers/aws/compiler.ts';
import { simulatorCompiler } from '../../../providers/simulator/compiler.ts';
import { isEmpty } from '../../../src/engine/plan.ts';
import { renderPlan } from '../../../src/engine/render.ts';
import type { Service } from '../../../src/kube/types.ts';
import { judge, type Setting } from '../../../src/preview/judge.ts';
import { previewChange } from '../../../src/preview/preview.ts';
import type { AnyCompiler } from '../../../src/provider/provider.ts';
import { parseOptions } from '../../../src/schema/options.ts';

const golden = join(import.meta.dirname, '../../golden/aws');
const cluster = { name: 'demo', uid: '11111111-2222-4333-8444-555555555555' };
const cases = globSync('*/service.yaml', { cwd: golden })
  .map((file) => dirname(file))
  .sort();

/** The cases in which the cloud, and not the Service, is as it should not be. */
const FAULTS_OF_THE_CLOUD = [
  'certificate-elsewhere',
  'classic-certificate-elsewhere',
  'classic-option-group-unknown',
  'classic-own-groups-unknown',
  'classic-subnet-of-option-unknown',
  'elastic-ips-at-fault',
  'named-subnets-at-fault',
  'no-subnet',
  'own-groups-unknown',
  'private-addresses-at-fault',
  'replace-nlb-addresses-held',
  'replace-nlb-private-addresses-held',
];

function load(name: string): {
  readonly service: Service;
  readonly setting: Setting;
  readonly errors: readonly string[];
} {
  const text = (file: string) => readFileSync(join(golden, name, file), 'utf8');
  const flags = existsSync(join(golden, name, 'options.json')) ? JSON.parse(text('options.json')) : {};
  const { values: options } = parseOptions(awsCompiler.options, { flags, env: {} });
  const compiler = awsCompiler as unknown as AnyCompiler;
  return {
    service: parse(text('service.yaml')) as Service,
    setting: { compiler, options, cluster, claimClassless: true },
    errors: text('problems.txt')
      .split('\n')
      .filter((line) => line.startsWith('error: ')),
  };
}

describe.each(cases)('%s', (name) => {
  const { service, setting, errors } = load(name);

  it('is at fault in an imagined cloud only for what the Service says', () => {
    const { problems } = judge(setting, service);
    const found = problems.filter(({ severity }) => severity === 'error').map(({ message }) => `error: ${message}`);
    expect(found).toEqual(FAULTS_OF_THE_CLOUD.includes(name) ? [] : errors);
  });

  it('has nothing to change once it is in force', () => {
    const { before, after } = previewChange(setting, service, service);
    if (!before.graph) return expect(after.plan).toBeUndefined();
    expect(after.problems).toEqual(before.problems);
    expect(after.graph).toEqual(before.graph);
    expect(after.plan && isEmpty(after.plan), after.plan && renderPlan(after.plan)).toBe(true);
  });
});

it('has cases of both sorts', () => {
  const faulty = cases.filter((name) => load(name).errors.length > 0);
  expect(faulty).toEqual(expect.arrayContaining(FAULTS_OF_THE_CLOUD));
  expect(faulty.length).toBeGreaterThan(FAULTS_OF_THE_CLOUD.length);
});

describe('the simulator', () => {
  const service = (annotations: Readonly<Record<string, string>>): Service => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      namespace: 'shop',
      name: 'web',
      uid: '8a0b1c2d-3e4f-4061-8273-8495a6b7c8d9',
      resourceVersion: '1',
      annotations,
    },
    spec: { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }] },
  });
  const compiler = simulatorCompiler as unknown as AnyCompiler;
  const { values: options } = parseOptions(simulatorCompiler.options, { flags: {}, env: {} });
  const setting: Setting = { compiler, options, cluster, claimClassless: true };

  it.each(simulatorCompiler.imagine().facts.tiers)('has nothing to change once it is in force (%s)', (tier) => {
    const given = service({ 'simulator.fairlead.dev/tier': tier });
    const { before, after } = previewChange(setting, given, given);
    expect(before.problems).toEqual([]);
    expect(after.plan && isEmpty(after.plan), after.plan && renderPlan(after.plan)).toBe(true);
  });
});
