// Explains the [ServiceOverride "…"] sections of cloud-provider-aws's configuration file: the SDK takes endpoints from the
// environment, so a section is fine where the environment says the same, and an error that names the variable elsewhere.
import { lastText, type Section, type Tell } from '../../src/provider/gcfg.ts';

/** The SDK's variables by the service's name there (`AWS_ENDPOINT_URL_` and the SDK's id of the service). */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  ec2: ['AWS_ENDPOINT_URL_EC2'],
  elasticloadbalancing: ['AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING', 'AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2'],
  sts: ['AWS_ENDPOINT_URL_STS'],
};
const SIGNING = ['SigningRegion', 'SigningName'] as const;

/** `region`: of the file, where it says one. */
export function overrideProblems(
  title: string,
  section: Section,
  region: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  tell: Tell,
): void {
  const only = (key: string) => lastText(`${title} ${key}`, section.get(key) ?? [], tell);
  const [service, url, ofRegion] = [only('Service'), only('URL'), only('Region')];
  const variables = service !== undefined && Object.hasOwn(VARIABLES, service) ? VARIABLES[service] : undefined;
  if (service === undefined) {
    tell('error', `${title} Service`, '', `${title} has no Service; expected ec2 or elasticloadbalancing`);
  } else if (variables === undefined) {
    tell('warning', `${title} Service`, service, `${title} has no effect: Fairlead does not call ${service}`);
  } else if (ofRegion !== undefined && region !== undefined && ofRegion !== region) {
    const message = `${title} has no effect: it is for ${ofRegion}, and Fairlead works in ${region}`;
    tell('warning', `${title} Region`, ofRegion, message);
  } else {
    const expected = { SigningRegion: ofRegion ?? region, SigningName: service };
    for (const key of SIGNING) signing(`${title} ${key}`, only(key), expected[key], tell);
    if (url !== undefined) endpoint(`${title} URL`, url, variables, env, tell);
  }
}

function signing(key: string, value: string | undefined, expected: string | undefined, tell: Tell): void {
  if (value === undefined || value === expected) return;
  const what = `${key} is "${value}", but calls are signed for the region and the service that they go to`;
  tell('error', key, value, `${what}; expected ${expected ?? 'no such key'}`);
}

function endpoint(
  key: string,
  url: string,
  variables: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  tell: Tell,
): void {
  const missing = variables.filter((name) => (env[name] ?? env.AWS_ENDPOINT_URL ?? '') === '');
  if (missing.length === 0) return;
  const set = missing.map((name) => `${name}=${url}`).join(' and ');
  tell('error', key, url, `${key} cannot be taken from here: set ${set} in the environment of Fairlead`);
}
