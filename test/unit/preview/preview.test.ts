// The plan from one version of a Service to the next, with no cloud at hand.
import { describe, expect, it } from 'vitest';
import { awsCompiler } from '../../../providers/aws/compiler.ts';
import { outlineOf } from '../../../src/engine/outline.ts';
import { renderPlan } from '../../../src/engine/render.ts';
import type { Service, ServiceSpec } from '../../../src/kube/types.ts';
import { judge, plainSetting, type Setting, sampleFlags } from '../../../src/preview/judge.ts';
import { preview, previewChange } from '../../../src/preview/preview.ts';
import type { AnyCompiler } from '../../../src/provider/provider.ts';
import { parseOptions } from '../../../src/schema/options.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const ALLOW = { 'fairlead.dev/allow-replacement': 'true' };
const HTTP = { name: 'http', port: 80, protocol: 'TCP', nodePort: 30_080 } as const;
const HTTPS = { name: 'https', port: 443, protocol: 'TCP', nodePort: 30_443 } as const;
const CERTIFICATE = 'arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';

function setting(flags: Readonly<Record<string, string>> = {}, more: Partial<Setting> = {}): Setting {
  const { values: options } = parseOptions(awsCompiler.options, {
    flags: { 'aws-default-type': 'nlb', ...flags },
    env: {},
  });
  const cluster = { name: 'demo', uid: '11111111-2222-4333-8444-555555555555' };
  return { compiler: awsCompiler as unknown as AnyCompiler, options, cluster, claimClassless: true, ...more };
}

/** An NLB; annotations by their keys without the common beginning. */
function service(annotations: Readonly<Record<string, string>> = {}, spec: Partial<ServiceSpec> = {}): Service {
  const given = Object.entries(annotations).map(([key, value]) => [key.includes('/') ? key : `${STEM}${key}`, value]);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      namespace: 'shop',
      name: 'web',
      uid: '8a0b1c2d-3e4f-4061-8273-8495a6b7c8d9',
      resourceVersion: '1',
      annotations: Object.fromEntries(given) as Record<string, string>,
    },
    spec: { type: 'LoadBalancer', ports: [HTTP], ...spec },
  };
}

function change(before: Service, after: Service, flags: Readonly<Record<string, string>> = {}) {
  const { plan, problems } = previewChange(setting(flags), before, after).after;
  const errors = problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  const items = plan ? outlineOf(plan).items : [];
  const deeds = items.map(({ action, kind, blocked }) => `${blocked ? 'blocked ' : ''}${action} ${kind}`);
  return { deeds, items, errors, text: plan ? renderPlan(plan) : '', calls: plan && outlineOf(plan).calls };
}

