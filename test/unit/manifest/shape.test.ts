// What kube-apiserver 1.36 refuses of a Service, said before it does.
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../src/manifest/read.ts';

const GOOD = { name: 'web' };
const PORTS = [{ port: 80 }];

function problemsOf(metadata: unknown, spec: unknown, rest: object = {}): readonly string[] {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata, spec, ...rest });
  return readManifest(text).problems.map(({ severity, message }) => `${severity}: ${message}`);
}

const ofSpec = (spec: object) => problemsOf(GOOD, { type: 'LoadBalancer', ports: PORTS, ...spec });
const ofPorts = (...ports: unknown[]) => ofSpec({ ports });
const ofMetadata = (metadata: object) => problemsOf({ ...GOOD, ...metadata }, { ports: PORTS });

describe('a good Service', () => {
  it('of every type has no problem', () => {
    expect(ofSpec({})).toEqual([]);
    expect(problemsOf(GOOD, { ports: PORTS })).toEqual([]);
    expect(problemsOf(GOOD, { type: 'ExternalName', externalName: 'example.com' })).toEqual([]);
    expect(problemsOf(GOOD, { clusterIP: 'None', selector: { app: 'x' } })).toEqual([]);
  });

  it('may use all fields', () => {
    const problems = problemsOf(
      {
        generateName: 'web-',
        namespace: 'shop',
        labels: { 'app.kubernetes.io/name': 'web', empty: '' },
        annotations: { 'Example.COM/x': '', y: 'z' },
        finalizers: ['a/b'],
        creationTimestamp: null,
      },
      {
        type: 'LoadBalancer',
        loadBalancerClass: 'service.k8s.aws/nlb',
        loadBalancerSourceRanges: ['10.0.0.0/8'],
        externalTrafficPolicy: 'Local',
        internalTrafficPolicy: 'Cluster',
        healthCheckNodePort: 30000,
        allocateLoadBalancerNodePorts: false,
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } },
        ipFamilies: ['IPv4', 'IPv6'],
        ipFamilyPolicy: 'RequireDualStack',
        publishNotReadyAddresses: true,
        selector: { app: 'web' },
        externalIPs: ['1.2.3.4'],
        ports: [
          { name: 'a', port: 53, protocol: 'TCP', targetPort: 'dns-1', appProtocol: 'kubernetes.io/h2c' },
          { name: 'b', port: 53, protocol: 'UDP', targetPort: 5353, nodePort: 30001 },
        ],
      },
      { status: { loadBalancer: {} } },
    );
    expect(problems).toEqual([]);
  });

  it('may leave fields empty, which is as if they were not there', () => {
    expect(
      problemsOf({ ...GOOD, annotations: null, labels: null }, { type: null, ports: [{ port: 80, name: null }] }),
    ).toEqual([]);
  });
});

describe('metadata', () => {
  const NAME = 'at most 63 lower-case letters, digits and hyphens, with no hyphen at either end';
  const KEY = 'at most 63 letters, digits, hyphens, underscores and dots, which may follow a domain and a slash';

  it('must be there, with a name', () => {
    expect(problemsOf(undefined, { ports: PORTS })).toEqual([
      'error: Field metadata is missing; expected a map with at least a name.',
    ]);
    expect(problemsOf([], { ports: PORTS })).toEqual([
      'error: Field metadata is "[…]", which is a list; expected a map.',
    ]);
    expect(problemsOf({}, { ports: PORTS })).toEqual([`error: Field metadata.name is missing; expected ${NAME}.`]);
  });

  it.each(['Web', 'a_b', '-a', 'a-', 'a.b', 'a'.repeat(64)])('has no name %s', (name) => {
    expect(ofMetadata({ name })).toEqual([`error: Field metadata.name is "${name}"; expected ${NAME}.`]);
  });

  it('has names that are text', () => {
    expect(ofMetadata({ name: 5, namespace: true })).toEqual([
      'error: Field metadata.name is "5", which YAML takes for a number; expected text, between quotes: "5".',
      'error: Field metadata.namespace is "true", which YAML takes for true or false; expected text, between quotes: "true".',
    ]);
  });

  it('has annotations that are text', () => {
    expect(ofMetadata({ annotations: { 'a/b': 443, 'a/c': ['x'], 'a/d': { e: 1 }, 'a/e': null } })).toEqual([
      'error: Annotation a/b is "443", which YAML takes for a number; expected text, between quotes: "443".',
      'error: Annotation a/c is "[…]", which is a list; expected text.',
      'error: Annotation a/d is "{…}", which is a map; expected text.',
    ]);
    expect(ofMetadata({ annotations: 'x' })).toEqual([
      'error: Field metadata.annotations is "x", which is text; expected a map of text.',
    ]);
  });

  it('has keys of a certain form', () => {
    expect(
      ofMetadata({ annotations: { __proto: '', 'a//b': '', 'a/b/c': '', 'x y': '' }, labels: { '-': '' } }),
    ).toEqual([
      ...['__proto', 'a//b', 'a/b/c', 'x y'].map((key) => `error: Annotation ${key} is no valid key; expected ${KEY}.`),
      `error: Label - is no valid key; expected ${KEY}.`,
    ]);
  });

  it('has labels of a certain form', () => {
    expect(ofMetadata({ labels: { version: 1.1, app: 'a b' } })).toEqual([
      'error: Field metadata.labels.version is "1.1", which YAML takes for a number; expected text, between quotes: "1.1".',
      'error: Field metadata.labels.app is "a b"; expected at most 63 letters, digits, hyphens, underscores and dots, with a letter or digit at both ends.',
    ]);
  });

  it('has at most 256 KiB of annotations', () => {
    expect(ofMetadata({ annotations: { a: 'ü'.repeat(131071), b: '' } })).toEqual([]);
    expect(ofMetadata({ annotations: { a: 'ü'.repeat(131071), b: '1' } })).toEqual([
      'error: Field metadata.annotations is "262145 bytes"; expected at most 262144 bytes of keys and values together.',
    ]);
  });

  it('has no annotations of its own, and no fields that nobody knows', () => {
    expect(ofMetadata({ 'example.com/x': 'y', annotation: {}, color: 'red' })).toEqual([
      'error: Annotation example.com/x stands under metadata, where it is unknown; expected it under metadata.annotations, further to the right.',
      'error: Field metadata.annotation is unknown (did you mean "annotations"?).',
      'warning: Field metadata.color is unknown.',
    ]);
  });
});

