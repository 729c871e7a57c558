// Reads security groups, and changes their inbound rules so that what was asked for is never exceeded and an answer that
// got lost does no harm.
import type { Filter, SecurityGroup } from '@aws-sdk/client-ec2';
import { FairleadError } from '../../../src/engine/errors.ts';
import type { Scope } from '../../../src/engine/kind.ts';
import { isAws } from '../errors.ts';
import type { Rule } from '../resources.ts';
import { fromPermissions, type RuleChanges, ruleKey, toPermissions } from '../rules.ts';
import { allPages, type Calls, chunks } from './calls.ts';

/** EC2 takes this many values of filters in one call. */
const BATCH = 200;

export function findGroups(calls: Calls, Filters: Filter[], scope: Scope): Promise<readonly SecurityGroup[]> {
  return allPages(
    (NextToken) => calls.ec2('DescribeSecurityGroups', { Filters, NextToken }, scope),
    (page) => page.SecurityGroups,
    (page) => page.NextToken,
  );
}

/** The groups of these ids that exist. */
export async function groupsById(
  calls: Calls,
  ids: readonly string[],
  scope: Scope,
): Promise<ReadonlyMap<string, SecurityGroup>> {
  const batches = chunks(ids, BATCH).map((Values) =>
    findGroups(calls, [{ Name: 'group-id', Values: [...Values] }], scope),
  );
  const groups = (await Promise.all(batches)).flat();
  return new Map(groups.map((group) => [group.GroupId ?? '', group]));
}

/**
 * Grants, describes, then revokes: at most one call for each. 'differs': the group was not as it was thought to be; what
 * was asked for is done as far as it made sense, and only a look tells what is there now. `described` gives rules as they
 * are read the descriptions by which `changes` knows them.
 */
export async function changeRules(
  calls: Calls,
  groupId: string,
  changes: RuleChanges,
  scope: Scope,
  described: Described = async (rules) => rules,
): Promise<'as-wanted' | 'differs'> {
  const group = new RuleWriter(calls, groupId, scope, described);
  let revoked = false;
  try {
    await group.grant(changes.grant);
  } catch (error) {
    if (!isQuota(error) || changes.revoke.length === 0) throw error;
    // What is to go makes room for what is to come; nobody wants it any more.
    await group.revoke(changes.revoke);
    revoked = true;
    await group.grant(changes.grant);
  }
  await group.describe(changes.describe);
  if (!revoked) await group.revoke(changes.revoke);
  return group.outcome;
}

function isQuota(error: unknown): error is FairleadError {
  return error instanceof FairleadError && error.code === 'quota';
}

type Described = (rules: readonly Rule[]) => Promise<readonly Rule[]>;

class RuleWriter {
  readonly #calls: Calls;
  readonly #id: string;
  readonly #scope: Scope;
  readonly #described: Described;
  outcome: 'as-wanted' | 'differs' = 'as-wanted';

  constructor(calls: Calls, id: string, scope: Scope, described: Described) {
    this.#calls = calls;
    this.#id = id;
    this.#scope = scope;
    this.#described = described;
  }

  /** A rule that is there already is success; EC2 fails the whole call for it. */
  async grant(rules: readonly Rule[]): Promise<void> {
    try {
      await this.#send('AuthorizeSecurityGroupIngress', rules);
    } catch (error) {
      if (isQuota(error)) throw this.#explained(error, rules.length);
      if (!isAws(error, 'InvalidPermission.Duplicate')) throw error;
      const present = await this.#present();
      await this.#send(
        'AuthorizeSecurityGroupIngress',
        rules.filter((rule) => !present.has(ruleKey(rule))),
      );
    }
  }

  async describe(rules: readonly Rule[]): Promise<void> {
    await this.#send('UpdateSecurityGroupRuleDescriptionsIngress', rules);
  }

  /** A rule that is gone already, or that is somebody else's by now, is left alone. */
  async revoke(rules: readonly Rule[]): Promise<void> {
    try {
      await this.#send('RevokeSecurityGroupIngress', rules);
    } catch (error) {
      if (!isAws(error, 'InvalidPermission.NotFound')) throw error;
      const present = await this.#present();
      await this.#send(
        'RevokeSecurityGroupIngress',
        rules.filter((rule) => present.get(ruleKey(rule))?.description === rule.description),
      );
    }
  }

  async #present(): Promise<ReadonlyMap<string, Rule>> {
    this.outcome = 'differs';
    const groups = await groupsById(this.#calls, [this.#id], this.#scope);
    const rules = await this.#described(fromPermissions(groups.get(this.#id)?.IpPermissions));
    return new Map(rules.map((rule) => [ruleKey(rule), rule]));
  }

  async #send(
    operation:
      | 'AuthorizeSecurityGroupIngress'
      | 'RevokeSecurityGroupIngress'
      | 'UpdateSecurityGroupRuleDescriptionsIngress',
    rules: readonly Rule[],
  ): Promise<void> {
    if (rules.length === 0) return;
    await this.#calls.ec2(operation, { GroupId: this.#id, IpPermissions: toPermissions(rules) }, this.#scope);
  }

  /** A used-up quota, with the name of the group: the Service's user does not know it. */
  #explained(error: FairleadError, count: number): FairleadError {
    const message =
      `security group ${this.#id} has no room for ${count} more rules: use fewer source ranges or ports, or raise the ` +
      'quota "Inbound or outbound rules per security group"';
    const { cloudCode, requestId } = error;
    return new FairleadError('quota', message, {
      cause: error,
      ...(cloudCode === undefined ? {} : { cloudCode }),
      ...(requestId === undefined ? {} : { requestId }),
    });
  }
}
