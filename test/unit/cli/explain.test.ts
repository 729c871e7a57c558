// What `fairlead explain` prints, and with which exit code.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ExplainWish, explain } from '../../../src/cli/explain.ts';
import { PROVIDER_NAMES } from '../../../src/provider/registry.ts';
import { loadReference } from '../../../src/reference/load.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';

async function run(words: string, wish: Partial<ExplainWish> = {}, page: { width?: number; cuts?: boolean } = {}) {
  let out = '';
  let err = '';
  const code = await explain(
    {
      words: words === '' ? [] : words.split(' '),
      providers: [],
      output: 'table',
      recursive: false,
      quiet: false,
      ...wish,
    },
    {
      program: 'fairlead',
      width: 80,
      cuts: false,
      heading: (text) => text,
      ...page,
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    },
  );
  return { code, out, err };
}

describe('what is asked for', () => {
  it('is shown short and escaped where nothing is known of it', async () => {
    const { err } = await run(`zz\u001b[31m${'z'.repeat(1000)}`);
    expect(err.split('\n')[0]).toMatch(/^fairlead: nothing is known of "zz\\u\{001B\}\[31mz{1,80}…"$/);
  });
});

describe('an exact key or suffix', () => {
  it('gives everything about that annotation', async () => {
    const { code, out } = await run('healthcheck-timeout');
    expect(code).toBe(0);
    expect(out).toBe((await run(`${STEM}healthcheck-timeout`)).out);
    expect(out).toMatchInlineSnapshot(`
      "service.beta.kubernetes.io/aws-load-balancer-healthcheck-timeout

      How long a health check waits for its answer. On an NLB cloud-provider-aws reads
      it and never sends it; Fairlead does.

      Provider:      aws
      Kinds:         Network Load Balancer (nlb), Classic Load Balancer (classic)
      Type:          integer
      Expected:      a whole number from 2 to 120 (seconds) on nlb, a whole number
                     from 2 to 60 (seconds) on classic
      Default:       5 on Classic; 10 on an NLB
      Bounds:        On a Network Load Balancer it is from 2 to 120, in digits alone.
                     On a Classic Load Balancer it is from 2 to 60, in digits alone.
      API field:     HealthCheckTimeoutSeconds (NLB), HealthCheck.Timeout (Classic)
      Changed later: in-place. The health check is changed on the running load
                     balancer.
      Relations:     A health check ends before the next one starts: on Classic the
                     timeout is shorter than the interval, on an NLB not longer.
      Risk:          low. It concerns the traffic of its own Service and nothing else.
      Also called:   healthcheck-timeout-seconds
      Since:         0.1.0
      Source:        https://cloud-provider-aws.sigs.k8s.io/service_controller/

      Example:
      apiVersion: v1
      kind: Service
      metadata:
        name: web
        annotations:
          service.beta.kubernetes.io/aws-load-balancer-type: "nlb"
          service.beta.kubernetes.io/aws-load-balancer-healthcheck-timeout: "6"
      spec:
        type: LoadBalancer
        selector:
          app: web
        ports:
          - name: https
            port: 443
            targetPort: 8443
      "
    `);
  });

  it('tells of the same suffix of another provider, unless it is to be quiet', async () => {
    const { out, err } = await run('internal');
    expect(out).toContain(`${STEM}internal\n`);
    expect(err).toMatch(/^\n(See also .*\n)+$/);
    expect(err).toContain('See also simulator.fairlead.dev/internal (--provider simulator).\n');
    expect((await run('internal', { quiet: true })).err).toBe('');
    expect((await run('internal', { providers: ['simulator'] })).out).toMatch(/^simulator\.fairlead\.dev\/internal\n/);
  });

  it('may be what another controller calls it', async () => {
    const { out, err } = await run('scheme');
    expect(out).toContain(`${STEM}internal\n`);
    expect(err).toContain('internal here');
  });

  it('that is not read is explained', async () => {
    const { code, out } = await run(`${STEM}nlb-target-type`);
    expect(code).toBe(0);
    expect(out).toContain('Not read by Fairlead: it is only read by the AWS Load Balancer Controller');
  });

  it('with --for tells what counts on that kind', async () => {
    const { out } = await run('healthcheck-timeout', { kind: 'classic' });
    expect(out).toContain('Expected:      a whole number from 2 to 60 (seconds)\n');
    expect(out).not.toContain('120');
  });

  it('with --for a kind on which it has no effect says so, and exits 1', async () => {
    const { code, out, err } = await run('proxy-protocol', { kind: 'nlb' });
    expect([code, out]).toEqual([1, '']);
    expect(err.replaceAll('\n', ' ')).toContain('On a Network Load Balancer it has no effect');
  });

  it('of another provider than the one asked for is told, and exits 1', async () => {
    // Whatever order they are asked for in.
    const both = await run('internal', { output: 'name', providers: ['simulator', 'aws'] });
    expect(both.out).toBe((await run('internal', { output: 'name' })).out);
    const { code, err } = await run('tier', { providers: ['aws'] });
    expect(code).toBe(1);
    expect(err).toContain('simulator.fairlead.dev/tier (--provider simulator)');
  });
});

