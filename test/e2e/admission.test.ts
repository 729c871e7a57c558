// The policies as `fairlead policy` prints them and kubectl applies them, on the real API server: what people see, and whom
// they never stand in the way of. How policies and parser agree is in admission-agreement.test.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { CLEANUP_FINALIZER } from '../../src/kube/patch.ts';
import { service } from '../cluster/objects.ts';
import { type Cluster, startCluster } from '../cluster/start.ts';
import { kubectl, policyYaml } from './admission-commands.ts';
import { type AdmissionServer, type Ask, admissionServer, type Verdict } from './admission-server.ts';

const S = 'service.beta.kubernetes.io/aws-load-balancer-';
const ACCOUNT = 'system:serviceaccount:fairlead:fairlead';
const SERVICES = '/api/v1/namespaces/default/services';
const IDLE = `${S}connection-idle-timeout`;
const BAD = { [IDLE]: '4001' };

let cluster: Cluster;
let server: AdmissionServer;

beforeAll(async () => {
  cluster = await startCluster({ log: console.info });
  server = await admissionServer(cluster, 4);
  // Rights come from a binding and not from the name, so that the account can write as the controller does.
  const created = await server.ask({
    method: 'POST',
    path: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    body: {
      metadata: { name: 'fairlead' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: ACCOUNT }],
    },
  });
  expect(created.status).toBe(201);
  await install('--action', 'Warn');
});

afterAll(async () => {
  server?.close();
  await cluster?.stop();
});

const WRONG = service({
  name: 'web',
  annotations: {
    [`${S}type`]: 'nlb',
    [`${S}healthcheck-timeout`]: '200',
    [`${S}sslcert`]: 'arn:aws:acm:eu-west-1:1:x',
  },
});

describe('with the action Warn', () => {
  it('kubectl shows what is wrong, and the Service is there', async () => {
    const { code, out, err } = await kubectl(cluster, ['apply', '-f', '-'], stringify(WRONG));
    expect({ code, out }).toEqual({ code: 0, out: 'service/web created\n' });
    expect(err.trimEnd().split('\n').sort()).toEqual([
      `Warning: Validation failed for ValidatingAdmissionPolicy 'fairlead-aws' with binding 'fairlead-aws': Annotation ${S}healthcheck-timeout is "200"; expected a whole number from 2 to 120 (seconds) on nlb, a whole number from 2 to 60 (seconds) on classic.`,
      `Warning: Validation failed for ValidatingAdmissionPolicy 'fairlead-aws-advice' with binding 'fairlead-aws-advice': Annotation ${S}sslcert is unknown and has no effect (did you mean ${S}ssl-cert?).`,
    ]);
  });

  it('kubectl shows nothing again while nothing changes', async () => {
    const changed = { ...WRONG, spec: { ...WRONG.spec, ports: [{ port: 81, protocol: 'TCP' as const }] } };
    const ran = await kubectl(cluster, ['apply', '-f', '-'], stringify(changed));
    expect(ran).toEqual({ code: 0, out: 'service/web configured\n', err: '' });
  });

  it('kubectl shows nothing of a Service that is right', async () => {
    const right = service({ name: 'right', annotations: { [`${S}type`]: 'nlb', [`${S}healthcheck-timeout`]: '20' } });
    const ran = await kubectl(cluster, ['apply', '-f', '-'], stringify(right));
    expect(ran).toEqual({ code: 0, out: 'service/right created\n', err: '' });
  });
});

describe('the advice', () => {
  const advice = async (annotations: Readonly<Record<string, string>>) => {
    const { status, warnings } = await create('advised', annotations, { dryRun: true });
    expect(status).toBe(201);
    return warnings.map(({ policy, message }) => `${policy}: ${message}`);
  };
  const advised = 'fairlead-aws-advice: Annotation';

  it.each([
    [
      'a key in another case',
      { [`${S}SSL-Cert`]: 'x' },
      `${S}SSL-Cert is unknown and has no effect (did you mean ${S}ssl-cert?).`,
    ],
    [
      'a key of another controller',
      { [`${S}scheme`]: 'internal' },
      `${S}scheme is unknown and has no effect (did you mean ${S}internal?).`,
    ],
    ['a key that is like none', { 'fairlead.dev/colour': 'red' }, 'fairlead.dev/colour is unknown and has no effect.'],
    [
      'a key that only another controller reads',
      { [`${S}attributes`]: 'x=y' },
      `${S}attributes has no effect: it is only read by the AWS Load Balancer Controller.`,
    ],
    [
      'a value without effect on this kind',
      { [`${S}type`]: 'nlb', [IDLE]: '60' },
      `${IDLE} is "60", which has an effect only on a Classic Load Balancer.`,
    ],
    ['an empty value', { [IDLE]: ' ' }, `${IDLE} is empty and counts as not set.`],
    [
      'an old spelling',
      { [`${S}internal`]: '0.0.0.0/0' },
      `${S}internal is "0.0.0.0/0", which is an old spelling of true.`,
    ],
    [
      'what needs another annotation to have an effect',
      { [`${S}ssl-ports`]: '443' },
      `${S}ssl-ports is "443", which has no effect without annotation ${S}ssl-cert, since no listener speaks TLS without a certificate.`,
    ],
  ])('tells %s', async (_, annotations, message) => {
    expect(await advice(annotations as unknown as Record<string, string>)).toEqual([`${advised} ${message}`]);
  });

  it('tells several unknown keys in one warning', async () => {
    const [warning, ...others] = await advice({ [`${S}one`]: '', [`${S}two`]: '' });
    expect(warning).toContain(`Annotation ${S}one is unknown and has no effect.`);
    expect(warning).toContain(`Annotation ${S}two is unknown and has no effect.`);
    expect(others).toEqual([]);
  });

  it("stands in nobody's way where there are very many annotations", async () => {
    const many = Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [index.toString(36), '']));
    expect(await advice({ ...many, [`${S}sslcert`]: 'x' })).toEqual([]);
  });
});

