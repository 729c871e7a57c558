// Errors in the form that each service gives them, for those that the proxy makes up.
import { STATUS_CODES } from 'node:http';
import type { Answer } from '../proxy-answer.ts';
import type { Call } from './proxy-call.ts';

/** An answer with a JSON body. */
export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** The service's own form of an error. 401 is the same for all: it comes from Keystone's filter before them. */
export function refusal({ service }: Pick<Call, 'service'>, status: number): Answer {
  const title = STATUS_CODES[status] ?? 'Error';
  const message = `${title}, as the test asked for`;
  if (status === 401) {
    const error = { code: status, title, message: 'The request you have made requires authentication.' };
    return jsonAnswer(status, { error }, { 'www-authenticate': 'Keystone uri="/identity"' });
  }
  switch (service) {
    case 'network':
      return jsonAnswer(status, { NeutronError: { type: title.replaceAll(' ', ''), message, detail: '' } });
    case 'load-balancer': {
      const faultcode = status < 500 ? 'Client' : 'Server';
      return jsonAnswer(status, { faultcode, faultstring: message, debuginfo: null });
    }
    case 'key-manager':
      return jsonAnswer(status, { code: status, title, description: message });
    default:
      return jsonAnswer(status, { error: { code: status, title, message } });
  }
}
