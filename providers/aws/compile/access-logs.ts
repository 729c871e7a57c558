// Access logs as both kinds of load balancer have them. Pure.
import type { Annotations } from '../annotations.ts';
import type { LoadBalancerSpec } from '../resources.ts';

/** Without logs it does not matter where they would go. */
export function accessLogsOf(
  values: Pick<Annotations, 'accessLogEnabled' | 'accessLogS3BucketName' | 'accessLogS3BucketPrefix'>,
): Pick<LoadBalancerSpec, 'accessLogs' | 'accessLogBucket' | 'accessLogPrefix'> {
  const { accessLogEnabled: accessLogs } = values;
  if (!accessLogs) return { accessLogs, accessLogBucket: null, accessLogPrefix: null };
  const { accessLogS3BucketName: bucket = '', accessLogS3BucketPrefix: prefix = '' } = values;
  return { accessLogs, accessLogBucket: bucket, accessLogPrefix: prefix };
}
