// What each refusal means to the engine, and what is said of it.
import { describe, expect, it, vi } from 'vitest';
import { explain, type Failed, isAbsent, isNeutron } from '../../../../providers/openstack/client/errors.ts';
import { NoAnswer } from '../../../../providers/openstack/client/http.ts';
import { Refusal } from '../../../../providers/openstack/client/refusal.ts';
import { FairleadError } from '../../../../src/engine/errors.ts';

const read: Failed = { service: 'octavia', operation: 'GetPool', method: 'GET' };
const change: Failed = { service: 'octavia', operation: 'UpdatePool', method: 'PUT' };
const make: Failed = { service: 'octavia', operation: 'CreateListener', method: 'POST' };
const fip: Failed = { service: 'neutron', operation: 'CreateFloatingIp', method: 'POST' };
const dropFip: Failed = { service: 'neutron', operation: 'DeleteFloatingIp', method: 'DELETE' };

const octavia = (faultstring = 'said') => ({ faultcode: 'Client', faultstring, debuginfo: null });
const neutron = (type: string, message = 'said') => ({ NeutronError: { type, message, detail: '' } });

function refused(failed: Failed, status: number, body: unknown, headers: Record<string, string> = {}): FairleadError {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return explain(new Refusal({ status, headers, text, requestId: 'req-7' }), failed);
}

describe('a refusal', () => {
  it.each<[Failed, number, unknown, string, string]>([
    [read, 400, octavia(), 'rejected', 'Octavia answered GetPool with 400: said'],
    [read, 404, octavia(), 'not-found', 'Octavia answered GetPool with 404: said'],
    [change, 404, octavia(), 'conflict', 'Octavia answered UpdatePool with 404: said'],
    [change, 409, octavia(), 'conflict', 'Octavia answered UpdatePool with 409: said'],
    [change, 403, octavia(), 'denied', 'Octavia denies UpdatePool (403: said)'],
    [
      make,
      403,
      octavia(),
      'quota',
      "Octavia refuses CreateListener: either a quota of the project is used up, or the user's roles do not allow it (403: said)",
    ],
    [{ ...change, operation: 'UpdateMembers' }, 403, octavia(), 'quota', 'either a quota'],
    [{ ...make, operation: 'CreateLoadBalancer' }, 404, octavia(), 'not-found', '404: said'],
    [make, 404, octavia(), 'conflict', '404: said'],
    [make, 422, octavia(), 'rejected', '422: said'],
    [make, 501, octavia(), 'rejected', '501: said'],
    [make, 500, octavia(), 'unavailable', '500: said'],
    [read, 502, '<html>Bad Gateway</html>', 'unavailable', 'Octavia answered GetPool with 502'],
    [read, 404, '<html>', 'unavailable', 'what answered is not Octavia, or does not know the path'],
    [read, 404, { message: 'x', code: '404 Not Found', title: 'Not Found' }, 'unavailable', 'does not know the path'],
    [fip, 409, neutron('OverQuota'), 'quota', "the project's quota is used up (409 OverQuota: said)"],
    [fip, 400, neutron('ExternalIpAddressExhausted'), 'quota', 'has no free address'],
    [fip, 409, neutron('IpAddressGenerationFailure'), 'quota', 'has no free address'],
    [fip, 409, neutron('FloatingIPPortAlreadyAssociated'), 'conflict', '409 FloatingIPPortAlreadyAssociated: said'],
    [fip, 409, neutron('IpAddressInUse'), 'conflict', '409 IpAddressInUse: said'],
    [fip, 404, neutron('NetworkNotFound'), 'not-found', '404 NetworkNotFound: said'],
    [fip, 404, neutron('ExternalGatewayForFloatingIPNotFound'), 'rejected', 'said'],
    [fip, 404, neutron('PortNotFound'), 'conflict', '404 PortNotFound: said'],
    [
      fip,
      403,
      neutron('PolicyNotAuthorized'),
      'denied',
      'Neutron denies CreateFloatingIp (403 PolicyNotAuthorized: said)',
    ],
    [fip, 412, neutron('HTTPPreconditionFailed'), 'conflict', '412'],
    [dropFip, 404, neutron('FloatingIPNotFound'), 'conflict', '404 FloatingIPNotFound: said'],
    [{ ...dropFip, operation: 'DeleteSecurityGroup' }, 409, neutron('SecurityGroupInUse'), 'in-use', 'said'],
    [fip, 409, neutron('constructor'), 'conflict', '409 constructor: said'],
    [
      { ...read, service: 'barbican' },
      404,
      { code: 404, title: 'Not Found', description: 'said' },
      'not-found',
      'said',
    ],
    [{ ...read, service: 'keystone' }, 500, { error: { code: 500, message: 'said' } }, 'unavailable', 'said'],
    [read, 301, '', 'rejected', 'it answered with a redirect, which is not followed (301)'],
  ])('%j %i %j is %s', (failed, status, body, code, message) => {
    const error = refused(failed, status, body);
    expect(error).toMatchObject({ code, requestId: 'req-7' });
    expect(error.message).toContain(message);
  });

  it.each([413, 429])('of status %i asks for fewer calls, and says from when on', (status) => {
    expect(refused(read, status, octavia(), { 'retry-after': '7' })).toMatchObject({
      code: 'throttled',
      retryAfterMs: 7000,
    });
    expect(refused(read, status, octavia()).retryAfterMs).toBeUndefined();
  });

  it('may say when by a date', () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1), toFake: ['Date'] });
    try {
      const headers = { 'retry-after': new Date(Date.UTC(2026, 0, 1, 0, 0, 9)).toUTCString() };
      expect(refused(read, 503, '', headers)).toMatchObject({ code: 'unavailable', retryAfterMs: 9000 });
      expect(refused(read, 503, '', { 'retry-after': 'soon' }).retryAfterMs).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });

  it('is told on one line, and not at any length', () => {
    const { message } = refused(read, 400, octavia(`one\n\n  two\u202E ${'x'.repeat(10_000)}`));
    expect(message).toMatch(/^Octavia answered GetPool with 400: one two\\u\{202E\} x+…$/);
    expect(message.length).toBeLessThan(400);
  });

  it.each(['null', '[]', '7', '"text"', '{"NeutronError":"text"}', '{"error":{"message":7}}', '{"faultstring":{}}'])(
    'with the body %s is one too',
    (body) => {
      for (const service of ['octavia', 'neutron', 'barbican', 'keystone'] as const) {
        expect(refused({ ...read, service }, 409, body)).toMatchObject({ code: 'conflict', cloudCode: '409' });
      }
    },
  );

  it('has a code for those who ask', () => {
    const error = refused(fip, 400, neutron('ExternalIpAddressExhausted'));
    expect(isNeutron(error, 'OverQuota', 'ExternalIpAddressExhausted')).toBe(true);
    expect(isNeutron(error, 'OverQuota')).toBe(false);
  });
});

