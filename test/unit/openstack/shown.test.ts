// How the result is shown on the Service, and which calls a security group takes.
import { describe, expect, it } from 'vitest';
import {
  changesOf,
  portChanges,
  securityGroupCalls,
  sortedRules,
} from '../../../providers/openstack/kinds/security-group-calls.ts';
import type { NodeRule } from '../../../providers/openstack/resources.ts';
import { ingress, notes } from '../../../providers/openstack/shown.ts';
import { ALLOW, another, balancer, type Case, floatingIp, graphOf, INTERNAL, id, LB } from './sample-facts.ts';

const ID = 'loadbalancer.openstack.org/load-balancer-id';
const ADDRESS = 'loadbalancer.openstack.org/load-balancer-address';
const LB_OUT = [`LoadBalancer/${LB}`, { uuid: id('a'), vipPortId: id('b'), vipAddress: '10.0.0.50' }] as const;
const FIP_OUT = [`FloatingIp/${LB}`, { uuid: id('f'), address: '203.0.113.10' }] as const;
const outputs = new Map<string, object>([LB_OUT, FIP_OUT]);

const PROXY = { 'proxy-protocol': 'v1' };
const NAMED = { 'enable-ingress-hostname': 'true' };

describe('the ingress', () => {
  it.each<readonly [string, Case, object]>([
    ['the floating IP', {}, { ip: '203.0.113.10', ipMode: 'VIP' }],
    ['the VIP of an internal one', { annotations: INTERNAL }, { ip: '10.0.0.50', ipMode: 'VIP' }],
    ['the VIP of one of IPv6', { request: { families: ['IPv6'] } }, { ip: '10.0.0.50', ipMode: 'VIP' }],
    ['never gone round with PROXY', { annotations: PROXY }, { ip: '203.0.113.10', ipMode: 'Proxy' }],
    ['a name', { annotations: { hostname: 'shop.example.com' } }, { hostname: 'shop.example.com' }],
    ['a name that leads to it', { annotations: PROXY, options: NAMED }, { hostname: '203.0.113.10.nip.io' }],
    [
      'such a name with another suffix',
      { annotations: PROXY, options: { ...NAMED, 'ingress-hostname-suffix': 'lb.example.com' } },
      { hostname: '203.0.113.10.lb.example.com' },
    ],
    [
      'the name that the Service says rather than such a one',
      { annotations: { ...PROXY, hostname: 'shop.example.com' }, options: NAMED },
      { hostname: 'shop.example.com' },
    ],
    ['its address without PROXY, whatever the option', { options: NAMED }, { ip: '203.0.113.10', ipMode: 'VIP' }],
  ])('is %s', (_, about, shown) => {
    expect(ingress(graphOf(about), outputs)).toEqual([shown]);
  });

  it('is nothing before there is an address', () => {
    expect(ingress(graphOf(), new Map([LB_OUT]))).toEqual([]);
    expect(ingress(graphOf({ annotations: { hostname: 'shop.example.com' } }), new Map([LB_OUT]))).toEqual([]);
    const unaddressed = new Map([[LB_OUT[0], { ...LB_OUT[1], vipAddress: null }]]);
    expect(ingress(graphOf({ annotations: INTERNAL }), unaddressed)).toEqual([]);
  });

  it('is nothing of a graph that is not compiled', () => {
    expect(ingress({ resources: [], holds: [] }, outputs)).toEqual([]);
    expect(notes({ resources: [], holds: [] }, outputs)).toEqual({});
  });
});

