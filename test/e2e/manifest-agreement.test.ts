// What reading a manifest calls wrong, the real API server refuses: thousands of Services, each with something odd about it.
// What only the server refuses is bounded by a list of reasons.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/manifest/read.ts';
import { type Cluster, startCluster } from '../cluster/start.ts';
import { type AdmissionServer, admissionServer } from './admission-server.ts';

const PARALLEL = 16;
const SEED = 20_261_121;
const SERVICES = '/api/v1/namespaces/default/services?dryRun=All&fieldValidation=Strict';

/** Refusals that reading a manifest leaves to others. */
const ELSEWHERE = [
  // Told as a warning: a later Kubernetes may know the field.
  /strict decoding error: unknown field/,
  // No Service of type LoadBalancer, or no Service at all.
  /may only be set for externally-accessible services/,
  /may only be (?:used|set) when `type` is 'LoadBalancer'/,
  /may not be used when `type` is 'ClusterIP'/,
  /(must be of type Service|cannot be handled as a Service: no kind)/,
  // The provider judges them with the annotation that means the same.
  /spec\.LoadBalancerSourceRanges\[\d+\]: Invalid value/,
  // Addresses of the cluster, which no load balancer depends on.
  /spec\.(clusterIPs|externalIPs)/,
  // The path of the request.
  /the namespace of the provided object does not match/,
];

let cluster: Cluster;
let server: AdmissionServer;

beforeAll(async () => {
  cluster = await startCluster({ log: console.info });
  server = await admissionServer(cluster, PARALLEL);
});

afterAll(async () => {
  server?.close();
  await cluster?.stop();
});

const TEXTS = ['web', 'Web', '', '-a', 'a.b', 'a_b', '9a', 'a'.repeat(64), 'x y', 'tcp', 'Local', 'None', 'IPv4', '80'];
const ODD = [null, 0, 1, 80, 65535, 65536, 1.5, true, false, [], {}, ['a'], { a: 'b' }, { a: 1 }, [1], '5', 30000];
const KEYS = ['a', 'a/b', 'A/b', 'a//b', '/a', 'a/', 'x y', 'a/b/c', 'a'.repeat(64), 'a_b', '-a', 'A.B/c', 'a_b/c'];

const odd = fc.oneof(fc.constantFrom<unknown>(...TEXTS), fc.constantFrom<unknown>(...ODD));
const mostly = (...good: readonly unknown[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: odd });
const texts = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(fc.constantFrom(...KEYS), odd, { maxKeys: 2 }) },
  { weight: 1, arbitrary: odd },
);

const PORT = {
  port: mostly(80, 443, 53),
  name: mostly('a', 'b', 'http'),
  protocol: mostly('TCP', 'UDP', 'SCTP'),
  // A dry run allocates none, so it refuses no number.
  nodePort: fc.constantFrom<unknown>(30001, 30002, 0, null, true, '5', 1.5),
  targetPort: mostly(80, 'http', 'h-1'),
  appProtocol: mostly('a/b', 'http'),
};
const port = fc.record(PORT, { requiredKeys: ['port'] });
const SPEC = {
  type: mostly('LoadBalancer', 'ClusterIP', 'NodePort'),
  ports: fc.oneof(odd, fc.array(port, { maxLength: 3 })),
  selector: texts,
  loadBalancerClass: mostly('a.b/c', 'x'),
  loadBalancerSourceRanges: mostly(['10.0.0.0/8']),
  externalTrafficPolicy: mostly('Local', 'Cluster'),
  internalTrafficPolicy: mostly('Local', 'Cluster'),
  healthCheckNodePort: mostly(30005, 0),
  allocateLoadBalancerNodePorts: mostly(true, false),
  loadBalancerIP: mostly('1.2.3.4'),
  sessionAffinity: mostly('None', 'ClientIP'),
  sessionAffinityConfig: mostly(
    {},
    { clientIP: {} },
    { clientIP: { timeoutSeconds: 10 } },
    { clientIP: { timeoutSeconds: 0 } },
  ),
  ipFamilies: mostly(['IPv4'], ['IPv4', 'IPv4'], []),
  ipFamilyPolicy: mostly('SingleStack'),
  publishNotReadyAddresses: mostly(true),
  clusterIP: mostly('None', ''),
  bogus: odd,
};
const METADATA = {
  name: mostly('web'),
  namespace: mostly('default'),
  labels: texts,
  annotations: texts,
  generateName: odd,
  bogus: odd,
};
const ROOT = { kind: mostly('Service'), metadata: odd, spec: odd, status: mostly({}) };

/** At most two fields that may be odd: of more, nobody knows which one was refused. */
function some(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> {
  const names = Object.keys(fields);
  return fc
    .subarray(names, { minLength: 1, maxLength: 2 })
    .chain((picked) => fc.record(Object.fromEntries(picked.map((name) => [name, fields[name]!]))));
}

const spec = { type: 'LoadBalancer', ports: [{ port: 80 }] };
const base = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec };
const service = fc.oneof(
  some(SPEC).map((given) => ({ ...base, spec: { ...spec, ...given } })),
  some(PORT).map((given) => ({ ...base, spec: { ...spec, ports: [{ port: 80, ...given }] } })),
  fc.array(port, { maxLength: 3 }).map((ports) => ({ ...base, spec: { ...spec, ports } })),
  some(METADATA).map((given) => ({ ...base, metadata: { ...base.metadata, ...given } })),
  some(ROOT).map((given) => ({ ...base, ...given })),
);

describe('reading a manifest', () => {
  it('refuses what the API server refuses, and nothing else', async () => {
    const cases = fc.sample(service, { numRuns: 4000, seed: SEED });
    const tooStrict: string[] = [];
    const missed: string[] = [];
    let agreed = 0;
    const judge = async (object: object) => {
      const text = JSON.stringify(object);
      const { status, refusal } = await server.ask({ method: 'POST', path: SERVICES, body: object });
      const errors = readManifest(text).problems.filter(({ severity }) => severity === 'error');
      if (errors.length === 0 && refusal === '') agreed++;
      else if (errors.length > 0 && refusal !== '') agreed++;
      else if (refusal === '') tooStrict.push(`${text}: ${status}, but ${errors[0]?.message}`);
      else if (!ELSEWHERE.some((reason) => reason.test(refusal))) missed.push(`${text}: ${refusal}`);
    };
    for (let at = 0; at < cases.length; at += PARALLEL) await Promise.all(cases.slice(at, at + PARALLEL).map(judge));
    console.info(`${agreed} of ${cases.length} Services are judged alike`);
    expect(tooStrict).toEqual([]);
    expect(missed).toEqual([]);
    expect(agreed).toBeGreaterThan(3000);
  });
});
