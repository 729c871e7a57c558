// The dashboard as a table: rows from "is it working" down to the process itself. Each panel says what is normal and what to
// do. Cloud calls are summed by operation: their label `service` may be taken by a ServiceMonitor's label of that name.
import { CLOUD_ROWS } from './dashboard-cloud.ts';
import { graph, of, perSecond, quantile, type Row, spread, stat, table } from './dashboard-panel.ts';
import { PROCESS_ROWS } from './dashboard-process.ts';

const WORKING: Row = {
  title: 'Is it working',
  panels: [
    stat(
      'Leaders',
      'short',
      `sum(${of('leader_election_master_status')})`,
      'Normal: 1 for each installation chosen above. 0: nothing that changes reaches the cloud, see FairleadNoLeader. 2 for one installation: see FairleadTwoLeaders.',
      {
        steps: [
          [null, 'red'],
          [1, 'green'],
          [2, 'orange'],
        ],
      },
    ),
    stat(
      'Replicas that answer',
      'short',
      `count(${of('fairlead_build_info')})`,
      'Normal: the replicas of the Deployment, 2 by default. Fewer: look at the pods, `kubectl get pods -l app.kubernetes.io/name=fairlead -A`.',
      {
        steps: [
          [null, 'red'],
          [1, 'orange'],
          [2, 'green'],
        ],
      },
    ),
    stat(
      'Services in trouble',
      'short',
      `sum(max by (namespace, job, state) (${of('fairlead_service_states', 'state=~"blocked|failing|deletion-blocked"')}))`,
      'Normal: 0. Else the graph of Services by state says which kind of trouble; the conditions of the Services say why.',
      {
        steps: [
          [null, 'green'],
          [1, 'red'],
        ],
      },
    ),
    stat(
      'Longest wait to be programmed',
      's',
      `max(${of('fairlead_oldest_unprogrammed_seconds')})`,
      'Normal: 0, or minutes while a load balancer is being made. Long: see FairleadServiceWaits.',
      {
        steps: [
          [null, 'green'],
          [300, 'orange'],
          [1800, 'red'],
        ],
      },
    ),
    stat(
      'Longest deletion',
      's',
      `max(${of('fairlead_oldest_deletion_seconds')})`,
      'Normal: 0, or minutes while a load balancer is being taken down. Long: see FairleadDeletionStuck.',
      {
        steps: [
          [null, 'green'],
          [300, 'orange'],
          [900, 'red'],
        ],
      },
    ),
    stat(
      'API server last heard of',
      's',
      `max(${of('fairlead_last_contact_seconds')})`,
      'Normal: under a minute or so. Long: see FairleadApiServerSilent.',
      {
        steps: [
          [null, 'green'],
          [75, 'orange'],
          [120, 'red'],
        ],
      },
    ),
    graph(
      'Services by state',
      'short',
      [[`max by (namespace, job, state) (${of('fairlead_service_states')})`, '{{state}}']],
      'Normal: nearly all programmed, a few pending while they change. invalid: the owner of the Service has to mend it. blocked: somebody has to act outside (quota, permission, name). failing: tried again with growing pauses.',
      { stacked: true },
    ),
    graph(
      'Who leads',
      'short',
      [[`max by (namespace, instance) (${of('leader_election_master_status')})`, '{{instance}}']],
      'Normal: one replica at 1, the others at 0, for days. Many changes: the leader is too slow to renew its Lease, look at event loop and API server.',
      { most: 1, decimals: 0 },
    ),
    table(
      'Alerts that fire',
      'short',
      'max by (alertname, severity, namespace) (ALERTS{alertname=~"Fairlead.+", alertstate="firing"})',
      'Normal: empty. Each alert has a page of its name in docs/runbooks.',
    ),
    graph(
      'What waits longest',
      's',
      [
        [`max(${of('fairlead_oldest_unprogrammed_seconds')})`, 'to be programmed'],
        [`max(${of('fairlead_oldest_deletion_seconds')})`, 'to be deleted'],
      ],
      'Normal: short teeth. A line that only climbs is one Service that does not get on: `kubectl get events -A --field-selector involvedObject.kind=Service`.',
      {
        steps: [
          [null, 'green'],
          [1800, 'red'],
        ],
      },
    ),
    graph(
      'From Service to address',
      's',
      spread('fairlead_time_to_ready_seconds'),
      'How long new Services waited for their first address. Normal: seconds to a few minutes, as the cloud needs. Longer: look at the queue and at the waits for the cloud. Empty where no Service is new.',
    ),
    graph(
      'Services by what is done with them',
      'short',
      [[`max by (namespace, job, stance) (${of('fairlead_services')})`, '{{stance}}']],
      'ensure: has or gets a load balancer of ours. release: loses it. foreign: another controller’s. ignore: none wanted. Normal: as many under ensure as you have Services of type LoadBalancer.',
      { stacked: true },
    ),
  ],
};

