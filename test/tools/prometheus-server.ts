// A real Prometheus on loopback for a test: scrapes every other second what it is given, evaluates rules, answers queries.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Daemon } from '../cluster/daemon.ts';
import { freePort } from '../cluster/free-port.ts';
import { ensurePrometheus } from './prometheus.ts';

export interface PrometheusTarget {
  /** `127.0.0.1:9090` */
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds since 1970 and the value as text; `NaN` is one. */
  readonly values: readonly (readonly [number, string])[];
}

export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

export interface PrometheusServer {
  /** All samples of the answer to a query, a second apart, since the server started. Rejects where it is an error. */
  range(expr: string): Promise<readonly Series[]>;
  /** What a query says now. */
  now(expr: string): Promise<readonly { readonly metric: Series['metric']; readonly value: number }[]>;
  alerts(): Promise<readonly FiringAlert[]>;
  labelValues(label: string, metric: string): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts it with the job `fairlead` and these rule files. `rules` is the text of a file of rules. */
export async function startPrometheus(
  targets: readonly PrometheusTarget[],
  rules: string,
  log: (line: string) => void,
): Promise<PrometheusServer> {
  const { prometheus } = await ensurePrometheus(log);
  const dir = await mkdtemp(join(tmpdir(), 'fairlead-prometheus-'));
  await writeFile(join(dir, 'rules.yaml'), rules);
  const config = {
    global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '1s' },
    rule_files: ['rules.yaml'],
    scrape_configs: [
      {
        job_name: 'fairlead',
        static_configs: targets.map(({ address, labels }) => ({ targets: [address], labels })),
      },
    ],
  };
  await writeFile(join(dir, 'prometheus.yaml'), stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const daemon = await Daemon.start({
    ...{ name: 'prometheus', path: prometheus, dir, logFile: join(dir, 'log') },
    args: [
      ...['--config.file=prometheus.yaml', '--storage.tsdb.path=data', '--log.level=warn'],
      `--web.listen-address=${address}`,
    ],
  });
  const startedAt = Date.now() / 1000;
  const stop = async () => {
    await daemon.stop('SIGTERM');
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await Promise.race([daemon.failure(), ready(`http://${address}/-/ready`)]);
  } catch (error) {
    await stop();
    throw error;
  }
  const ask = async <T>(path: string, query: Record<string, string>): Promise<T> => {
    const answer = await fetch(`http://${address}/api/v1/${path}?${new URLSearchParams(query)}`);
    const body = (await answer.json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(`${body.error}: ${query.query ?? path}`);
    return body.data;
  };
  return {
    async range(query) {
      const span = { start: String(startedAt), end: String(Date.now() / 1000), step: '1' };
      return (await ask<{ result: Series[] }>('query_range', { query, ...span })).result;
    },
    async now(query) {
      const { result } = await ask<{ result: { metric: Series['metric']; value: [number, string] }[] }>('query', {
        query,
      });
      return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
    alerts: async () => (await ask<{ alerts: FiringAlert[] }>('alerts', {})).alerts,
    labelValues: (label, metric) => ask<string[]>(`label/${label}/values`, { 'match[]': metric }),
    stop,
  };
}

async function ready(url: string): Promise<void> {
  const end = performance.now() + 30_000;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    if (performance.now() > end) throw new Error('prometheus is not ready after 30 s');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
