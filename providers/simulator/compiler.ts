// The half of the simulator that needs no cloud: its tables, its kinds, and compiling. Runs in a browser.
import { annotations } from './annotations.ts';
import { compile } from './compile.ts';
import { Firewall } from './kinds/firewall.ts';
import { Listener } from './kinds/listener.ts';
import { LoadBalancer } from './kinds/load-balancer.ts';
import { Members } from './kinds/members.ts';
import { operations } from './operations.ts';
import { options } from './options.ts';
import { assume, imagine } from './scene.ts';

export const simulatorCompiler = {
  name: 'simulator',
  classes: ['fairlead.dev/simulator'],
  annotations,
  options,
  // The order of creates and updates; deletes go the other way. Nodes are reachable before they get traffic, and
  // they are members before a listener sends them any.
  kinds: [Firewall, LoadBalancer, Members, Listener],
  compile,
  imagine,
  assume,
  operations,
} as const;
