// Registers instances as targets and takes them out again, wherever that is: in batches, with halves of those that AWS
// refuses, and with what is remembered of the refused ones.
import type { Deed, Observed } from '../../../src/engine/kind.ts';
import { chunks } from '../cloud/calls.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { AwsCall } from '../cloud/operations.ts';
import { isAws } from '../errors.ts';

/** Instances named in a message. */
const SHOWN = 5;

/** One place where instances are registered. */
export interface Register {
  /** Instances in one call. */
  readonly batch: number;
  /** AWS's code for "at least one of these cannot be a target". */
  readonly refusal: string;
  add(instances: readonly string[]): Promise<unknown>;
  remove(instances: readonly string[]): Promise<unknown>;
}

/**
 * Registers all that AWS takes. Answers those that it does not take (stopped, ended, not known yet); they are remembered,
 * so that the next look at the facts asks about them.
 */
export async function register(cloud: Cloud, at: Register, instances: readonly string[]): Promise<readonly string[]> {
  const candidates = instances.filter((id) => !cloud.instances.isRefused(id));
  const refused = await inBatches(candidates, at, (batch) => at.add(batch));
  for (const id of candidates) if (!refused.includes(id)) cloud.instances.accept(id);
  for (const id of refused) cloud.instances.refuse(id);
  return instances.filter((id) => cloud.instances.isRefused(id));
}

/** What is not registered any more is no error. */
export async function deregister(at: Register, instances: readonly string[]): Promise<void> {
  await inBatches(instances, at, (batch) => at.remove(batch));
}

/** Who joins and who leaves. Null: those that are there stay. */
export function membership(want: readonly string[] | null, have: readonly string[] | null) {
  const before = have ?? [];
  const after = want ?? before;
  const joining = after.filter((id) => !before.includes(id));
  const leaving = before.filter((id) => !after.includes(id));
  return { after, joining, leaving };
}

/** The calls by which instances of such a kind are registered. */
export interface RegisterCalls {
  readonly look: AwsCall;
  readonly add: AwsCall;
  readonly remove: AwsCall;
}

/** The calls of a step, where AWS takes all instances. Pure. */
export function registrationCalls<Spec extends Registered>(
  deed: Deed<Spec>,
  batch: number,
  { look, add, remove }: RegisterCalls,
): readonly AwsCall[] {
  if (deed.action === 'delete') {
    // Where it is not known who is there, there are some.
    const all = deed.have ? (deed.have.instances ?? []) : [''];
    return [look, ...chunks(all, batch).map(() => remove)];
  }
  const { joining, leaving } = membership(deed.want.instances, deed.action === 'create' ? [] : deed.have.instances);
  return [...chunks(joining, batch).map(() => add), ...chunks(leaving, batch).map(() => remove)];
}

interface Registered {
  readonly instances: readonly string[] | null;
  readonly expected: readonly string[];
}

/** What there is now. Those that AWS refuses are waited for like those that are expected. */
export function reached<Spec extends Registered>(
  cloud: Cloud,
  spec: Spec,
  wanted: readonly string[],
  refused: readonly string[],
): Pick<Observed<Spec>, 'spec' | 'settled'> {
  const instances = wanted.filter((id) => !refused.includes(id));
  const missing = [...new Set([...spec.expected, ...refused])].sort();
  if (missing.length === 0) return { spec: { ...spec, instances }, settled: true };
  const more = missing.length > SHOWN ? ` and ${missing.length - SHOWN} more` : '';
  const why = `waiting for instances to become usable as targets: ${missing.slice(0, SHOWN).join(', ')}${more}`;
  const settled = { retryAfterMs: cloud.instances.retryAfterMs(missing), why };
  return { spec: { ...spec, instances }, settled };
}

/** Sends the instances in batches; answers those that AWS refuses. */
async function inBatches(
  instances: readonly string[],
  at: Register,
  send: (batch: readonly string[]) => Promise<unknown>,
): Promise<readonly string[]> {
  const refused: string[] = [];
  for (const batch of chunks(instances, at.batch)) refused.push(...(await bisect(batch, at.refusal, send)));
  return refused;
}

/** AWS refuses a whole call for one bad target: halves find it. */
async function bisect(
  instances: readonly string[],
  refusal: string,
  send: (batch: readonly string[]) => Promise<unknown>,
): Promise<readonly string[]> {
  try {
    await send(instances);
    return [];
  } catch (error) {
    if (!isAws(error, refusal)) throw error;
    if (instances.length === 1) return instances;
    const middle = Math.ceil(instances.length / 2);
    const first = await bisect(instances.slice(0, middle), refusal, send);
    return [...first, ...(await bisect(instances.slice(middle), refusal, send))];
  }
}