describe('with the action Deny', () => {
  beforeAll(async () => {
    await install('--action', 'Deny');
  });

  it('kubectl says what is wrong, and the Service is not there', async () => {
    const { code, out, err } = await kubectl(
      cluster,
      ['apply', '-f', '-'],
      stringify(service({ name: 'denied', annotations: BAD })),
    );
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(
      `The services "denied" is invalid: : ValidatingAdmissionPolicy 'fairlead-aws' with binding 'fairlead-aws' denied request: Annotation ${IDLE} is "4001"; expected a whole number from 1 to 4000 (seconds).\n`,
    );
    expect((await kubectl(cluster, ['get', 'service', 'denied'])).err).toContain('not found');
  });

  it('advice stays advice', async () => {
    expect(await create('advised', { [`${S}sslcert`]: 'x' }, { dryRun: true })).toMatchObject({ status: 201 });
  });

  it('writes hidden characters in no message', async () => {
    const { refusal } = await create('hidden', { [`${S}backend-protocol`]: 'ht\u202etp\u001b[31m' }, { dryRun: true });
    expect(refusal).toContain(
      `Annotation ${S}backend-protocol holds a hidden character; expected http, https, ssl or tcp.`,
    );
  });

  it('cuts a long value', async () => {
    const { refusal } = await create('long', { [`${S}backend-protocol`]: 'x'.repeat(500) }, { dryRun: true });
    expect(refusal).toContain(
      `Annotation ${S}backend-protocol is "${'x'.repeat(80)}…"; expected http, https, ssl or tcp.`,
    );
  });

  describe('a Service that was wrong before', () => {
    beforeAll(async () => {
      expect((await create('old', BAD, { user: ACCOUNT })).status).toBe(201);
    });
    const passes = (patch: object) =>
      expect(change('old', patch)).resolves.toMatchObject({ status: 200, refusal: '', warnings: [] });

    it('takes an unrelated change', () => passes({ spec: { ports: [{ port: 82, protocol: 'TCP' }] } }));
    it('takes a label', () => passes({ metadata: { labels: { team: 'a' } } }));
    it('takes a finalizer and gives it back', async () => {
      await passes({ metadata: { finalizers: [CLEANUP_FINALIZER] } });
      await passes({ metadata: { finalizers: null } });
    });
    it('takes another annotation that is right', () =>
      passes({ metadata: { annotations: { [`${S}internal`]: 'true' } } }));
    it('takes a status', async () => {
      const body = { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } };
      const path = `${SERVICES}/old/status`;
      expect(await server.ask({ method: 'PATCH', path, body })).toMatchObject({ status: 200, warnings: [] });
    });
    it('does not take another wrong value', async () => {
      expect((await change('old', { metadata: { annotations: { [IDLE]: '4002' } } })).refusal).toContain('"4002"');
      expect((await change('old', { metadata: { annotations: { [`${S}internal`]: 'maybe' } } })).refusal).toContain(
        '"maybe"',
      );
    });
    it('takes no change of the kind of load balancer that makes another annotation wrong', async () => {
      const annotations = { [`${S}extra-security-groups`]: 'sg-0123456789abcdef0' };
      expect((await create('kinds', annotations)).status).toBe(201);
      const { refusal } = await change('kinds', { metadata: { annotations: { [`${S}type`]: 'nlb' } } });
      expect(refusal).toContain(
        `${S}extra-security-groups is "sg-0123456789abcdef0", which has an effect only on a Classic`,
      );
    });
    it('takes a type that is not ours, and is judged when it comes back', async () => {
      await passes({ spec: { type: 'ClusterIP' } });
      expect((await change('old', { spec: { type: 'LoadBalancer' } })).refusal).toContain('"4001"');
      expect(
        (await change('old', { spec: { type: 'LoadBalancer' }, metadata: { annotations: { [IDLE]: '4000' } } })).status,
      ).toBe(200);
    });
    it('can be deleted, with a finalizer that waits', async () => {
      expect((await create('going', BAD, { user: ACCOUNT, finalizers: [CLEANUP_FINALIZER] })).status).toBe(201);
      expect((await server.ask({ method: 'DELETE', path: `${SERVICES}/going` })).status).toBe(200);
      const { status, refusal } = await change('going', { metadata: { annotations: { [IDLE]: '4002' } } });
      expect({ status, refusal }).toEqual({ status: 200, refusal: '' });
      expect((await change('going', { metadata: { finalizers: null } })).status).toBe(200);
      expect((await server.ask({ method: 'GET', path: `${SERVICES}/going` })).status).toBe(404);
    });
  });

  it('judges what annotations ask of each other when one of them changes', async () => {
    const logs = `${S}access-log-enabled`;
    const bucket = `${S}access-log-s3-bucket-name`;
    const needs = `Annotation ${logs} is "true", which needs annotation ${bucket}, since logs need a bucket to be written to.`;
    expect((await create('logs', { [logs]: 'true' })).refusal).toContain(needs);
    expect((await create('logs', { [logs]: 'true', [bucket]: 'my-logs' })).status).toBe(201);
    expect((await change('logs', { metadata: { annotations: { [bucket]: null } } })).refusal).toContain(needs);
    expect((await change('logs', { metadata: { annotations: { [bucket]: null, [logs]: null } } })).status).toBe(200);
  });

  it('lets the controller write what it likes', async () => {
    expect((await create('by-controller', BAD, { user: ACCOUNT, dryRun: true })).status).toBe(201);
    expect((await change('right', { metadata: { annotations: BAD } }, ACCOUNT)).status).toBe(200);
  });

  it.each([
    ['of another class', { loadBalancerClass: 'service.k8s.aws/nlb' }, {}],
    ['of another type', { type: 'NodePort' as const }, {}],
    ['handed to another controller', {}, { [`${S}type`]: 'external' }],
    ['handed to the official one for pods', {}, { [`${S}type`]: 'nlb-ip' }],
  ])('leaves a Service alone that is %s', async (_, fields, annotations) => {
    const body = service({ name: 'foreign', annotations: { ...BAD, [`${S}x`]: '', ...annotations }, ...fields });
    const verdict = await server.ask({ method: 'POST', path: `${SERVICES}?dryRun=All`, body });
    expect(verdict).toMatchObject({ status: 201, warnings: [] });
  });

  it('judges a Service of our class', async () => {
    const body = service({ name: 'ours', annotations: BAD, loadBalancerClass: 'fairlead.dev/aws' });
    expect((await server.ask({ method: 'POST', path: `${SERVICES}?dryRun=All`, body })).refusal).toContain(IDLE);
  });

  it('judges what comes from another controller to ours', async () => {
    expect((await create('handed', { ...BAD, [`${S}type`]: 'external' })).status).toBe(201);
    expect((await change('handed', { metadata: { annotations: { [`${S}type`]: 'classic' } } })).refusal).toContain(
      '"4001"',
    );
  });
});

