import { scenario } from './scenario.ts';
scenario('probe', async (world) => {
  const p = await world.start();
  world.addService('web');
  await world.settle();
  await world.pass(30 * 60_000);
  console.log(world.tail(60));
  console.log(world.api.calls.filter((c) => c.method === 'WATCH' || (c.method==='GET' && /\/(services|nodes)$/.test(c.path))).map((c) => `${c.method} ${c.path} ${JSON.stringify(c.query)}`).join('\n'));
});
