// What the pod runner makes of a spec before anything runs: the same as the kubelet, or a clear refusal.
import { describe, expect, it } from 'vitest';
import { commandOf, environmentOf, expand } from './environment.ts';
import type { Container, PodSpec } from './pod-spec.ts';
import { type Contents, mountsOf } from './volumes.ts';

const pod = { name: 'fairlead-0', namespace: 'fairlead', ip: '127.0.0.2', serviceAccount: 'fairlead' };
const contents: Contents = { pod, tokens: { '': 'api-token', sts: 'sts-token' }, objects: {}, ca: 'CA' };
const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount';

describe('environment', () => {
  it("is the image's, with what the spec sets, fields of the pod filled in and earlier variables expanded", () => {
    const container: Container = {
      name: 'controller',
      env: [
        { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'SPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'BOTH', value: '$(SPACE)/$(NAME) $(LATER)' },
        { name: 'LATER', value: 'x' },
        { name: 'EMPTY' },
      ],
    };
    expect(environmentOf(container, pod, { PATH: '/bin', EMPTY: 'not' })).toEqual({
      PATH: '/bin',
      NAME: 'fairlead-0',
      SPACE: 'fairlead',
      IP: '127.0.0.2',
      BOTH: 'fairlead/fairlead-0 $(LATER)',
      LATER: 'x',
      EMPTY: '',
    });
  });

  it.each([
    [{ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }, /variable A: .*secretKeyRef/],
    [{ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } }] }, /variable A: .*status\.hostIP/],
    [{ envFrom: [{ configMapRef: { name: 'c' } }] }, /container c: envFrom/],
  ])('refuses what it cannot know: %j', (part, message) => {
    expect(() => environmentOf({ name: 'c', ...part }, pod, {})).toThrow(message);
  });
});

describe('command', () => {
  const image = { entrypoint: ['/node', '/app'] };

  it('is the entry point with the arguments, or the command with them', () => {
    expect(commandOf({ name: 'c', args: ['run'] }, image, {})).toEqual(['/node', '/app', 'run']);
    expect(commandOf({ name: 'c', command: ['/sh'], args: ['run'] }, image, {})).toEqual(['/sh', 'run']);
  });

  it.each([
    ['$(A)-$(B)', '1-$(B)'],
    ['$$(A)', '$(A)'],
    ['$A $', '$A $'],
    ['$$$(A)', '$1'],
    ['$(__proto__)', '$(__proto__)'],
  ])('expands %s to %s', (text, expanded) => {
    expect(expand(text, { A: '1' })).toBe(expanded);
  });
});

describe('volumes', () => {
  const container = (...volumeMounts: NonNullable<Container['volumeMounts']>): Container => ({
    name: 'c',
    volumeMounts,
  });
  const specOf = (volumes: NonNullable<PodSpec['volumes']>, more: Partial<PodSpec> = {}): PodSpec => ({
    containers: [],
    volumes,
    ...more,
  });
  const textsOf = ({ files }: { readonly files: readonly object[] }) =>
    files.flatMap((file) => ('text' in file && 'path' in file ? [[String(file.path).split('/')[1], file.text]] : []));

  it("are the token of the service account by itself, readable by the container's user alone", () => {
    const [mount, ...more] = mountsOf(specOf([]), container(), contents, 65532);
    expect(more).toEqual([]);
    expect(mount).toMatchObject({ path: TOKEN, readOnly: true, owner: [65532, 0] });
    expect(textsOf(mount!)).toEqual([
      ['token', 'api-token'],
      ['ca.crt', 'CA'],
      ['namespace', 'fairlead'],
    ]);
    expect(mount!.files).toContainEqual({ path: 'token', link: '..data/token' });
    expect(mount!.files.find((file) => file.path.endsWith('/token'))).toMatchObject({ mode: 0o600 });
  });

  it('have no token where the pod wants none, nor a second one where the API server has put it', () => {
    expect(mountsOf(specOf([], { automountServiceAccountToken: false }), container(), contents, 1)).toEqual([]);
    const volume = { name: 'api', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } };
    const mounts = mountsOf(specOf([volume]), container({ name: 'api', mountPath: TOKEN }), contents, 1);
    expect(mounts.map(({ path }) => path)).toEqual([TOKEN]);
  });

  it('take tokens by audience, and ConfigMaps and Secrets by name and key', () => {
    const sources = [
      { serviceAccountToken: { path: 'sts', audience: 'sts' } },
      { configMap: { name: 'c', items: [{ key: 'a', path: 'b' }] } },
      { secret: { name: 'missing', optional: true } },
    ];
    const objects = { 'configmap/c': { a: 'A', other: 'O' } };
    const mounts = mountsOf(
      specOf([{ name: 'v', projected: { sources } }], { automountServiceAccountToken: false }),
      container({ name: 'v', mountPath: '/v' }),
      { ...contents, objects },
      1,
    );
    expect(textsOf(mounts[0]!)).toEqual([
      ['sts', 'sts-token'],
      ['b', 'A'],
    ]);
  });

  it.each([
    [{ name: 'v', hostPath: { path: '/' } }, {}, /volume v: hostPath/],
    [{ name: 'v', secret: { secretName: 's' } }, {}, /secret\/s, whose data was not given/],
    [{ name: 'w', emptyDir: {} }, {}, /no such volume/],
    [{ name: 'v', emptyDir: {} }, { subPath: 'x' }, /subPath/],
    [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't', audience: 'x' } }] } }, {}, /audience x/],
  ])('refuse what cannot be done: %j %j', (volume, more, message) => {
    const mount = { name: 'v', mountPath: '/v', ...more };
    expect(() => mountsOf(specOf([volume]), container(mount), contents, 1)).toThrow(message);
  });
});
