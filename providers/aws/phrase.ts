// Words for what specs hold much of: rules, listeners, addresses. For plans that people read. Pure.
import { unknownText } from '../../src/engine/graph.ts';
import type { Address, ClassicListener, Rule } from './resources.ts';

/** Of a value of a field, or of one item of a list; undefined: it speaks for itself. */
export function phrase(_kind: string, field: string, value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (field === 'rules' && 'fromPort' in value) return ruleWords(value as Rule);
  if (field === 'listeners' && 'instancePort' in value) return listenerWords(value as ClassicListener);
  if (field === 'addresses' && 'allocationId' in value) return addressWords(value as Address);
  return undefined;
}

function ruleWords({ protocol, fromPort, toPort, source, description }: Rule): string {
  const ports = fromPort === toPort ? `${fromPort}` : `${fromPort}-${toPort}`;
  const what =
    protocol === '-1'
      ? 'all traffic'
      : protocol === 'icmp'
        ? `icmp type ${fromPort} code ${toPort}`
        : fromPort < 0
          ? `protocol ${protocol}`
          : `${protocol} ${ports}`;
  return `${what} from ${unknownText(source) ?? source}${description === '' ? '' : ` (${description})`}`;
}

function listenerWords(listener: ClassicListener): string {
  const { protocol, instancePort, instanceProtocol, certificate, sslPolicy } = listener;
  const tls = [certificate, sslPolicy].filter((one) => one !== null).join(', ');
  return `${protocol} to port ${instancePort} (${instanceProtocol}) of the nodes${tls === '' ? '' : `, ${tls}`}`;
}

function addressWords({ allocationId, privateIPv4Address }: Address): string | undefined {
  return allocationId ?? privateIPv4Address ?? undefined;
}
