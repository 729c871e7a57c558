// Where a new load balancer has its address, and what else it is made with.
import { describe, expect, it } from 'vitest';
import { balancer, type Case, compiled, graphOf, INTERNAL, id, SUBNET } from './sample-facts.ts';

const refusal = (about: Case) => {
  const { graph, said } = compiled(about);
  expect(graph).toBeUndefined();
  return said;
};

describe('where the load balancer has its address', () => {
  const lb = (about: Case) => graphOf(about).resources[0]?.spec;
  const nowhere = { portId: null, subnetId: null, networkId: null, address: null };

  it.each<readonly [Case, object]>([
    [{}, { subnetId: SUBNET }],
    [{ annotations: { 'subnet-id': id('7') } }, { subnetId: id('7') }],
    [{ annotations: { 'network-id': id('7') } }, { networkId: id('7') }],
    [{ annotations: { 'port-id': id('7') } }, { portId: id('7') }],
    [{ options: { 'subnet-id': id('7') } }, { subnetId: id('7') }],
    [{ annotations: { 'network-id': id('8') }, options: { 'subnet-id': id('7') } }, { networkId: id('8') }],
    [
      { annotations: INTERNAL, request: { loadBalancerIP: '10.0.0.77' } },
      { subnetId: SUBNET, address: '10.0.0.77' },
    ],
  ])('%j', (about, where) => {
    expect(lb(about)).toMatchObject({ ...nowhere, ...where });
  });

  it('is beside the first node whose subnet is known', () => {
    const nodes = { 'node-1': { subnetId: null, portId: null }, 'node-2': { subnetId: id('7'), portId: id('9') } };
    expect(lb({ facts: { nodes } })).toMatchObject({ subnetId: id('7') });
  });

  it.each<readonly [Case, RegExp]>([
    [{ nodes: [] }, /subnet-id is missing, and there is no node whose subnet could be taken/],
    [{ facts: { nodes: {} } }, /subnet-id is missing, and Neutron shows no port with the IPv4 address of any node/],
  ])('has to be said where no node tells: %#', (about, why) => {
    expect(refusal(about)).toEqual([expect.stringMatching(why)]);
  });

  it('is asked no more once it is there', () => {
    const facts = { loadBalancers: [balancer()], nodes: {} };
    expect(lb({ facts, options: { 'flavor-id': id('7') } })).toMatchObject({
      ...nowhere,
      flavorId: null,
      provider: null,
    });
  });

  it('comes with flavor, zone and driver when it is new', () => {
    const annotations = { 'flavor-id': id('7'), 'availability-zone': 'az1' };
    expect(lb({ annotations, options: { 'lb-provider': 'octavia' } })).toMatchObject({
      flavorId: id('7'),
      zone: 'az1',
      provider: 'octavia',
      madeBy: 'controller',
      made: 'whole',
    });
  });

  it('is made step by step where the option says so', () => {
    expect(lb({ options: { 'provider-requires-serial-api-calls': 'true' } })).toMatchObject({ made: 'step by step' });
  });
});
