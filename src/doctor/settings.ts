// What is worth knowing of the settings themselves: those that switch something off, and pairs that do not go together. Pure.
import type { Finding } from '../provider/provider.ts';
import type { Problem } from '../schema/index.ts';
import type { Settings } from '../settings.ts';
import { ok, warning } from './check.ts';

const ABOUT = 'settings';

/** `warnings`: of reading them. */
export function judgeSettings(settings: Settings, warnings: readonly Problem[]): readonly Finding[] {
  const read = warnings.map(({ message }) => warning(ABOUT, message, 'Change or remove it.'));
  const found = [...read, ...odd(settings)];
  return found.length > 0 ? found : [ok(ABOUT, 'They are understood, and nothing is switched off.')];
}

function odd(settings: Settings): readonly Finding[] {
  const { policy, driftIntervalMs, orphans, leaderElect, watchNamespace, claimClassless } = settings;
  const found: Finding[] = [];
  const say = (isSo: boolean, message: string, remedy: string) => {
    if (isSo) found.push(warning(ABOUT, message, remedy));
  };
  say(
    policy === 'observe-only',
    'With --policy=observe-only nothing is written, to the cloud or to Services: no Service gets a load balancer.',
    'Set --policy=sync once the plans of fairlead plan are what you want.',
  );
  say(
    policy === 'upsert-only',
    'With --policy=upsert-only nothing is deleted: Services that are deleted stay until it is changed.',
    'Set --policy=sync to let them go.',
  );
  say(
    driftIntervalMs === 0,
    'With --drift-interval=0 changes that others make in the cloud are not noticed.',
    'Leave it out, or set how old a look may become, such as 1h.',
  );
  say(
    orphans === 'delete' && watchNamespace !== undefined,
    'With --watch-namespace orphans are only reported, since Services of other namespaces cannot be seen.',
    'Leave --orphans=delete out.',
  );
  say(
    orphans === 'delete' && watchNamespace === undefined && policy !== 'sync',
    `With --policy=${policy} orphans are not deleted, whatever --orphans says.`,
    'Leave --orphans=delete out.',
  );
  say(
    !leaderElect,
    'With --leader-elect=false nothing keeps two processes from working on the same Services.',
    'Leave it out, unless there is only ever one process.',
  );
  say(
    watchNamespace !== undefined && claimClassless,
    `Only Services of namespace ${watchNamespace} are served, and those without a class too: so does whoever serves the other namespaces, if it watches all.`,
    'Set --claim-classless=false if another service controller runs in this cluster.',
  );
  return found;
}
