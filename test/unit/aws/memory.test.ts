// What is remembered for those who compile: late lists bring nothing back, and take nothing away.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Memory } from '../../../providers/aws/cloud/memory.ts';

let memory: Memory<string>;

beforeEach(() => {
  vi.useFakeTimers();
  memory = new Memory();
});

afterEach(() => {
  vi.useRealTimers();
});

const all = () => [...memory.values()];

it('takes lists, reads and writes, and forgets what is gone', () => {
  memory.noteListed([['a', 'a1']], performance.now());
  memory.note('b', 'b1');
  expect(all()).toEqual(['a1', 'b1']);
  memory.forget('a');
  expect(all()).toEqual(['b1']);
});

it('knows what was written or seen to be gone in the last minute better than a list', () => {
  memory.note('a', 'new');
  memory.note('b', 'b1');
  memory.forget('b');
  vi.advanceTimersByTime(30_000);
  memory.noteListed(
    [
      ['a', 'old'],
      ['b', 'b1'],
    ],
    performance.now(),
  );
  expect(all()).toEqual(['new']);
});

it('believes a list that began long after', () => {
  memory.note('a', 'old');
  memory.forget('b');
  vi.advanceTimersByTime(61_000);
  memory.noteListed(
    [
      ['a', 'new'],
      ['b', 'b2'],
    ],
    performance.now(),
  );
  expect(all()).toEqual(['new', 'b2']);
});

it('keeps what a list lacks: only a read tells that it is gone', () => {
  memory.note('a', 'a1');
  vi.advanceTimersByTime(120_000);
  memory.noteListed([], performance.now());
  expect(all()).toEqual(['a1']);
});
