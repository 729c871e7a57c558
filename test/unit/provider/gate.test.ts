// What the gate does with one call: deadline, lease, merging, trying reads again.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FairleadError } from '../../../src/engine/errors.ts';
import { failing, gateWith, outcome, READ, WRITE } from './doorman.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a call', () => {
  it('gives its answer, and is told with lane, code and duration', async () => {
    const { records, send } = gateWith();
    const slow = () => new Promise((resolve) => setTimeout(() => resolve('answer'), 250));
    expect(await outcome(send(WRITE, slow))).toBe('answer');
    expect(records).toMatchObject([{ ...WRITE, lane: 'change', code: 'ok', durationMs: 250 }]);
  });

  it('gives what it threw as the provider explains it, and is told with the code and the request id', async () => {
    const { records, send } = gateWith();
    const denied = new FairleadError('denied', 'no', { requestId: 'r-1' });
    expect(await outcome(send(WRITE, () => Promise.reject(denied)))).toBe(denied);
    const strange = await outcome(send(WRITE, () => Promise.reject(new Error('socket'))));
    expect(strange).toMatchObject({ code: 'network', message: 'explained: Error: socket' });
    expect(records).toMatchObject([{ code: 'denied', requestId: 'r-1' }, { code: 'network' }]);
  });

  it('that was answered is told with the request id, where its provider can find one', async () => {
    const { records, send } = gateWith();
    const requestIdOf = (answer: unknown) => (answer as { readonly id: string }).id;
    await send({ ...WRITE, requestIdOf }, async () => ({ id: 'r-1' }));
    expect(records[0]).toMatchObject({ code: 'ok', requestId: 'r-1' });
  });

  it('is pending from its beginning to its end, while it waits to be tried again, and however it ends', async () => {
    const { gate, send } = gateWith();
    const hanging = send(WRITE, () => new Promise(() => {}));
    const again = send(READ, failing('network'));
    const all = Promise.allSettled([hanging, again]);
    expect(gate.pending).toBe(2);
    await vi.advanceTimersByTimeAsync(50);
    expect(gate.pending).toBe(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(gate.pending).toBe(1);
    await outcome(all);
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(gate.pending).toBe(0);
  });

  it('that throws before it is under way is explained too', async () => {
    const { send } = gateWith();
    const thrown = await outcome(
      send(WRITE, () => {
        throw new Error('at once');
      }),
    );
    expect(thrown).toMatchObject({ code: 'network', message: 'explained: Error: at once' });
  });
});

