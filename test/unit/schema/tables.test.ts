// The tables of the project are sound; a broken table is told what is wrong with it.
import { describe, expect, it } from 'vitest';
import { annotations } from '../../../providers/aws/annotations.ts';
import { options } from '../../../providers/aws/options.ts';
import {
  annotation,
  commonSchema,
  defineSchema,
  integer,
  parseOptions,
  perKind,
  schemaFaults,
  text,
} from '../../../src/schema/index.ts';
import { settings } from '../../../src/settings.ts';

describe('tables', () => {
  it.each([
    ['common annotations', commonSchema],
    ['AWS annotations', annotations],
    ['AWS options', options],
    ['settings', settings],
  ])('%s are sound', (_, schema) => {
    expect(schemaFaults(schema)).toEqual([]);
  });

  it('share no option between settings and a provider', () => {
    const keys = [...Object.values(settings.fields), ...Object.values(options.fields)].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(Object.values(options.fields).every(({ key }) => key.startsWith('aws-'))).toBe(true);
  });

  it('have the defaults that run a controller', () => {
    const reading = parseOptions(settings, { flags: { provider: 'aws', 'cluster-name': 'prod' }, env: {} });
    expect(reading.valid).toBe(true);
    expect(reading.values).toMatchObject({
      providers: ['aws'],
      clusterName: 'prod',
      leaderElect: true,
      leaderElectionId: 'fairlead',
      workers: 5,
      driftIntervalMs: 600_000,
      claimClassless: true,
      nodeUnreadyAfterMs: 0,
      policy: 'sync',
      metricsAddress: { host: '0.0.0.0', port: 9090 },
    });
    expect(parseOptions(options, { flags: {}, env: {} }).values).toMatchObject({
      defaultType: 'classic',
      nlbSecurityGroups: 'none',
      subnetId: undefined,
      elbSecurityGroup: undefined,
      disableSecurityGroupIngress: false,
      healthProbeMode: 'service-node-port',
      sharedHealthProbePort: 10_256,
      sharedHealthProbePath: '/healthz',
      ccmClusterName: 'kubernetes',
    });
  });

  it.each([
    ['--aws-region', { 'aws-region': 'eu_west' }],
    ['--aws-vpc-id', { 'aws-vpc-id': 'vpc' }],
    ['--aws-role-arn', { 'aws-role-arn': 'arn:aws:iam::1:role/x' }],
    ['--aws-default-type', { 'aws-default-type': 'alb' }],
    ['--aws-nlb-security-groups', { 'aws-nlb-security-groups': 'true' }],
    ['--aws-subnet-id', { 'aws-subnet-id': 'sg-12345678' }],
    ['--aws-elb-security-group', { 'aws-elb-security-group': 'default' }],
    ['--aws-disable-security-group-ingress', { 'aws-disable-security-group-ingress': 'yes' }],
    ['--aws-health-probe-mode', { 'aws-health-probe-mode': 'Shared' }],
    ['--aws-shared-health-probe-port', { 'aws-shared-health-probe-port': '0' }],
    ['--aws-shared-health-probe-path', { 'aws-shared-health-probe-path': 'healthz' }],
  ])('refuse a wrong %s', (key, flags) => {
    expect(parseOptions(options, { flags, env: {} }).problems).toMatchObject([{ severity: 'error', key }]);
  });

  it('are told what is wrong with them', () => {
    const broken = defineSchema({
      kinds: { big: 'a big one' },
      fields: {
        one: annotation(perKind({ huge: integer({ min: 1, max: 5 }) }), {
          key: 'k',
          doc: 'No sentence',
          example: '9',
          since: 'soon',
          default: 7,
          defaultText: 'seven',
          api: '',
          mutable: 'in-place',
          mutableNote: 'none',
          risk: 'low',
          appliesTo: ['tiny'],
          requires: [{ field: 'three', severity: 'error', because: 'it must be' }],
        }),
        two: annotation(text({ what: 'x', pattern: '(a+)+', max: 5 }), {
          key: 'k',
          doc: 'A sentence.',
          example: 'a',
          since: '0.1.0',
          api: '',
          mutable: 'in-place',
          mutableNote: 'A sentence.',
          risk: 'low',
        }),
      },
    });
    expect(schemaFaults(broken)).toEqual([
      'one: doc is not made of sentences',
      'one: mutableNote is not a sentence',
      'one: since is no release',
      'one: example 9 is not valid',
      'one: default does not survive printing and parsing',
      'one: has a default and a defaultText',
      'one: names the kind tiny, which does not exist',
      'one: names the kind huge, which does not exist',
      'one: names the field three, which does not exist',
      'two: pattern (a+)+ is not anchored',
      'two: pattern (a+)+ repeats a repetition',
      'k is declared twice',
    ]);
  });
});
