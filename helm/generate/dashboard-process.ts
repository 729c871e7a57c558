// The dashboard's rows about the API server and about the process itself.
import { graph, of, perSecond, quantile, type Row, table } from './dashboard-panel.ts';

const KUBERNETES: Row = {
  title: 'Kubernetes API',
  panels: [
    graph(
      'Requests by answer',
      'ops',
      [[perSecond('rest_client_requests_total', 'code, method'), '{{method}} {{code}}']],
      'Normal: 200 and 201, with a PATCH of the Lease every few seconds; 409 now and then. 401 and 403: see FairleadKubernetesDenied. 429 and 5xx: the API server has too much to do.',
    ),
    graph(
      'Time of a request',
      's',
      [[quantile(0.9, 'rest_client_request_duration_seconds', 'verb'), '{{verb}}']],
      '9 of 10 are quicker. Normal: below 0.1 s for all but lists. Slower: the API server is busy.',
    ),
    graph(
      'API server last heard of',
      's',
      [[`max by (instance) (${of('fairlead_last_contact_seconds')})`, '{{instance}}']],
      'Normal: below a minute or so, as bookmarks arrive. Above two minutes: see FairleadApiServerSilent. After ten the process ends and starts afresh.',
      {
        steps: [
          [null, 'green'],
          [120, 'red'],
        ],
      },
    ),
    graph(
      'Full lists',
      'short',
      [
        [
          `sum by (resource, why) (increase(${of('fairlead_relists_total')}[$__rate_interval]))`,
          '{{resource}}: {{why}}',
        ],
      ],
      'Normal: one of each at a start, then none for hours. silent, expired or rewound again and again: see FairleadRelistStorm.',
    ),
    graph(
      'Events that were dropped',
      'short',
      [[`sum by (why) (increase(${of('fairlead_events_dropped_total')}[$__rate_interval]))`, '{{why}}']],
      'Normal: empty or 0. Conditions and log are complete all the same; see FairleadEventsDropped.',
    ),
  ],
};

const PROCESS: Row = {
  title: 'Process',
  panels: [
    graph(
      'Memory',
      'bytes',
      [
        [`max by (instance) (${of('process_resident_memory_bytes')})`, 'resident, {{instance}}'],
        [`max by (instance) (${of('nodejs_heap_size_used_bytes')})`, 'heap in use, {{instance}}'],
      ],
      'Normal: 100 to 200 MiB resident, flat over days. Near the limit of the pod: see FairleadMemoryHigh.',
    ),
    graph(
      'Processor',
      'percentunit',
      [[perSecond('process_cpu_seconds_total', 'instance'), '{{instance}}']],
      'In processors. Normal: a few hundredths; up to one at a start with many Services.',
    ),
    graph(
      'Lateness of the event loop',
      's',
      [
        [
          `max by (instance) (${of('nodejs_eventloop_lag_p99_seconds')})`,
          '99 of 100 turns are less late, {{instance}}',
        ],
        [`max by (instance) (${of('nodejs_eventloop_lag_p50_seconds')})`, 'half are less late, {{instance}}'],
      ],
      'Normal: 0.01 s, which is how often it is measured. Above half a second: too little processor time, see FairleadEventLoopSlow.',
      {
        steps: [
          [null, 'green'],
          [0.5, 'red'],
        ],
      },
    ),
    graph(
      'Collecting garbage',
      'percentunit',
      [[perSecond('nodejs_gc_duration_seconds_sum', 'instance'), '{{instance}}']],
      'The part of the time spent on it. Normal: below 0.01. Above 0.1 with memory near its limit: raise the limit.',
    ),
    graph(
      'Starts',
      'short',
      [[`changes(${of('process_start_time_seconds')}[1h])`, '{{instance}}']],
      'Starts within the last hour, the first not counted. Normal: 0. More: see FairleadRestarts.',
      {
        decimals: 0,
        steps: [
          [null, 'green'],
          [3, 'red'],
        ],
      },
    ),
    table(
      'Versions and time since start',
      's',
      `time() - max by (namespace, job, instance, version) (${of('process_start_time_seconds')} * on (namespace, job, instance) group_left (version) ${of('fairlead_build_info')})`,
      'Normal: one version everywhere, but during an upgrade. The value is the time since the process began.',
    ),
  ],
};

export const PROCESS_ROWS: readonly Row[] = [KUBERNETES, PROCESS];
