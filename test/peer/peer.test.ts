// The model against what was seen of the released cloud-provider-aws 1.37.0 on a live trial: which writes it sends, in which
// order, for the changes in the life of a Service.
import { describe, expect, it } from 'vitest';
import type { Node, Service, ServicePort } from '../../src/kube/types.ts';
import { connect } from '../fake/aws/connect.ts';
import { StrictAws } from '../fake/aws/strict-aws.ts';
import { seedTypicalCluster } from '../fake/aws/typical-cluster.ts';
import { peerConfig } from './config.ts';
import { deleteAsPeer, findAsPeer, makeAsPeer } from './peer.ts';
import { PREFIX } from './wishes.ts';

const UID = '8a0b1c2d-3e4f-4061-8273-8495a6b7c8d9';
const CERTIFICATE = 'arn:aws:acm:eu-west-1:123456789012:certificate/one';
const HTTP: ServicePort = { name: 'http', protocol: 'TCP', port: 80, nodePort: 30_080 };
const HTTPS: ServicePort = { name: 'https', protocol: 'TCP', port: 443, nodePort: 30_443 };
const NLB = { type: 'nlb' };

class Trial {
  readonly aws = new StrictAws({ region: 'eu-west-1', accountId: '123456789012' });
  readonly clients = connect(this.aws);
  nodes: readonly Node[];
  #service: Service;

  constructor(annotations: Readonly<Record<string, string>> = {}, nodeCount = 3) {
    const { nodes } = seedTypicalCluster(this.aws, { nodes: 4 });
    this.aws.seed.certificate(CERTIFICATE);
    this.aws.timings.targetGroupReleaseMs = 0;
    this.aws.timings.interfaceReleaseMs = 0;
    this.nodes = nodes.map((id) => nodeOf(id)).slice(0, nodeCount);
    this.#service = serviceOf(annotations);
  }

  /** What the user writes. */
  edit(annotations: Readonly<Record<string, string>>, ports: readonly ServicePort[] = [HTTP]): void {
    const { status } = this.#service;
    this.#service = { ...serviceOf(annotations, ports), ...(status && { status }) };
  }

