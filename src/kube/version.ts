// The order of resource versions. They are opaque by contract, but decimal and growing in every API server, and from
// Kubernetes 1.35 on so promised (KEP-5504); where they are not, this says that it does not know.

const DECIMAL = /^[0-9]+$/;

/** Negative if `a` is older than `b`, 0 if equal, positive if newer; undefined if they cannot be compared. */
export function compareVersions(a: string, b: string): number | undefined {
  if (a === b) return 0;
  if (!DECIMAL.test(a) || !DECIMAL.test(b)) return undefined;
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Whether `a` is known to be older than `b`. */
export function isOlder(a: string, b: string): boolean {
  return (compareVersions(a, b) ?? 0) < 0;
}
