// For each alert the trouble that it is for, as series in the place of healthy ones, and when it has to be told by.
import { changing, growing, limitOf, MINUTES, type SeriesSet, series, steady } from './healthy.ts';

export interface Trouble {
  /** Besides the alert itself: what the same trouble makes fire too. */
  readonly also?: readonly string[];
  /** In the place of healthy series; null: that series is not there. */
  readonly differs: Readonly<Record<string, string | null>>;
  /** It fires at this minute. */
  readonly at: number;
  /** It does not fire yet at this minute, though the trouble is there. Default: no such minute is looked at. */
  readonly notYet?: number;
}

const state = (name: string, who = 'a') => series(who, 'fairlead_service_states', { state: name });
const call = (code: string) =>
  series('a', 'cloud_api_calls_total', { operation: 'DescribeLoadBalancers', lane: 'verify', code });
const queue = (metric: string, who = 'a') => series(who, `workqueue_${metric}`, { name: 'service' });
const waits = (le: string) => series('a', 'workqueue_queue_duration_seconds_bucket', { name: 'service', le });
const leads = (who: string) => series(who, 'leader_election_master_status', { name: 'fairlead' });
const drift = series('a', 'fairlead_drift_found_total', { provider: 'aws', kind: 'Listener' });

/** Everything of a replica is gone but `up`, which says 0. */
function silent(healthy: SeriesSet, who: string): Record<string, string | null> {
  const own = Object.keys(healthy).filter((name) => name.includes(`instance="${who}:9090"`) && !name.startsWith('up{'));
  return { ...Object.fromEntries(own.map((name) => [name, `${healthy[name]?.replace(/x\d+$/, 'x20')} stale`])) };
}

export function troubles(healthy: SeriesSet): Readonly<Record<string, Trouble>> {
  return {
    FairleadAbsent: {
      differs: Object.fromEntries(Object.keys(healthy).map((name) => [name, null])),
      ...{ at: 6, notYet: 4 },
    },
    FairleadReplicaDown: {
      differs: { ...silent(healthy, 'b'), [series('b', 'up')]: changing(1, 20, 0) },
      ...{ at: 31, notYet: 28 },
    },
    FairleadNoLeader: { differs: { [leads('a')]: changing(1, 60, 0) }, at: 64, notYet: 62 },
    FairleadTwoLeaders: { differs: { [leads('b')]: changing(0, 60, 1) }, at: 63, notYet: 61 },
    FairleadRestarts: {
      differs: {
        [series('a', 'process_start_time_seconds')]: `1x59 2x5 3x5 4x${MINUTES - 72}`,
      },
      ...{ at: 73, notYet: 69 },
    },
    FairleadMemoryHigh: {
      differs: { [series('a', 'process_resident_memory_bytes')]: changing(150_000_000, 60, 500_000_000) },
      ...{ at: 76, notYet: 74 },
    },
    FairleadEventLoopSlow: {
      differs: { [series('a', 'nodejs_eventloop_lag_p99_seconds')]: changing(0.02, 60, 0.8) },
      ...{ at: 71, notYet: 69 },
    },
    FairleadBug: {
      differs: {
        [series('a', 'controller_runtime_reconcile_total', { controller: 'service', result: 'bug' })]: changing(
          0,
          60,
          1,
        ),
      },
      at: 61,
    },
    FairleadServicesFailing: {
      differs: { [state('failing')]: changing(0, 60, 2), [state('failing', 'b')]: changing(0, 60, 2) },
      ...{ at: 76, notYet: 74 },
    },
    FairleadServicesBlocked: { differs: { [state('blocked')]: changing(0, 60, 1) }, at: 91, notYet: 89 },
    FairleadServiceWaits: {
      differs: { [series('a', 'fairlead_oldest_unprogrammed_seconds')]: growing(60) },
      ...{ at: 37, notYet: 30 },
    },
    FairleadDeletionStuck: {
      differs: { [series('a', 'fairlead_oldest_deletion_seconds')]: growing(60) },
      ...{ at: 18, notYet: 15 },
    },
    FairleadServicesInvalid: { differs: { [state('invalid')]: steady(1) }, at: 61, notYet: 59 },
    FairleadEventsDropped: {
      differs: { [series('a', 'fairlead_events_dropped_total', { why: 'limited' })]: growing(2) },
      ...{ at: 60, notYet: 30 },
    },
    FairleadQueueStuck: {
      differs: {
        [queue('depth')]: steady(7),
        [queue('work_duration_seconds_count')]: changing(30, 30, 30),
        ...Object.fromEntries(['1', '60', '300', '+Inf'].map((le) => [waits(le), steady(30)])),
      },
      ...{ at: 7, notYet: 4 },
    },
    FairleadQueueSlow: {
      differs: { [waits('1')]: steady(0), [waits('60')]: growing(5) },
      ...{ at: 20, notYet: 12 },
    },
    FairleadWorkerStuck: {
      differs: { [queue('longest_running_processor_seconds')]: growing(60) },
      ...{ at: 17, notYet: 14 },
    },
    FairleadCloudDown: {
      also: ['FairleadCloudDenied'],
      differs: { [call('denied')]: growing(60) },
      ...{ at: 13, notYet: 3 },
    },
    FairleadCloudErrors: { differs: { [call('unavailable')]: growing(10) }, at: 18, notYet: 14 },
    // The load balancer of one Service, every minute.
    FairleadCloudDenied: { differs: { [call('denied')]: growing(1) }, at: 9, notYet: 3 },
    FairleadThrottled: { differs: { [call('throttled')]: growing(3) }, at: 18, notYet: 14 },
    FairleadDriftReturns: { differs: { [drift]: `0+1x${MINUTES}` }, at: 190, notYet: 110 },
    FairleadVerificationBehind: {
      differs: { [series('a', 'fairlead_oldest_unverified_seconds')]: growing(60) },
      ...{ at: 77, notYet: 70 },
    },
    FairleadOrphans: {
      differs: { [series('a', 'fairlead_orphans', { provider: 'aws', kind: 'TargetGroup' })]: steady(2) },
      ...{ at: 61, notYet: 59 },
    },
    FairleadApiServerSilent: {
      differs: { [series('b', 'fairlead_last_contact_seconds')]: growing(60) },
      ...{ at: 7, notYet: 4 },
    },
    FairleadKubernetesDenied: {
      differs: {
        [series('a', 'rest_client_requests_total', { code: '403', method: 'PATCH', host: 'kube' })]: growing(2),
      },
      ...{ at: 12, notYet: 9 },
    },
    FairleadRelistStorm: {
      differs: { [series('b', 'fairlead_relists_total', { resource: 'services', why: 'expired' })]: growing(1) },
      ...{ at: 15, notYet: 6 },
    },
  };
}

