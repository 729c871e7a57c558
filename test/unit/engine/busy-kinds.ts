// Kinds of a cloud that takes one change at a time for a Hall and all in it: a write sets the Hall to work until a test
// says that it rests. It has no habits of its own beyond that.
import { FairleadError } from '../../../src/engine/errors.ts';
import type { AnyKind, ChildKind, RetryAfter, RootKind, Share } from '../../../src/engine/kind.ts';
import type { Owner } from '../../../src/engine/owner.ts';
import { childKind, type FakeCloud, type FakeObject, rootKind } from './fake-cloud.ts';

type Spec = Record<string, unknown>;
type Child = Partial<ChildKind<FakeCloud, Spec, Spec>>;
type Root = Partial<RootKind<FakeCloud, Spec, Spec>>;

export const BUSY: RetryAfter = { retryAfterMs: 1000, why: 'Hall h is at work' };

const hallOf = (id: string) => `Hall/${id.split(':')[0]}`;

/** The cloud is done with whatever it was at work on. */
export function rest(cloud: FakeCloud): void {
  for (const [key, { settled: _, ...object }] of [...cloud.objects]) cloud.objects.set(key, object);
}

/** As Octavia does: refused while at work, and at work from then on. */
function take(cloud: FakeCloud, id: string): void {
  const hall = cloud.objects.get(hallOf(id));
  if (!hall) throw new FairleadError('conflict', `${hallOf(id)} is gone`);
  if (hall.settled) throw new FairleadError('conflict', `${hallOf(id)} is at work`);
  cloud.objects.set(hallOf(id), { ...hall, settled: BUSY });
}

/** A kind inside a Hall; its parent's ids are its own without the last part. */
export function busyChild(name: string, parent: string, extra: Child = {}): AnyKind<FakeCloud> {
  return childKind(name, parent, {
    async create(cloud, owners, id, spec) {
      await cloud.enter(`create ${name}/${id}`);
      take(cloud, id);
      cloud.put(name, id, owners, spec);
      return { ...cloud.observed(name, id), settled: BUSY };
    },
    async update(cloud, now, spec, changed) {
      await cloud.enter(`update ${name}/${now.id} ${changed.join()}`);
      take(cloud, now.id);
      const there = cloud.objects.get(`${name}/${now.id}`) as FakeObject;
      cloud.objects.set(`${name}/${now.id}`, { ...there, spec: { ...there.spec, ...spec } });
      return { ...cloud.observed(name, now.id), settled: BUSY };
    },
    async delete(cloud, now) {
      await cloud.enter(`delete ${name}/${now.id}`);
      take(cloud, now.id);
      for (const key of [...cloud.objects.keys()]) {
        if (key === `${name}/${now.id}` || key.includes(`/${now.id}:`)) cloud.objects.delete(key);
      }
      return BUSY;
    },
    ...extra,
  });
}

/** The Hall: at work once it is made. */
export function hallKind(extra: Root = {}): AnyKind<FakeCloud> {
  return rootKind('Hall', {
    exclusive: true,
    async create(cloud, owners, id, spec) {
      await cloud.enter(`create Hall/${id}`);
      cloud.put('Hall', id, owners, spec, { settled: BUSY });
      return cloud.observed('Hall', id);
    },
    ...extra,
  });
}

/** A Hall in which several owners have a part, each by its name in `owners`. */
export function sharedHallKind(marks: (name: string) => Owner): AnyKind<FakeCloud> {
  const named = (spec: Spec) => (spec.owners as readonly string[]).map(marks);
  return hallKind({
    async create(cloud, _owners, id, spec) {
      await cloud.enter(`create Hall/${id}`);
      cloud.put('Hall', id, named(spec), spec, { settled: BUSY });
      return cloud.observed('Hall', id);
    },
    async update(cloud, now, spec) {
      await cloud.enter(`update Hall/${now.id} owners`);
      cloud.put('Hall', now.id, named(spec), spec, { settled: BUSY });
      return cloud.observed('Hall', now.id);
    },
    merge(shares: readonly Share<Spec>[], leaving, have) {
      const parts = shares.flatMap(({ spec }) => (spec === 'frozen' ? [] : (spec.owners as readonly string[])));
      const gone = leaving.map(({ name }) => name);
      const others = ((have?.owners ?? []) as readonly string[]).filter((name) => !gone.includes(name));
      const owners = [...new Set([...others, ...parts])].sort();
      return owners.length === 0 ? undefined : { owners };
    },
  });
}
