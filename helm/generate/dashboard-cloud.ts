// The dashboard's rows about the cloud: what is asked of it, how it answers, and what is found in it.
import { graph, of, perSecond, quantile, type Row, stat } from './dashboard-panel.ts';

const CALLS: Row = {
  title: 'The cloud',
  panels: [
    graph(
      'Calls by operation',
      'ops',
      [[perSecond('cloud_api_calls_total', 'operation'), '{{operation}}']],
      'Normal: a few reads a minute when nothing changes. Many reads without changes: somebody changes Services or nodes all the time, or the process starts again and again.',
      { stacked: true },
    ),
    graph(
      'Calls that failed',
      'ops',
      [[perSecond('cloud_api_calls_total', 'code, operation', 'code!="ok"'), '{{code}} {{operation}}']],
      'Normal: empty or nothing. denied: a permission is missing (FairleadCloudDenied). throttled: the budget is used up. network, unavailable: the cloud or the way to it (FairleadCloudErrors).',
    ),
    graph(
      'Calls by lane',
      'ops',
      [[perSecond('cloud_api_calls_total', 'lane'), '{{lane}}']],
      'For whom: targets (nodes), change (people), background (lists), verify (comparing). Normal: verify is the most, and slow.',
      { stacked: true },
    ),
    graph(
      'Part of the calls that is throttled',
      'percentunit',
      [
        [
          `sum(rate(${of('cloud_api_calls_total', 'code="throttled"')}[$__rate_interval])) / sum(rate(${of('cloud_api_calls_total')}[$__rate_interval]))`,
          'throttled',
        ],
      ],
      'Normal: empty or 0. The budget is the account’s: other programs use it too. See FairleadThrottled.',
      {
        most: 1,
        steps: [
          [null, 'green'],
          [0.05, 'red'],
        ],
      },
    ),
    graph(
      'Waits for a turn, by lane',
      's',
      [[quantile(0.9, 'cloud_api_limiter_wait_seconds', 'lane'), '{{lane}}']],
      'How long calls are held back before they are sent; 9 of 10 wait less. Normal: nothing for targets and change, about a second for verify. Longer: the cloud has throttled us, see the next graph.',
    ),
    graph(
      'Calls allowed a second',
      'ops',
      [[`min by (bucket) (${of('cloud_api_limiter_pace')}) < Inf`, '{{bucket}}']],
      'Normal: empty (as fast as they come). After throttling it is the pace we keep, which grows by a tenth a second.',
    ),
    graph(
      'Time of a call',
      's',
      [[quantile(0.9, 'cloud_api_call_duration_seconds', 'operation'), '{{operation}}']],
      '9 of 10 are quicker. Normal: below a second. A call is given up after 20 s and counts as network.',
    ),
  ],
};

const FOUND: Row = {
  title: 'Drift and orphans',
  panels: [
    graph(
      'Longest not compared',
      's',
      [
        [`max(${of('fairlead_oldest_unverified_seconds')})`, 'longest ago'],
        [`max(${of('fairlead_drift_interval_seconds')})`, 'drift interval'],
      ],
      'How long ago the load balancer that waits longest was compared with the cloud. Normal: about the drift interval; none is compared where that is 0. See FairleadVerificationBehind.',
    ),
    stat(
      'Orphans',
      'short',
      `sum(max by (namespace, job, provider, kind) (${of('fairlead_orphans')})) or vector(0)`,
      'Objects in the cloud with our mark and without a Service. Normal: 0. Which they are says `fairlead orphans`; see FairleadOrphans.',
      {
        height: 8,
        steps: [
          [null, 'green'],
          [1, 'orange'],
        ],
      },
    ),
    graph(
      'Drift',
      'short',
      [
        [`sum by (kind) (increase(${of('fairlead_drift_found_total')}[$__rate_interval]))`, 'found: {{kind}}'],
        [`sum by (kind) (increase(${of('fairlead_drift_repaired_total')}[$__rate_interval]))`, 'repaired: {{kind}}'],
      ],
      'Objects that others had changed. Normal: empty. What comes back again and again is another program or person at work: see FairleadDriftReturns.',
    ),
    graph(
      'Orphans by kind',
      'short',
      [[`max by (provider, kind) (${of('fairlead_orphans')})`, '{{kind}}']],
      'Normal: empty. `fairlead orphans` lists them, and takes them away with --delete.',
      { stacked: true },
    ),
  ],
};

export const CLOUD_ROWS: readonly Row[] = [CALLS, FOUND];