describe('kind and version', () => {
  it('are v1 and Service', () => {
    expect(problemsOf(GOOD, { ports: PORTS }, { apiVersion: undefined })).toEqual([
      'error: Field apiVersion is missing; expected v1.',
    ]);
    expect(problemsOf(GOOD, { ports: PORTS }, { apiVersion: 'core/v1', kind: 'services' })).toEqual([
      'error: Field apiVersion is "core/v1"; expected v1.',
      'error: Field kind is "services"; expected Service (did you mean "Service"?).',
    ]);
  });
});

describe('the spec', () => {
  it('must be there, with ports', () => {
    expect(problemsOf(GOOD, undefined)).toEqual([
      'error: Field spec is missing; expected a map with at least the ports.',
    ]);
    expect(problemsOf(GOOD, {})).toEqual(['error: Field spec.ports is missing; expected at least one port.']);
    expect(ofPorts()).toEqual(['error: Field spec.ports is "[]"; expected at least one port.']);
    expect(ofSpec({ ports: 80 })).toEqual([
      'error: Field spec.ports is "80", which is a number; expected a list of ports.',
    ]);
  });

  it.each([
    [
      { type: 'Loadbalancer' },
      'type is "Loadbalancer"; expected ClusterIP, NodePort, LoadBalancer or ExternalName (did you mean "LoadBalancer"?).',
    ],
    [
      { type: 5 },
      'type is "5", which YAML takes for a number; expected text, between quotes: "5".',
      'type is "5"; expected ClusterIP, NodePort, LoadBalancer or ExternalName.',
    ],
    [
      { loadBalancerSourceRanges: '10.0.0.0/8' },
      'loadBalancerSourceRanges is "10.0.0.0/8", which is text; expected a list of CIDR ranges.',
    ],
    [
      { loadBalancerSourceRanges: ['10.0.0.0/8', 5] },
      'loadBalancerSourceRanges[1] is "5", which YAML takes for a number; expected text, between quotes: "5".',
    ],
    [
      { loadBalancerClass: 'a b' },
      'loadBalancerClass is "a b"; expected a name of at most 63 characters, which may follow a domain and a slash.',
    ],
    [
      { externalTrafficPolicy: 'local' },
      'externalTrafficPolicy is "local"; expected Cluster or Local (did you mean "Local"?).',
    ],
    [
      { healthCheckNodePort: 30000 },
      'healthCheckNodePort is "30000", which is only taken with externalTrafficPolicy: Local; expected no such field, or that policy.',
    ],
    [
      { allocateLoadBalancerNodePorts: 'false' },
      'allocateLoadBalancerNodePorts is "false"; expected true or false, without quotes.',
    ],
    [
      { ipFamilies: ['IPv4', 'IPv4'] },
      'ipFamilies is "IPv4,IPv4"; expected a list of IPv4 and IPv6, each at most once.',
    ],
    [{ ipFamilies: ['ipv4'] }, 'ipFamilies[0] is "ipv4"; expected IPv4 or IPv6 (did you mean "IPv4"?).'],
    [
      { clusterIP: 'None' },
      'clusterIP is "None", which a load balancer cannot have; expected no such field in a Service of type LoadBalancer.',
    ],
    [{ loadBalancerSourceRange: [] }, 'loadBalancerSourceRange is unknown (did you mean "loadBalancerSourceRanges"?).'],
    [
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } } },
      'sessionAffinityConfig.clientIP.timeoutSeconds is "0"; expected a whole number from 1 to 86400.',
    ],
    [{ selector: 'web' }, 'selector is "web", which is text; expected a map of text.'],
  ])('%j', (spec, ...messages) => {
    expect(ofSpec(spec)).toEqual(messages.map((message) => `error: Field spec.${message}`));
  });

  it.each([
    [[{}], '0].port is missing; expected a whole number from 1 to 65535.'],
    [[{ port: 0 }], '0].port is "0"; expected a whole number from 1 to 65535.'],
    [[{ port: 65536 }], '0].port is "65536"; expected a whole number from 1 to 65535.'],
    [[{ port: '80' }], '0].port is "80", which is text; expected a whole number from 1 to 65535, without quotes.'],
    [[{ port: 'http' }], '0].port is "http"; expected a whole number from 1 to 65535.'],
    [[{ port: 1.5 }], '0].port is "1.5"; expected a whole number from 1 to 65535.'],
    [[{ port: [80] }], '0].port is "[…]", which is a list; expected a whole number from 1 to 65535.'],
    [[80], '0] is "80", which is a number; expected a map with at least a port.'],
    [[{ port: 80, protocol: 'tcp' }], '0].protocol is "tcp"; expected TCP, UDP or SCTP (did you mean "TCP"?).'],
    [[{ port: 80, targetport: 80 }], '0].targetport is unknown (did you mean "targetPort"?).'],
    [
      [{ port: 80, targetPort: '8080' }],
      '0].targetPort is "8080", which is text; expected a whole number from 1 to 65535, without quotes.',
    ],
    [
      [{ port: 80, targetPort: 'a-very-long-name' }],
      '0].targetPort is "a-very-long-name"; expected a number, or the name of a port: at most 15 lower-case letters, digits and hyphens.',
    ],
    [
      [{ port: 80, name: 'HTTP' }],
      '0].name is "HTTP"; expected at most 63 lower-case letters, digits and hyphens, with no hyphen at either end.',
    ],
    [[{ port: 80, nodePort: -1 }], '0].nodePort is "-1"; expected a whole number from 0 to 65535.'],
  ])('ports %j', (ports, message) => {
    expect(ofSpec({ ports })).toEqual([`error: Field spec.ports[${message}`]);
  });

  it('selects by labels', () => {
    expect(ofSpec({ selector: { 'a//b': 'x', a: 'x y' } })).toEqual([
      'error: Label a//b is no valid key; expected at most 63 letters, digits, hyphens, underscores and dots, which may follow a domain and a slash.',
      'error: Field spec.selector.a is "x y"; expected at most 63 letters, digits, hyphens, underscores and dots, with a letter or digit at both ends.',
    ]);
  });

  it('tells several ports apart', () => {
    expect(
      ofPorts(
        { port: 80 },
        { port: 80, name: 'a' },
        { port: 81, name: 'a', nodePort: 30001 },
        { port: 82, name: 'b', nodePort: 30001 },
      ),
    ).toEqual([
      'error: Field spec.ports[0].name is missing; expected a name for each port where there are several.',
      'error: Field spec.ports[1].port is "80", which spec.ports[0] has too; expected each port once for each protocol.',
      'error: Field spec.ports[2].name is "a", which spec.ports[1] has too; expected each name once in the Service.',
      'error: Field spec.ports[3].nodePort is "30001", which spec.ports[2] has too; expected each nodePort once for each protocol.',
    ]);
  });
});

