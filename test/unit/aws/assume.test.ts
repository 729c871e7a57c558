// The facts that are assumed once a graph is in force are those that AWS tells once it is, as far as compiling looks at them.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { assume } from '../../../providers/aws/assume.ts';
import { compile } from '../../../providers/aws/compile.ts';
import type { Facts } from '../../../providers/aws/facts.ts';
import { isOwnedBy, type Mark } from '../../../src/engine/owner.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import { inputOf, newAws, OWNER, type Run, scope, start, TCP_80, type Wish } from './stage.ts';

let aws: StrictAws;

beforeEach(() => {
  vi.useFakeTimers();
  aws = newAws();
  for (const [index, letter] of ['a', 'b', 'c'].entries()) {
    aws.seed.address({ allocationId: `eipalloc-0000000${letter}`, ip: `203.0.113.${index + 1}` });
  }
});
afterEach(() => {
  vi.useRealTimers();
});

const facts = (run: Run, wish: Wish) => run.provider.gather([inputOf(wish)], run.cloud, scope());

/** What is known of what exists: whose a thing is, and not what AWS calls it. */
function essence({ loadBalancers, targetGroups, managedGroups, groups }: Facts): object {
  const isOurs = ({ marks }: { readonly marks: readonly Mark[] }) => marks.some((mark) => isOwnedBy(mark, OWNER));
  return {
    loadBalancers: loadBalancers.map(({ marks, ...rest }) => ({ ...rest, ours: isOurs({ marks }) })),
    targetGroups: targetGroups.map(({ marks, name, port }) => ({ name, port, ours: isOurs({ marks }) })),
    managedGroups,
    nodes: groups['sg-nodes'],
  };
}

const ALLOW = { 'fairlead.dev/allow-replacement': 'true' };
const MANAGED = { 'aws-nlb-security-groups': 'managed' };
const TCP_443 = { name: 'https', protocol: 'TCP', port: 443, nodePort: 30443 } as const;

/** By name: versions of a Service, each in force before the next. */
const STORIES: Readonly<Record<string, readonly Wish[]>> = {
  'a plain NLB': [{}],
  'two ports': [{ request: { ports: [TCP_80, TCP_443] } }, {}],
  'an internal NLB': [{ annotations: { internal: 'true' } }],
  'Elastic IP addresses': [
    { annotations: { 'eip-allocations': 'eipalloc-0000000a,eipalloc-0000000b,eipalloc-0000000c' } },
  ],
  'an NLB with a group of its own': [{ options: MANAGED }],
  'source ranges': [{ request: { sourceRanges: ['203.0.113.0/24'] } }],
  'a Classic one': [{ annotations: { type: 'classic' } }],
  'a Classic one of two ports': [
    { annotations: { type: 'classic' }, request: { ports: [TCP_80, TCP_443] } },
    { annotations: { type: 'classic' } },
  ],
};

/** As above, and the last replaces what there was; what it replaces goes by a plan that is made then. */
const REPLACEMENTS: Readonly<Record<string, readonly Wish[]>> = {
  'another scheme': [{}, { annotations: { internal: 'true', ...ALLOW } }],
  'another scheme of a Classic one': [
    { annotations: { type: 'classic' } },
    { annotations: { type: 'classic', internal: 'true', ...ALLOW } },
  ],
  'a Classic one by an NLB': [{ annotations: { type: 'classic' } }, { annotations: ALLOW }],
  'an NLB by a Classic one': [{}, { annotations: { type: 'classic', ...ALLOW } }],
};

/** Brings every version into force, one after the other; answers what was assumed of the last, and what is so. */
async function play(wishes: readonly Wish[]): Promise<{ readonly assumed: Facts; readonly told: Facts }> {
  let assumed: Facts | undefined;
  for (const wish of wishes) {
    const run = await start(aws);
    await run.engine.sync(scope());
    const before = await facts(run, wish);
    const { graph } = compile([inputOf(wish)], before);
    if (!graph) throw new Error('it does not compile');
    assumed = assume(before, OWNER, graph);
    for (let round = 0; round < 3; round++) {
      const { waiting } = await run.converge(wish);
      if (waiting) await vi.advanceTimersByTimeAsync(waiting.retryAfterMs);
    }
  }
  const last = await start(aws);
  await last.engine.sync(scope());
  return { assumed: assumed!, told: await facts(last, wishes.at(-1)!) };
}

describe('what is assumed once a graph is in force', () => {
  it.each(Object.entries(STORIES))('is what AWS tells then: %s', async (_, wishes) => {
    const { assumed, told } = await play(wishes);
    expect(essence(assumed)).toEqual(essence(told));
  });

  it.each(Object.entries(REPLACEMENTS))('is the same where something is replaced: %s', async (_, wishes) => {
    const { assumed, told } = await play(wishes);
    const wish = wishes.at(-1)!;
    // The graph still has the groups of what it replaces; they go by the plan that is made then.
    expect({ ...essence(assumed), managedGroups: [] }).toEqual({ ...essence(told), managedGroups: [] });
    // And what follows from it: the same graph, but for what AWS calls things.
    const kinds = (from: Facts) =>
      compile([inputOf(wish)], from).graph?.resources.map(({ kind, id }) => `${kind}/${id}`);
    expect(kinds(assumed)).toEqual(kinds(told));
  });
});
