// Whether a controller is at work: what its Lease says, and whether another one with a Lease of its own works on the same
// Services. Pure but for the clock, which comes in as a value.
import { isOwnLease, type LeaseName } from '../kube/lease-view.ts';
import type { Lease } from '../kube/types.ts';
import type { Finding } from '../provider/provider.ts';
import { count, some } from '../provider/wording.ts';
import { ok, warning } from './check.ts';

const ABOUT = 'leader';
/** What clocks of two machines may differ by before somebody should look. */
const SKEW_MS = 5_000;

/** `nowMs`: since 1970. */
export function judgeLease(
  lease: Lease | undefined,
  { namespace, name }: LeaseName,
  nowMs: number,
): readonly Finding[] {
  const called = `Lease ${namespace}/${name}`;
  const look = `Look at the pods of the controller:\nkubectl --namespace ${namespace} get pods`;
  if (lease === undefined) {
    const message = `There is no ${called}: no controller has worked with these settings yet.`;
    return [warning(ABOUT, message, look)];
  }
  const {
    holderIdentity = '',
    renewTime,
    acquireTime,
    leaseDurationSeconds = 15,
    leaseTransitions = 0,
  } = lease.spec ?? {};
  if (holderIdentity === '') return [warning(ABOUT, `Nobody holds ${called}: no controller works.`, look)];
  const renewedAgoMs = nowMs - Date.parse(renewTime ?? '');
  if (renewedAgoMs > leaseDurationSeconds * 1000 + SKEW_MS) {
    const message = `${holderIdentity} holds ${called} and has not renewed it for ${duration(renewedAgoMs)}: no controller works.`;
    return [warning(ABOUT, message, look)];
  }
  const changes = leaseTransitions === 0 ? '' : `, after ${count(leaseTransitions, 'change')}`;
  const since = duration(nowMs - Date.parse(acquireTime ?? ''));
  const finding = ok(ABOUT, `${holderIdentity} holds ${called}, for ${since} now${changes}.`);
  if (renewedAgoMs >= -SKEW_MS) return [finding];
  const message = `The leader's clock is ${duration(-renewedAgoMs)} ahead of this machine's.`;
  return [
    finding,
    warning('clock', message, 'Set the clocks by NTP: clouds refuse calls that are signed with a wrong time.'),
  ];
}

/** Where nobody said which: the one that goes by that name, or else the only one of ours, of those that lead before the rest. */
export function leaseMeant(all: readonly Lease[], named: LeaseName, nowMs: number): LeaseName {
  const own = all.filter(isOwnLease);
  for (const some of [own.filter((lease) => leadsSince(lease, nowMs) !== undefined), own]) {
    const [first] = some;
    if (some.some(({ metadata }) => isCalled(metadata, named))) return named;
    if (first !== undefined && some.length === 1)
      return { namespace: first.metadata.namespace ?? '', name: first.metadata.name };
  }
  return named;
}

function isCalled(metadata: Lease['metadata'], { namespace, name }: LeaseName): boolean {
  return metadata.namespace === namespace && metadata.name === name;
}

/** Leases that another release of ours holds now, by who wrote them. */
export function judgeOtherLeases(all: readonly Lease[], named: LeaseName, nowMs: number): readonly Finding[] {
  const others = all.filter(({ metadata }) => !isCalled(metadata, named));
  const alive = others.filter((lease) => isOwnLease(lease) && leadsSince(lease, nowMs) !== undefined);
  if (alive.length === 0) return [];
  const names = some(alive.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  const message = `Another Fairlead leads by another Lease: ${names}.`;
  const remedy =
    'Unless they serve different Services (--watch-namespace, --claim-classless, --provider), remove one of the two.';
  return [warning('another Fairlead', message, remedy)];
}

/** When the present leader began, in ms since 1970; undefined: there is none at work. */
export function leadsSince(lease: Lease | undefined, nowMs: number): number | undefined {
  const { holderIdentity = '', renewTime, acquireTime, leaseDurationSeconds = 15 } = lease?.spec ?? {};
  const isFresh = nowMs - Date.parse(renewTime ?? '') <= leaseDurationSeconds * 1000 + SKEW_MS;
  const began = Date.parse(acquireTime ?? '');
  return holderIdentity !== '' && isFresh && !Number.isNaN(began) ? began : undefined;
}

/** In one unit: `45 s`, `12 min`, `3 h`, `8 days`. */
export function duration(ms: number): string {
  if (Number.isNaN(ms)) return 'an unknown time';
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
