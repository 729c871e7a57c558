// Arithmetic on IPv4 addresses and networks that were checked before. Pure.

/** The address as a number; undefined for what is none. */
export function toNumber(address: string): number | undefined {
  const octets = address.split('.').map((octet) => (/^\d{1,3}$/.test(octet) ? Number(octet) : 256));
  if (octets.length !== 4 || octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

/**
 * True if an interface in the subnet can have the address: AWS keeps the first four and the last one of every subnet to
 * itself (VPC user guide, "Subnet CIDR blocks").
 */
export function isUsableIn(cidr: string, address: string): boolean {
  const [base = '', length = ''] = cidr.split('/');
  const first = toNumber(base);
  const value = toNumber(address);
  if (first === undefined || value === undefined) return false;
  const size = 2 ** (32 - Number(length));
  return value >= first + 4 && value < first + size - 1;
}
