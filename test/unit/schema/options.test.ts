// Flags and environment: names, which of two counts, lists, required options, unknown ones.
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  boolean,
  choice,
  defineSchema,
  duration,
  envName,
  flagName,
  list,
  option,
  parseOptions,
  unknownOptions,
  type Values,
} from '../../../src/schema/index.ts';

const about = { doc: 'A thing.', since: '0.1.0' };
const schema = defineSchema({
  fields: {
    providers: option(list(choice(['aws', 'gce']), { maxItems: 4 }), {
      ...about,
      key: 'provider',
      required: true,
      example: 'aws',
    }),
    elect: option(boolean(), { ...about, key: 'leader-elect', default: true, example: 'true' }),
    intervalMs: option(duration({ minMs: 0, maxMs: 3_600_000 }), {
      ...about,
      key: 'drift-interval',
      default: 600_000,
      example: '10m',
    }),
    level: option(choice(['debug', 'info']), { ...about, key: 'log-level', example: 'info' }),
  },
});

const read = (flags: Record<string, string | boolean | string[] | undefined>, env: Record<string, string> = {}) =>
  parseOptions(schema, { flags, env });

describe('parseOptions', () => {
  it('types required options as there', () => {
    expectTypeOf<Values<typeof schema>>().toEqualTypeOf<{
      readonly providers: readonly ('aws' | 'gce')[];
      readonly elect: boolean;
      readonly intervalMs: number;
      readonly level: 'debug' | 'info' | undefined;
    }>();
  });

  it('takes the flag before the environment, and the environment before the default', () => {
    const env = { FAIRLEAD_DRIFT_INTERVAL: '1m', FAIRLEAD_LOG_LEVEL: 'debug', FAIRLEAD_PROVIDER: 'gce' };
    const reading = read({ provider: ['aws', 'gce'], 'drift-interval': '2m' }, env);
    expect(reading).toMatchObject({ valid: true, problems: [] });
    expect({ ...reading.values }).toEqual({
      providers: ['aws', 'gce'],
      elect: true,
      intervalMs: 120_000,
      level: 'debug',
    });
    expect({ ...reading.given }).toEqual({
      providers: '--provider',
      intervalMs: '--drift-interval',
      level: 'FAIRLEAD_LOG_LEVEL',
    });
  });

  it('reads switches, repeated flags and commas', () => {
    expect(read({ provider: 'aws,gce', 'leader-elect': false }).values).toMatchObject({
      providers: ['aws', 'gce'],
      elect: false,
    });
    expect(read({ provider: ['aws'], 'leader-elect': true, 'log-level': undefined }).values).toMatchObject({
      elect: true,
    });
  });

  it('takes an empty environment variable as not set', () => {
    expect(read({ provider: 'aws' }, { FAIRLEAD_LOG_LEVEL: '' })).toMatchObject({ valid: true, problems: [] });
  });

  it('tells all problems at once, by the name that was used', () => {
    const reading = read({ 'log-level': 'inof' }, { FAIRLEAD_LEADER_ELECT: 'yes', FAIRLEAD_DRIFT_INTERVAL: '600' });
    expect(reading.valid).toBe(false);
    expect(reading.problems.map(({ message }) => message)).toEqual([
      'Option --provider (FAIRLEAD_PROVIDER) is missing; expected a comma-separated list of at most 4 items, each aws or gce.',
      'Environment variable FAIRLEAD_LEADER_ELECT is "yes"; expected true or false (did you mean "true"?).',
      'Environment variable FAIRLEAD_DRIFT_INTERVAL is "600"; expected a duration from 0 to 1h, such as 90s or 1h30m (did you mean "600s"?).',
      'Option --log-level is "inof"; expected debug or info (did you mean "info"?).',
    ]);
  });

  it('is not led astray by flags and variables named like parts of objects', () => {
    const flags = JSON.parse('{"__proto__":"x","provider":"aws","constructor":"y"}');
    expect(parseOptions(schema, { flags, env: JSON.parse('{"__proto__":"z"}') }).valid).toBe(true);
  });
});

describe('names', () => {
  it('follow from the key', () => {
    expect(flagName(schema.fields.intervalMs)).toBe('--drift-interval');
    expect(envName(schema.fields.intervalMs)).toBe('FAIRLEAD_DRIFT_INTERVAL');
  });
});

describe('unknownOptions', () => {
  it('finds flags and variables that no schema knows', () => {
    const other = defineSchema({
      fields: { region: option(choice(['a']), { ...about, key: 'aws-region', example: 'a' }) },
    });
    const problems = unknownOptions([schema, other], {
      flags: { provider: 'aws', 'aws-regoin': 'a', 'log-level': undefined },
      env: { FAIRLEAD_AWS_REGION: 'a', FAIRLEAD_LOG_LEVLE: 'x', PATH: '/bin' },
    });
    expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      'error: Option --aws-regoin is unknown (did you mean "--aws-region"?).',
      'warning: Environment variable FAIRLEAD_LOG_LEVLE is unknown (did you mean "FAIRLEAD_LOG_LEVEL"?).',
    ]);
  });
});
