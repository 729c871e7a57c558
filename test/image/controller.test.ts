// The whole controller out of the image's files, as a Deployment would run it: the service account's token, a role taken with
// a web identity, the official controller's configuration file, a read-only root, no home and no /tmp.
import { readdir, readFile, readlink } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../src/kube/types.ts';
import { service } from '../cluster/objects.ts';
import { leastPrivilege } from '../e2e/service-account.ts';
import type { PodSpec } from '../pod/pod-spec.ts';
import { startPod } from '../pod/start-pod.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type LaidOut, layOutImage } from './image-root.ts';

const NAMESPACE = 'kube-system';
const ADDRESS = '127.0.66.2';
const IDENTITY = '/var/run/secrets/eks.amazonaws.com/serviceaccount';
const CONFIG = '/etc/kubernetes/aws';

let stack: Stack;
let image: LaidOut;
let controller: ControllerProcess;

beforeAll(async () => {
  image = await layOutImage();
  stack = await startStack({ nodes: 2, clusterName: 'image' });
  await leastPrivilege(stack);
  controller = await start(['run', '--metrics-address=0.0.0.0:9090']);
  await controller.leading();
});
afterAll(async () => {
  await controller?.stop();
  await stack?.stop();
  await image?.[Symbol.asyncDispose]();
});

async function start(args: readonly string[], uid?: number): Promise<ControllerProcess> {
  return startPod({
    spec: specOf(args, uid),
    cluster: stack.cluster,
    token: await tokenFor(),
    tokens: { 'sts.amazonaws.com': await tokenFor('sts.amazonaws.com') },
    objects: { 'configmap/cloud': { 'cloud.conf': '[Global]\nDisableSecurityGroupIngress = false\n' } },
    ...{ namespace: NAMESPACE, name: 'fairlead-image', address: ADDRESS, root: image },
  });
}

/** What the chart makes, as far as the image has to do with it. */
function specOf(args: readonly string[], uid = 65532): PodSpec {
  const { emulator, clusterName } = stack;
  const { AWS_ENDPOINT_URL = '', AWS_REGION = '' } = emulator.env;
  const env = {
    ...{ AWS_ENDPOINT_URL, AWS_REGION, AWS_EC2_METADATA_DISABLED: 'true' },
    ...{ AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/fairlead', AWS_WEB_IDENTITY_TOKEN_FILE: `${IDENTITY}/token` },
  };
  return {
    serviceAccountName: 'fairlead',
    terminationGracePeriodSeconds: 20,
    securityContext: { runAsNonRoot: true, runAsUser: uid, runAsGroup: 65532 },
    containers: [
      {
        name: 'controller',
        args: [...args, '--provider=aws', `--cluster-name=${clusterName}`, `--aws-cloud-config=${CONFIG}/cloud.conf`],
        env: Object.entries(env).map(([name, value]) => ({ name, value })),
        securityContext: { readOnlyRootFilesystem: true },
        volumeMounts: [
          { name: 'identity', mountPath: IDENTITY, readOnly: true },
          { name: 'cloud', mountPath: CONFIG, readOnly: true },
        ],
      },
    ],
    volumes: [
      {
        name: 'identity',
        projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'sts.amazonaws.com' } }] },
      },
      { name: 'cloud', configMap: { name: 'cloud' } },
    ],
  };
}

async function tokenFor(...audiences: readonly string[]): Promise<string> {
  const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/fairlead/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences } };
  return (await stack.request<{ status: { token: string } }>('POST', path, body)).status.token;
}

const answer = async (path: string) => {
  const { status, ok } = await fetch(`http://${ADDRESS}:9090${path}`);
  return { status, ok };
};

describe('the controller of the image', () => {
  it('makes a load balancer with a role that it took by its web identity', async () => {
    const annotations = { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' };
    await stack.create<Service>(service({ name: 'web', annotations }));
    const address = await stack.until('an address', async () => {
      return (await stack.service('web'))?.status?.loadBalancer?.ingress?.[0]?.hostname;
    });
    expect(address).toMatch(/\.elb\.eu-west-1\.amazonaws\.com$/);
    expect(stack.emulator.proxy.count({ operation: 'AssumeRoleWithWebIdentity' })).toBeGreaterThan(0);
  });

  it('answers its probes and its metrics where the Deployment has them', async () => {
    expect(await answer('/healthz')).toMatchObject({ status: 200 });
    expect(await answer('/readyz')).toMatchObject({ status: 200 });
    const metrics = await (await fetch(`http://${ADDRESS}:9090/metrics`)).text();
    // What the process reads of the kernel about itself, which its permissions have to let it.
    expect(metrics).toMatch(/^process_resident_memory_bytes \d/m);
    expect(metrics).toMatch(/^process_open_fds \d/m);
  });

  it('is one process with no right at all, which can write nowhere', async () => {
    const proc = `/proc/${controller.pid}`;
    expect((await readdir(`${proc}/root/proc`)).filter((name) => /^\d+$/.test(name))).toEqual(['1']);
    const status = await readFile(`${proc}/status`, 'utf8');
    // Without root the container has a user namespace, and looked at from outside its user is the caller.
    const uid = process.getuid?.() || 65532;
    expect(status).toMatch(new RegExp(`^Uid:(\\s+${uid}){4}$`, 'm'));
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    expect(status).toMatch(/^CapBnd:\s+0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    const mounts = (await readFile(`${proc}/mountinfo`, 'utf8')).trimEnd().split('\n');
    const writable = mounts.map((line) => line.split(' ')).filter(([, , , , , how]) => !/^ro\b/.test(how!));
    const places = writable.map(([, , , , place]) => place);
    expect(places.filter((place) => !/^\/(proc|dev\/(null|zero|full|random|urandom))$/.test(place!))).toEqual([]);
  });

  it("has no file open or in memory but the base image's Node and its libraries", async () => {
    const proc = `/proc/${controller.pid}`;
    const open = await Promise.all((await readdir(`${proc}/fd`)).map((fd) => readlink(`${proc}/fd/${fd}`)));
    expect(open.filter((target) => target.startsWith('/') && target !== '/dev/null')).toEqual([]);
    const mapped = (await readFile(`${proc}/maps`, 'utf8')).match(/(?<= )\/\S+/g) ?? [];
    const foreign = [...new Set(mapped)].filter((file) => !/^\/(nodejs\/bin\/node|lib(64)?\/)/.test(file));
    expect(foreign).toEqual([]);
  });

  it('looks the installation over as helm test has it do, as a user that no file knows', async () => {
    const doctor = await start(['doctor'], 1_000_710_000);
    expect(await doctor.exited).toBe(0);
    const said = doctor.other.join('\n');
    expect(said).toContain('system:serviceaccount:kube-system:fairlead has all');
    expect(said).toContain('role/fairlead');
  });

  it('ends in good order when it is told to', async () => {
    controller.kill('SIGTERM');
    expect(await controller.exited).toBe(0);
    expect(controller.other).toEqual([]);
    expect(controller.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