describe('absence', () => {
  it.each<[boolean, Failed, number, unknown]>([
    [true, read, 404, octavia()],
    [true, { ...read, method: 'DELETE' }, 404, octavia()],
    [true, dropFip, 404, neutron('FloatingIPNotFound')],
    // It may be what the body names that is gone.
    [false, change, 404, octavia()],
    [false, make, 404, octavia()],
    [false, fip, 404, neutron('PortNotFound')],
    // A proxy's.
    [false, read, 404, '<html>'],
    [false, dropFip, 404, { message: 'x', code: '404 Not Found', title: 'Not Found' }],
    [false, read, 409, octavia()],
    [false, read, 410, octavia()],
  ])('is %s for %j %i %j', (absent, failed, status, body) => {
    expect(isAbsent(refused(failed, status, body))).toBe(absent);
  });

  it('is nothing that somebody else threw', () => {
    expect(isAbsent(new FairleadError('not-found', 'x'))).toBe(false);
    expect(isAbsent(undefined)).toBe(false);
  });
});

describe('what is no refusal', () => {
  it('is a failure of the network', () => {
    expect(explain(new NoAnswer('cut', { requestId: 'req-8' }), make)).toMatchObject({
      code: 'network',
      requestId: 'req-8',
      message: 'Octavia gave no usable answer to CreateListener (cut)',
    });
    expect(explain('odd', make)).toMatchObject({ code: 'network' });
  });

  it('stays what it is where it was explained already', () => {
    const error = new FairleadError('stopped', 'x');
    expect(explain(error, make)).toBe(error);
  });
});
