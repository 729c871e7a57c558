// The simulator under the contract: at once, and with the delays of a slow cloud.
import { describeProvider } from './describe-provider.ts';
import { simulatorHarness } from './simulator-harness.ts';

describeProvider('the simulator', simulatorHarness());
describeProvider('a slow simulator', simulatorHarness({ settleMs: 5000, visibleAfterMs: 700 }));
