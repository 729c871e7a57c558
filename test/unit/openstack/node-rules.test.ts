// The security group that opens the nodes' ports.
import { describe, expect, it } from 'vitest';
import type { SecurityGroupSpec } from '../../../providers/openstack/resources.ts';
import type { Port, Request } from '../../../src/provider/request.ts';
import { balancer, type Case, graphOf, id, SUBNET, specsOf } from './sample-facts.ts';

const TCP: Port = { name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 };
const UDP: Port = { name: 'dns', protocol: 'UDP', port: 53, nodePort: 30053 };
const LOCAL: Partial<Request> = { externalTrafficPolicy: 'Local', healthCheckNodePort: 32000 };
const MONITOR = { 'enable-health-monitor': 'true' };

const group = (about: Case) => specsOf<SecurityGroupSpec>(graphOf(about), 'SecurityGroup')[0];

describe('the security group of the nodes', () => {
  const options = { 'manage-security-groups': 'true' };

  it('is left alone unless asked for', () => {
    const graph = graphOf();
    expect(specsOf(graph, 'SecurityGroup')).toEqual([]);
    expect(graph.holds).toEqual(['SecurityGroup']);
  });

  it('opens the node ports to the subnet of the load balancer, on the ports of the nodes', () => {
    expect(group({ options })).toEqual({
      rules: [{ protocol: 'tcp', port: 30080, source: '10.0.0.0/24' }],
      ports: [id('9', 1), id('9', 2), id('9', 3)],
    });
  });

  it('opens the health check node port too, where nodes are asked there', () => {
    expect(group({ options, annotations: MONITOR, request: LOCAL })?.rules).toEqual([
      { protocol: 'tcp', port: 30080, source: '10.0.0.0/24' },
      { protocol: 'tcp', port: 32000, source: '10.0.0.0/24' },
    ]);
  });

  it('has one rule a port and protocol, sorted', () => {
    const ports = [{ ...TCP, port: 443, nodePort: 30999 }, UDP, TCP];
    expect(group({ options, request: { ports } })?.rules.map(({ protocol, port }) => `${protocol} ${port}`)).toEqual([
      'tcp 30080',
      'tcp 30999',
      'udp 30053',
    ]);
  });

  it.each<readonly [string, Case, string]>([
    ['of the members', { annotations: { 'member-subnet-id': id('7') } }, id('7')],
    ['of the load balancer that is there', { facts: { loadBalancers: [balancer({ subnetId: id('7') })] } }, id('7')],
    ['that the load balancer is to be in', { options: { 'subnet-id': id('7') } }, id('7')],
    ['of the nodes', {}, SUBNET],
  ])('opens them to the subnet %s', (_, about, subnet) => {
    const ranges = { [id('7')]: '10.7.0.0/24', [SUBNET]: '10.0.0.0/24' };
    const whole = { ...about, options: { ...options, ...about.options }, facts: { ...about.facts, ranges } };
    expect(group(whole)?.rules[0]?.source).toBe(ranges[subnet]);
  });

  it('opens them to the clients with OVN, which leaves their addresses in place', () => {
    const ovn = { ...options, 'lb-provider': 'ovn', 'lb-method': 'SOURCE_IP_PORT' };
    expect(group({ options: ovn })?.rules).toEqual([{ protocol: 'tcp', port: 30080, source: '0.0.0.0/0' }]);
  });

  it('follows the chosen nodes', () => {
    expect(group({ options, annotations: { 'node-selector': 'pool=edge' } })?.ports).toEqual([id('9', 1), id('9', 2)]);
  });

  it('stays as it is while the range or the ports are not known', () => {
    for (const facts of [{ ranges: {} }, { nodes: {} }]) {
      const graph = graphOf({ options, annotations: { 'subnet-id': SUBNET }, facts });
      expect(graph.holds).toEqual(['SecurityGroup']);
    }
  });
});
