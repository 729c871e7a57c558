// When a restart is due, on a clock of the test's own. That a process that stands still answers nobody: run-health.test.ts.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AtWork } from '../../src/controller/queue.ts';
import { Health, type Vitals } from '../../src/health.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

let vitals: {
  -readonly [K in keyof Vitals]: Vitals[K] extends () => infer R ? () => R : Vitals[K];
};
let logged: string[];
let health: Health;
/** By how much the clock has gone on while no timer could. */
let stoodStillMs: number;

beforeEach(() => {
  vi.useFakeTimers();
  stoodStillMs = 0;
  const timers = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => timers() + stoodStillMs);
  vitals = {
    isReady: true,
    isLeader: true,
    atWork: [],
    callsPending: 0,
    lastContactMs: () => 0,
    leaseValidForMs: () => 15 * SECOND,
  };
  logged = [];
  const note = (level: string) => (fields: object, message: string) => {
    logged.push(`${level} ${message} ${JSON.stringify(fields)}`);
  };
  const log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
  health = new Health({ vitals, shutdownMs: 25 * SECOND, log });
  health.start();
});
afterEach(() => {
  health.stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTime(ms);
const since = (key: string): AtWork => ({ key, sinceMs: performance.now() });

/** The process stands still for so long; then its clock goes on. */
function standStill(ms: number): void {
  stoodStillMs += ms;
}

describe('ready', () => {
  it('is who has full caches, leader or not, whatever the cloud does', () => {
    vitals.isLeader = false;
    vitals.callsPending = 50;
    expect(health.unready()).toBeUndefined();
    vitals.isReady = false;
    expect(health.unready()).toBe('the caches are not filled yet');
  });
});

describe('the API server', () => {
  it('may be silent for ten minutes, and for ever as long as the caches were never filled', () => {
    vitals.lastContactMs = () => 10 * MINUTE;
    expect(health.unhealthy()).toBeUndefined();
    vitals.lastContactMs = () => 10 * MINUTE + 1;
    expect(health.unhealthy()).toBe('the API server is silent: nothing was heard of it for 600 s');
    vitals.isReady = false;
    expect(health.unhealthy()).toBeUndefined();
  });
});

describe('a leader without a lease', () => {
  it('has the time that stopping takes', () => {
    pass(MINUTE);
    vitals.leaseValidForMs = () => 0;
    pass(41 * SECOND);
    expect(health.unhealthy()).toBeUndefined();
    pass(SECOND);
    expect(health.unhealthy()).toBe('this replica works as the leader, and its lease ended 41 s ago');
  });

  it('that gets it back, or stops, is well', () => {
    vitals.leaseValidForMs = () => 0;
    pass(39 * SECOND);
    vitals.leaseValidForMs = () => SECOND;
    pass(SECOND);
    vitals.leaseValidForMs = () => 0;
    pass(39 * SECOND);
    vitals.isLeader = false;
    pass(5 * MINUTE);
    expect(health.unhealthy()).toBeUndefined();
  });

  it('is nothing of a follower', () => {
    vitals.isLeader = false;
    vitals.leaseValidForMs = () => 0;
    pass(5 * MINUTE);
    expect(health.unhealthy()).toBeUndefined();
  });
});

describe('a worker', () => {
  it('may be at one Service for ten minutes of its own', () => {
    vitals.atWork = [since('default/web')];
    pass(10 * MINUTE);
    expect(health.unhealthy()).toBeUndefined();
    pass(SECOND);
    expect(health.unhealthy()).toBe('a worker has had one Service for 601 s in which no call to a cloud was pending');
    expect(logged).toEqual([expect.stringMatching(/^error not healthy: a restart is due .*"keys":\["default\/web"\]/)]);
  });

  it('may wait for a cloud for ever: an outage is no reason to restart', () => {
    vitals.atWork = [since('default/web')];
    vitals.callsPending = 1;
    pass(24 * 60 * MINUTE);
    vitals.callsPending = 0;
    pass(9 * MINUTE);
    expect(health.unhealthy()).toBeUndefined();
  });

  it('begins anew with each run of a key', () => {
    for (let run = 0; run < 20; run++) {
      vitals.atWork = [since('default/web')];
      pass(9 * MINUTE);
    }
    expect(health.unhealthy()).toBeUndefined();
  });

  it('is not charged with the time in which the process stood still', () => {
    vitals.atWork = [since('default/web')];
    pass(SECOND);
    standStill(60 * MINUTE);
    pass(5 * MINUTE);
    expect(health.unhealthy()).toBeUndefined();
  });
});

describe('an event loop that stands still', () => {
  it('again and again, for long enough to cost the lease, needs a restart', () => {
    for (let time = 0; time < 2; time++) {
      standStill(5 * SECOND);
      pass(10 * SECOND);
    }
    expect(health.unhealthy()).toBeUndefined();
    standStill(5 * SECOND);
    pass(SECOND);
    expect(health.unhealthy()).toBe('the process stood still for 5 s or longer 3 times in 300 s');
    pass(5 * MINUTE);
    expect(health.unhealthy()).toBeUndefined();
    expect(logged.map((line) => line.split(' {')[0])).toEqual([
      'error not healthy: a restart is due',
      'warn healthy again',
    ]);
  });

  it('for shorter than that, or once for long, does not', () => {
    for (let time = 0; time < 50; time++) {
      standStill(4 * SECOND);
      pass(SECOND);
    }
    standStill(60 * MINUTE);
    pass(SECOND);
    expect(health.unhealthy()).toBeUndefined();
  });
});

describe('all reasons', () => {
  it('are said at once, a sentence a line', () => {
    vitals.lastContactMs = () => 11 * MINUTE;
    vitals.leaseValidForMs = () => 0;
    pass(MINUTE);
    expect(health.unhealthy()?.split('\n')).toHaveLength(2);
  });

  it('keep no process alive', () => {
    health.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
