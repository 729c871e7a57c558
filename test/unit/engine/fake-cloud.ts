// A cloud and its kinds for tests of the engine: objects in a map, calls in a list, and failures by script. It has no
// habits of its own; what a test needs it says.
import { type Code, FairleadError } from '../../../src/engine/errors.ts';
import type {
  AnyKind,
  ChildKind,
  Listed,
  Observed,
  Reading,
  RetryAfter,
  RootKind,
  Scope,
} from '../../../src/engine/kind.ts';
import type { Mark, Owner } from '../../../src/engine/owner.ts';

type Spec = Record<string, unknown>;

export interface FakeObject {
  readonly marks: readonly Mark[];
  readonly spec: Spec;
  readonly out: Spec;
  readonly settled?: true | RetryAfter;
}

export const SCOPE: Scope = { signal: new AbortController().signal, lane: 'change' };

export function owner(uid = 'aaaaaaaa-0000-0000-0000-000000000001', name = 'web'): Owner {
  return { cluster: 'cluster-1', uid, namespace: 'shop', name };
}

export function markOf({ cluster, uid, namespace, name }: Owner): Mark {
  return { cluster, uid, namespace, name };
}

export class FakeCloud {
  /** By `Kind/id`. */
  readonly objects = new Map<string, FakeObject>();
  /** `create Box/a`, `list Box`, … in order. */
  readonly calls: string[] = [];
  readonly #scripts = new Map<string, (() => Promise<void>)[]>();

  /** The next call of this name does this first; what it throws, the call throws before it takes effect. */
  before(call: string, act: () => Promise<void>): void {
    this.#scripts.set(call, [...(this.#scripts.get(call) ?? []), act]);
  }

  /** The next calls of this name fail, each with one of the codes. */
  fail(call: string, ...codes: readonly Code[]): void {
    for (const code of codes) {
      this.before(call, async () => {
        throw new FairleadError(code, `${call} failed with ${code}`);
      });
    }
  }

  async enter(call: string): Promise<void> {
    this.calls.push(call);
    await this.#scripts.get(call)?.shift()?.();
  }

  /** The calls since the last time this was asked. */
  take(): readonly string[] {
    return this.calls.splice(0);
  }

  observed(kind: string, id: string): Observed<Spec, Spec> {
    const { marks, spec, out, settled = true } = this.objects.get(`${kind}/${id}`)!;
    return { id, marks, spec: structuredClone(spec), out, settled };
  }

  ids(kind: string): readonly string[] {
    return [...this.objects.keys()]
      .filter((key) => key.startsWith(`${kind}/`))
      .map((key) => key.slice(kind.length + 1));
  }

  put(kind: string, id: string, owners: readonly Owner[], spec: Spec, more: Partial<FakeObject> = {}): void {
    const out = { arn: `arn:${kind}/${id}` };
    this.objects.set(`${kind}/${id}`, { marks: owners.map(markOf), spec, out, ...more });
  }
}

type Extra = Partial<RootKind<FakeCloud, Spec, Spec>>;

function writes(name: string): Pick<RootKind<FakeCloud, Spec, Spec>, 'create' | 'update' | 'delete'> {
  return {
    async create(cloud, owners, id, spec) {
      await cloud.enter(`create ${name}/${id}`);
      if (cloud.objects.has(`${name}/${id}`)) throw new FairleadError('conflict', `${name}/${id} exists already`);
      cloud.put(name, id, owners, spec);
      return cloud.observed(name, id);
    },
    async update(cloud, now, spec, changed) {
      await cloud.enter(`update ${name}/${now.id} ${changed.join()}`);
      const there = cloud.objects.get(`${name}/${now.id}`);
      if (!there) throw new FairleadError('conflict', `${name}/${now.id} is gone`);
      cloud.objects.set(`${name}/${now.id}`, { ...there, spec: { ...there.spec, ...spec } });
      return cloud.observed(name, now.id);
    },
    async delete(cloud, now) {
      await cloud.enter(`delete ${name}/${now.id}`);
      for (const key of [...cloud.objects.keys()]) {
        const [kind, id] = [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)];
        if (key === `${name}/${now.id}` || (kind !== name && id.startsWith(`${now.id}:`))) cloud.objects.delete(key);
      }
      return 'gone';
    },
  };
}

/** A kind whose list is shallow. */
export function rootKind(name: string, extra: Extra = {}): AnyKind<FakeCloud> {
  const kind: RootKind<FakeCloud, Spec, Spec> = {
    name,
    ...writes(name),
    async list(cloud): Promise<readonly Listed<Spec, Spec>[]> {
      await cloud.enter(`list ${name}`);
      return cloud.ids(name).map((id) => {
        const { marks, out } = cloud.observed(name, id);
        return { id, marks, out };
      });
    },
    async read(cloud, wanted): Promise<readonly Reading<Spec, Spec>[]> {
      await cloud.enter(`read ${name}/${wanted.map(({ id }) => id).join()}`);
      return wanted.map(({ id }) =>
        cloud.objects.has(`${name}/${id}`)
          ? { id, state: 'known', object: cloud.observed(name, id) }
          : { id, state: 'gone' },
      );
    },
    ...extra,
  };
  return kind as unknown as AnyKind<FakeCloud>;
}

/** Ids of children are `<parent id>:<something>`. */
export function childKind(name: string, parent: string, extra: Partial<ChildKind<FakeCloud, Spec, Spec>> = {}) {
  const kind: ChildKind<FakeCloud, Spec, Spec> = {
    name,
    ...writes(name),
    parent,
    parentId: (id) => id.slice(0, id.lastIndexOf(':')),
    async readAll(cloud, above) {
      await cloud.enter(`readAll ${name} of ${above.id}`);
      const ids = cloud.ids(name).filter((id) => id.slice(0, id.lastIndexOf(':')) === above.id);
      return ids.map((id) => cloud.observed(name, id));
    },
    ...extra,
  };
  return kind as unknown as AnyKind<FakeCloud>;
}

/** A document `{ entries: ['<uid> <text>'] }` that owners share. */
export function sharedKind(name: string, extra: Extra = {}): AnyKind<FakeCloud> {
  const marked = (cloud: FakeCloud, id: string) => {
    const there = cloud.objects.get(`${name}/${id}`);
    if (!there) return;
    const uids = new Set((there.spec.entries as readonly string[]).map((entry) => entry.split(' ')[0]!));
    cloud.objects.set(`${name}/${id}`, { ...there, marks: [...uids].map((uid) => ({ uid })) });
  };
  const { create, update } = writes(name);
  return rootKind(name, {
    async create(cloud, owners, id, spec, scope, inside) {
      await create(cloud, owners, id, spec, scope, inside);
      marked(cloud, id);
      return cloud.observed(name, id);
    },
    async update(cloud, now, spec, changed, scope) {
      await update(cloud, now, spec, changed, scope);
      marked(cloud, now.id);
      return cloud.observed(name, now.id);
    },
    merge(shares, leaving, have) {
      const decided = new Set(
        [...shares.filter((share) => share.spec !== 'frozen').map((share) => share.owner), ...leaving].map(
          ({ uid }) => uid,
        ),
      );
      const before = (have?.entries ?? []) as readonly string[];
      const kept = before.filter((entry) => !decided.has(entry.split(' ')[0]!));
      const given = shares.flatMap(({ spec }) => (spec === 'frozen' ? [] : (spec.entries as readonly string[])));
      const entries = [...new Set([...kept, ...given])].sort();
      return entries.length === 0 ? undefined : { entries };
    },
    ...extra,
  });
}