describe('the deadline', () => {
  it('ends a call that gets no answer, its signal too, and that may have taken effect', async () => {
    const { send } = gateWith({ deadlineMs: 5000 });
    let signal: AbortSignal | undefined;
    const calling = send(WRITE, (given) => {
      signal = given;
      return new Promise(() => {});
    }).catch((thrown: unknown) => thrown);
    await vi.advanceTimersByTimeAsync(4999);
    expect(signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(signal?.aborted).toBe(true);
    expect(await calling).toMatchObject({ code: 'network', ambiguous: true, message: 'Create got no answer in 5 s' });
  });

  it('is not left behind when the answer came', async () => {
    const { send } = gateWith();
    await send(WRITE, async () => 'answer');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('frees the place of the call for the next', async () => {
    const { send } = gateWith({ deadlineMs: 1000 });
    const hanging = Array.from({ length: 16 }, () => send(WRITE, () => new Promise(() => {})).catch(() => 'ended'));
    const next = send(WRITE, async () => 'answer');
    await vi.advanceTimersByTimeAsync(1000);
    expect(await next).toBe('answer');
    expect(new Set(await Promise.all(hanging))).toEqual(new Set(['ended']));
  });
});

describe('a read', () => {
  it('that fails on the way is tried again, a few times, with pauses', async () => {
    const { records, send } = gateWith();
    const twice = failing('network', 'unavailable');
    const reading = send(READ, twice);
    await vi.advanceTimersByTimeAsync(100);
    expect(twice).toHaveBeenCalledTimes(1);
    expect(await outcome(reading)).toBe('answer');
    expect(twice).toHaveBeenCalledTimes(3);
    expect(records.map(({ code }) => code)).toEqual(['network', 'unavailable', 'ok']);
  });

  it('that always fails is given up', async () => {
    const { send } = gateWith();
    const always = failing('network', 'network', 'network', 'network');
    expect(await outcome(send(READ, always))).toMatchObject({ code: 'network' });
    expect(always).toHaveBeenCalledTimes(3);
  });

  it.each(['throttled', 'denied'] as const)('that is %s is not tried again', async (code) => {
    const { send } = gateWith();
    const refused = failing(code);
    expect(await outcome(send(READ, refused))).toMatchObject({ code });
    expect(refused).toHaveBeenCalledTimes(1);
  });

  it('equal to one in flight is that one, with its answer or its error', async () => {
    const { records, send } = gateWith();
    const answer = Promise.withResolvers<string>();
    const sent = vi.fn(() => answer.promise);
    const same = { ...READ, mergeKey: 'one' };
    const both = [send(same, sent), send(same, sent)];
    const apart = [send({ ...READ, mergeKey: 'two' }, sent), send(READ, sent), send(READ, sent)];
    answer.resolve('answer');
    expect(await Promise.all([...both, ...apart])).toEqual(Array(5).fill('answer'));
    expect(sent).toHaveBeenCalledTimes(4);
    expect(records).toHaveLength(4);
    const refused = failing('denied');
    const errors = [send(same, refused), send(same, refused)].map((one) => outcome(one));
    expect(await Promise.all(errors)).toMatchObject([{ code: 'denied' }, { code: 'denied' }]);
    expect(refused).toHaveBeenCalledTimes(1);
  });

  it('after one that has ended is a new one', async () => {
    const { send } = gateWith();
    const sent = failing('denied');
    const same = { ...READ, mergeKey: 'one' };
    expect(await outcome(send(same, sent))).toMatchObject({ code: 'denied' });
    expect(await outcome(send(same, sent))).toBe('answer');
  });
});

describe('a write', () => {
  it.each(['network', 'unavailable', 'throttled'] as const)('is never sent twice: %s', async (code) => {
    const { send } = gateWith();
    const once = failing(code);
    expect(await outcome(send(WRITE, once))).toMatchObject({ code });
    expect(once).toHaveBeenCalledTimes(1);
  });

  it('is never merged', async () => {
    const { send } = gateWith();
    const sent = failing();
    await Promise.all([send({ ...WRITE, mergeKey: 'one' }, sent), send({ ...WRITE, mergeKey: 'one' }, sent)]);
    expect(sent).toHaveBeenCalledTimes(2);
  });

  it('is refused by a gate that only reads, before it is sent; a read is not', async () => {
    const { records, send } = gateWith({ readOnly: true });
    const sent = failing();
    expect(await outcome(send(WRITE, sent))).toMatchObject({ code: 'policy' });
    expect(sent).not.toHaveBeenCalled();
    expect(await outcome(send(READ, sent))).toBe('answer');
    expect(records.map(({ code }) => code)).toEqual(['policy', 'ok']);
  });

  it('starts only while the lease outlives it; a read needs no lease', async () => {
    let leftMs = 0;
    const { send } = gateWith({ mayWriteForMs: () => leftMs });
    const sent = failing();
    for (leftMs of [0, -5, 999]) expect(await outcome(send(WRITE, sent))).toMatchObject({ code: 'fenced' });
    expect(sent).not.toHaveBeenCalled();
    leftMs = 0;
    expect(await outcome(send(READ, sent))).toBe('answer');
    leftMs = 1000;
    expect(await outcome(send(WRITE, sent))).toBe('answer');
  });

  it('ends with the lease, if that is sooner than its own deadline', async () => {
    const { send } = gateWith({ mayWriteForMs: () => 3000, deadlineMs: 20_000 });
    const calling = outcome(
      send(WRITE, () => new Promise(() => {})),
      3000,
    );
    expect(await calling).toMatchObject({ code: 'network', message: 'Create got no answer in 3 s' });
  });

  it('asks for the lease when its turn has come, not when it began to wait', async () => {
    let leftMs = 15_000;
    const { send } = gateWith({ mayWriteForMs: () => leftMs });
    await outcome(send(WRITE, failing('throttled')), 0);
    const sent = failing();
    const waiting = send(WRITE, sent).catch((thrown: unknown) => thrown);
    leftMs = 0;
    await vi.advanceTimersByTimeAsync(5000);
    expect(await waiting).toMatchObject({ code: 'fenced' });
    expect(sent).not.toHaveBeenCalled();
  });
});
