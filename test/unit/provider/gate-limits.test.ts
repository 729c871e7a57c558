// The gate where it slows down and where it stops.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FairleadError } from '../../../src/engine/errors.ts';
import { failing, gateWith, outcome, READ, SCOPE, WRITE } from './doorman.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('throttling', () => {
  it('slows its own bucket, by service and by reading or writing where the call does not name one', async () => {
    const { send } = gateWith();
    await outcome(send(READ, failing('throttled')), 0);
    const [reading, writing, named, elsewhere] = [
      send(READ, failing()),
      send(WRITE, failing()),
      send({ ...READ, bucket: 'own' }, failing()),
      send({ ...READ, service: 'ec2' }, failing()),
    ];
    expect(await Promise.all([writing, named, elsewhere])).toEqual(['answer', 'answer', 'answer']);
    const told = vi.fn();
    void reading.then(told);
    await vi.advanceTimersByTimeAsync(999);
    expect(told).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toHaveBeenCalledWith('answer');
  });

  it('lasts as long as the cloud says', async () => {
    const { send } = gateWith();
    const busy = new FairleadError('throttled', 'slow down', { retryAfterMs: 7000 });
    await outcome(
      send(WRITE, () => Promise.reject(busy)),
      0,
    );
    const told = vi.fn();
    void send(WRITE, failing()).then(told);
    await vi.advanceTimersByTimeAsync(6999);
    expect(told).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toHaveBeenCalled();
  });

  it('tells how long calls waited for their turn', async () => {
    const waits: unknown[] = [];
    const { send } = gateWith({ onWait: (...told) => waits.push(told) });
    await outcome(send(WRITE, failing('throttled')), 0);
    await outcome(send(WRITE, failing()), 1000);
    expect(waits).toEqual([
      ['elb:write', 'change', 0],
      ['elb:write', 'change', 1000],
    ]);
  });
});

describe('a controller that stops', () => {
  const reason = new Error('whatever the signal was aborted with');

  it.each([READ, WRITE])('gives up a call that is under way: $operation', async (call) => {
    const { send } = gateWith();
    const stop = new AbortController();
    let signal: AbortSignal | undefined;
    const hanging = (given: AbortSignal) => {
      signal = given;
      return new Promise(() => {});
    };
    const calling = outcome(send(call, hanging, { ...SCOPE, signal: stop.signal }), 0);
    await vi.advanceTimersByTimeAsync(0);
    stop.abort(reason);
    expect(await calling).toMatchObject({ code: 'stopped' });
    expect(signal?.aborted).toBe(true);
  });

  it('sends nothing that still waits for its turn', async () => {
    const { send } = gateWith();
    await outcome(send(WRITE, failing('throttled')), 0);
    const stop = new AbortController();
    const sent = failing();
    const waiting = send(WRITE, sent, { ...SCOPE, signal: stop.signal }).catch((thrown: unknown) => thrown);
    stop.abort(reason);
    expect(await waiting).toMatchObject({ code: 'stopped', cause: reason });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).not.toHaveBeenCalled();
  });

  it('sends nothing whose turn has just come', async () => {
    const { send } = gateWith();
    const stop = new AbortController();
    const sent = failing();
    const waiting = send(WRITE, sent, { ...SCOPE, signal: stop.signal }).catch((thrown: unknown) => thrown);
    stop.abort(reason);
    expect(await waiting).toMatchObject({ code: 'stopped' });
    expect(sent).not.toHaveBeenCalled();
  });

  it('sends nothing at all', async () => {
    const { send } = gateWith();
    const sent = failing();
    for (const call of [READ, WRITE, { ...READ, mergeKey: 'one' }]) {
      const scope = { ...SCOPE, signal: AbortSignal.abort(reason) };
      expect(await outcome(send(call, sent, scope))).toMatchObject({ code: 'stopped' });
    }
    expect(sent).not.toHaveBeenCalled();
  });

  it('does not wait for another try of a read', async () => {
    const { send } = gateWith();
    const stop = new AbortController();
    const sent = failing('network');
    const reading = send(READ, sent, { ...SCOPE, signal: stop.signal }).catch((thrown: unknown) => thrown);
    await vi.advanceTimersByTimeAsync(10);
    stop.abort(reason);
    expect(await reading).toMatchObject({ code: 'stopped' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toHaveBeenCalledTimes(1);
  });
});
