// The half of the OpenStack provider that needs no cloud: its tables, its kinds, and compiling. Runs in a browser.
import type { Compiler } from '../../src/provider/provider.ts';
import { type AnnotationValues, annotations } from './annotations.ts';
import { assume } from './assume.ts';
import { compile } from './compile.ts';
import type { Facts } from './facts.ts';
import { imagine } from './imagine.ts';
import { floatingIpKind } from './kinds/floating-ip.ts';
import { healthMonitorKind } from './kinds/health-monitor.ts';
import { listenerKind } from './kinds/listener.ts';
import { loadBalancerKind } from './kinds/load-balancer.ts';
import { membersKind } from './kinds/members.ts';
import { poolKind } from './kinds/pool.ts';
import { securityGroupKind } from './kinds/security-group.ts';
import { operations } from './operations.ts';
import { type OptionValues, options } from './options.ts';

export const openstackCompiler = {
  name: 'openstack',
  classes: ['fairlead.dev/openstack'],
  annotations,
  options,
  // A node's port is open before it gets traffic, and a pool has its members and its monitor before a listener uses it.
  kinds: [securityGroupKind, loadBalancerKind, poolKind, membersKind, healthMonitorKind, listenerKind, floatingIpKind],
  compile,
  imagine,
  assume,
  operations,
} as const satisfies Omit<Compiler<AnnotationValues, Facts, OptionValues>, 'kinds'> & {
  readonly kinds: readonly unknown[];
};
