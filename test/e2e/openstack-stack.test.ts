// The OpenStack that other tests work against: the real services, the driver behind Octavia, and the proxy in front.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Project } from '../../localstack/openstack/projects.ts';
import { type OpenStackStack, startOpenStack } from '../../localstack/openstack/start.ts';
import { type LoadBalancer, OpenStackHand } from '../openstack/hand.ts';

let stack: OpenStackStack;
let project: Project;
let hand: OpenStackHand;
let count = 0;

beforeAll(async () => {
  stack = await startOpenStack({ log: console.error, settleMs: 0, nodes: 2 });
}, 900_000);

afterAll(() => stack?.stop());

beforeEach(async () => {
  project = await stack.makeProject(`test-${count++}`);
  hand = new OpenStackHand(stack, project);
  stack.proxy.clear();
});

afterEach(async () => {
  stack.proxy.clearFaults();
  await stack.control.reset();
  await stack.control.setSettleMs(0);
});

const settled = (id: string) =>
  expect.poll(async () => (await hand.loadBalancer(id)).provisioning_status, { interval: 20, timeout: 20_000 });

describe('the services', () => {
  it('list themselves in the catalog with the address of the proxy', async () => {
    const { token } = await hand.logIn();
    const services = token.catalog.map(({ type, endpoints }) => [
      type,
      endpoints.find((endpoint) => endpoint.interface === 'public')?.url,
    ]);
    expect(Object.fromEntries(services)).toEqual({
      identity: `${stack.proxy.url}/identity/v3`,
      network: `${stack.proxy.url}/network`,
      'load-balancer': `${stack.proxy.url}/load-balancer`,
      'key-manager': `${stack.proxy.url}/key-manager`,
    });
    expect(token.roles.map(({ name }) => name).sort()).toEqual(['load-balancer_member', 'member', 'reader']);
  });

  it('take an application credential', async () => {
    const env = await project.applicationCredential();
    const { token } = await hand.logIn(env);
    expect(token.project.id).toBe(project.id);
  });

  it('make a load balancer with all in it in one call, with a port and a floating address', async () => {
    const made = await hand.create({ name: 'whole' });
    expect(made).toMatchObject({ provisioning_status: 'PENDING_CREATE', listeners: [{ protocol_port: 80 }] });
    await settled(made.id).toBe('ACTIVE');
    const address = { floating_network_id: stack.fixtures.externalNetworkId, port_id: made.vip_port_id };
    const { status } = await hand.send('POST', 'network', '/v2.0/floatingips', { floatingip: address });
    expect(status).toBe(201);
    const content = await stack.admin.content(project.id);
    expect(content).toMatchObject({
      loadBalancers: [{ name: 'whole', vip_address: made.vip_address }],
      listeners: [{ provisioning_status: 'ACTIVE' }],
      pools: [{ lb_algorithm: 'ROUND_ROBIN' }],
      healthMonitors: [{ type: 'TCP' }],
      floatingIps: [{ fixed_ip_address: made.vip_address }],
    });
    expect(content.members.map(({ address: ip }) => ip).sort()).toEqual(
      stack.fixtures.nodes.map(({ ip }) => ip).sort(),
    );
  });

  it('remove a load balancer with its children and its port', async () => {
    const { id, vip_port_id } = await hand.create({ name: 'gone' });
    expect((await hand.send('DELETE', 'load-balancer', `/v2/lbaas/loadbalancers/${id}`)).status).toBe(400);
    expect((await hand.send('DELETE', 'load-balancer', `/v2/lbaas/loadbalancers/${id}?cascade=true`)).status).toBe(204);
    expect((await hand.send('GET', 'load-balancer', `/v2/lbaas/loadbalancers/${id}`)).status).toBe(404);
    expect((await stack.admin.send('GET', 'network', `/v2.0/ports/${vip_port_id}`)).status).toBe(404);
    const { loadBalancers, listeners, pools, members, healthMonitors } = await stack.admin.content(project.id);
    expect([loadBalancers, listeners, pools, members, healthMonitors]).toEqual([[], [], [], [], []]);
  });

  it('count what is there against the quota, and no more', async () => {
    const quota = { quota: { load_balancer: 1 } };
    await stack.admin.call('PUT', 'load-balancer', `/v2/lbaas/quotas/${project.id}`, quota);
    const { id } = await hand.create({ name: 'one' });
    await expect(hand.create({ name: 'two' })).rejects.toThrow(/403/);
    await hand.send('DELETE', 'load-balancer', `/v2/lbaas/loadbalancers/${id}?cascade=true`);
    await hand.create({ name: 'three' });
  });

  it('keep projects apart, and show the shared network to all', async () => {
    await hand.create({ name: 'mine' });
    const other = new OpenStackHand(stack, await stack.makeProject(`other-${count++}`));
    const seen = await other.send<{ loadbalancers: LoadBalancer[] }>('GET', 'load-balancer', '/v2/lbaas/loadbalancers');
    expect(seen.body.loadbalancers).toEqual([]);
    await other.create({ name: 'mine' });
  });

  it('lead to the proxy in all links', async () => {
    for (const name of ['one', 'two']) await hand.create({ name });
    interface Page {
      readonly [list: string]: readonly { readonly href: string }[];
    }
    const balancers = await hand.send<Page>('GET', 'load-balancer', '/v2/lbaas/loadbalancers?limit=1');
    const subnets = await hand.send<Page>('GET', 'network', '/v2.0/subnets?limit=1');
    const next = [balancers.body.loadbalancers_links?.[0]?.href, subnets.body.subnets_links?.[0]?.href];
    expect(next[0]).toMatch(`${stack.proxy.url}/load-balancer/v2/lbaas/loadbalancers?limit=1&marker=`);
    expect(next[1]).toMatch(`${stack.proxy.url}/network/v2.0/subnets?limit=1&marker=`);
    const versions = await hand.send<{ versions: { links: { href: string }[] }[] }>('GET', 'load-balancer', '/');
    expect(versions.body.versions.at(-1)?.links[0]?.href).toBe(`${stack.proxy.url}/load-balancer/v2`);
  });

  it('take a flavor, an availability zone and the limits of a provider', async () => {
    const { flavorId, availabilityZone } = stack.fixtures;
    const placed = await hand.create({ name: 'placed', flavor_id: flavorId, availability_zone: availabilityZone });
    await settled(placed.id).toBe('ACTIVE');
    await expect(hand.create({ name: 'ovn', provider: 'ovn' })).rejects.toThrow(/501.*ROUND_ROBIN/);
    await hand.create({ name: 'amphora', provider: 'amphora' });
  });

  it('take only certificates that the key manager knows', async () => {
    const { id } = await hand.create({ name: 'tls' });
    const reference = stack.proxy.keyManager.addContainer('example');
    const listener = (port: number, default_tls_container_ref: string) =>
      hand.send('POST', 'load-balancer', '/v2/lbaas/listeners', {
        listener: { loadbalancer_id: id, protocol: 'TERMINATED_HTTPS', protocol_port: port, default_tls_container_ref },
      });
    expect((await listener(443, reference)).status).toBe(201);
    await stack.proxy.keyManager.remove(reference);
    expect((await listener(444, reference)).status).toBe(400);
    const path = reference.slice(`${stack.proxy.url}/key-manager`.length);
    expect((await hand.send('GET', 'key-manager', path)).status).toBe(404);
  });
});

