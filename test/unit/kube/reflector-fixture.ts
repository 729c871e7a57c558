// A reflector of Services on a fake API server, under fake timers, with a diary of what its handlers hear.
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { Reflector, type ReflectorOptions } from '../../../src/kube/reflector.ts';
import type { Service } from '../../../src/kube/types.ts';
import type { FakeApiServer } from '../../fake/kube/api-server.ts';

const scopes: AbortController[] = [];

/** To be called once by each test file. */
export function useFakeTimers() {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    for (const scope of scopes.splice(0)) scope.abort();
    vi.useRealTimers();
  });
}

/** A reflector of Services and a diary of what its handlers hear: `+name`, `~name`, `-name`. */
export function start(server: FakeApiServer, more: Partial<ReflectorOptions<Service>> = {}) {
  const session = server.session();
  const diary: string[] = [];
  const seen = { relists: [] as string[], failures: [] as number[], handlerErrors: 0 };
  const reflector = new Reflector<Service>({
    api: session,
    path: '/api/v1/services',
    random: () => 0.5,
    hooks: {
      relisted: (why) => seen.relists.push(why),
      failed: (code) => seen.failures.push(code),
      handlerFailed: () => seen.handlerErrors++,
    },
    ...more,
  });
  reflector.onChange((old, now) => {
    diary.push(`${old === undefined ? '+' : now === undefined ? '-' : '~'}${(now ?? old)!.metadata.name}`);
  });
  const scope = new AbortController();
  scopes.push(scope);
  const running = reflector.run(scope.signal);
  return { session, reflector, diary, seen, scope, running };
}

export const settle = () => vi.advanceTimersByTimeAsync(0);
export const label = (value: string) => ({ metadata: { labels: { value } } });
/** Whether the store holds exactly what the server has. */
export function expectEqual(reflector: Reflector<Service>, server: FakeApiServer) {
  const versions = (all: readonly Service[]) =>
    all.map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).sort();
  expect(versions(reflector.store.list())).toEqual(versions(server.list<Service>('Service')));
}
