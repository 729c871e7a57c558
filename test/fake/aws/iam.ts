// An IAM policy in force in this AWS: whatever it does not allow is refused, with the tags as they are when the call takes
// effect. The evaluator is that of the emulator's proxy.
import {
  type ApiCall,
  accessOf,
  questionsOf,
  roleQuestion,
  type Subject,
  type SubjectFacts,
} from '../../../localstack/iam/accesses.ts';
import { readPolicy } from '../../../localstack/iam/document.ts';
import { refusalOf } from '../../../localstack/iam/refusal.ts';
import { type Feature, GRANTED } from '../../../providers/aws/grants/features.ts';
import { grants } from '../../../providers/aws/grants/policy.ts';
import { type Options, options as table } from '../../../providers/aws/options.ts';
import { parseOptions } from '../../../src/schema/index.ts';
import { Misuse, Problem } from './problem.ts';
import type { AwsState } from './state.ts';
import type { StrictAws } from './strict-aws.ts';

export interface Enforced {
  readonly clusterName: string;
  /** Default: what is granted where nobody says. */
  readonly features?: readonly Feature[];
  /** Of which sessions; all where it is not said. */
  readonly holdsFor?: (session: number) => boolean;
  /** True: a call that is denied is answered so. False (the default): it is a misuse, which fails the test. */
  readonly answers?: boolean;
  /**
   * What AWS says of an object that is gone, which has no tags any more. It documents neither; `denied` (the default) is the
   * harder one.
   */
  readonly gone?: 'denied' | 'not-found';
}

const OPTIONS = parseOptions(table, { flags: {}, env: {} }).values as Options;
const CALLER = 'arn:aws:sts::123456789012:assumed-role/fairlead/controller';

/** From now on the controller's own policy holds. */
export function enforcePolicy(aws: StrictAws, enforced: Enforced): void {
  const { clusterName, features = GRANTED, holdsFor = () => true, answers = false, gone = 'denied' } = enforced;
  const { partition, region, accountId: account } = aws.place;
  const place = { partition, region, account };
  const policy = readPolicy(grants.document({ features, partition, clusterName, options: OPTIONS }));
  aws.authorize = ({ session, service, operation, input }) => {
    if (!holdsFor(session)) return;
    const call: ApiCall = { api: service as ApiCall['api'], operation, input };
    const makesRole = operation === 'CreateLoadBalancer' || operation === 'CreateTargetGroup';
    const questions = [...questionsOf(call, place), ...(makesRole ? [roleQuestion(place)] : [])];
    const known = questions.map((question) => question.subject && factsOf(aws.state, question.subject));
    const isGone = questions.some(({ subject }, index) => subject !== undefined && known[index] === undefined);
    if (isGone && gone === 'not-found') return;
    const accesses = questions.map((question, index) => accessOf(question, known[index], place));
    const refusal = refusalOf(policy, call, accesses, CALLER);
    if (refusal === undefined) return;
    if (answers || isGone) throw new Problem(refusal.code, refusal.message, refusal.status);
    throw new Misuse(`the policy does not allow it: ${refusal.message}: ${JSON.stringify(input)}`);
  };
}

function factsOf(state: AwsState, { kind, id }: Subject): SubjectFacts | undefined {
  switch (kind) {
    case 'classic':
      return state.classicLoadBalancers.get(id);
    case 'elbv2':
      return state.loadBalancers.get(id) ?? state.targetGroups.get(id) ?? state.listeners.get(id);
    case 'vpc':
      return state.vpcs.get(id);
    case 'security-group':
      return state.securityGroups.get(id);
  }
}
