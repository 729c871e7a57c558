import { scenario } from './scenario.ts';
import { Doer } from './doer.ts';
import { AWS } from './wishes.ts';
scenario('probe', async (world) => {
  const d = new Doer(world);
  await d.start();
  world.addNode();
  world.aws.consistencyMs.default = 20_000;
  world.addService('alpha');
  await world.pass(1000);
  world.edit('alpha', {annotations: {[`${AWS}ssl-cert`]: 'certificate'}});
  await world.pass(0);
  if (process.env.HEAL) await d.heal();
  await world.pass(600_000);
  console.log(world.tail(400).split('\n').filter((l) => !/Describe(Sub|Rou|Ava|Sec)/.test(l)).slice(-25).join('\n'));
});
