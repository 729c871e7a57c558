// Who may write, and when: only the holder of the lease (rule 7), and for a Service only while our finalizer holds it
// (rule 3).
import type { Lease, Service } from '../../../src/kube/types.ts';
import type { Call } from '../../fake/aws/call.ts';
import { FINALIZER, isBalancerName } from '../ledger.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';

const OWNER_TAG = 'fairlead.dev/owner';

interface Input {
  readonly Name?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly TagSpecifications?: readonly { readonly Tags: Input['Tags'] }[];
  readonly LoadBalancerArn?: string;
  readonly LoadBalancerName?: string;
  readonly LoadBalancerNames?: readonly string[];
  readonly TargetGroupArn?: string;
  readonly ListenerArn?: string;
  readonly ResourceArns?: readonly string[];
  readonly GroupId?: string;
  readonly IpPermissions?: readonly { readonly IpRanges?: Described; readonly UserIdGroupPairs?: Described }[];
}

type Described = readonly { readonly Description?: string }[];

export class WriterRule {
  readonly #world: World;
  readonly #report: (what: string) => void;

  constructor(world: World, report: (what: string) => void) {
    this.#world = world;
    this.#report = report;
  }

  /** Asked for every call as it leaves. */
  sending(call: Call, process: Process): void {
    if (!call.write) return;
    const what = `${process.name} sends ${call.operation}`;
    const lease = this.#world.api.get<Lease>('Lease', 'kube-system/fairlead');
    const { holderIdentity, renewTime = '', leaseDurationSeconds = 0 } = lease?.spec ?? {};
    if (holderIdentity !== process.name) this.#report(`7: ${what}, but the lease is ${holderIdentity ?? 'nobody'}'s`);
    else if (Date.now() > Date.parse(renewTime) + leaseDurationSeconds * 1000)
      this.#report(`7: ${what}, but its lease ran out`);
    for (const uid of this.#ownersOf(call.input as Input)) this.#checkFinalizer(uid, what);
  }

  #checkFinalizer(uid: string, what: string): void {
    const { ledger } = this.#world;
    if (ledger.forced.has(uid)) return;
    const service: Service | undefined = ledger.live(uid);
    if (service === undefined) this.#report(`3: ${what} for a Service that is gone (${uid})`);
    else if (service.metadata.finalizers?.includes(FINALIZER) !== true)
      this.#report(`3: ${what} for ${service.metadata.name}, which does not have the finalizer`);
  }

  /** UIDs of the Services that the call is for, as far as it tells. */
  #ownersOf(input: Input): readonly string[] {
    const { state } = this.#world.aws;
    const arn = input.ListenerArn ?? input.TargetGroupArn ?? input.LoadBalancerArn ?? input.ResourceArns?.[0] ?? '';
    const name = input.LoadBalancerName ?? input.LoadBalancerNames?.[0] ?? '';
    const classic = state.classicLoadBalancers.get(name);
    const row = state.listeners.get(arn) ?? state.targetGroups.get(arn) ?? state.loadBalancers.get(arn) ?? classic;
    const tags = [...(input.Tags ?? []), ...(input.TagSpecifications?.flatMap((one) => one.Tags ?? []) ?? [])];
    const given = tags.find(({ Key }) => Key === OWNER_TAG)?.Value;
    const owner = given ?? row?.tags[OWNER_TAG] ?? state.securityGroups.get(input.GroupId ?? '')?.tags[OWNER_TAG];
    const known = this.#world.ledger.all().map(({ metadata }) => metadata.uid);
    const marked = owner?.split('/')[1];
    // A tag may hold what a name holds of the UID: the beginning, without dashes.
    const uid = known.find((one) => marked && one.replaceAll('-', '').startsWith(marked.replaceAll('-', ''))) ?? marked;
    const descriptions = (input.IpPermissions ?? []).flatMap(({ IpRanges = [], UserIdGroupPairs = [] }) =>
      [...IpRanges, ...UserIdGroupPairs].map((one) => one.Description),
    );
    const names = [name, ...descriptions.flatMap((text) => /=([a-z][0-9a-f]{31})$/.exec(text ?? '')?.[1] ?? [])];
    return [
      ...new Set([...(uid ? [uid] : []), ...known.filter((one) => names.some((each) => isBalancerName(one, each)))]),
    ];
  }
}
