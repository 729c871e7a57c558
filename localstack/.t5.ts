import { startMoto } from './moto.ts'; import { startProxy } from './proxy.ts'; import { createFixtures } from './fixtures.ts';
const t0=performance.now(); const lap=(n:string)=>console.log(n,(performance.now()-t0).toFixed(0));
lap('imports');
const m=await startMoto({log:()=>{}}); lap('moto');
const p=await startProxy({upstream:m.url}); 
const f=await createFixtures({endpoint:p.url,clusterName:'x',nodes:Number(process.argv[2]??10)}); lap('fixtures');
const a=p.calls.map(c=>[c.at,c.operation] as const); 
for(let i=0;i<a.length;i++) console.log((a[i+1]?.[0]??Date.now())-a[i]![0], a[i]![1]);
await p.stop(); await m.stop(); lap('stopped');
