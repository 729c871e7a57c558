// All files of the chart that are written from tables, by path inside the chart.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardFile } from './dashboard.ts';
import { installSections } from './install-values.ts';
import { metricsSection } from './metrics-values.ts';
import { networkSections } from './network-values.ts';
import { podSection } from './pod-values.ts';
import { policyFile } from './policies.ts';
import { chartReadme } from './readme.ts';
import { rightsTemplate } from './rights-template.ts';
import { valuesSchema } from './schema-json.ts';
import { commonSettings, compilers, providerSettings } from './settings.ts';
import { settingsTemplate } from './settings-template.ts';
import type { Section } from './value.ts';
import { valuesYaml } from './values-yaml.ts';

export const CHART = join(import.meta.dirname, '..', 'fairlead');

/** By path inside the chart. Chart.yaml is read and gets its version only. */
export async function chartFiles(version: string): Promise<ReadonlyMap<string, string>> {
  const all = await compilers();
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
    ...installSections,
    metricsSection,
    ...networkSections,
  ];
  const values = sections.flatMap((section) => section.values);
  return new Map([
    ['Chart.yaml', withVersion(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'), version)],
    ['values.yaml', valuesYaml(sections)],
    ['values.schema.json', `${JSON.stringify(valuesSchema(values), undefined, 2)}\n`],
    ['README.md', chartReadme(sections)],
    ['files/dashboard.json', dashboardFile()],
    ['templates/_rights.tpl', rightsTemplate()],
    ['templates/_settings.tpl', settingsTemplate(common, providers)],
    ...all.map((compiler) => [`files/admission/${compiler.name}.yaml`, policyFile(compiler)] as const),
  ]);
}

function withVersion(chart: string, version: string): string {
  return chart.replace(/^version: .*$/m, `version: ${version}`).replace(/^appVersion: .*$/m, `appVersion: ${version}`);
}
