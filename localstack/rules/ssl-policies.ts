// The security policies that AWS offers for TLS listeners.

/** What a listener gets that is created without one. */
export const defaultSslPolicy = 'ELBSecurityPolicy-2016-08';

const tls13 = ['1-3', '1-2', '1-2-Res', '1-2-Ext1', '1-2-Ext2', '1-1', '1-0'];
const fips = ['1-3', '1-2', '1-2-Res', '1-2-Ext0', '1-2-Ext1', '1-2-Ext2', '1-1', '1-0'];

const policies: ReadonlySet<string> = new Set(
  [
    ...['2016-08', 'TLS-1-0-2015-04', 'TLS-1-1-2017-01', 'TLS-1-2-2017-01', 'TLS-1-2-Ext-2018-06', '2015-05'],
    ...['FS-2018-06', 'FS-1-1-2019-08', 'FS-1-2-2019-08', 'FS-1-2-Res-2019-08', 'FS-1-2-Res-2020-10'],
    ...tls13.flatMap((version) => [`TLS13-${version}-2021-06`, `TLS13-${version}-PQ-2025-09`]),
    ...fips.flatMap((version) => [`TLS13-${version}-FIPS-2023-04`, `TLS13-${version}-FIPS-PQ-2025-09`]),
  ].map((name) => `ELBSecurityPolicy-${name}`),
);

export function isSslPolicy(name: string): boolean {
  return policies.has(name);
}
