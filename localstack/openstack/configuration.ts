// The configuration files of Keystone, Neutron and Octavia: each with its own SQLite file, no message bus, no agents.
import { join } from 'node:path';

/** Name of the one region. */
export const REGION = 'RegionOne';
/** Password of the administrator and of the services' own users. */
export const PASSWORD = 'secret';
/** The physical network that external networks are on. */
export const PHYSICAL_NETWORK = 'public';

/** A file: sections by name, settings by name. */
type Sections = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;

export interface Places {
  /** Folder of the databases, keys and logs. */
  readonly dir: string;
  /** Address of the proxy, which all links in answers lead to. */
  readonly proxyUrl: string;
  /** Address of Keystone and Neutron themselves, for what services ask each other. */
  readonly keystoneUrl: string;
  readonly neutronUrl: string;
  /** Neutron's pipeline of filters, as its package brings it. */
  readonly neutronPipeline: string;
}

export function keystoneConfiguration({ dir }: Pick<Places, 'dir'>): string {
  return text({
    DEFAULT: logs(dir, 'keystone'),
    database: { connection: `sqlite:///${join(dir, 'keystone.db')}` },
    fernet_tokens: { key_repository: join(dir, 'fernet') },
    fernet_receipts: { key_repository: join(dir, 'receipts') },
    credential: { key_repository: join(dir, 'credential') },
    token: { expiration: 86_400 },
    // Passwords of a cloud that lives for minutes: the cheapest hash that bcrypt has.
    identity: { password_hash_rounds: 4 },
    // Without it a request takes hundreds of queries.
    cache: { enabled: true, backend: 'dogpile.cache.memory' },
  });
}

export function neutronConfiguration(places: Places): string {
  const { dir } = places;
  return text({
    DEFAULT: {
      ...logs(dir, 'neutron'),
      core_plugin: 'ml2',
      service_plugins: 'router,tag,port_forwarding,segments',
      auth_strategy: 'keystone',
      api_paste_config: places.neutronPipeline,
      state_path: join(dir, 'neutron'),
      transport_url: 'fake://',
      notify_nova_on_port_status_changes: false,
      notify_nova_on_port_data_changes: false,
      rpc_workers: 0,
    },
    database: { connection: `sqlite:///${join(dir, 'neutron.db')}` },
    oslo_concurrency: { lock_path: join(dir, 'lock') },
    ml2: {
      type_drivers: 'local,flat',
      tenant_network_types: 'local',
      mechanism_drivers: 'logger',
      extension_drivers: 'port_security',
    },
    ml2_type_flat: { flat_networks: PHYSICAL_NETWORK },
    securitygroup: { firewall_driver: 'noop' },
    keystone_authtoken: tokenChecks(places, 'neutron'),
  });
}

export function octaviaConfiguration(places: Places): string {
  const { dir } = places;
  return text({
    DEFAULT: logs(dir, 'octavia'),
    database: { connection: `sqlite:///${join(dir, 'octavia.db')}` },
    api_settings: {
      auth_strategy: 'keystone',
      default_provider_driver: 'sim',
      enabled_provider_drivers: 'sim:settles by itself,amphora:the same,ovn:with the limits of OVN',
    },
    controller_worker: {
      network_driver: 'allowed_address_pairs_driver',
      compute_driver: 'compute_noop_driver',
      amphora_driver: 'amphora_noop_driver',
    },
    certificates: { cert_manager: 'local_cert_manager' },
    neutron: { ...credentials(places, 'octavia'), region_name: REGION, endpoint_override: places.neutronUrl },
    keystone_authtoken: tokenChecks(places, 'octavia'),
    service_auth: { ...credentials(places, 'octavia'), region_name: REGION },
  });
}

function logs(dir: string, service: string) {
  return { log_file: join(dir, `${service}.log`), use_stderr: false };
}

function credentials({ keystoneUrl }: Places, username: string) {
  return {
    auth_url: keystoneUrl,
    auth_type: 'password',
    project_domain_id: 'default',
    user_domain_id: 'default',
    project_name: 'service',
    username,
    password: PASSWORD,
  };
}

function tokenChecks(places: Places, username: string) {
  return {
    ...credentials(places, username),
    www_authenticate_uri: `${places.proxyUrl}/identity`,
    service_token_roles_required: true,
    // Of Keystone's endpoints the one that leads past the proxy.
    interface: 'admin',
  };
}

function text(sections: Sections): string {
  const lines = Object.entries(sections).flatMap(([name, settings]) => [
    `[${name}]`,
    ...Object.entries(settings).map(([key, value]) => `${key} = ${value}`),
  ]);
  return `${lines.join('\n')}\n`;
}