describe('what the API server takes as not there', () => {
  it('is so here', () => {
    expect(
      ofSpec({
        sessionAffinity: '',
        externalTrafficPolicy: '',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } },
      }),
    ).toEqual([]);
    expect(ofPorts({ port: 80, name: '', protocol: '', targetPort: 0, nodePort: 0 })).toEqual([]);
    expect(ofPorts({ port: 80, targetPort: '' })).toEqual([]);
    expect(ofMetadata({ namespace: '' })).toEqual([]);
  });

  it('is not so of classes and families', () => {
    expect(ofSpec({ loadBalancerClass: '', ipFamilyPolicy: '', internalTrafficPolicy: '' })).toHaveLength(3);
  });
});

describe('what is told of', () => {
  const serviceOf = (metadata: object, spec: object) =>
    readManifest(JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata, spec })).services[0]?.service;

  it('is taken as it is meant, where that is sure', () => {
    const spec = {
      type: 'Loadbalancer',
      ports: [{ port: '80', protocol: 'tcp' }],
      allocateLoadBalancerNodePorts: 'false',
    };
    expect(serviceOf({ name: 'web', annotations: { 'a/b': 443 } }, spec)).toMatchObject({
      metadata: { annotations: { 'a/b': '443' } },
      spec: { type: 'LoadBalancer', ports: [{ port: 80, protocol: 'TCP' }], allocateLoadBalancerNodePorts: false },
    });
  });

  it('is left out where it is not', () => {
    const spec = {
      type: 'Other',
      ports: [{ port: 'http' }, { port: 81, name: 'b', protocol: 'x' }, { port: 82, name: 'c' }],
    };
    const service = serviceOf({ name: 'web', annotations: { 'a/b': ['c'] } }, spec);
    expect(service?.spec).toEqual({ ports: [{ port: 82, name: 'c' }] });
    expect({ ...service?.metadata.annotations }).toEqual({});
  });

  it('leaves no Service where there is no name', () => {
    expect(serviceOf({}, { ports: PORTS })).toBeUndefined();
  });
});