describe('words', () => {
  it('give a table of what has to do with them', async () => {
    const { code, out, err } = await run('static address');
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toMatch(/^KEY +TYPE +DEFAULT +RISK +KINDS +WHAT IT DOES$/);
    expect(out).toContain('\neip-allocations ');
    expect(err).toContain('fairlead explain KEY');
  });

  it('that only one has give all of that', async () => {
    const { out, err } = await run('crosszone');
    expect(out).toMatch(/^service\S+cross-zone-load-balancing-enabled\n\nLets each zone/);
    expect(err).toBe('');
  });

  it('that nothing has offer the nearest on stderr, and exit 1', async () => {
    const { code, out, err } = await run('intrnal');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/nothing is known of "intrnal"\n\nThe nearest:\nKEY.*\ninternal /);
    expect((await run('intrnal', { quiet: true })).err).toBe('fairlead: nothing is known of "intrnal"\n');
  });
});

describe('without words', () => {
  it('there is a table of all for each provider', async () => {
    const { code, out } = await run('');
    const { entries } = await loadReference();
    expect(code).toBe(0);
    for (const { suffix } of entries) expect(out).toContain(`\n${suffix} `);
    expect(out).toMatch(/^aws \(service/);
    expect(out).toContain('\nsimulator (');
  });

  it.each([60, 80, 100, 120, 200])('no line is longer than a terminal of %i columns', async (width) => {
    const { out } = await run('', {}, { width, cuts: true });
    const rows = out.split('\n').filter((line) => !/^(aws|simulator) \(/.test(line));
    expect(rows.filter((line) => line.length > width)).toEqual([]);
  });

  it('--recursive tells everything about all', async () => {
    const { out } = await run('', { recursive: true });
    const { entries } = await loadReference();
    expect(out.split('\n---\n')).toHaveLength(entries.length);
  });
});

describe('--output', () => {
  it('json and yaml are versioned objects', async () => {
    const { out } = await run('internal', { output: 'json', providers: ['aws'] });
    const object = JSON.parse(out);
    expect(object).toMatchObject({
      apiVersion: 'reference.fairlead.dev/v1',
      kind: 'AnnotationReference',
      entries: [{ key: `${STEM}internal`, risk: 'high' }],
      notRead: [],
    });
    expect(parse((await run('internal', { output: 'yaml', providers: ['aws'] })).out)).toEqual(object);
  });

  it('name is whole keys, one a line, and no hint', async () => {
    const { out, err } = await run('access log', { output: 'name' });
    expect(out.trimEnd().split('\n').sort()).toEqual([
      `${STEM}access-log-emit-interval`,
      `${STEM}access-log-enabled`,
      `${STEM}access-log-s3-bucket-name`,
      `${STEM}access-log-s3-bucket-prefix`,
    ]);
    expect(err).toBe('');
  });
});

describe('wrong arguments', () => {
  it.each([
    [
      { providers: ['awss'] },
      `there is no provider "awss" (did you mean "aws"?); there are: ${PROVIDER_NAMES.join(', ')}`,
    ],
    [{ providers: ['simulator'], kind: 'nlb' }, '--for: provider simulator has no kinds of load balancer\n'],
    [{ kind: 'nbl' }, 'there is no kind of load balancer "nbl" (did you mean "nlb"?); there are: nlb, classic'],
  ])('%j exit 2', async (wish, said) => {
    const { code, out, err } = await run('internal', wish);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(said);
  });
});

it('prints YAML where it is a part of the bundle, too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-explain-'));
  await build({
    entryPoints: [join(import.meta.dirname, '../../../src/cli/explain.ts')],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    define: { FAIRLEAD_VERSION: '"0"' },
    logLevel: 'silent',
  });
  const bundled: { explain: typeof explain } = await import(pathToFileURL(join(folder, 'explain.mjs')).href);
  let out = '';
  const wish = { words: ['internal'], providers: [], output: 'yaml', recursive: false, quiet: true } as const;
  const page = { program: 'fairlead', width: 80, cuts: false, heading: (text: string) => text, err: () => {} };
  const code = await bundled.explain(wish, { ...page, out: (text) => (out += text) });
  await rm(folder, { recursive: true });
  expect(code).toBe(0);
  expect(parse(out).entries[0].suffix).toBe('internal');
});
