// One writer at a time.
import { describe, expect, it } from 'vitest';
import { Locks } from '../../../src/engine/locks.ts';

describe('Locks', () => {
  it('runs tasks of one key one after the other, in the order of asking, and other keys meanwhile', async () => {
    const locks = new Locks();
    const told: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = locks.run('a', async () => {
      told.push('a1 begins');
      await gate.promise;
      told.push('a1 ends');
      return 1;
    });
    const second = locks.run('a', async () => told.push('a2'));
    const third = locks.run('a', async () => told.push('a3'));
    await locks.run('b', async () => told.push('b'));
    expect(told).toEqual(['a1 begins', 'b']);
    gate.resolve();
    expect(await first).toBe(1);
    await Promise.all([second, third]);
    expect(told).toEqual(['a1 begins', 'b', 'a1 ends', 'a2', 'a3']);
  });

  it('goes on after a task that failed, and tells only its own caller', async () => {
    const locks = new Locks();
    const failing = locks.run('a', async () => {
      throw new Error('no');
    });
    const after = locks.run('a', async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await after).toBe('yes');
    expect(await locks.run('a', async () => 'again')).toBe('again');
  });
});