  /** One sync: the operations that were sent. */
  async sync(managedNlbGroups = false): Promise<readonly string[]> {
    const hostname = await makeAsPeer(this.clients, this.#service, this.nodes, this.#config(managedNlbGroups));
    this.#service = { ...this.#service, status: { loadBalancer: { ingress: [{ hostname }] } } };
    return this.#sent();
  }

  async delete(managedNlbGroups = false): Promise<readonly string[]> {
    expect(await deleteAsPeer(this.clients, this.#service, this.nodes, this.#config(managedNlbGroups))).toEqual([]);
    return this.#sent();
  }

  next() {
    return findAsPeer(this.clients, this.#service, this.nodes, this.#config(false));
  }

  #config(managedNlbGroups: boolean) {
    return peerConfig({ clusterId: 'prod', vpcId: 'vpc-main', managedNlbGroups });
  }

  #before = 0;

  #sent(): readonly string[] {
    const writes = this.aws.calls.slice(this.#before).filter(({ write }) => write);
    this.#before = this.aws.calls.length;
    this.aws.assertSound();
    return writes.map(({ operation }) => operation);
  }
}

function serviceOf(given: Readonly<Record<string, string>>, ports: readonly ServicePort[] = [HTTP]): Service {
  const annotations = Object.fromEntries(Object.entries(given).map(([key, text]) => [`${PREFIX}${key}`, text]));
  const metadata = { name: 'web', namespace: 'shop', uid: UID, resourceVersion: '1', annotations };
  return { metadata, spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Cluster', ports } };
}

function nodeOf(id: string): Node {
  return { metadata: { name: id, uid: id, resourceVersion: '1' }, spec: { providerID: `aws:///eu-west-1a/${id}` } };
}

/** One that has been made. */
async function made(annotations: Readonly<Record<string, string>> = {}, managed = false): Promise<Trial> {
  const trial = new Trial(annotations);
  await trial.sync(managed);
  return trial;
}

describe('a Classic Load Balancer', () => {
  it('is made by seven writes and deleted by three', async () => {
    const trial = new Trial();
    expect(await trial.sync()).toEqual([
      'CreateSecurityGroup',
      'AuthorizeSecurityGroupIngress',
      'CreateLoadBalancer',
      'ModifyLoadBalancerAttributes',
      'ConfigureHealthCheck',
      'AuthorizeSecurityGroupIngress',
      'RegisterInstancesWithLoadBalancer',
    ]);
    expect(await trial.delete()).toEqual(['RevokeSecurityGroupIngress', 'DeleteLoadBalancer', 'DeleteSecurityGroup']);
    expect(trial.aws.state.securityGroups.get('sg-nodes')?.ingress).toEqual([]);
  });

  it.each([
    ['nothing', {}, ['ModifyLoadBalancerAttributes']],
    [
      'proxy protocol and tags',
      { 'proxy-protocol': '*', 'additional-resource-tags': 'a=b' },
      ['CreateLoadBalancerPolicy', 'ModifyLoadBalancerAttributes', 'AddTags'],
    ],
    [
      'a TLS policy',
      { 'ssl-cert': CERTIFICATE, 'ssl-negotiation-policy': 'ELBSecurityPolicy-TLS-1-2-2017-01' },
      ['ModifyLoadBalancerAttributes', 'SetLoadBalancerPoliciesOfListener'],
    ],
  ])('with %s is written at every sync, which it knows to be habit', async (_what, annotations, habits) => {
    const trial = await made(annotations as Record<string, string>);
    const next = await trial.next();
    expect(next.writes).toEqual([]);
    expect(next.habits.map(({ operation }) => operation)).toEqual(habits);
    expect(await trial.sync()).toEqual(habits);
  });

  it('gets a port by three writes', async () => {
    const trial = await made();
    trial.edit({}, [HTTP, HTTPS]);
    const writes = ['AuthorizeSecurityGroupIngress', 'CreateLoadBalancerListeners', 'ModifyLoadBalancerAttributes'];
    expect(await trial.sync()).toEqual(writes);
  });

  it('gets another node port and loses a port by five', async () => {
    const trial = await made();
    trial.edit({}, [HTTP, HTTPS]);
    await trial.sync();
    trial.edit({}, [{ ...HTTP, nodePort: 30_081 }]);
    expect(await trial.sync()).toEqual([
      'RevokeSecurityGroupIngress',
      'DeleteLoadBalancerListeners',
      'CreateLoadBalancerListeners',
      'ModifyLoadBalancerAttributes',
      'ConfigureHealthCheck',
    ]);
  });
});

describe('a Network Load Balancer', () => {
  it('is made by six writes, three more a port, and deleted by four', async () => {
    const trial = new Trial(NLB);
    const port = ['CreateTargetGroup', 'RegisterTargets', 'CreateListener'];
    const rules = ['AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupIngress'];
    expect(await trial.sync()).toEqual(['CreateLoadBalancer', ...port, ...rules]);
    trial.edit(NLB, [HTTP, HTTPS]);
    expect(await trial.sync()).toEqual([...port, 'AuthorizeSecurityGroupIngress']);
    trial.edit(NLB, [{ ...HTTP, nodePort: 30_081 }]);
    expect(await trial.sync()).toEqual([
      'CreateTargetGroup',
      'RegisterTargets',
      'ModifyListener',
      'DeleteTargetGroup',
      'DeleteListener',
      'DeleteTargetGroup',
      'RevokeSecurityGroupIngress',
      'AuthorizeSecurityGroupIngress',
    ]);
    expect(await trial.delete()).toEqual([
      'DeleteLoadBalancer',
      'DeleteTargetGroup',
      'RevokeSecurityGroupIngress',
      'RevokeSecurityGroupIngress',
    ]);
    expect(trial.aws.state.securityGroups.get('sg-nodes')?.ingress).toEqual([]);
  });

  it.each([
    ['nothing', {}, []],
    ['an HTTP health check', { 'healthcheck-protocol': 'HTTP' }, ['ModifyTargetGroup']],
    ['TLS and no policy', { 'ssl-cert': CERTIFICATE }, ['ModifyListener']],
    ['attributes of target groups', { 'target-group-attributes': 'proxy_protocol_v2.enabled=true' }, []],
  ])('with %s is written as often as was seen at every sync', async (_what, annotations, habits) => {
    const trial = await made({ ...NLB, ...(annotations as Record<string, string>) });
    expect((await trial.next()).writes).toEqual([]);
    expect(await trial.sync()).toEqual(habits);
  });

  it('with a managed group is made by eight writes and deleted by four more', async () => {
    const trial = new Trial(NLB);
    expect(await trial.sync(true)).toHaveLength(8);
    expect(await trial.sync(true)).toEqual([]);
    expect(await trial.delete(true)).toHaveLength(5);
  });

  it('gets and loses a node by one write', async () => {
    const trial = await made(NLB);
    trial.nodes = [...trial.nodes, nodeOf('i-node-4')];
    expect(await trial.sync()).toEqual(['RegisterTargets']);
    trial.nodes = trial.nodes.slice(1);
    expect(await trial.sync()).toEqual(['DeregisterTargets']);
  });

  it.each([
    ['tags', { 'additional-resource-tags': 'a=b' }],
    ['subnets', { subnets: 'subnet-public-a' }],
    ['another scheme', { internal: 'true' }],
    ['a timeout', { 'healthcheck-timeout': '5' }],
    ['the unhealthy threshold alone', { 'healthcheck-unhealthy-threshold': '5' }],
  ])('does not follow a change of %s', async (_what, change) => {
    const trial = await made(NLB);
    trial.edit({ ...NLB, ...(change as Record<string, string>) });
    expect(await trial.next()).toEqual({ writes: [], habits: [], refusal: undefined });
  });

  it('is refused another type', async () => {
    const trial = await made(NLB);
    trial.edit({});
    expect((await trial.next()).refusal).toContain('cannot be changed');
  });
});
