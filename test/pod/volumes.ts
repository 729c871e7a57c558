// A container's volumes as files in memory, laid out as the kubelet does it.
import { fieldOf, type PodFacts } from './environment.ts';
import type { Container, KeyToPath, ObjectSource, PodSpec, ProjectedSource, Volume } from './pod-spec.ts';

const TOKEN_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';
/** The ConfigMap that Kubernetes keeps in every namespace. */
const ROOT_CA = 'configmap/kube-root-ca.crt';
/** Audience of the token of the API server. */
const DEFAULT_AUDIENCE = '';

/** One entry of a mount: a file with its text, or a link. Paths are relative. */
export type Entry =
  | { readonly path: string; readonly text: string; readonly mode: number }
  | { readonly path: string; readonly link: string };

/** A file system in memory. `owner` is user and group of its files. */
export interface Mount {
  readonly path: string;
  readonly mode: number;
  readonly readOnly: boolean;
  readonly owner: readonly [number, number];
  readonly files: readonly Entry[];
}

/** What volumes are filled with. */
export interface Contents {
  readonly pod: PodFacts;
  /** By audience; '' is the API server's. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Data of ConfigMaps and Secrets, by `configmap/NAME` and `secret/NAME`. */
  readonly objects: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly ca: string;
}

/** The mounts of a container. Throws for a volume that has no meaning here. */
export function mountsOf(spec: PodSpec, container: Container, contents: Contents, user: number): Mount[] {
  const mounts = (container.volumeMounts ?? []).map(({ name, mountPath, readOnly = false, subPath, subPathExpr }) => {
    if (subPath !== undefined || subPathExpr !== undefined) {
      throw new Error(`volume ${name} at ${mountPath}: subPath is not supported here`);
    }
    const volume = spec.volumes?.find((one) => one.name === name);
    if (!volume) throw new Error(`volume ${name} at ${mountPath}: the pod has no such volume`);
    if (volume.emptyDir) return { path: mountPath, mode: 0o777, readOnly, owner: [0, 0] as const, files: [] };
    return filled(mountPath, filesOf(volume, contents), user, spec);
  });
  const hasToken = mounts.some(({ path }) => path === TOKEN_DIRECTORY);
  if (hasToken || spec.automountServiceAccountToken === false) return mounts;
  const sources: ProjectedSource[] = [
    { serviceAccountToken: { path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt' } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
  ];
  const automatic = { name: 'kube-api-access', projected: { sources } };
  return [...mounts, filled(TOKEN_DIRECTORY, filesOf(automatic, contents), user, spec)];
}

interface File {
  readonly path: string;
  readonly text: string;
  /** Only the container's user may read it. */
  readonly isToken?: boolean;
}

/** Files behind `..data`, so that a real kubelet could exchange them all at once. */
function filled(path: string, files: readonly File[], user: number, spec: PodSpec): Mount {
  const version = '..2026_01_01_00_00_00.000000001';
  const { fsGroup } = spec.securityContext ?? {};
  const tokenMode = fsGroup === undefined ? 0o600 : 0o640;
  const tops = new Set(files.map((file) => file.path.split('/')[0]!));
  return {
    path,
    mode: 0o755,
    readOnly: true,
    owner: fsGroup === undefined ? [user, 0] : [0, fsGroup],
    files: [
      ...files.map(({ path: name, text, isToken }) => ({
        path: `${version}/${name}`,
        text,
        mode: isToken ? tokenMode : 0o644,
      })),
      { path: '..data', link: version },
      ...[...tops].map((name) => ({ path: name, link: `..data/${name}` })),
    ],
  };
}

function filesOf(volume: Volume, contents: Contents): File[] {
  if (volume.configMap) return objectFiles('configmap', volume.configMap, contents);
  if (volume.secret) return objectFiles('secret', volume.secret, contents);
  if (volume.projected) return (volume.projected.sources ?? []).flatMap((source) => projected(source, contents));
  const { name, ...kinds } = volume;
  throw new Error(`volume ${name}: ${Object.keys(kinds).join(', ')} is not supported here`);
}

function projected(source: ProjectedSource, contents: Contents): File[] {
  const { serviceAccountToken, configMap, secret, downwardAPI } = source;
  if (serviceAccountToken) {
    const { path, audience = DEFAULT_AUDIENCE } = serviceAccountToken;
    const text = contents.tokens[audience];
    if (text === undefined)
      throw new Error(`a token for the audience ${audience || 'of the API server'} was not given`);
    return [{ path, text, isToken: true }];
  }
  if (configMap) return objectFiles('configmap', configMap, contents);
  if (secret) return objectFiles('secret', secret, contents);
  if (downwardAPI) {
    return (downwardAPI.items ?? []).map(({ path, fieldRef }) => {
      if (!fieldRef) throw new Error(`downward API file ${path}: only fieldRef is supported here`);
      return { path, text: fieldOf(fieldRef, contents.pod, `downward API file ${path}`) };
    });
  }
  throw new Error(`projected volume: ${Object.keys(source).join(', ')} is not supported here`);
}

function objectFiles(kind: 'configmap' | 'secret', source: ObjectSource, contents: Contents): File[] {
  const id = `${kind}/${source.name ?? source.secretName}`;
  const data = contents.objects[id] ?? (id === ROOT_CA ? { 'ca.crt': contents.ca } : undefined);
  if (!data) {
    if (source.optional) return [];
    throw new Error(`the pod mounts ${id}, whose data was not given`);
  }
  const items: readonly KeyToPath[] = source.items ?? Object.keys(data).map((key) => ({ key, path: key }));
  return items.map(({ key, path }) => {
    const text = data[key];
    if (text === undefined) throw new Error(`${id} has no key ${key}`);
    return { path, text };
  });
}
