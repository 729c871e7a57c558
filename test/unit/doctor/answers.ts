// An API server of ready answers, for tests of what is asked and what is made of it. It asserts nothing.
import { type KubeConnection, KubeError, type KubeRequest } from '../../../src/kube/api.ts';

export interface Answers {
  /** By path; lists as arrays. What is not there is a 404. */
  readonly objects?: Readonly<Record<string, object | readonly object[]>>;
  /** Of the one who asks. Default: the controller's account. */
  readonly user?: string;
  /** Default: everything that the controller needs, and no more. */
  readonly may?: (deed: ReviewedDeed, user: string | undefined) => boolean;
}

/** As a review carries it. */
export interface ReviewedDeed {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly namespace: string;
}

export const ACCOUNT = 'system:serviceaccount:fairlead:fairlead';

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  services: ['get', 'list', 'watch'],
  'services/status': ['patch'],
  nodes: ['list', 'watch'],
  namespaces: ['get'],
  events: ['create', 'patch', 'list', 'watch'],
};

export function needed({ verb, resource, subresource, namespace, name }: ReviewedDeed): boolean {
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  if (resource !== 'leases') return NEEDED[whole]?.includes(verb) ?? false;
  return namespace === 'fairlead' && (verb === 'create' || (name === 'fairlead' && ['get', 'patch'].includes(verb)));
}

/** With all requests but reviews, in order: `GET /version`. */
export function answering({ objects = {}, user = ACCOUNT, may = needed }: Answers): KubeConnection & {
  readonly asked: readonly string[];
} {
  const asked: string[] = [];
  return {
    asked,
    async request<T>({ method, path, body }: KubeRequest): Promise<T> {
      if (path.endsWith('/selfsubjectreviews')) return { status: { userInfo: { username: user } } } as T;
      if (path.endsWith('accessreviews')) {
        const { spec } = body as { spec: { resourceAttributes: ReviewedDeed; user?: string } };
        return { status: { allowed: may(spec.resourceAttributes, spec.user) } } as T;
      }
      asked.push(`${method} ${path}`);
      const found = objects[path];
      if (found === undefined) throw new KubeError(`${method} ${path}: not found`, { status: 404 });
      return (Array.isArray(found) ? { metadata: { resourceVersion: '1' }, items: found } : found) as T;
    },
    watch() {
      throw new Error('nothing is watched');
    },
    close: async () => {},
  };
}
