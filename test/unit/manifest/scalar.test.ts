// The expected values are what sigs.k8s.io/yaml 1.6.0, which kubectl reads with, made of them.
import { describe, expect, it } from 'vitest';
import { plainValue, scalarValue } from '../../../src/manifest/scalar.ts';

describe('an unquoted word', () => {
  it.each(['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'])('%s is true', (text) => {
    expect(plainValue(text)).toBe(true);
  });

  it.each(['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'])('%s is false', (text) => {
    expect(plainValue(text)).toBe(false);
  });

  it.each(['', '~', 'null', 'Null', 'NULL'])('%j is nothing', (text) => {
    expect(plainValue(text)).toBe(null);
  });

  it.each([
    ['0', 0],
    ['443', 443],
    ['+1', 1],
    ['-1', -1],
    ['0777', 511],
    ['0o17', 15],
    ['0_7', 7],
    ['08', 8],
    ['0x1F', 31],
    ['-0x1f', -31],
    ['0b11', 3],
    ['-0b11', -3],
    ['1_000', 1000],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['0.1e-5', 0.000001],
  ])('%s is the number %d', (text, value) => {
    expect(plainValue(text)).toBe(value);
  });

  it.each([
    'tRue',
    'nlb',
    '1.2.3',
    '1:30',
    '12:30:45',
    '2001-01-01',
    '0o8',
    '0b2',
    '0x',
    '1e',
    '++1',
    '-',
    '.',
    '_1',
    '1,000',
    '1e400',
    '10.0.0.0/8',
    '<<',
    '٣',
  ])('%s is text', (text) => {
    expect(plainValue(text)).toBe(text);
  });

  it('means infinity and no number too, which JSON has not', () => {
    expect([plainValue('.inf'), plainValue('-.INF'), plainValue('.nan')]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ]);
  });
});

describe('a scalar', () => {
  const INT = 'tag:yaml.org,2002:int';
  const STR = 'tag:yaml.org,2002:str';

  it('in quotes is text', () => {
    expect(scalarValue('yes', false, undefined)).toBe('yes');
  });

  it('with a tag is what the tag says', () => {
    expect([scalarValue('5', false, INT), scalarValue('5', true, STR), scalarValue('5', true, '!local')]).toEqual([
      5,
      '5',
      '5',
    ]);
  });
});
