import { Gauge, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { type HealthServer, serveHealth } from '../../src/http.ts';

let server: HealthServer | undefined;
afterEach(() => server?.close());

async function ask(options: Partial<Parameters<typeof serveHealth>[0]>, path: string) {
  const fine = {
    host: '127.0.0.1',
    port: 0,
    registry: new Registry(),
    unhealthy: () => undefined,
    unready: () => undefined,
  };
  server = await serveHealth({ ...fine, ...options });
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
  return [response.status, await response.text()];
}

describe('a probe that fails', () => {
  it.each(['/healthz', '/livez', '/livez?verbose'])('at %s says every reason', async (path) => {
    const unhealthy = () => 'the API server is silent\nthe process stood still';
    expect(await ask({ unhealthy }, path)).toEqual([503, 'the API server is silent\nthe process stood still\n']);
  });

  it('of readiness does not make the process unhealthy, and the other way round', async () => {
    expect(await ask({ unready: () => 'not yet' }, '/healthz')).toEqual([200, 'ok\n']);
    await server?.close();
    expect(await ask({ unready: () => 'not yet' }, '/readyz')).toEqual([503, 'not yet\n']);
    await server?.close();
    expect(await ask({ unhealthy: () => 'never' }, '/readyz')).toEqual([200, 'ok\n']);
  });
});

describe('metrics', () => {
  it('that cannot be read are an answer, and no error that ends the process', async () => {
    const registry = new Registry();
    const collect = () => {
      throw new Error('broken');
    };
    new Gauge({ name: 'broken', help: 'Always.', registers: [registry], collect });
    expect(await ask({ registry }, '/metrics')).toEqual([500, 'the metrics could not be read\n']);
  });
});
