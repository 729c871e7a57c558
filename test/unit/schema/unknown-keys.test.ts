// Which keys are told to be unknown, and what is suggested; keys of other programs stay unmentioned.
import { describe, expect, it } from 'vitest';
import { annotation, boolean, defineSchema } from '../../../src/schema/index.ts';

const about = {
  doc: 'A thing.',
  api: '',
  mutable: 'in-place',
  mutableNote: 'It is changed.',
  risk: 'low',
  since: '0.1.0',
  example: 'true',
} as const;
const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';

const schema = defineSchema({
  stems: [STEM, 'fairlead.dev/'],
  notRead: { [`${STEM}name`]: 'is only read by another controller' },
  fields: {
    internal: annotation(boolean(), { ...about, key: `${STEM}internal`, synonyms: [`${STEM}scheme`] }),
    type: annotation(boolean(), { ...about, key: `${STEM}type` }),
    ranges: annotation(boolean(), { ...about, key: 'service.beta.kubernetes.io/load-balancer-source-ranges' }),
    replace: annotation(boolean(), { ...about, key: 'fairlead.dev/allow-replacement' }),
  },
});

const parse = (...keys: string[]) => schema.parse(Object.fromEntries(keys.map((key) => [key, 'x']))).problems;

describe('unknown keys', () => {
  it.each([
    [`${STEM}intrenal`, `${STEM}internal`],
    [`${STEM}Internal`, `${STEM}internal`],
    [`${STEM}scheme`, `${STEM}internal`],
    [`${STEM}completely-different`, undefined],
    [STEM, undefined],
    ['service.beta.kubernetes.io/aws-loadbalancer-internal', `${STEM}internal`],
    ['service.beta.kubernetes.io/aws-load-balancer_type', `${STEM}type`],
    ['service.kubernetes.io/aws-load-balancer-internal', `${STEM}internal`],
    ['service.alpha.kubernetes.io/aws-load-balancer-type', `${STEM}type`],
    ['Service.Beta.Kubernetes.io/aws-load-balancer-type', `${STEM}type`],
    ['aws-load-balancer-internal', `${STEM}internal`],
    ['example.com/aws-load-balancer-internal', `${STEM}internal`],
    ['service.beta.kubernetes.io/load-balancer-source-range', 'service.beta.kubernetes.io/load-balancer-source-ranges'],
    ['service.kubernetes.io/load-balancer-source-ranges', 'service.beta.kubernetes.io/load-balancer-source-ranges'],
    ['fairlead.dev/allow-replacment', 'fairlead.dev/allow-replacement'],
    ['fairlead.io/allow-replacement', 'fairlead.dev/allow-replacement'],
    ['fairlead.dev/typo', undefined],
  ])('%s is told, with %s', (key, suggestion) => {
    const [problem, ...more] = parse(key);
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ severity: 'warning', code: 'unknown-key', key });
    expect(problem?.suggestion).toBe(suggestion);
  });

  it.each([
    'service.beta.kubernetes.io/azure-load-balancer-internal',
    'service.beta.kubernetes.io/oci-load-balancer-internal',
    'service.beta.kubernetes.io/do-loadbalancer-type',
    'service.beta.kubernetes.io/openstack-internal-load-balancer',
    'service.kubernetes.io/topology-mode',
    'networking.gke.io/load-balancer-type',
    'metallb.universe.tf/loadBalancerIPs',
    'external-dns.alpha.kubernetes.io/hostname',
    'kubectl.kubernetes.io/last-applied-configuration',
    'example.com/allow-replacement',
    'internal',
    'type',
  ])('%s is not ours to judge', (key) => {
    expect(parse(key)).toEqual([]);
  });

  it('says why a key that looks like ours is not read', () => {
    expect(parse(`${STEM}name`)[0]?.message).toBe(
      `Annotation ${STEM}name has no effect: it is only read by another controller.`,
    );
  });

  it('counts the rest after the first fifty', () => {
    const problems = parse(...Array.from({ length: 120 }, (_, i) => `fairlead.dev/x${i}`));
    expect(problems.length).toBe(51);
    expect(problems.at(-1)?.message).toContain('70 more keys');
  });

  it('looks at five hundred keys of other programs and leaves the rest alone', () => {
    const others = (count: number) => Array.from({ length: count }, (_, i) => `example.com/a${i}`);
    expect(parse(...others(499), 'fairlead.io/allow-replacement').length).toBe(1);
    expect(parse(...others(500), 'fairlead.io/allow-replacement')).toEqual([]);
  });

  it('stays bounded for thousands of keys that are nearly ours', () => {
    const keys = Array.from({ length: 6000 }, (_, i) => `service.beta.kubernetes.io/xx-load-balancer-${i}`);
    expect(parse(...keys)).toEqual([]);
  });
});
