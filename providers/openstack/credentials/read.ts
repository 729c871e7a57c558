// Reads how to log in from the environment, clouds.yaml and the official controller's cloud.conf; of one thing, the first of
// these that says anything counts. All problems at once, and never a secret among them.
import { dirname, join } from 'node:path';
import { FairleadError } from '../../../src/engine/errors.ts';
import { quote } from '../../../src/schema/escape.ts';
import { type CloudConf, fromCloudConf } from './cloud-conf.ts';
import type { YamlFile } from './clouds-yaml.ts';
import type { Draft } from './draft.ts';
import { type Environment, fromEnvironment } from './environment.ts';
import type { Login, Tls } from './login.ts';
import { type Settled, settled } from './settle.ts';

export interface CredentialSources {
  readonly env: Environment;
  /** Path of clouds.yaml. Default: OS_CLIENT_CONFIG_FILE, `clouds-file`, then the usual places. */
  readonly cloudsFile?: string;
  /** Which of its clouds. Default: OS_CLOUD, `cloud`, then the only one. */
  readonly cloud?: string;
  /** The official controller's cloud.conf, or the file to read it from. */
  readonly cloudConfigText?: string;
  readonly cloudConfigFile?: string;
  /** Rejects with node's codes (ENOENT). */
  readonly readFile: (path: string) => Promise<string>;
}

const PEM: Readonly<Record<'ca' | 'cert' | 'key', RegExp>> = {
  ca: /-----BEGIN (?:TRUSTED )?CERTIFICATE-----/,
  cert: /-----BEGIN CERTIFICATE-----/,
  key: /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
};

/** Throws FairleadError 'denied' with everything that is missing or wrong. */
export async function readCredentials(sources: CredentialSources): Promise<Login> {
  const problems: string[] = [];
  const conf = await confOf(sources, problems);
  const clouds = await cloudsOf(sources, conf, problems);
  const drafts = [fromEnvironment(sources.env), clouds, conf.draft];
  // What a source that cannot be read would have said is not missing.
  const complete = problems.length === 0;
  const found = settled(drafts, {
    wrong: (problem) => problems.push(problem),
    missing: (problem) => complete && problems.push(problem),
  });
  const tls = found && (await tlsOf(found, sources, problems));
  if (found === undefined || tls === undefined || problems.length > 0) throw wrong(problems);
  const { files: _, insecure: __, ...login } = found;
  return { ...login, tls };
}

function wrong(problems: readonly string[]): FairleadError {
  return new FairleadError('denied', `no way to log in to OpenStack: ${problems.join('; ')}`);
}

async function confOf(sources: CredentialSources, problems: string[]): Promise<CloudConf> {
  const { cloudConfigFile: file, cloudConfigText } = sources;
  const text = cloudConfigText ?? (file === undefined ? undefined : await textOf(file, sources, problems));
  return text === undefined ? { draft: {} } : fromCloudConf(text, file ?? 'cloud.conf', problems);
}

async function cloudsOf(sources: CredentialSources, { clouds }: CloudConf, problems: string[]): Promise<Draft> {
  const { env } = sources;
  const file = [sources.cloudsFile, env.OS_CLIENT_CONFIG_FILE, clouds?.file?.value].find(isGiven);
  const name = [sources.cloud, env.OS_CLOUD, clouds?.cloud?.value].find(isGiven);
  if (file === undefined && name === undefined && clouds === undefined) return {};
  const yaml = file === undefined ? await usual(sources, name, problems) : await named(file, sources, problems);
  if (yaml === undefined) return {};
  const secureFile = [env.OS_CLIENT_SECURE_FILE].find(isGiven);
  const secure =
    secureFile === undefined
      ? await optional(join(dirname(yaml.file), 'secure.yaml'), sources, problems)
      : await named(secureFile, sources, problems);
  const { fromCloudsYaml } = await import('./clouds-yaml.ts');
  return fromCloudsYaml(yaml, secure, name, problems);
}

/** The first that is there, of where the openstack command line looks. */
async function usual(
  sources: CredentialSources,
  name: string | undefined,
  problems: string[],
): Promise<YamlFile | undefined> {
  const { HOME, XDG_CONFIG_HOME } = sources.env;
  const config = XDG_CONFIG_HOME || (HOME && join(HOME, '.config'));
  const places = [
    'clouds.yaml',
    ...(config ? [join(config, 'openstack/clouds.yaml')] : []),
    '/etc/openstack/clouds.yaml',
  ];
  for (const place of places) {
    const before = problems.length;
    const found = await optional(place, sources, problems);
    if (found !== undefined || problems.length > before) return found;
  }
  const what = name === undefined ? 'a cloud of clouds.yaml' : `the cloud ${quote(name)} of clouds.yaml`;
  problems.push(`${what} is asked for, and no such file was found (${places.join(', ')}): give OS_CLIENT_CONFIG_FILE`);
  return undefined;
}

async function named(file: string, sources: CredentialSources, problems: string[]): Promise<YamlFile | undefined> {
  const path = atHome(file, sources.env);
  const text = await textOf(path, sources, problems);
  return text === undefined ? undefined : { file: path, text };
}

/** Of a file that is not there; the last one is of Node's permission model, which shows the image little but /etc. */
const ABSENT: readonly (string | undefined)[] = ['ENOENT', 'ENOTDIR', 'ERR_ACCESS_DENIED'];

/** Undefined: it is not there, or a problem was told. */
async function optional(file: string, sources: CredentialSources, problems: string[]): Promise<YamlFile | undefined> {
  const read = await contentOf(file, sources);
  if (read.text !== undefined) return { file, text: read.text };
  if (!ABSENT.includes(read.code)) problems.push(unreadable(file, read.code));
  return undefined;
}

async function tlsOf(found: Settled, sources: CredentialSources, problems: string[]): Promise<Tls> {
  const material: Partial<Record<keyof typeof PEM, string>> = {};
  for (const [what, file] of Object.entries(found.files) as [keyof typeof PEM, string][]) {
    const path = atHome(file, sources.env);
    const text = await textOf(path, sources, problems);
    if (text === undefined) continue;
    if (PEM[what].test(text)) material[what] = text;
    else problems.push(`${path} holds no ${what === 'key' ? 'private key' : 'certificate'} in PEM`);
  }
  return { insecure: found.insecure, ...material };
}

async function textOf(file: string, sources: CredentialSources, problems: string[]): Promise<string | undefined> {
  const { text, code } = await contentOf(file, sources);
  if (text === undefined) problems.push(unreadable(file, code));
  return text;
}

/** Of an error its code only: what reads secrets may name them. */
async function contentOf(
  file: string,
  { readFile }: CredentialSources,
): Promise<{ readonly text?: string; readonly code?: string }> {
  try {
    return { text: await readFile(file) };
  } catch (thrown) {
    const { code } = Object(thrown) as { code?: unknown };
    return { code: typeof code === 'string' ? code : 'error' };
  }
}

function unreadable(file: string, code = 'error'): string {
  return `${file} cannot be read (${code})`;
}

function atHome(file: string, { HOME }: Environment): string {
  return HOME && file.startsWith('~/') ? join(HOME, file.slice(2)) : file;
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
