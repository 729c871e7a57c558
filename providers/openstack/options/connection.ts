// Options on the way to the cloud. Credentials are never options.
import { choice, option, text } from '../../../src/schema/index.ts';

export const INTERFACES = ['public', 'internal', 'admin'] as const;

const path = () => text({ what: 'the path of a file', max: 4096 });
const name = (what: string) => text({ what, pattern: '^[!-~]+$', max: 255 });

export const connection = {
  cloudConfig: option(path(), {
    key: 'openstack-cloud-config',
    defaultText: 'none',
    example: '/etc/kubernetes/cloud.conf',
    doc: 'The configuration file of openstack-cloud-controller-manager, to be read as it is. A flag and an environment variable of Fairlead count more than the file.',
    since: '0.1.0',
    synonyms: ['cloud-config'],
  }),

  cloudsFile: option(path(), {
    key: 'openstack-clouds-file',
    defaultText: '`OS_CLIENT_CONFIG_FILE`, else the places where OpenStack clients look',
    example: '/etc/openstack/clouds.yaml',
    doc: 'The clouds.yaml with the credentials of `--openstack-cloud`.',
    since: '0.1.0',
    synonyms: ['clouds-file', 'use-clouds', 'OS_CLIENT_CONFIG_FILE'],
  }),

  cloud: option(name('the name of a cloud'), {
    key: 'openstack-cloud',
    defaultText: '`OS_CLOUD`, else none',
    example: 'production',
    doc: 'The cloud of clouds.yaml to work in.',
    since: '0.1.0',
    synonyms: ['cloud', 'OS_CLOUD'],
  }),

  authUrl: option(
    text({ what: 'a URL that starts with https:// or http://', pattern: '^https?://[!-~]+$', max: 2048 }),
    {
      key: 'openstack-auth-url',
      defaultText: '`OS_AUTH_URL`, or what clouds.yaml or the configuration file says',
      example: 'https://keystone.example.com:5000/v3',
      doc: 'Where Keystone is.',
      since: '0.1.0',
      synonyms: ['auth-url', 'OS_AUTH_URL'],
    },
  ),

  region: option(name('the name of a region'), {
    key: 'openstack-region',
    defaultText: '`OS_REGION_NAME`, or what clouds.yaml or the configuration file says, or the only region',
    example: 'RegionOne',
    doc: 'The region to work in.',
    since: '0.1.0',
    synonyms: ['region', 'OS_REGION_NAME'],
  }),

  interface: option(choice(INTERFACES), {
    key: 'openstack-interface',
    defaultText: '`OS_INTERFACE`, or what clouds.yaml or the configuration file says, else `public`',
    example: 'internal',
    doc: 'By which of their endpoints the services of the cloud are reached.',
    since: '0.1.0',
    synonyms: ['os-endpoint-type', 'endpoint-type', 'OS_INTERFACE'],
  }),
} as const;
