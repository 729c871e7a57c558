// Every alert has a page and every page an alert; what the pages name exists.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reasonOf } from '../../../src/controller/conditions.ts';
import { CODES, type Code } from '../../../src/engine/errors.ts';
import { alerts, RUNBOOKS } from '../../telemetry/files.ts';
import { questionOf } from '../../telemetry/promql.ts';
import { vocabulary } from '../../telemetry/vocabulary.ts';

const all = alerts();
const pages = readdirSync(RUNBOOKS).filter((file) => file !== 'README.md');
const read = (file: string) => readFileSync(join(RUNBOOKS, file), 'utf8');
const SECTIONS = ['What users feel', 'How to find out', 'What to do', 'When to escalate'];

describe('alerts', () => {
  it.each(all)('$alert has a severity, a short summary, a description and the page of its name', (rule) => {
    const { alert, labels, annotations } = rule;
    expect(alert).toMatch(/^Fairlead[A-Z]\w+$/);
    expect(Object.keys(labels)).toEqual(['severity']);
    expect(['critical', 'warning', 'info']).toContain(labels.severity);
    expect(Object.keys(annotations)).toEqual(['summary', 'description', 'runbook_url']);
    expect(annotations.summary?.length).toBeLessThanOrEqual(70);
    expect(annotations.summary).not.toMatch(/\{\{|\.$/);
    expect(annotations.description).toMatch(/\.$/);
    expect(annotations.runbook_url).toBe(`docs/runbooks/${alert}.md`);
  });

  it('are found on the page that lists them, as they are', () => {
    const rows = all.map(
      ({ alert, labels, annotations }) => `| [${alert}](${alert}.md) | ${labels.severity} | ${annotations.summary} |`,
    );
    const listed = read('README.md')
      .split('\n')
      .filter((line) => line.startsWith('| [Fairlead'));
    expect(listed).toEqual(rows);
  });

  it('have one page each, and no page has none', () => {
    expect(pages.sort()).toEqual(all.map(({ alert }) => `${alert}.md`).sort());
  });
});

describe('runbooks', () => {
  it.each(pages)('%s has its parts, in order', (file) => {
    const text = read(file);
    expect(text.startsWith(`# ${file.replace(/\.md$/, '')}\n\n`)).toBe(true);
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(SECTIONS);
    // What it means comes first, without a heading.
    expect(text.split('\n')[2]).toMatch(/^\S/);
  });

  it.each([...pages, 'README.md'])('%s leads to pages that are there', (file) => {
    for (const [, target = '', anchor] of read(file).matchAll(/\]\(([^)#]+)(?:#([^)]+))?\)/g)) {
      const path = join(RUNBOOKS, target);
      expect(existsSync(path), target).toBe(true);
      if (anchor !== undefined) expect(read(target).toLowerCase()).toContain(`\n## ${anchor.replaceAll('-', ' ')}\n`);
    }
  });

  it.each(pages)('%s names metrics that exist, in PromQL that parses', (file) => {
    const words = vocabulary();
    const known = new Set([...words.keys()].map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    const text = read(file);
    const own = /\b(?:fairlead|cloud_api|workqueue|controller_runtime|rest_client|leader_election|nodejs|process)_\w+/g;
    for (const [name] of text.matchAll(own))
      expect(known.has(name.replace(/_(bucket|sum|count)$/, '')), name).toBe(true);
    const queries = [...text.matchAll(/`((?:sum|rate|histogram_quantile|up|max)\b[^`]*)`/g)].map(
      ([, query = '']) => query,
    );
    for (const query of queries) expect(() => questionOf(query), query).not.toThrow();
  });

  it.each([
    ['blocked', 'FairleadServicesBlocked.md'],
    ['transient', 'FairleadServicesFailing.md'],
  ])('tell what to do about every reason of the family %s', (family, file) => {
    const codes = (Object.keys(CODES) as Code[]).filter((code) => CODES[code].family === family && code !== 'stopped');
    const text = read(file);
    for (const code of codes) expect(text).toContain(`\`${reasonOf(code)}\``);
  });
});