const QUEUE: Row = {
  title: 'Queue',
  panels: [
    graph(
      'Services that wait for a worker',
      'short',
      [[`sum by (instance) (${of('workqueue_depth', 'name="service"')})`, '{{instance}}']],
      'Normal: 0, with peaks after a start and after changes of nodes, which are gone in minutes. A line that stays up: see FairleadQueueStuck and FairleadQueueSlow.',
    ),
    graph(
      'Wait for a worker',
      's',
      spread('workqueue_queue_duration_seconds', 'name="service"'),
      'Normal: below a second. A minute or longer: the work on each Service is slow (next graph), or there are too few workers (`--workers`).',
      {
        steps: [
          [null, 'green'],
          [60, 'red'],
        ],
      },
    ),
    graph(
      'Work on one Service',
      's',
      spread('workqueue_work_duration_seconds', 'name="service"'),
      'Normal: milliseconds where nothing changed, seconds where something did. Longer: the cloud answers slowly or calls wait for their turn, see the rows of the cloud.',
    ),
    graph(
      'Workers',
      'short',
      [
        [`sum by (instance) (${of('controller_runtime_active_workers')})`, 'busy on {{instance}}'],
        [`max(${of('controller_runtime_max_concurrent_reconciles')})`, 'all'],
      ],
      'Normal: far fewer busy than there are. All busy for long: raise `--workers`, unless calls wait for the cloud; more workers do not help there.',
    ),
    graph(
      'Work in progress',
      's',
      [
        [
          `max by (instance) (${of('workqueue_longest_running_processor_seconds', 'name="service"')})`,
          'longest on {{instance}}',
        ],
        [
          `sum by (instance) (${of('workqueue_unfinished_work_seconds', 'name="service"')})`,
          'all together on {{instance}}',
        ],
      ],
      'Normal: seconds. A line that climbs for minutes is a worker that does not come to an end: see FairleadWorkerStuck.',
      {
        steps: [
          [null, 'green'],
          [600, 'red'],
        ],
      },
    ),
    graph(
      'Into the queue',
      'ops',
      [
        [perSecond('workqueue_adds_total', 'name', 'name="service"'), 'added'],
        [perSecond('workqueue_retries_total', 'name', 'name="service"'), 'put back with a backoff'],
      ],
      'Normal: follows changes of Services and nodes; few are put back. Many put back: look at the results of reconciles.',
    ),
  ],
};

const RECONCILES: Row = {
  title: 'Reconciles',
  panels: [
    graph(
      'By result',
      'ops',
      [[perSecond('controller_runtime_reconcile_total', 'result'), '{{result}}']],
      'Normal: done, and again while the cloud works on something. Every other result is a code of docs/errors.md, which says what it means.',
      { stacked: true },
    ),
    graph(
      'That did not succeed',
      'ops',
      [[perSecond('controller_runtime_reconcile_total', 'result', 'result!~"done|again"'), '{{result}}']],
      'Normal: empty or nothing. The code says whose turn it is: docs/errors.md. bug is a defect of Fairlead, see FairleadBug.',
    ),
    graph(
      'Duration',
      's',
      spread('controller_runtime_reconcile_time_seconds'),
      'Normal: below a second for most. The next graph says which part takes the time.',
    ),
    graph(
      'Duration by stage',
      's',
      [[quantile(0.9, 'fairlead_reconcile_stage_duration_seconds', 'stage'), '{{stage}}']],
      '9 of 10 are quicker. gather reads the cloud, compile computes, apply changes the cloud, status writes to Kubernetes. Normal: compile takes no time to speak of. gather or apply long: the cloud; status long: the API server.',
    ),
    graph(
      'Changes of nodes',
      's',
      [
        [quantile(0.9, 'service_controller_nodesync_latency_seconds'), 'all Services know'],
        [quantile(0.9, 'service_controller_update_loadbalancer_host_latency_seconds'), 'one Service knows'],
      ],
      'How long targets take to follow when nodes come, go or change; 9 of 10 are quicker. Normal: seconds. Long: the queue or the cloud. Empty where no node changed.',
    ),
    graph(
      'Services looked at because nodes changed',
      'ops',
      [
        [`sum(rate(${of('service_controller_loadbalancer_sync_total')}[$__rate_interval]))`, 'looked at'],
        [`sum(rate(${of('service_controller_nodesync_error_total')}[$__rate_interval]))`, 'failed'],
      ],
      'Normal: nothing while nodes stay; none failed. What failed is tried again; the results of reconciles say why.',
    ),
  ],
};

export const ROWS: readonly Row[] = [WORKING, QUEUE, RECONCILES, ...CLOUD_ROWS, ...PROCESS_ROWS];
