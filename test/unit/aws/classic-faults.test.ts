// Whatever call for a Classic Load Balancer goes wrong, and however: in the end AWS is as asked, once, and nothing is left
// to do.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Fault } from '../../fake/aws/call.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import { balancer, CERT_A, type ClassicWish, converge, GROUP, TCP, TLS12_POLICY, tls } from './classic-stage.ts';
import { newAws, type Run, start } from './stage.ts';

/** As little as possible is as AWS has it. */
const FIRST: ClassicWish = {
  balancer: {
    listeners: { 80: TCP, 443: tls(30443, { sslPolicy: TLS12_POLICY }) },
    proxyProtocolPorts: [30080],
    crossZone: true,
  },
  user: { team: 'a' },
};
/** Listeners of every sort of change, and all else. */
const SECOND: ClassicWish = {
  balancer: {
    subnets: ['subnet-private-a', 'subnet-public-b'],
    listeners: {
      80: { ...TCP, instancePort: 30090 },
      443: { ...TCP, instancePort: 30443 },
      444: tls(30444, { sslPolicy: TLS12_POLICY }),
    },
    proxyProtocolPorts: [30090],
    healthCheck: {
      target: 'TCP:30090',
      intervalSeconds: 10,
      timeoutSeconds: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 6,
    },
    idleTimeoutSeconds: 90,
  },
  user: { color: 'b' },
  instances: ['i-node-2'],
};

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['the process dies before it', 'crash'],
  ['the process dies after it', 'crash-after'],
  ['the answer is lost', 'lose-answer'],
  ['the request arrives when nobody waits for it any more', { arriveMs: 25_000 }],
  ['it is throttled', 'throttle'],
  ['AWS fails', { error: 'InternalFailure', httpStatus: 500 }],
  ['AWS fails after it took effect', { error: 'InternalFailure', httpStatus: 500, afterEffect: true }],
];

afterEach(() => {
  vi.useRealTimers();
});

function seeded(): StrictAws {
  vi.useFakeTimers();
  const aws = newAws();
  aws.seed.certificate(CERT_A);
  return aws;
}

/** Lets time pass until the promise is settled, or its process is dead. */
async function outcome<T>(run: Run, promise: Promise<T>): Promise<T | 'failed' | 'dead'> {
  let result: T | 'failed' | undefined;
  promise.then(
    (value) => {
      result = value;
    },
    () => {
      result = 'failed';
    },
  );
  while (result === undefined && !run.isDead) await vi.advanceTimersByTimeAsync(1_000);
  return run.isDead ? 'dead' : (result ?? 'failed');
}

/** Goes on until nothing is left to do; a dead process is followed by a new one. */
async function untilDone(aws: StrictAws, wish: ClassicWish | undefined, first?: Run): Promise<Run> {
  let run = first ?? (await start(aws));
  for (let attempt = 0; attempt < 25; attempt++) {
    const result = await outcome(run, converge(run, wish));
    if (result === 'dead') run = await start(aws);
    else if (result !== 'failed' && result.waiting === undefined) return run;
    await vi.advanceTimersByTimeAsync(15_000);
  }
  throw new Error('this never ends');
}

/** Answers how many writes there were. */
function failAt(aws: StrictAws, at: number, fault: Fault): { writes: number } {
  const seen = { writes: 0 };
  aws.intercept = (call) => {
    if (!call.write) return undefined;
    seen.writes += 1;
    return seen.writes === at ? fault : undefined;
  };
  return seen;
}

const managedGroups = (aws: StrictAws) => [...aws.state.securityGroups.values()].filter(({ name }) => name === GROUP);
const nodeRules = (aws: StrictAws) => aws.state.securityGroups.get('sg-nodes')?.ingress ?? [];

function expectFirst(aws: StrictAws): void {
  expect(balancer(aws)).toMatchObject({
    listeners: { 80: { instancePort: 30080 }, 443: { policies: [`k8s-SSLNegotiationPolicy-${TLS12_POLICY}`] } },
    backendPolicies: { 30080: ['k8s-proxyprotocol-enabled'] },
    attributes: { crossZone: true },
    tags: { team: 'a' },
    healthCheck: { intervalSeconds: 10 },
  });
  expect(Object.keys(balancer(aws).instances)).toHaveLength(3);
  expect(managedGroups(aws)).toHaveLength(1);
  expect(nodeRules(aws)).toHaveLength(1);
}

function expectSecond(aws: StrictAws): void {
  expect(balancer(aws)).toMatchObject({
    subnets: ['subnet-private-a', 'subnet-public-b'],
    listeners: {
      80: { instancePort: 30090 },
      443: { protocol: 'TCP' },
      444: { policies: [`k8s-SSLNegotiationPolicy-${TLS12_POLICY}`] },
    },
    attributes: { crossZone: false, idleTimeoutSeconds: 90 },
    healthCheck: { target: 'TCP:30090' },
  });
  expect(balancer(aws).backendPolicies).toEqual({ 30090: ['k8s-proxyprotocol-enabled'] });
  expect(Object.keys(balancer(aws).tags)).not.toContain('team');
  const registered = Object.values(balancer(aws).instances).filter(({ drainingUntil }) => drainingUntil === undefined);
  expect(registered.map(({ id }) => id)).toEqual(['i-node-2']);
}

/** The number of writes that the change takes where nothing fails. */
const WRITES = { create: 11, update: 17, delete: 3 };
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

it('takes as many writes as are tried below', async () => {
  const aws = seeded();
  aws.timings.interfaceReleaseMs = 0;
  const counts = { create: 0, update: 0, delete: 0 };
  const run = await start(aws);
  for (const [what, wish] of [
    ['create', FIRST],
    ['update', SECOND],
    ['delete', undefined],
  ] as const) {
    const seen = failAt(aws, 0, 'crash');
    await outcome(run, converge(run, wish));
    counts[what] = seen.writes;
  }
  expect(counts).toEqual(WRITES);
});

describe.each(FAULTS)('when %s', (_what, fault) => {
  it.each(upTo(WRITES.create))('at write %i of a create', async (at) => {
    const aws = seeded();
    failAt(aws, at, fault);
    const run = await untilDone(aws, FIRST);
    aws.intercept = undefined;
    expectFirst(aws);
    expect((await converge(run, FIRST)).calls).toEqual([]);
    expect((await converge(await start(aws), FIRST)).done).toEqual([]);
    aws.assertSound();
  });

  it.each(upTo(WRITES.update))('at write %i of an update', async (at) => {
    const aws = seeded();
    const before = await untilDone(aws, FIRST);
    failAt(aws, at, fault);
    const run = await untilDone(aws, SECOND, before);
    aws.intercept = undefined;
    expectSecond(aws);
    expect((await converge(run, SECOND)).calls).toEqual([]);
    expect((await converge(await start(aws), SECOND)).done).toEqual([]);
    aws.assertSound();
  });

  it.each(upTo(WRITES.delete))('at write %i of a delete', async (at) => {
    const aws = seeded();
    const before = await untilDone(aws, FIRST);
    failAt(aws, at, fault);
    await untilDone(aws, undefined, before);
    expect(aws.state.classicLoadBalancers.size).toBe(0);
    expect(managedGroups(aws)).toEqual([]);
    expect(nodeRules(aws)).toEqual([]);
    aws.assertSound();
  });
});
