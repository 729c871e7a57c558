// Nothing without our mark is ever changed or deleted (rule 2): what no process of ours made stays exactly as it is, but
// for the rules of ours in the groups of nodes.
import type { SecurityGroup } from '../../fake/aws/ec2/tables.ts';
import type { AwsState } from '../../fake/aws/state.ts';
import type { Step } from '../../fake/aws/strict-aws.ts';
import { isOurs, ruleDescription } from '../rule-text.ts';
import type { World } from '../world.ts';

export class ForeignRule {
  readonly #world: World;
  readonly #report: (what: string) => void;
  /** Ids and ARNs of what processes of ours made. */
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
    if (process) {
      const made = [...now].filter(([id]) => !this.#before.has(id));
      for (const [id] of made) this.#ours.add(id);
      for (const [id, row] of made) {
        const parent = 'loadBalancerArn' in row ? String(row.loadBalancerArn) : id;
        if (!this.#ours.has(parent)) this.#report(`2: ${process.name} made ${id} in ${parent}, which is not ours`);
      }
      for (const [id, row] of this.#before) {
        if (this.#ours.has(id) || now.get(id) === row || sameButOurRules(row, now.get(id))) continue;
        this.#report(
          `2: ${process.name} ${now.has(id) ? 'changed' : 'deleted'} ${id} by ${call.operation}; it is not ours`,
        );
      }
    }
    this.#before = now;
  }
}

function rowsOf(state: AwsState): Map<string, object> {
  const tables = [state.loadBalancers, state.listeners, state.targetGroups, state.securityGroups, state.instances];
  return new Map(tables.flatMap((table) => [...table] as [string, object][]));
}

/** For the groups of nodes: all but the rules of our form is the same. */
function sameButOurRules(before: object, now: object | undefined): boolean {
  if (!now || !('ingress' in before) || !('ingress' in now)) return false;
  const rest = (group: SecurityGroup) => {
    const ingress = group.ingress.filter((rule) => !isOurs(rule)).map(ruleDescription);
    return JSON.stringify({ ...group, ingress: ingress.sort() });
  };
  return rest(before as SecurityGroup) === rest(now as SecurityGroup);
}
