// The command lines of etcd and kube-apiserver, and the files that they name. Starts nothing.
import { generateKeyPair } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';

/** Both families, so that Services may ask for either or both; IPv4 comes first and is the default. */
const serviceRanges = '10.96.0.0/16,fd00:10:96::/112';

/**
 * ServiceAccount would refuse pods until a controller that does not run here makes accounts; TaintNodesByCondition would
 * mark every new node as not ready for good, since nothing here takes the taint away.
 */
const pluginsOff = 'ServiceAccount,TaintNodesByCondition';

/** Who did what and with which result, one line a finished request. */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};

/** etcd on a socket in `dir`: nobody else on the machine reaches it and no port can be taken. */
export function etcdArguments(dir: string): string[] {
  // The URLs must have ports although a single member never talks to a peer; 0 is "any".
  const nowhere = 'http://127.0.0.1:0';
  return [
    '--name=fairlead',
    `--data-dir=${join(dir, 'etcd')}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=unix://${etcdSocket(dir)}`,
    `--advertise-client-urls=${nowhere}`,
    `--listen-peer-urls=${nowhere}`,
    `--initial-advertise-peer-urls=${nowhere}`,
    `--initial-cluster=fairlead=${nowhere}`,
  ];
}

/** What a test may choose about the API server. `adminToken` becomes a member of system:masters. */
export type ApiserverSettings = { adminToken: string; audit: boolean; extraArgs: readonly string[] };

/** Paths inside the cluster's directory that others need. */
export function clusterFiles(dir: string) {
  return {
    /** The serving certificate and the authority that signed it, made by the server at its first start. */
    caFile: join(dir, 'certs', 'apiserver.crt'),
    auditLog: join(dir, 'audit.log'),
  };
}

/** Writes tokens, the service-account key and the audit policy to `dir`; the arguments do not hold the port yet. */
export async function prepareApiserver(dir: string, settings: ApiserverSettings): Promise<string[]> {
  const tokens = join(dir, 'tokens.csv');
  const accountKey = join(dir, 'service-account.key');
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  await writeFile(tokens, `${settings.adminToken},admin,admin,"system:masters"\n`, { mode: 0o600 });
  await writeFile(accountKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return [
    `--etcd-servers=unix://${etcdSocket(dir)}`,
    '--bind-address=127.0.0.1',
    // Named, or the server would look for a default route, which a sandbox may not have.
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    // Ends open watches in good order at SIGTERM; by default the server would wait for their clients for a minute.
    '--shutdown-watch-termination-grace-period=2s',
    `--cert-dir=${join(dir, 'certs')}`,
    `--token-auth-file=${tokens}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${accountKey}`,
    `--service-account-signing-key-file=${accountKey}`,
    `--service-cluster-ip-range=${serviceRanges}`,
    '--allow-privileged=true',
    `--disable-admission-plugins=${pluginsOff}`,
    ...(settings.audit ? await auditArguments(dir) : []),
    ...settings.extraArgs,
  ];
}

async function auditArguments(dir: string): Promise<string[]> {
  const policy = join(dir, 'audit-policy.yaml');
  await writeFile(policy, stringify(auditPolicy));
  // Rotated late: who counts requests wants one file.
  return [
    `--audit-policy-file=${policy}`,
    `--audit-log-path=${clusterFiles(dir).auditLog}`,
    '--audit-log-maxsize=4096',
  ];
}

function etcdSocket(dir: string): string {
  return join(dir, 'etcd.sock');
}
