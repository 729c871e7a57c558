import { readFile } from 'node:fs/promises';
import { service } from './cluster/objects.ts';
import { startStack } from './stack/stack.ts';
const NLB = { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' };
const stack = await startStack({ nodes: 10, clusterName: 'bench' });
const rss = async (pid: number) => { const t = await readFile(`/proc/${pid}/status`, 'utf8'); return ['VmRSS','RssAnon','RssFile','VmHWM'].map((k) => `${k} ${Math.round(Number(new RegExp(`${k}:\\s+(\\d+)`).exec(t)?.[1])/1024)}`).join(' '); };
const runs: [string, string][] = [['plain', ''], ['semi1', '--max-semi-space-size=1'], ['semi1+optsize', '--max-semi-space-size=1 --optimize-for-size'], ['all', '--max-semi-space-size=1 --max-old-space-size=64 --optimize-for-size --no-opt'], ['lazy', '--max-semi-space-size=1 --max-old-space-size=64 --max-lazy']];
for (const [name, opts] of runs) {
  const c = stack.controller(['--workers', '5', '--leader-elect=false'], { built: true, env: opts ? { NODE_OPTIONS: opts } : {} });
  try { await c.leading(); } catch (e) { console.log(name, 'failed', String(e).slice(0, 300)); continue; }
  const idle = await rss(c.pid);
  await Promise.all(Array.from({ length: 50 }, (_, i) => stack.create(service({ name: `m-${i}`, annotations: NLB }))));
  await stack.until('all', async () => (await stack.services()).filter((s) => s.status?.loadBalancer?.ingress?.[0]).length === 50, 120000);
  await new Promise((r) => setTimeout(r, 3000));
  const full = await rss(c.pid);
  console.log(name, '| idle', idle, '| 50', full);
  await Promise.all(Array.from({ length: 50 }, (_, i) => stack.request('DELETE', `/api/v1/namespaces/default/services/m-${i}`)));
  await stack.until('gone', async () => (await stack.services()).length === 1, 120000);
  await c.stop();
}
await stack.stop();
process.exit(0);
