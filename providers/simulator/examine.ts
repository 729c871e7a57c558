// What this provider needs of its cloud: only that it answers.
import { asFairleadError } from '../../src/engine/errors.ts';
import type { Scope } from '../../src/engine/kind.ts';
import type { Finding, Host } from '../../src/provider/provider.ts';
import type { SimulatorConnection } from './connection.ts';
import type { OptionValues } from './options.ts';

export async function examine(
  connection: SimulatorConnection,
  _host: Host,
  _options: OptionValues,
  scope: Scope,
): Promise<readonly Finding[]> {
  const about = 'cloud';
  try {
    const tiers = await connection.tiers(scope);
    return [
      {
        about,
        state: 'ok',
        message: `It answers, and has the tiers ${tiers.join(', ')}; it is gone with this process.`,
      },
    ];
  } catch (thrown) {
    const message = `It does not answer: ${asFairleadError(thrown).message.replace(/\.$/, '')}.`;
    return [{ about, state: 'error', message, remedy: 'Run this again.' }];
  }
}
