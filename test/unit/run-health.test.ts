// The probes of a real process: what it answers, and when it answers nothing. When a restart is due: health.test.ts.
import { afterEach, describe, expect, it } from 'vitest';
import { type Run, startRun } from './run-fixture.ts';

/** As the kubelet waits. */
const PROBE_TIMEOUT_MS = 1000;
const FAILED = { status: 500, body: '{}', fault: 'answer' } as const;

let run: Run | undefined;
afterEach(async () => {
  await run?.close();
  run = undefined;
});

describe('the probes of a process', () => {
  it('it is alive before it is ready, says why it is not, and needs neither lease nor cloud to be', async () => {
    let isDown = true;
    run = await startRun({
      // Another holds the lease, and nobody answers for AWS.
      args: ['--provider', 'aws', '--aws-region', 'eu-west-1', '--aws-vpc-id', 'vpc-0123456789abcdef0'],
      env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' },
      before: ({ http }) => http.faults.push(({ url }) => (isDown || url.includes('/leases') ? FAILED : undefined)),
    });
    for (const path of ['/healthz', '/livez']) expect(await run.ask(path)).toEqual({ status: 200, body: 'ok\n' });
    expect(await run.ask('/readyz')).toEqual({ status: 503, body: 'the caches are not filled yet\n' });
    isDown = false;
    await run.controller.line(({ msg }) => msg === 'caches are filled');
    for (const path of ['/readyz', '/healthz']) expect(await run.ask(path)).toEqual({ status: 200, body: 'ok\n' });
    expect((await run.ask('/metrics')).body).toContain('leader_election_master_status{name="fairlead"} 0');
  });

  it('a leader whose cloud is gone stays ready and alive', async () => {
    run = await startRun({
      args: ['--provider', 'aws', '--aws-region', 'eu-west-1', '--aws-vpc-id', 'vpc-0123456789abcdef0'],
      env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' },
    });
    await run.controller.line(({ msg }) => msg?.startsWith('could not list what exists in aws') === true);
    for (const path of ['/readyz', '/healthz']) expect(await run.ask(path)).toEqual({ status: 200, body: 'ok\n' });
    const { body } = await run.ask('/metrics');
    expect(body).toContain('leader_election_master_status{name="fairlead"} 1');
    expect(body).toMatch(
      /cloud_api_calls_total\{service="\w+",operation="\w+",code="network",lane="background"\} [1-9]/,
    );
  });

  it('one that is stopped answers no probe in time, and is well when it goes on', async () => {
    run = await startRun();
    await run.controller.leading();
    expect((await run.ask('/healthz', PROBE_TIMEOUT_MS)).status).toBe(200);
    run.controller.kill('SIGSTOP');
    await expect(run.ask('/healthz', PROBE_TIMEOUT_MS)).rejects.toThrow('timeout');
    run.controller.kill('SIGCONT');
    expect(await run.ask('/healthz')).toEqual({ status: 200, body: 'ok\n' });
  });

  it('one whose event loop is stuck for good answers no probe at all', async () => {
    const script = encodeURIComponent("process.on('SIGHUP',()=>{for(;;);})");
    run = await startRun({ env: { NODE_OPTIONS: `--import=data:text/javascript,${script}` } });
    await run.controller.leading();
    expect((await run.ask('/healthz', PROBE_TIMEOUT_MS)).status).toBe(200);
    run.controller.kill('SIGHUP');
    await expect(run.ask('/healthz', PROBE_TIMEOUT_MS)).rejects.toThrow('timeout');
    run.controller.kill('SIGKILL');
    expect(await run.controller.exited).toBe(137);
  });
});

describe('a signal', () => {
  it('turns on the debug lines while it runs, and off again', async () => {
    run = await startRun();
    await run.controller.leading();
    run.controller.kill('SIGUSR2');
    await run.controller.line(({ logLevel }) => logLevel === 'debug');
    run.api.create({
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    });
    await run.controller.line(({ level, msg }) => level === 'debug' && msg === 'a reconcile ended');
    run.controller.kill('SIGUSR2');
    await run.controller.line(({ logLevel }) => logLevel === 'info');
  });
});
