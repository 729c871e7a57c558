import { describe, expect, it } from 'vitest';
import { isUsableIn, toNumber } from '../../../providers/aws/ipv4.ts';
import { partitionOf } from '../../../providers/aws/region.ts';

describe('isUsableIn', () => {
  it.each([
    ['10.0.0.0/24', '10.0.0.4', true],
    ['10.0.0.0/24', '10.0.0.254', true],
    ['10.0.0.0/24', '10.0.0.3', false],
    ['10.0.0.0/24', '10.0.0.255', false],
    ['10.0.0.0/24', '10.0.1.10', false],
    ['10.0.16.0/20', '10.0.31.254', true],
    ['192.168.255.240/28', '192.168.255.244', true],
    ['10.0.0.0/24', 'nonsense', false],
    ['nonsense', '10.0.0.10', false],
  ])('%s %s: %s', (cidr, address, is) => {
    expect(isUsableIn(cidr, address)).toBe(is);
  });
});

it.each([
  ['0.0.0.0', 0],
  ['255.255.255.255', 4_294_967_295],
  ['10.0.0.1', 167_772_161],
  ['10.0.0.256', undefined],
  ['10.0.0', undefined],
])('toNumber(%s) is %s', (address, value) => {
  expect(toNumber(address)).toBe(value);
});

it.each([
  ['eu-west-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['us-isof-south-1', 'aws-iso-f'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['eusc-de-east-1', 'aws-eusc'],
])('%s is in %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
});