describe('where Services without a class are not ours', () => {
  it('only those of our class are judged', async () => {
    await install('--action', 'Deny', '--claim-classless=false');
    const ask = (own: object): Ask => ({
      method: 'POST',
      path: `${SERVICES}?dryRun=All`,
      body: service({ name: 'tried', annotations: BAD, ...own }),
    });
    await server.until('classless Services pass', ask({}), ({ status }) => status === 201);
    expect((await server.ask(ask({ loadBalancerClass: 'fairlead.dev/aws' }))).refusal).toContain('"4001"');
  });
});

type How = { readonly user?: string; readonly dryRun?: boolean; readonly finalizers?: readonly string[] };

function create(name: string, annotations: Readonly<Record<string, string>>, how: How = {}): Promise<Verdict> {
  const { user, dryRun = false, finalizers = [] } = how;
  const body = service({ name, annotations });
  const path = dryRun ? `${SERVICES}?dryRun=All` : SERVICES;
  const metadata = { ...body.metadata, finalizers };
  return server.ask({ method: 'POST', path, body: { ...body, metadata }, ...(user && { user }) });
}

function change(name: string, body: object, user?: string): Promise<Verdict> {
  return server.ask({ method: 'PATCH', path: `${SERVICES}/${name}`, body, ...(user && { user }) });
}

/** Applies what the command prints, without a warning, and waits until the server acts on it. */
async function install(...args: readonly string[]): Promise<void> {
  expect(await kubectl(cluster, ['apply', '-f', '-'], await policyYaml(...args))).toMatchObject({ code: 0, err: '' });
  const body = service({
    name: 'tried',
    annotations: { ...BAD, [`${S}x`]: '' },
    loadBalancerClass: 'fairlead.dev/aws',
  });
  const judged: Ask = { method: 'POST', path: `${SERVICES}?dryRun=All`, body };
  await server.until('both policies judge', judged, ({ status, warnings }) => {
    const advised = warnings.some(({ policy }) => policy === 'fairlead-aws-advice');
    const warned = warnings.some(({ policy }) => policy === 'fairlead-aws');
    return advised && (args.includes('Deny') ? status === 422 : warned);
  });
}