describe('the driver', () => {
  it('lets an object be pending for a while, and refuse writes meanwhile', async () => {
    await stack.control.setSettleMs(300);
    const { id } = await hand.create({ name: 'slow' });
    expect((await hand.rename(id, 'early')).status).toBe(409);
    await settled(id).toBe('ACTIVE');
  });

  it('holds objects until it is told', async () => {
    await stack.control.hold();
    const { id } = await hand.create({ name: 'held' });
    expect(await stack.control.pending()).toBe(1);
    expect((await hand.rename(id, 'early')).status).toBe(409);
    await stack.control.release();
    expect((await hand.loadBalancer(id)).provisioning_status).toBe('ACTIVE');
    expect((await hand.rename(id, 'late')).status).toBe(200);
  });

  it('ends a load balancer in ERROR, once, by its name', async () => {
    await stack.control.failNext(/^bad/);
    const good = await hand.create({ name: 'good' });
    const bad = await hand.create({ name: 'bad-one' });
    const again = await hand.create({ name: 'bad-two' });
    const states = [good, bad, again].map(async ({ id }) => (await hand.loadBalancer(id)).provisioning_status);
    expect(await Promise.all(states)).toEqual(['ACTIVE', 'ERROR', 'ACTIVE']);
  });

  it('ends one child in ERROR', async () => {
    await stack.control.failNext({ kind: 'pool' });
    const { id } = await hand.create({ name: 'half' });
    expect((await hand.loadBalancer(id)).provisioning_status).toBe('ACTIVE');
    const { pools, listeners } = await stack.admin.content(project.id);
    expect([pools[0]?.provisioning_status, listeners[0]?.provisioning_status]).toEqual(['ERROR', 'ACTIVE']);
  });

  it('puts a load balancer into any state', async () => {
    const { id } = await hand.create({ name: 'broken' });
    await stack.control.setStatus(id, 'ERROR', 'DEGRADED');
    expect(await hand.loadBalancer(id)).toMatchObject({ provisioning_status: 'ERROR', operating_status: 'DEGRADED' });
  });
});

