// Feeds one watch of the fake API server: what happened since, what happens, a bookmark a minute, the end after
// timeoutSeconds. Timers are the global ones, so fake timers rule them.

import type { Query, WatchEvent } from '../../../src/kube/api.ts';
import type { Channel } from './channel.ts';
import type { Target } from './paths.ts';
import { selector } from './requests.ts';
import type { Storage, Write } from './storage.ts';

export interface WatchSource {
  readonly storage: Storage;
  /** How late events are delivered now, milliseconds. */
  readonly watchLagMs: number;
}

const BOOKMARK_MS = 60_000;

/** Starts feeding; answers how to stop. */
export function openWatch(
  source: WatchSource,
  target: Target,
  query: Query,
  from: number,
  channel: Channel<WatchEvent>,
) {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let dueAtMs = 0;

  /** In order, however the lag changes. */
  function deliver(send: () => void): void {
    dueAtMs = Math.max(dueAtMs, performance.now() + source.watchLagMs);
    const waitMs = dueAtMs - performance.now();
    if (waitMs <= 0) {
      send();
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      send();
    }, waitMs);
    timers.add(timer);
  }

  const matches = selector(target, query);
  const take = (write: Write) => {
    // A version from before a restored backup is ahead of the server, which then waits until it has caught up.
    if (write.resource !== target.resource.name || write.version <= from) return;
    const event = toEvent(write, matches);
    if (event !== undefined) deliver(() => channel.push(event));
  };
  // The API server sends none that says no more than where the watch began, so a quiet watch may stay silent.
  const bookmark = () => {
    if (source.storage.version <= from) return;
    const { kind, apiVersion } = target.resource;
    const metadata = { name: '', uid: '', resourceVersion: String(source.storage.version) };
    deliver(() => channel.push({ type: 'BOOKMARK', object: { kind, apiVersion, metadata } }));
  };

  for (const write of source.storage.since(target.resource.name, from)) take(write);
  const unlisten = source.storage.listen(take);
  const bookmarks = query.allowWatchBookmarks === true ? setInterval(bookmark, BOOKMARK_MS) : undefined;
  const timeoutMs = Number(query.timeoutSeconds ?? 1800) * 1000;
  const end = setTimeout(() => deliver(() => channel.end()), timeoutMs);

  return () => {
    unlisten();
    clearInterval(bookmarks);
    clearTimeout(end);
    for (const timer of timers) clearTimeout(timer);
  };
}

/** Undefined if the watcher's selection had and has nothing to do with it. */
function toEvent(write: Write, matches: (object: NonNullable<Write['now']>) => boolean): WatchEvent | undefined {
  const before = write.old !== undefined && matches(write.old);
  const after = write.now !== undefined && matches(write.now);
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object: write.now! };
  if (!before) return undefined;
  const { metadata, ...rest } = write.old!;
  return { type: 'DELETED', object: { ...rest, metadata: { ...metadata, resourceVersion: String(write.version) } } };
}
