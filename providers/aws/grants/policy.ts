// The IAM policy of the controller, made of the calls that the adapter can make. Pure; runs in a browser.
import type { Grants, GrantWish } from '../../../src/provider/provider.ts';
import type { Options } from '../options.ts';
import { partitionOf } from '../region.ts';
import { FEATURES, type Feature, GRANTED } from './features.ts';
import { type Statement, statements } from './statements.ts';

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

export const grants = {
  features: FEATURES,
  byDefault: GRANTED,
  partitions: ['aws', 'aws-cn', 'aws-us-gov'],
  document,
} as const satisfies Grants<Options>;

/** Of a managed policy, white space apart (IAM user guide, "IAM and AWS STS quotas"). */
export const MOST_CHARACTERS = 6144;

/**
 * For one cluster. `--aws-region` and `--aws-vpc-id` narrow it, as far as IAM can see them. Throws RangeError for a region
 * of another partition, and where it would be longer than IAM takes.
 */
function document({ features, partition, clusterName, options }: GrantWish<Options>): PolicyDocument {
  const { region = '', vpcId = '' } = options;
  if (region !== '' && partitionOf(region) !== partition) {
    throw new RangeError(`the region ${region} is in the partition ${partitionOf(region)}, not in ${partition}`);
  }
  const reach = { partition, region: region || '*', vpcId: vpcId || '*' };
  const chosen = new Set(features.filter((feature): feature is Feature => feature in FEATURES));
  const policy: PolicyDocument = {
    Version: '2012-10-17',
    Statement: statements({ features: chosen, clusterName, reach }),
  };
  const { length } = JSON.stringify(policy);
  if (length <= MOST_CHARACTERS) return policy;
  throw new RangeError(
    `the policy has ${length} characters and IAM takes ${MOST_CHARACTERS}: leave out features, or print two policies with ` +
      'some of the features each and attach both',
  );
}
