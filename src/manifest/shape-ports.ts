// The ports of a Service out of its tree.
import type { ServicePort } from '../kube/types.ts';
import { QUALIFIED_NAME, QUALIFIED_TEXT } from './shape-labels.ts';
import type { Path, Spot, Taker } from './take.ts';

const FIELDS = ['name', 'protocol', 'port', 'targetPort', 'nodePort', 'appProtocol'];
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const NAME_TEXT = 'at most 63 lower-case letters, digits and hyphens, with no hyphen at either end';
/** The name of a container's port: at least one letter, no two hyphens in a row. */
const TARGET = /^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

interface Taken {
  readonly path: Path;
  readonly port: ServicePort;
}

/** Ports that are ill-shaped are left out. */
export function portsOf(taker: Taker, spot: Spot): readonly ServicePort[] | undefined {
  const items = taker.list(spot, 'a list of ports');
  if (!items) return undefined;
  const taken = items.flatMap((item) => {
    const port = portOf(taker, item, items.length > 1);
    return port ? [{ path: item.path, port }] : [];
  });
  checkUnique(taker, taken);
  return taken.map(({ port }) => port);
}

function portOf(taker: Taker, spot: Spot, needsName: boolean): ServicePort | undefined {
  if (!taker.map(spot, 'a map with at least a port')) return undefined;
  taker.known(spot, FIELDS);
  const at = (field: string) => taker.at(spot, field);
  const number = at('port');
  if (!number.tree) taker.missing(number.path, 'a whole number from 1 to 65535');
  const port = taker.integer(number, 1, 65535);
  const called = taker.given(spot, 'name');
  if (needsName && !called.tree) taker.missing(called.path, 'a name for each port where there are several');
  const name = taker.matching(called, NAME, 63, NAME_TEXT);
  const spoken = taker.given(spot, 'protocol');
  const protocol = taker.choice(spoken, ['TCP', 'UDP', 'SCTP']);
  const nodePort = taker.integer(at('nodePort'), 0, 65535);
  const targetPort = targetOf(taker, taker.given(spot, 'targetPort'));
  const appProtocol = taker.matching(at('appProtocol'), QUALIFIED_NAME, 317, QUALIFIED_TEXT);
  if (port === undefined || (protocol === undefined && spoken.tree)) return undefined;
  return {
    port,
    ...(name !== undefined && { name }),
    ...(protocol !== undefined && { protocol }),
    ...(nodePort !== undefined && nodePort !== 0 && { nodePort }),
    ...(targetPort !== undefined && { targetPort }),
    ...(appProtocol !== undefined && { appProtocol }),
  };
}

function targetOf(taker: Taker, spot: Spot): number | string | undefined {
  const { tree } = spot;
  if (tree?.form !== 'scalar' || typeof tree.value !== 'string') {
    // 0 is as if it were not there.
    return taker.integer(spot, 0, 65535) || undefined;
  }
  const expected = 'a number, or the name of a port: at most 15 lower-case letters, digits and hyphens';
  if (!/^[0-9]+$/.test(tree.value)) return taker.matching(spot, TARGET, 15, expected);
  taker.fault(spot.path, tree.value, {
    because: 'is text',
    expected: 'a whole number from 1 to 65535, without quotes',
  });
  return undefined;
}

/** The API server tells ports apart by protocol and number, node ports too, and all by name. */
function checkUnique(taker: Taker, taken: readonly Taken[]): void {
  const seen = new Map<string, Path>();
  for (const { path, port } of taken) {
    const { protocol = 'TCP', name, nodePort } = port;
    const marks = [
      { mark: `port ${protocol} ${port.port}`, field: 'port', value: `${port.port}`, unique: 'for each protocol' },
      ...(name === undefined ? [] : [{ mark: `name ${name}`, field: 'name', value: name, unique: 'in the Service' }]),
      ...(nodePort === undefined
        ? []
        : [
            {
              mark: `node ${protocol} ${nodePort}`,
              field: 'nodePort',
              value: `${nodePort}`,
              unique: 'for each protocol',
            },
          ]),
    ];
    for (const { mark, field, value, unique } of marks) {
      const before = seen.get(mark);
      if (!before) seen.set(mark, path);
      else {
        const because = `spec.ports[${before.at(-1)}] has too`;
        taker.fault([...path, field], value, { code: 'duplicate', because, expected: `each ${field} once ${unique}` });
      }
    }
  }
}