describe('the proxy', () => {
  it('records calls with their project, body and status', async () => {
    const { id } = await hand.create({ name: 'seen' });
    await hand.loadBalancer(id);
    const { calls } = stack.proxy;
    expect(calls.map(({ operation, write, status }) => [operation, write, status])).toEqual([
      ['POST auth/tokens', false, 201],
      ['POST loadbalancers', true, 201],
      ['GET loadbalancers/*', false, 200],
    ]);
    expect(calls[1]).toMatchObject({ service: 'load-balancer', project: project.id, path: '/v2/lbaas/loadbalancers' });
    expect(calls[1]?.body).toMatchObject({ loadbalancer: { name: 'seen' } });
    expect(JSON.stringify(calls[0])).not.toContain(project.env.OS_PASSWORD);
    stack.proxy.clear();
    expect(stack.proxy.count({})).toBe(0);
  });

  it.each([429, 503, 500, 409])('answers %d without passing on', async (status) => {
    const fault = stack.proxy.fault({
      ...{
        operation: 'POST loadbalancers',
        times: 1,
        phase: 'before',
        effect: { status, headers: { 'retry-after': '7' } },
      },
    });
    await expect(hand.create({ name: 'once' })).rejects.toThrow(String(status));
    expect((await stack.admin.content(project.id)).loadBalancers).toEqual([]);
    await hand.create({ name: 'once' });
    expect(fault.hits).toBe(1);
  });

  it('loses the answer of a call that took effect, or the call', async () => {
    const lost = (phase: 'before' | 'after') =>
      stack.proxy.fault({ operation: 'POST loadbalancers', times: 1, phase, effect: 'reset' });
    lost('before');
    await expect(hand.create({ name: 'dropped' })).rejects.toThrow('fetch failed');
    lost('after');
    await expect(hand.create({ name: 'done' })).rejects.toThrow('fetch failed');
    expect((await stack.admin.content(project.id)).loadBalancers).toMatchObject([{ name: 'done' }]);
    expect(stack.proxy.find({ operation: 'POST loadbalancers' }).map(({ status }) => status)).toEqual([0, 0]);
  });

  it('never answers', async () => {
    stack.proxy.fault({ operation: 'GET loadbalancers', phase: 'after', effect: 'hang' });
    await hand.logIn();
    const asked = hand.send('GET', 'load-balancer', '/v2/lbaas/loadbalancers', undefined, AbortSignal.timeout(300));
    await expect(asked).rejects.toThrow(/timeout/);
  });

  it('asks a function about each call', async () => {
    const fault = stack.proxy.intercept(({ method, body }) =>
      method === 'POST' && JSON.stringify(body).includes('"unlucky"')
        ? { phase: 'before', effect: { status: 503 } }
        : undefined,
    );
    await expect(hand.create({ name: 'unlucky' })).rejects.toThrow('503');
    await hand.create({ name: 'lucky' });
    fault.remove();
    await hand.create({ name: 'unlucky' });
  });

  it('ends a token: 401 until there is a new one', async () => {
    await hand.create({ name: 'first' });
    const fault = stack.proxy.fault({ operation: 'GET loadbalancers', times: 1, phase: 'before', effect: 'expire' });
    const list = () => hand.send('GET', 'load-balancer', '/v2/lbaas/loadbalancers');
    expect([(await list()).status, (await list()).status]).toEqual([401, 401]);
    expect((await hand.send('GET', 'network', '/v2.0/ports')).status).toBe(401);
    await hand.logIn();
    expect([(await list()).status, fault.hits]).toEqual([200, 1]);
    stack.proxy.expireTokens(project.id);
    expect((await list()).status).toBe(401);
  });
});

describe('its end', () => {
  it('comes with that of its parent, however that dies', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fairlead-parent-'));
    const start = new URL('../../localstack/openstack/start.ts', import.meta.url);
    const program = `import { startOpenStack } from '${start}';
      await startOpenStack({ log: () => {}, nodes: 0 }); console.log('ready'); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: folder },
    });
    await new Promise((resolve) => createInterface({ input: parent.stdout }).once('line', resolve));
    expect(await readdir(folder)).toHaveLength(1);
    parent.kill('SIGKILL');
    // The services themselves remove it, as the last thing they do.
    await expect.poll(() => readdir(folder), { interval: 50, timeout: 20_000 }).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it('leaves no process and no folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fairlead-stop-'));
    vi.stubEnv('TMPDIR', folder);
    const second = await startOpenStack({ log: () => {}, nodes: 0 }).finally(() => vi.unstubAllEnvs());
    expect(await readdir(folder)).toHaveLength(1);
    await second.stop();
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
    await expect(fetch(second.authUrl)).rejects.toThrow();
  });
});
