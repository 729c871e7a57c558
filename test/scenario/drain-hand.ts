// A person who runs `fairlead drain` in a world, and may be cut off at any of its calls. It judges nothing.
import { drain } from '../../src/cli/drain.ts';
import type { DrainList } from '../../src/cli/drain-report.ts';
import type { DrainWish } from '../../src/cli/drain-wish.ts';
import type { Lease } from '../../src/kube/types.ts';
import type { Settings } from '../../src/settings.ts';
import type { FakeSession } from '../fake/kube/session.ts';
import { chosenIn } from './plan-desk.ts';
import type { Trap } from './process.ts';
import type { World } from './world.ts';

export interface DrainTurn {
  readonly wish?: Partial<DrainWish>;
  readonly aws?: Readonly<Record<string, string>>;
  readonly settings?: Partial<Settings>;
  /** What they type when asked; undefined: nobody is there. */
  readonly answer?: string;
  /** Where the command dies. */
  readonly trap?: Trap;
  /** They press Ctrl-C at this call to AWS that changes something. */
  readonly stopAt?: number;
  /** Called for each call of the command to the API server. */
  readonly onKube?: (path: string, session: FakeSession) => void;
}

export interface DrainAnswer {
  /** Undefined: it died, or threw. */
  readonly code: number | undefined;
  readonly error: unknown;
  readonly out: string;
  readonly err: string;
  /** Operations that changed something in AWS. */
  readonly awsWrites: readonly string[];
  /** Patches of Services. */
  readonly kubeWrites: number;
  /** Calls that a trap counts. */
  readonly calls: number;
}

const LIMIT_MS = 60 * 60_000;
let turns = 0;

/** To its end, or to where it dies. */
export async function runDrain(world: World, turn: DrainTurn = {}): Promise<DrainAnswer> {
  const chosen = chosenIn(world, turn.aws);
  const name = `drain-${++turns}`;
  const session = world.api.session(name);
  const stop = new AbortController();
  const texts = { out: '', err: '' };
  const awsWrites: string[] = [];
  let [calls, kubeWrites] = [0, 0];
  const due = () => {
    calls += 1;
    return turn.trap?.at === calls ? turn.trap.when : undefined;
  };
  const intercept = world.aws.intercept;
  world.aws.intercept = (call) => {
    const fault = intercept?.(call);
    if (world.processOf(call.session)) return fault;
    if (call.write) awsWrites.push(call.operation);
    if (call.write && awsWrites.length === turn.stopAt) stop.abort(new Error('interrupted'));
    const when = due();
    if (when === undefined) return fault;
    session.kill();
    return when === 'before' ? 'crash' : 'crash-after';
  };
  world.api.faults.push(({ session: who, method, path }) => {
    if (who !== name) return undefined;
    turn.onKube?.(path, session);
    if (/\/(leases|events)(\/|$)/.test(path) || method === 'WATCH') return undefined;
    if (method === 'PATCH') kubeWrites += 1;
    const when = due();
    return when && { fault: 'crash', when };
  });
  const io = {
    out: (text: string) => {
      texts.out += text;
    },
    err: (text: string) => {
      texts.err += text;
    },
    ask: turn.answer === undefined ? undefined : async () => turn.answer ?? '',
    signal: stop.signal,
  };
  const whole = { mode: 'show', names: [], everywhere: true, yes: turn.answer === undefined, output: 'text' } as const;
  const settings = { ...chosen.settings, ...turn.settings };
  const running = drain({ ...chosen, settings }, session, { ...whole, ...turn.wish }, io);
  const ended: { code?: number; error?: unknown; is: boolean } = { is: false };
  running.then(
    (code) => Object.assign(ended, { code, is: true }),
    (error: unknown) => Object.assign(ended, { error, is: true }),
  );
  await world.clock.advance(LIMIT_MS, () => ended.is || !session.isAlive);
  session.kill();
  world.aws.intercept = intercept;
  return { code: ended.code, error: ended.error, ...texts, awsWrites, kubeWrites, calls };
}

export function listOf({ out }: DrainAnswer): DrainList {
  return JSON.parse(out) as DrainList;
}

export const CLASSIC = { 'service.beta.kubernetes.io/aws-load-balancer-type': 'classic' };
export const NLB = { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' };
export const RELEASE = { mode: 'release' } as const;
export const DELETE = { mode: 'delete' } as const;

/** An NLB and a Classic Load Balancer are served; then the controller is stopped in good order. */
export async function served(world: World): Promise<void> {
  const process = await world.start();
  world.addService('web', { annotations: NLB });
  world.addService('old', { annotations: CLASSIC });
  await world.settle();
  process.stop();
  await world.until('it has stopped', () => process.ended !== undefined);
}

export const holder = (world: World) => world.api.get<Lease>('Lease', 'kube-system/fairlead')?.spec?.holderIdentity;
export const finalizers = (world: World, name: string) => world.service(name).metadata.finalizers ?? [];
export const ourConditions = (world: World, name: string) =>
  (world.service(name).status?.conditions ?? []).filter(({ type }) => type.startsWith('fairlead.dev/'));
export const things = ({ aws: { state } }: World) => {
  const { loadBalancers, classicLoadBalancers, targetGroups, listeners } = state;
  return [loadBalancers, classicLoadBalancers, targetGroups, listeners].map(({ size }) => size);
};

/** What a drain does on purpose, a controller may never do: so the rules are told that it was meant. */
export function meant(world: World): void {
  world.rules.broken.length = 0;
}
