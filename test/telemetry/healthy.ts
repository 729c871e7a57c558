// What Prometheus has of a healthy Fairlead over some hours, as promtool takes it: two replicas, of which `a` leads. Cases
// put their trouble in the place of some of these series.

/** By series, its values a minute apart in promtool's notation. */
export type SeriesSet = Readonly<Record<string, string>>;

/** More than any case looks at. */
export const MINUTES = 300;

/** The same value all the time. */
export const steady = (value: number | string) => `${value}x${MINUTES}`;
/** So much more every minute, from 0. */
export const growing = (each: number) => `0+${each}x${MINUTES}`;
/** One value for so many minutes, then another. */
export const changing = (first: number | string, minutes: number, second: number | string) =>
  `${first}x${minutes - 1} ${second}x${MINUTES - minutes}`;

/** The name of a series of replica `who`, with what the operator's Prometheus adds to it. */
export function series(who: string, metric: string, labels: Readonly<Record<string, string>> = {}): string {
  const all = { namespace: 'fairlead', job: 'fairlead', instance: `${who}:9090`, pod: `fairlead-${who}`, ...labels };
  return `${metric}{${Object.entries(all)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;
}

export const limitOf = (who: string) =>
  `kube_pod_container_resource_limits{namespace="fairlead",pod="fairlead-${who}",container="controller",resource="memory"}`;

const STATES = ['pending', 'invalid', 'blocked', 'failing', 'deleting', 'deletion-blocked', 'replacing'];
const QUIET_CODES = ['throttled', 'denied', 'quota', 'unavailable'];

/** One replica that is well; a follower does no work. */
export function replica(who: string, leads: boolean): SeriesSet {
  const work = leads ? 10 : 0;
  const name = { name: 'service' };
  const set: Record<string, string> = {
    [series(who, 'up')]: steady(1),
    [series(who, 'fairlead_build_info', { version: '0.1.0' })]: steady(1),
    [series(who, 'leader_election_master_status', { name: 'fairlead' })]: steady(leads ? 1 : 0),
    [series(who, 'fairlead_service_states', { state: 'programmed' })]: steady(50),
    [series(who, 'fairlead_oldest_unprogrammed_seconds')]: steady(0),
    [series(who, 'fairlead_oldest_deletion_seconds')]: steady(0),
    [series(who, 'fairlead_oldest_unverified_seconds')]: steady(leads ? 600 : 0),
    [series(who, 'fairlead_drift_interval_seconds')]: steady(600),
    [series(who, 'fairlead_last_contact_seconds')]: steady(40),
    [series(who, 'workqueue_depth', name)]: leads ? `0x59 3x4 0x${MINUTES - 64}` : steady(0),
    [series(who, 'workqueue_longest_running_processor_seconds', name)]: steady(0),
    [series(who, 'workqueue_work_duration_seconds_count', name)]: growing(work),
    [series(who, 'controller_runtime_reconcile_total', { controller: 'service', result: 'done' })]: growing(work),
    [series(who, 'controller_runtime_reconcile_total', { controller: 'service', result: 'bug' })]: steady(0),
    [series(who, 'rest_client_requests_total', { code: '200', method: 'GET', host: 'kube' })]: growing(30),
    [series(who, 'fairlead_relists_total', { resource: 'services', why: 'start' })]: steady(1),
    [series(who, 'fairlead_relists_total', { resource: 'services', why: 'expired' })]: steady(0),
    [series(who, 'fairlead_events_dropped_total', { why: 'limited' })]: steady(0),
    [series(who, 'nodejs_eventloop_lag_p99_seconds')]: steady(0.02),
    [series(who, 'process_start_time_seconds')]: steady(1_700_000_000),
    [series(who, 'process_resident_memory_bytes')]: steady(150_000_000),
    [limitOf(who)]: steady(536_870_912),
  };
  for (const state of STATES) set[series(who, 'fairlead_service_states', { state })] = steady(0);
  for (const le of ['1', '60', '300', '+Inf']) {
    set[series(who, 'workqueue_queue_duration_seconds_bucket', { ...name, le })] = growing(work);
  }
  if (!leads) return set;
  const call = { operation: 'DescribeLoadBalancers', lane: 'verify' };
  set[series(who, 'cloud_api_calls_total', { ...call, code: 'ok' })] = growing(30);
  // A call in a hundred is lost: that is nobody's trouble.
  set[series(who, 'cloud_api_calls_total', { ...call, code: 'network' })] = growing(0.3);
  for (const code of QUIET_CODES) set[series(who, 'cloud_api_calls_total', { ...call, code })] = steady(0);
  // Somebody changed one listener by hand, once.
  set[series(who, 'fairlead_drift_found_total', { provider: 'aws', kind: 'Listener' })] = changing(0, 60, 1);
  return set;
}

export const healthy: SeriesSet = { ...replica('a', true), ...replica('b', false) };
