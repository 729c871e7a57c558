// Nothing without our mark is ever changed or deleted (rule 2): what no process of ours made stays exactly as it is, but
// for the rules of ours in the groups of nodes.
import type { SecurityGroup } from '../../fake/aws/ec2/tables.ts';
import type { AwsState } from '../../fake/aws/state.ts';
import type { Step } from '../../fake/aws/strict-aws.ts';
import { isOurs, isUndescribedOurs, ruleDescription } from '../rule-text.ts';
import type { World } from '../world.ts';

export class ForeignRule {
  readonly #world: World;
  readonly #report: (what: string) => void;
  /** Ids and ARNs of what processes of ours made, or the one before us whose things we take over. */
  readonly #ours = new Set<string>();
  #before: ReadonlyMap<string, object>;

  constructor(world: World, report: (what: string) => void) {
    this.#world = world;
    this.#report = report;
    this.#before = rowsOf(world.aws.state);
  }

  step({ state, call }: Step): void {
    const process = call && this.#world.processOf(call.session);
    const now = rowsOf(state);
    if (call && this.#world.predecessors.has(call.session)) {
      for (const id of now.keys()) if (!this.#before.has(id)) this.#ours.add(id);
    }
    if (process) {
      const made = [...now].filter(([id]) => !this.#before.has(id));
      for (const [id] of made) this.#ours.add(id);
      for (const [id, row] of made) {
        const parent = 'loadBalancerArn' in row ? String(row.loadBalancerArn) : id;
        if (!this.#ours.has(parent)) this.#report(`2: ${process.name} made ${id} in ${parent}, which is not ours`);
      }
      for (const [id, row] of this.#before) {
        if (this.#ours.has(id) || now.get(id) === row || this.#sameButOurRules(row, now.get(id))) continue;
        this.#report(
          `2: ${process.name} ${now.has(id) ? 'changed' : 'deleted'} ${id} by ${call.operation}; it is not ours`,
        );
      }
    }
    this.#before = now;
  }

  /** For the groups of nodes: all but the rules of our form is the same. */
  #sameButOurRules(before: object, now: object | undefined): boolean {
    if (!now || !('ingress' in before) || !('ingress' in now)) return false;
    const { securityGroups } = this.#world.aws.state;
    const rest = (group: SecurityGroup) => {
      const foreign = group.ingress.filter((rule) => !isOurs(rule) && !isUndescribedOurs(rule, securityGroups));
      return JSON.stringify({ ...group, ingress: foreign.map(ruleDescription).sort() });
    };
    return rest(before as SecurityGroup) === rest(now as SecurityGroup);
  }
}

function rowsOf(state: AwsState): Map<string, object> {
  const balancers = [state.loadBalancers, state.classicLoadBalancers];
  const tables = [...balancers, state.listeners, state.targetGroups, state.securityGroups, state.instances];
  return new Map(tables.flatMap((table) => [...table] as [string, object][]));
}
