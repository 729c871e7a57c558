// An answer that is no success, read as far as each service's form of errors goes. It knows the forms, not what they mean.
import type { Answer } from './http.ts';
import type { ServiceName } from './services.ts';

/** What an OpenStack service (or something before it) answered instead of a success. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor({ status, headers, text, requestId }: Answer) {
    super(`HTTP ${status}`);
    this.name = 'Refusal';
    this.status = status;
    this.requestId = requestId;
    this.retryAfterMs = retryAfter(headers['retry-after']);
    // Not enumerable: what it says goes through `complaintOf`, and nowhere else.
    Object.defineProperty(this, 'body', { value: parsed(text), enumerable: false });
  }
}

/** What a service says of its error. */
export interface Complaint {
  readonly text: string;
  /** Neutron's name of the error: `OverQuota`. The others have none. */
  readonly type?: string;
  /** True if it has the form of this service's own errors: not of a proxy's, or of a path that it does not know. */
  readonly own: boolean;
}

export function complaintOf(service: ServiceName, { body }: Refusal): Complaint {
  const all = Object(body) as Readonly<Record<string, unknown>>;
  const anyText = textOf(all.message, all.description, all.faultstring, Object(all.error).message, all.error);
  switch (service) {
    case 'octavia':
      return { text: anyText, own: typeof all.faultcode === 'string' };
    case 'neutron': {
      const said = all.NeutronError;
      const { type, message, detail } = Object(said) as Readonly<Record<string, unknown>>;
      if (typeof type === 'string') return { text: textOf(message, detail), type, own: true };
      return { text: textOf(said) || anyText, own: false };
    }
    case 'barbican':
      return { text: anyText, own: typeof all.code === 'number' && typeof all.title === 'string' };
    case 'keystone':
      return { text: anyText, own: typeof Object(all.error).code === 'number' };
  }
}

function textOf(...values: readonly unknown[]): string {
  return values.find((one): one is string => typeof one === 'string' && one.trim() !== '')?.trim() ?? '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's page: the status says enough
  }
}

/** The header's seconds or date as milliseconds from now. */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return ms > 0 ? ms : undefined;
}