/** What is no trouble, and must not be told as one. */
export function passing(healthy: SeriesSet): Readonly<Record<string, Trouble['differs']>> {
  return {
    'nothing at all': {},
    'one call refused once, some minutes of throttling, one restart': {
      [call('denied')]: changing(0, 60, 1),
      [call('throttled')]: `0x60 0+20x3 60x${MINUTES - 64}`,
      [series('a', 'process_start_time_seconds')]: changing(1, 60, 2),
    },
    'a Service that takes five minutes, and one that takes ten to go': {
      [series('a', 'fairlead_oldest_unprogrammed_seconds')]: `0x60 0+60x5 0x${MINUTES - 66}`,
      [series('a', 'fairlead_oldest_deletion_seconds')]: `0x60 0+60x10 0x${MINUTES - 71}`,
      [state('pending')]: `0x60 1x5 0x${MINUTES - 66}`,
      [state('deleting')]: `0x60 1x10 0x${MINUTES - 71}`,
    },
    'no kube-state-metrics': { [limitOf('a')]: null, [limitOf('b')]: null },
    'another program with the same names of metrics': {
      'leader_election_master_status{namespace="kube-system",job="ccm",instance="c:1",name="ccm"}': steady(0),
      'workqueue_depth{namespace="kube-system",job="ccm",instance="c:1",name="service"}': steady(9),
      'nodejs_eventloop_lag_p99_seconds{namespace="web",job="web",instance="c:1"}': steady(3),
      'process_start_time_seconds{namespace="web",job="web",instance="c:1"}': growing(1),
      'up{namespace="web",job="web",instance="c:1"}': steady(0),
    },
    'the leader is replaced: a minute without one, the series of the old pod end': {
      ...Object.fromEntries(
        Object.entries(healthy)
          .filter(([name]) => name.includes('"a:9090"'))
          .map(([name, values]) => [name, `${values.replace(/x\d+( .*)?$/, 'x59')} stale`]),
      ),
      [leads('b')]: changing(0, 61, 1),
      [queue('depth', 'b')]: `0x60 50x2 20x2 0x${MINUTES - 66}`,
      [queue('work_duration_seconds_count', 'b')]: `0x60 0+20x${MINUTES - 61}`,
    },
    'a start with 500 Services: all pending at first, waits in the queue, caches not filled for a minute': {
      [leads('a')]: changing(0, 1, 1),
      [series('a', 'fairlead_last_contact_seconds')]: `60 40x${MINUTES - 1}`,
      [state('programmed')]: `0x2 500x${MINUTES - 3}`,
      [state('pending')]: `500x2 0x${MINUTES - 3}`,
      [series('a', 'fairlead_oldest_unprogrammed_seconds')]: `0+60x3 0x${MINUTES - 4}`,
      [queue('depth')]: `500 400 200 0x${MINUTES - 3}`,
      [queue('work_duration_seconds_count')]: `0 100 300 500x${MINUTES - 3}`,
      [waits('1')]: `0 5x${MINUTES}`,
      [waits('60')]: `0 100 120x${MINUTES}`,
      [waits('300')]: `0 100 300 500x${MINUTES}`,
      [waits('+Inf')]: `0 100 300 500x${MINUTES}`,
    },
  };
}
