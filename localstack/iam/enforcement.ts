// The policy in force in the proxy: whose calls it holds for, and what it makes of each. The tags of what exists come from
// the rules' own state and from the emulator's EC2, at the moment of the call.
import { AwsError } from '../proxy-answer.ts';
import type { Call } from '../proxy-call.ts';
import { account, type Cloud } from '../rules/cloud.ts';
import {
  type ApiCall,
  accessOf,
  type Place,
  type Question,
  questionsOf,
  roleQuestion,
  type Subject,
  type SubjectFacts,
} from './accesses.ts';
import { type Policy, readPolicy } from './document.ts';
import { refusalOf } from './refusal.ts';

/** Whom a policy holds for, and in which account. */
export interface EnforcedPolicy {
  /** The document, as IAM takes it. */
  readonly policy: unknown;
  /** Whose calls it holds for. Default: those of the environment that `startEmulator` answers. */
  readonly accessKeyId?: string;
  /** True: the account has had a load balancer before, so the service-linked role is there. Default: false. */
  readonly hasServiceLinkedRole?: boolean;
}

/** The credentials of the controller where a policy is enforced. Everybody else's are an administrator's. */
export const CONTROLLER_KEY = 'AKIAFAIRLEADCONTROLR';
const CALLER = `arn:aws:sts::${account}:assumed-role/fairlead/controller`;
const APIS: Readonly<Record<string, ApiCall['api']>> = {
  ec2: 'ec2',
  elasticloadbalancing: 'elbv2',
  'elasticloadbalancing-classic': 'elb',
};

export class Enforcement {
  readonly #cloudOf: (region: string) => Cloud;
  #policy: Policy | undefined;
  #accessKeyId: string = CONTROLLER_KEY;
  #hasRole = false;

  constructor(cloudOf: (region: string) => Cloud) {
    this.#cloudOf = cloudOf;
  }

  /** Throws for a policy that is not understood. Undefined: everybody may do everything again. */
  set(wish: EnforcedPolicy | undefined): void {
    this.#policy = wish && readPolicy(wish.policy);
    this.#accessKeyId = wish?.accessKeyId ?? CONTROLLER_KEY;
    this.#hasRole = wish?.hasServiceLinkedRole ?? false;
  }

  /** Throws the AwsError that AWS answers to a call that is not allowed. */
  async check(call: Call): Promise<void> {
    const policy = this.#policy;
    if (policy === undefined || call.accessKeyId !== this.#accessKeyId) return;
    const api = APIS[call.service];
    if (api === undefined) {
      throw new AwsError('AccessDenied', `User: ${CALLER} may not use ${call.service}`, 403);
    }
    const apiCall = { api, operation: call.operation, input: call.params };
    const place = { partition: 'aws', region: call.region, account };
    const needsRole = !this.#hasRole && /^Create(LoadBalancer|TargetGroup)$/.test(call.operation);
    const questions = [...questionsOf(apiCall, place), ...(needsRole ? [roleQuestion(place)] : [])];
    const accesses = await Promise.all(questions.map((question) => this.#access(question, place)));
    const refusal = refusalOf(policy, apiCall, accesses, CALLER);
    if (refusal !== undefined) throw new AwsError(refusal.code, refusal.message, refusal.status);
    if (needsRole) this.#hasRole = true;
  }

  async #access(question: Question, place: Place) {
    const cloud = this.#cloudOf(place.region);
    const facts = question.subject && (await factsOf(question.subject, cloud));
    return accessOf(question, facts, place);
  }
}

async function factsOf({ kind, id }: Subject, { state, lookup }: Cloud): Promise<SubjectFacts | undefined> {
  switch (kind) {
    case 'classic':
      return state.classic.get(id);
    case 'elbv2':
      return state.loadBalancers.get(id) ?? state.targetGroups.get(id) ?? state.listeners.get(id);
    case 'vpc':
      return { tags: await lookup.tagsOf(id) };
    case 'security-group': {
      const [group] = await lookup.securityGroups('group-id', [id]);
      if (group === undefined) return undefined;
      const tags = Object.fromEntries((group.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
      return { tags, ...(group.VpcId === undefined ? {} : { vpcId: group.VpcId }) };
    }
  }
}