describe('from one version of a Service to the next', () => {
  it('asks for a replacement where one is needed and not allowed, and for nothing else', () => {
    const { deeds, items } = change(service(), service({ internal: 'true' }));
    expect(deeds).toEqual(['blocked replace LoadBalancer']);
    expect(items[0]?.blocked?.why).toMatch(/scheme from internet-facing to internal.*allow-replacement "true" allows/);
  });

  it('replaces where it may, says why, and has the old one go', () => {
    const { deeds, items, text, calls } = change(service(), service({ internal: 'true', ...ALLOW }));
    expect(deeds).toContain('replace LoadBalancer');
    expect(deeds).toContain('create Listener');
    expect(deeds).toContain('delete TargetGroup');
    expect(items.find(({ action }) => action === 'replace')?.reason).toBe(
      'its scheme cannot change in place: internet-facing -> internal',
    );
    expect(text).toMatch(/no outage/);
    expect(calls).toContain('elasticloadbalancing:DeleteLoadBalancer');
  });

  it('replaces a Classic one by an NLB, and its group goes in the end', () => {
    const { deeds, text } = change(service({ type: 'classic' }), service({ type: 'nlb', ...ALLOW }));
    expect(deeds).toContain('replace LoadBalancer');
    expect(deeds.at(-1)).toBe('delete SecurityGroup');
    expect(text).toMatch(/its kind cannot change in place: classic -> nlb/);
  });

  it('replaces an NLB by a Classic one', () => {
    const { deeds } = change(service(), service({ type: 'classic', ...ALLOW }));
    expect(deeds).toContain('replace ClassicLoadBalancer');
    expect(deeds).toContain('delete TargetGroup');
  });

  it('opens a port more', () => {
    const { deeds, text } = change(service(), service({}, { ports: [HTTP, HTTPS] }));
    expect(deeds).toEqual(['update NodeRules', 'create TargetGroup', 'create Targets', 'create Listener']);
    expect(text).toMatch(/^ {6}\+ .*30443/m);
  });

  it('closes a port', () => {
    const { deeds } = change(service({}, { ports: [HTTP, HTTPS] }), service());
    expect(deeds).toEqual(['delete Listener', 'delete TargetGroup', 'update NodeRules']);
  });

  it('terminates TLS in place', () => {
    const { deeds, items } = change(service(), service({ 'ssl-cert': CERTIFICATE }));
    expect(deeds).toEqual(['update Listener']);
    expect(items[0]?.changes.map(({ field }) => field)).toEqual(['protocol', 'certificate', 'sslPolicy']);
  });

  it('says what is interrupted', () => {
    const { items } = change(service({ type: 'classic' }), service({ type: 'classic', 'backend-protocol': 'http' }));
    expect(items.find(({ kind }) => kind === 'ClassicLoadBalancer')?.outage).toMatch(/80/);
  });

  it('has no plan where the new version is at fault, and says what is wrong', () => {
    const { deeds, errors } = change(service(), service({ 'healthcheck-interval': 'soon' }));
    expect(deeds).toEqual([]);
    expect(errors).toEqual([expect.stringMatching(/healthcheck-interval is "soon"/)]);
  });

  it('has no plan where the version in force is at fault', () => {
    const { before, after } = previewChange(setting(), service({ type: 'nlbb' }), service());
    expect(before.problems).not.toEqual([]);
    expect(after).toMatchObject({ stance: 'ours', problems: [] });
    expect(after.plan).toBeUndefined();
  });

  it('takes what either version names to exist', () => {
    const named = service({ subnets: 'a, b', type: 'nlb' });
    const other = service({ subnets: 'c, a', type: 'nlb' });
    const { before, after } = previewChange(setting(), named, other);
    expect([...before.problems, ...after.problems]).toEqual([]);
    expect(after.plan && outlineOf(after.plan).items).toMatchObject([{ kind: 'LoadBalancer', action: 'update' }]);
  });
});

describe('a Service of which nothing exists', () => {
  it('is made, call by call', () => {
    const { plan } = preview(setting(), service());
    expect(plan && outlineOf(plan)).toMatchObject({
      counts: { create: 5, change: 0, replace: 0, delete: 0, blocked: 0 },
      calls: [
        'ec2:AuthorizeSecurityGroupIngress',
        'elasticloadbalancing:CreateTargetGroup',
        'elasticloadbalancing:RegisterTargets',
        'elasticloadbalancing:CreateLoadBalancer',
        'elasticloadbalancing:CreateListener',
      ],
    });
  });

  it('takes the facts that it is given', () => {
    const scene = awsCompiler.imagine([]);
    const facts = { ...scene.facts, subnets: [] };
    const { problems, plan } = preview(setting(), service(), { ...scene, facts });
    expect(problems).toMatchObject([{ severity: 'error', code: 'missing' }]);
    expect(plan).toBeUndefined();
  });
});

describe('whose a Service is', () => {
  it.each<[string, Service, Partial<Setting>, string]>([
    ['ours', service(), {}, 'ours'],
    ['handed on by an annotation', service({ type: 'external' }), {}, 'elsewhere'],
    ['of another class', service({}, { loadBalancerClass: 'service.k8s.aws/nlb' }), {}, 'other-class'],
    ['of our class', service({}, { loadBalancerClass: 'fairlead.dev/aws' }), { claimClassless: false }, 'ours'],
    ['claimed by nobody', service(), { claimClassless: false }, 'other-class'],
    ['no load balancer', service({}, { type: 'ClusterIP' }), {}, 'none'],
  ])('%s', (_, given, more, stance) => {
    expect(judge(setting({}, more), given).stance).toBe(stance);
  });
});

describe('the sample controller', () => {
  const plain = awsCompiler as unknown as AnyCompiler;

  it('has the options that the examples of a provider need, as their own table has them for example', () => {
    const needing = { ...plain, operations: { title: 'Needing', sampleOptions: ['aws-default-type'] } };
    expect(sampleFlags(plain)).toEqual({});
    expect(sampleFlags(needing)).toEqual({ 'aws-default-type': 'nlb' });
    expect(plainSetting(plain).options).toMatchObject({ defaultType: 'classic' });
    expect(plainSetting(needing).options).toMatchObject({ defaultType: 'nlb' });
  });
});
