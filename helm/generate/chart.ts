// All files of the chart that are written from tables, by path inside the chart.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operationsOf } from '../../src/provider/operations.ts';
import type { AnyCompiler } from '../../src/provider/provider.ts';
import { loadCompilers } from '../../src/provider/registry.ts';
import { dashboardFile } from './dashboard.ts';
import { installSections } from './install-values.ts';
import { metricsSection } from './metrics-values.ts';
import { networkSections } from './network-values.ts';
import { podSection } from './pod-values.ts';
import { policyFile } from './policies.ts';
import { chartReadme } from './readme.ts';
import { rightsTemplate } from './rights-template.ts';
import { valuesSchema } from './schema-json.ts';
import { commonSettings, providerSettings } from './settings.ts';
import { settingsTemplate } from './settings-template.ts';
import type { Section } from './value.ts';
import { valuesYaml } from './values-yaml.ts';

export const CHART = join(import.meta.dirname, '..', 'fairlead');

/** By path inside the chart. Chart.yaml is read, and gets its version and the names of the providers in its keywords. */
export async function chartFiles(version: string): Promise<ReadonlyMap<string, string>> {
  const all = await loadCompilers();
  const common = commonSettings(all);
  const providers = all.map((compiler) => ({ compiler, settings: providerSettings(compiler, all) }));
  const sections: readonly Section[] = [
    { title: 'Controller', doc: 'What the controller is told, by the names of its flags.', values: common },
    ...providers.map(({ compiler: { name }, settings }) => ({
      title: `Provider ${name}`,
      doc: `Of effect with \`provider: ${name}\` only; refused without it.`,
      values: settings,
    })),
    podSection,
    ...installSections(all),
    metricsSection,
    ...networkSections(all),
  ];
  const values = sections.flatMap((section) => section.values);
  return new Map([
    ['Chart.yaml', chartOf(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'), version, all)],
    ['values.yaml', valuesYaml(sections)],
    ['values.schema.json', `${JSON.stringify(valuesSchema(values), undefined, 2)}\n`],
    ['README.md', chartReadme(sections, all)],
    ['files/dashboard.json', dashboardFile()],
    ['templates/_rights.tpl', rightsTemplate()],
    ['templates/_settings.tpl', settingsTemplate(common, providers)],
    ...all.map((compiler) => [`files/admission/${compiler.name}.yaml`, policyFile(compiler)] as const),
  ]);
}

function chartOf(chart: string, version: string, all: readonly AnyCompiler[]): string {
  const clouds = all.filter((one) => operationsOf(one).pretence === undefined);
  const words = ['load-balancer', 'cloud-controller-manager', ...clouds.map(({ name }) => name)];
  return chart
    .replace(/^version: .*$/m, `version: ${version}`)
    .replace(/^appVersion: .*$/m, `appVersion: ${version}`)
    .replace(/^keywords:\n(?: {2}- .*\n)*/m, `keywords:\n${words.map((word) => `  - ${word}\n`).join('')}`);
}
