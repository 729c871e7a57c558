// The whole check-up: the settings, the cluster, each provider's cloud. Where one cannot be reached the others are looked at
// all the same. It writes nothing anywhere.
import { eligibleNodes } from '../controller/nodes.ts';
import type { KubeConnection } from '../kube/api.ts';
import type { Finding } from '../provider/provider.ts';
import type { Problem } from '../schema/index.ts';
import type { Settings } from '../settings.ts';
import { type Check, failure, messageOf, runCheck, type Section } from './check.ts';
import { cloudChecks, type Wanted } from './cloud.ts';
import { ClusterChecks, UNREACHED } from './cluster-checks.ts';
import { judgeSettings } from './settings.ts';

export interface CheckUpWish {
  readonly settings: Settings;
  readonly providers: readonly Wanted[];
  /** Of reading the settings. */
  readonly warnings: readonly Problem[];
  /** Rejects where no way to an API server is known. */
  readonly connect: () => Promise<KubeConnection>;
  readonly leaseNamespace: string;
  /** `namespace:name`: whose rights are looked at. Absent: those of the one who looks. */
  readonly serviceAccount?: string | undefined;
  /** What is looked at next. */
  readonly onCheck?: (about: string) => void;
  readonly signal: AbortSignal;
}

/** Sections in the order in which they are read, each with at least one finding. Rejects only when the signal aborts. */
export async function checkUp(wish: CheckUpWish): Promise<readonly Section[]> {
  const { settings, providers, warnings, signal, onCheck = () => {} } = wish;
  const sections = new Map<string, Finding[]>();
  const note = (name: string, findings: readonly Finding[]) => {
    if (findings.length > 0) sections.set(name, [...(sections.get(name) ?? []), ...findings]);
  };
  const run = async (checks: readonly Check[]) => {
    for (const check of checks) {
      onCheck(check.about);
      note(check.section, await runCheck(check, signal));
    }
  };
  note('Settings', judgeSettings(settings, warnings));
  const cluster = await examineCluster(wish, run, note);
  const ground = () => ({
    cluster: { name: settings.clusterName, uid: cluster?.uid ?? '' },
    nodes: cluster?.nodes && eligibleNodes(cluster.nodes, settings.nodeUnreadyAfterMs, Date.now()),
    namespace: settings.watchNamespace ?? 'default',
  });
  for (const wanted of providers) await run(cloudChecks(wanted, ground));
  return [...sections].map(([name, findings]) => ({ name, findings }));
}

async function examineCluster(
  { connect, settings, providers, leaseNamespace, serviceAccount }: CheckUpWish,
  run: (checks: readonly Check[]) => Promise<void>,
  note: (section: string, findings: readonly Finding[]) => void,
): Promise<ClusterChecks | undefined> {
  let api: KubeConnection;
  try {
    api = await connect();
  } catch (thrown) {
    note('Kubernetes', [failure('API server', `There is no way to it: ${messageOf(thrown)}.`, UNREACHED)]);
    return undefined;
  }
  try {
    const checks = new ClusterChecks({ api, settings, providers, leaseNamespace, serviceAccount });
    await run(checks.all());
    return checks;
  } finally {
    await api.close();
  }
}
