// Reads openstack-cloud-controller-manager's configuration file (INI in the dialect of gcfg) into our options. Loaded only
// where one is given. It decides nothing about values that our options check anyway, never throws, and shows no value of
// [Global], where the credentials are: those are read elsewhere.
import { lastText, partsOf, type Section, sectionOf, type Tell } from '../../src/provider/gcfg.ts';
import type { CloudConfig, CloudConfigAbout } from '../../src/provider/provider.ts';
import { type FileValue, type Problem, problem, escapeText as shown } from '../../src/schema/index.ts';
import { CLASS_KEYS, classesText, isClassName } from './classes.ts';
import {
  BOOLEANS,
  FIXED,
  GLOBAL_KEYS,
  LOAD_BALANCER_KEYS,
  NETWORKING_KEYS,
  SAME,
  SAME_BOOLEAN,
  SECTIONS,
} from './cloud-config-keys.ts';

const MOST_PROBLEMS = 50;

type Give = (option: string, key: string, value: string) => void;

export const cloudConfig: CloudConfig = { option: 'openstack-cloud-config', read: readCloudConfig };

export async function readCloudConfig(
  text: string,
  about: Pick<CloudConfigAbout, 'file'>,
): Promise<{ readonly given: Readonly<Record<string, FileValue>>; readonly problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  const name = (key: string) => ({ noun: 'Key', key: `${key} of ${about.file}` });
  const tell: Tell = (severity, key, value, message, suggestion) => {
    if (problems.length >= MOST_PROBLEMS) return;
    const code = severity === 'error' ? 'invalid-value' : 'no-effect';
    const rest = { expected: suggestion ?? 'what the message says', suggestion, message: `${about.file}: ${message}` };
    problems.push(problem(severity, code, name(key), value, rest));
  };
  const given: Record<string, FileValue> = {};
  const give: Give = (option, key, value) => {
    given[option] = { name: name(key), text: value };
  };
  const parts = partsOf(text, SECTIONS, tell);
  const section = (kind: string, title: string, keys: readonly string[]) =>
    sectionOf(
      title,
      parts.filter((part) => part.kind === kind).flatMap(({ lines }) => lines),
      keys,
      tell,
    );
  fromGlobal(section('global', '[Global]', GLOBAL_KEYS), give, tell);
  fromLoadBalancer(section('loadbalancer', '[LoadBalancer]', LOAD_BALANCER_KEYS), give, tell);
  section('networking', '[Networking]', NETWORKING_KEYS);
  fromClasses(
    Map.groupBy(
      parts.filter(({ kind }) => kind === 'loadbalancerclass'),
      ({ label = '' }) => label,
    ),
    give,
    tell,
  );
  return { given, problems };
}

function fromGlobal(section: Section, give: Give, tell: Tell): void {
  const only = (key: string) => lastText(`[Global] ${key}`, section.get(key) ?? [], tell);
  const authUrl = only('auth-url');
  if (authUrl !== undefined) give('openstack-auth-url', '[Global] auth-url', authUrl);
  const region = only('region');
  if (region !== undefined) give('openstack-region', '[Global] region', region);
  const endpoint = only('os-endpoint-type');
  // The old spelling of OpenStack's clients: publicURL.
  if (endpoint !== undefined) give('openstack-interface', '[Global] os-endpoint-type', endpoint.replace(/URL$/, ''));
  const usesClouds = booleanOf('[Global] use-clouds', section.get('use-clouds'), tell) === 'true';
  for (const [key, option] of [
    ['clouds-file', 'openstack-clouds-file'],
    ['cloud', 'openstack-cloud'],
  ] as const) {
    const value = only(key);
    if (value === undefined) continue;
    if (usesClouds) give(option, `[Global] ${key}`, value);
    else tell('warning', `[Global] ${key}`, '', `[Global] ${key} has no effect without use-clouds = true`);
  }
}

function fromLoadBalancer(section: Section, give: Give, tell: Tell): void {
  const title = (key: string) => `[LoadBalancer] ${key}`;
  for (const key of SAME) {
    const value = lastText(title(key), section.get(key) ?? [], tell);
    if (value !== undefined) give(`openstack-${key}`, title(key), value);
  }
  for (const key of SAME_BOOLEAN) {
    const value = booleanOf(title(key), section.get(key), tell);
    if (value !== undefined) give(`openstack-${key}`, title(key), value);
  }
  for (const [key, { severity, why }] of Object.entries(FIXED)) {
    const value = booleanOf(title(key), section.get(key), tell);
    if (value === 'false') tell(severity, title(key), value, `${title(key)} is false: ${why}`);
  }
  const version = lastText(title('lb-version'), section.get('lb-version') ?? [], tell);
  if (version !== undefined && version !== 'v2') {
    const message = `${title('lb-version')} is "${shown(version)}", and Fairlead knows version 2 only; expected v2, or no such key`;
    tell('error', title('lb-version'), version, message, 'v2');
  }
}

/** A key without a value is true; undefined: not given, or told as wrong. */
function booleanOf(key: string, values: readonly (string | true)[] = [], tell: Tell): 'true' | 'false' | undefined {
  if (values.at(-1) === true) return 'true';
  const text = lastText(key, values, tell);
  if (text === undefined) return undefined;
  const lower = text.toLowerCase();
  if (Object.hasOwn(BOOLEANS, lower)) return BOOLEANS[lower];
  tell('error', key, text, `${key} is "${shown(text)}"; expected true or false`);
  return undefined;
}

/** All classes become one option. */
function fromClasses(
  byName: ReadonlyMap<string, readonly { readonly lines: readonly string[] }[]>,
  give: Give,
  tell: Tell,
): void {
  const classes: [string, [string, string][]][] = [];
  for (const [label, parts] of byName) {
    const title = `[LoadBalancerClass "${label}"]`;
    const lines = parts.flatMap((part) => part.lines);
    const values: [string, string][] = [];
    for (const [key, found] of sectionOf(title, lines, CLASS_KEYS, tell)) {
      const value = lastText(`${title} ${key}`, found, tell);
      if (value !== undefined) values.push([key, value]);
    }
    if (isClassName(label)) classes.push([label, values]);
    else {
      const expected = 'a name of letters, digits, dots, underscores and hyphens';
      tell('error', title, label, `${shown(title)} cannot be a class of Fairlead; expected ${expected}`);
    }
  }
  if (classes.length > 0) give('openstack-load-balancer-classes', '[LoadBalancerClass]', classesText(classes));
}