describe('the notes', () => {
  it('are which load balancer it is, and where', () => {
    expect(notes(graphOf(), outputs)).toEqual({ [ID]: id('a'), [ADDRESS]: '203.0.113.10' });
    expect(notes(graphOf({ annotations: INTERNAL }), outputs)).toEqual({ [ID]: id('a'), [ADDRESS]: '10.0.0.50' });
  });

  it('are what is known so far', () => {
    expect(notes(graphOf(), new Map([LB_OUT]))).toEqual({ [ID]: id('a') });
    expect(notes(graphOf(), new Map())).toEqual({});
  });

  it('are of the one that comes, while another goes', () => {
    const facts = { loadBalancers: [balancer()], floatingIps: [floatingIp()] };
    const graph = graphOf({ annotations: { 'flavor-id': id('7'), ...ALLOW }, facts });
    const both = new Map<string, object>([
      ...outputs,
      [`LoadBalancer/${LB}_2`, { uuid: id('a', 2), vipAddress: '10.0.0.51' }],
    ]);
    expect(notes(graph, both)).toEqual({ [ID]: id('a', 2), [ADDRESS]: '203.0.113.10' });
  });

  it('leave what the Service asks for in vain, so that it can still be read', () => {
    const facts = { loadBalancers: [balancer(), another()], floatingIps: [floatingIp()] };
    const graph = graphOf({ annotations: { 'load-balancer-id': id('c') }, facts });
    expect(graph.blocked).toHaveLength(1);
    expect(notes(graph, outputs)).toEqual({ [ADDRESS]: '203.0.113.10' });
  });

  it('change nothing of what is wanted: the Service that has them compiles to the same', () => {
    const facts = { loadBalancers: [balancer()], floatingIps: [floatingIp()] };
    const noted = { 'load-balancer-id': id('a'), 'load-balancer-address': '203.0.113.10' };
    expect(graphOf({ annotations: noted, facts })).toEqual(graphOf({ facts }));
  });
});

const rule = (port: number, source = '10.0.0.0/24', protocol: NodeRule['protocol'] = 'tcp'): NodeRule => ({
  protocol,
  port,
  source,
});

describe('the calls of a security group', () => {
  const want = { rules: [rule(1), rule(2)], ports: ['p1', 'p2'] };

  it('are the group, its rules, and the ports that get it', () => {
    expect(securityGroupCalls({ action: 'create', id: 'g', want })).toEqual([
      'neutron:CreateSecurityGroup',
      'neutron:CreateSecurityGroupRule',
      'neutron:CreateSecurityGroupRule',
      'neutron:ListPorts',
      'neutron:UpdatePort',
      'neutron:UpdatePort',
    ]);
    expect(securityGroupCalls({ action: 'create', id: 'g', want: { ...want, ports: [] } })).not.toContain(
      'neutron:ListPorts',
    );
  });

  it('are only those of what differs', () => {
    const have = { rules: [rule(2), rule(3)], ports: ['p2', 'p3'] };
    const deed = { action: 'update', id: 'g', want, have } as const;
    expect(securityGroupCalls({ ...deed, changed: ['rules'] })).toEqual([
      'neutron:ListSecurityGroups',
      'neutron:CreateSecurityGroupRule',
      'neutron:DeleteSecurityGroupRule',
    ]);
    expect(securityGroupCalls({ ...deed, changed: ['ports'] })).toEqual([
      'neutron:ListPorts',
      'neutron:UpdatePort',
      'neutron:UpdatePort',
    ]);
    expect(securityGroupCalls({ ...deed, changed: [] })).toEqual([]);
  });

  it('take it off the ports before it goes', () => {
    expect(securityGroupCalls({ action: 'delete', id: 'g', have: want })).toEqual([
      'neutron:ListPorts',
      'neutron:UpdatePort',
      'neutron:UpdatePort',
      'neutron:DeleteSecurityGroup',
    ]);
    expect(securityGroupCalls({ action: 'delete', id: 'g', have: undefined })).toEqual([
      'neutron:ListPorts',
      'neutron:DeleteSecurityGroup',
    ]);
  });

  it('come from what comes and what goes', () => {
    expect(changesOf([rule(1), rule(2)], [rule(2), rule(2, '::/0')])).toEqual({
      more: [rule(1)],
      less: ['tcp 00002 ::/0'],
    });
    expect(portChanges(['a', 'b'], ['b', 'c'])).toEqual({ more: ['a'], less: ['c'] });
    expect(sortedRules([rule(443), rule(80), rule(443), rule(80, '10.0.0.0/24', 'sctp')])).toEqual([
      rule(80, '10.0.0.0/24', 'sctp'),
      rule(80),
      rule(443),
    ]);
  });
});
