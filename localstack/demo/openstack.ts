// The demo on OpenStack: load balancers of the real Octavia with addresses of the real Neutron.
import type { Service } from '../../src/kube/types.ts';
import { startStack } from '../../test/stack/stack.ts';
import { type StartDemo, samplesOf } from './demo.ts';
import { cloudLines } from './openstack-view.ts';

const STEM = 'loadbalancer.openstack.org/';
const named = (services: readonly Service[], name: string) => services.find((one) => one.metadata.name === name);
const ingressOf = (one: Service | undefined) => one?.status?.loadBalancer?.ingress?.[0];

export const startDemo: StartDemo = async (log) => {
  const world = await startStack({ nodes: 3, clusterName: 'demo', clouds: ['openstack'], log });
  const { authUrl, proxy, admin, demo, env } = world.openstack;
  const octavia = `${proxy.url}/load-balancer/v2/lbaas`;
  const token = await demo.token();
  return {
    world,
    cloud: 'OpenStack',
    place: `OpenStack at ${authUrl}`,
    cast:
      'five Services: public (floating IP), internal, secure (TLS, source ranges, timeouts), ' +
      'proxy (PROXY v2), broken;\nthen a sixth, shared, that has a port of its own at the load balancer of public',
    acts: [
      () => samplesOf('openstack.yaml', { TLS_REFERENCE: proxy.keyManager.addContainer('shop') }),
      (services) => {
        const id = named(services, 'public')?.metadata.annotations?.[`${STEM}load-balancer-id`] ?? '';
        return samplesOf('openstack-shared.yaml', { LOAD_BALANCER: id });
      },
    ],
    leaving: ['secure', 'proxy'],
    calls: () => ({ all: proxy.calls.length, writes: proxy.count({ write: true }) }),
    forgetCalls: () => proxy.clear(),
    lines: async () => cloudLines(await admin.content(demo.id)),
    judge(services, expect) {
      const address = (name: string) => ingressOf(named(services, name))?.ip ?? '';
      const isFloating = (name: string) => address(name).startsWith('198.18.') || address(name).startsWith('198.19.');
      expect(['public', 'secure', 'proxy'].every(isFloating), 'public, secure and proxy have a floating IP');
      expect(address('internal').startsWith('10.'), 'internal has an address inside');
      expect(ingressOf(named(services, 'proxy'))?.ipMode === 'Proxy', 'proxy is not to be gone round (ipMode Proxy)');
      const isShared = address('shared') !== '' && address('shared') === address('public');
      expect(isShared, 'shared has the address of public');
    },
    complaints: ['"v3"', '"soon"', 'connection-limit'],
    leftovers(lines, gone) {
      const names = gone.map(({ metadata }) => `kube_service_demo_demo_${metadata.name}`);
      return lines.filter((line) => line.includes('unused') || names.some((name) => line.includes(name)));
    },
    env: { ...env, TOKEN: token },
    commands: [
      `curl -sH "X-Auth-Token: $TOKEN" ${octavia}/loadbalancers | python3 -m json.tool`,
      `curl -sH "X-Auth-Token: $TOKEN" ${proxy.url}/network/v2.0/floatingips | python3 -m json.tool`,
      'openstack loadbalancer list   # after pip install python-openstackclient python-octaviaclient',
      'openstack floating ip list',
    ],
  };
};
