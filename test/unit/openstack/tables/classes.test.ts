// The text form of load-balancer classes: what is read, what is refused and why, and that printing gives it back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classesText, isClassName, loadBalancerClasses } from '../../../../providers/openstack/classes.ts';
import { options } from '../../../../providers/openstack/options.ts';
import { parseOptions } from '../../../../src/schema/index.ts';
import { uuid } from './sample.ts';

const shape = loadBalancerClasses();
const messages = (text: string) =>
  parseOptions(options, { flags: { 'openstack-load-balancer-classes': text }, env: {} }).problems.map(
    ({ message }) => message,
  );

describe('classes', () => {
  it('are names with pairs', () => {
    const text = `dmz: floating-network-id=${uuid('A')}, floating-subnet="~^dmz-[0-9]{1,2}; \\w$",floating-subnet-tags="a,b";
      office: subnet-id=${uuid(2)}; network-id=${uuid(3)}
      member-subnet-id=${uuid(4)}, floating-subnet-id=${uuid(5)}; empty:`;
    expect(shape.parse(text)).toEqual({
      ok: true,
      value: {
        dmz: { floatingNetworkId: uuid('a'), floatingSubnet: '~^dmz-[0-9]{1,2}; \\w$', floatingSubnetTags: 'a,b' },
        office: { subnetId: uuid(2), networkId: uuid(3), memberSubnetId: uuid(4), floatingSubnetId: uuid(5) },
        empty: {},
      },
    });
  });

  it('come as repeated flags too', () => {
    const flags = { 'openstack-load-balancer-classes': [`a: subnet-id=${uuid(1)}`, `b: subnet-id=${uuid(2)}`] };
    expect(parseOptions(options, { flags, env: {} }).values.loadBalancerClasses).toEqual({
      a: { subnetId: uuid(1) },
      b: { subnetId: uuid(2) },
    });
  });

  it('reach no prototype', () => {
    const read = shape.parse(`constructor: subnet-id=${uuid(1)}`);
    expect(read.ok && Object.keys(read.value)).toEqual(['constructor']);
    expect(shape.parse('__proto__: subnet-id=x').ok).toBe(false);
  });

  it.each([
    ['subnet-id=x', 'contains "subnet-id=x", which belongs to no class'],
    [`a: subnet_id=${uuid(1)}`, '(did you mean "subnet-id"?)'],
    ['a: subnet-id', 'contains "subnet-id", which has no value'],
    ['a: subnet-id=private', 'a value of subnet-id that is a UUID'],
    ['a: floating-subnet=~(', 'which opens a group that is not closed'],
    ['a: floating-subnet-tags=&!', 'a value of floating-subnet-tags that is tags'],
    [`a: subnet-id=${uuid(1)}, subnet-id=${uuid(2)}`, 'sets a key of class a for the second time'],
    ['a:; a:', 'contains "a", which is the name of two classes'],
    ['a b:', 'contains "a b"; expected the name of a class'],
    ['a: floating-subnet="x', 'opens a double quote that is not closed'],
    [',', 'has no class'],
  ])('refuse %s', (text, why) => {
    expect(messages(text)).toEqual([expect.stringContaining(why)]);
  });

  it('tell all that is wrong at once, ten things at most', () => {
    expect(messages('a: subnet-id=x, network-id=y, foo=z; a:')).toHaveLength(4);
    expect(messages(`a: ${Array.from({ length: 30 }, (_, i) => `k${i}=v`).join()}`)).toHaveLength(10);
    expect(messages(Array.from({ length: 101 }, (_, i) => `c${i}:`).join())[0]).toContain('has 101 classes');
  });

  it('survive printing', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/).filter(isClassName);
    const id = fc.uuid();
    const tags = fc.array(
      fc.stringMatching(/^[a-z "=;:]{0,6}[a-z]$/).map((one) => one.trim()),
      { minLength: 1, maxLength: 3 },
    );
    const one = fc.record(
      {
        floatingNetworkId: id,
        floatingSubnetId: id,
        floatingSubnet: fc.constantFrom('public', 'a*', '~a{1,2}', '!~"q"', 'a b;c'),
        floatingSubnetTags: tags.map((all) => all.join(',')),
        networkId: id,
        subnetId: id,
        memberSubnetId: id,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.dictionary(name, one, { minKeys: 1, maxKeys: 5 }), (classes) => {
        expect(shape.parse(shape.print(classes))).toEqual({ ok: true, value: expect.objectContaining({ ...classes }) });
      }),
    );
  });

  it('are made of what a file says, right or wrong', () => {
    expect(
      classesText([
        [
          'a',
          [
            ['floating-subnet', 'x, "y"'],
            ['subnet-id', 'z'],
          ],
        ],
        ['b', []],
      ]),
    ).toBe('a: floating-subnet="x, ""y""", subnet-id=z; b:');
  });
});
