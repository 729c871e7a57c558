// Addresses and networks: what is read, what is refused and why, and that the canonical form is one form.
import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv4, parseCidr } from '../../../src/schema/cidr.ts';

const fault = (text: string) => {
  const read = parseCidr(text);
  return read.ok ? undefined : read.faults[0];
};
const canonical = (text: string) => {
  const read = parseCidr(text);
  return read.ok ? read.value : read;
};

describe('parseCidr', () => {
  it.each([
    ['0.0.0.0/0', '0.0.0.0/0', 4],
    ['10.0.0.0/8', '10.0.0.0/8', 4],
    ['192.0.2.1/32', '192.0.2.1/32', 4],
    ['255.255.255.255/32', '255.255.255.255/32', 4],
    ['::/0', '::/0', 6],
    ['2001:DB8::/32', '2001:db8::/32', 6],
    ['2001:db8:0:0:1:0:0:0/80', '2001:db8:0:0:1::/80', 6],
    ['2001:db8:0:1:0:0:0:1/128', '2001:db8:0:1::1/128', 6],
    ['0:0:0:0:0:0:0:1/128', '::1/128', 6],
    ['1:2:3:4:5:6:7::/128', '1:2:3:4:5:6:7:0/128', 6],
    ['::ffff:192.0.2.0/120', '::ffff:c000:200/120', 6],
    ['64:ff9b::192.0.2.0/120', '64:ff9b::c000:200/120', 6],
  ])('reads %s as %s', (text, expected, family) => {
    expect(canonical(text)).toEqual({ text: expected, family });
  });

  it.each([
    ['10.0.0.1/8', '10.0.0.0/8'],
    ['192.168.1.77/24', '192.168.1.0/24'],
    ['1.2.3.4/0', '0.0.0.0/0'],
    ['2001:db8::1/32', '2001:db8::/32'],
    ['10.0.0.1', '10.0.0.1/32'],
    ['2001:DB8::1', '2001:db8::1/128'],
  ])('refuses %s and names %s', (text, suggestion) => {
    expect(fault(text)).toMatchObject({ suggestion });
  });

  it.each([
    ['0.0.0.0.0/0', 'four numbers'],
    ['010.0.0.0/8', 'octal'],
    ['10.00.0.0/8', 'octal'],
    ['256.0.0.0/8', 'over 255'],
    ['1e1.0.0.0/8', 'four numbers'],
    ['0x7f.0.0.1/32', 'four numbers'],
    ['10.0.0/8', 'four numbers'],
    ['10.0.0.0/33', 'from 0 to 32'],
    ['10.0.0.0/08', 'from 0 to 32'],
    ['10.0.0.0/+8', 'from 0 to 32'],
    ['10.0.0.0/-1', 'from 0 to 32'],
    ['10.0.0.0/', 'from 0 to 32'],
    ['10.0.0.0/8/8', 'from 0 to 32'],
    ['10.0.0.0/255.0.0.0', 'from 0 to 32'],
    ['::/129', 'from 0 to 128'],
    ['fe80::1%eth0/64', 'zone'],
    ['1::2::3/64', 'IPv6'],
    [':1:2:3:4:5:6:7/64', 'IPv6'],
    ['1:2:3:4:5:6:7:8:9/64', 'IPv6'],
    ['1:2:3:4:5:6:7::8:9/64', 'IPv6'],
    ['1:2:3:4::5:6:7:8/64', 'IPv6'],
    ['12345::/16', 'IPv6'],
    ['1.2.3.4::/16', 'IPv6'],
    ['::ffff:1.2.3.04/128', 'IPv6'],
    ['::g/16', 'IPv6'],
    ['1:2:3:4:5:6:7:8:/64', 'IPv6'],
    ['[::]/0', 'IPv6'],
    ['', 'four numbers'],
    ['everything', 'four numbers'],
    ['10.0.0.0 /8', 'four numbers'],
    ['١٠.0.0.0/8', 'four numbers'],
    [`${'1'.repeat(70)}/8`, 'too long'],
  ])('refuses %j: %s', (text, because) => {
    expect(fault(text)?.because).toContain(because);
  });

  it('accepts no address that Node refuses', () => {
    const nearAddress = fc.string({ unit: fc.constantFrom(...'0123456789abf:./'), maxLength: 24 });
    fc.assert(
      fc.property(nearAddress, (text) => {
        const read = parseCidr(text);
        if (!read.ok) return;
        const address = text.slice(0, text.indexOf('/'));
        expect(read.value.family === 4 ? isIPv4(address) : isIPv6(address)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads back its own canonical form, for every network', () => {
    const ipv4Network = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }));
    const ipv6Network = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }));
    fc.assert(
      fc.property(fc.oneof(ipv4Network, ipv6Network), ([address, prefix]) => {
        const read = parseCidr(`${address}/${prefix}`);
        // Host bits are refused, but always with the network that is right.
        const network = read.ok ? read.value.text : read.faults[0].suggestion;
        expect(canonical(network ?? '')).toMatchObject({ text: network });
      }),
    );
  });

  it('reads the same IPv6 address from its long and its short form', () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const long = groups.map((one) => one.toString(16).padStart(4, '0')).join(':');
        // The URL parser is a second implementation of RFC 5952.
        const short = new URL(`http://[${long}]/`).hostname.slice(1, -1);
        expect(canonical(`${long}/128`)).toEqual({ text: `${short}/128`, family: 6 });
        expect(canonical(`${short}/128`)).toEqual({ text: `${short}/128`, family: 6 });
      }),
    );
  });
});

describe('ipv4', () => {
  it('reads an address and nothing that only looks like one', () => {
    expect(ipv4().parse('10.0.0.10')).toEqual({ ok: true, value: '10.0.0.10' });
    for (const text of ['10.0.0.010', '10.0.0', '10.0.0.0/8', '::1', '', ' 10.0.0.1']) {
      expect(ipv4().parse(text).ok, text).toBe(false);
    }
  });
});
