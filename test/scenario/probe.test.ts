import { scenario } from './scenario.ts';
import { lookAt } from './looks.ts';
scenario('probe', async (world) => {
    await world.start();
    world.addService('web');
    await world.settle();
    world.unfinalize('web');
    world.removeService('web');
    world.addService('web');
    await world.settle();
  console.log(world.tail(400));
  console.log(lookAt(world.aws.state).rules);
});
