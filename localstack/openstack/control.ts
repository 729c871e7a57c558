// What tests can tell the driver behind Octavia: how long things take, and what becomes of them. A second way into
// Octavia's process, which Octavia itself knows nothing of.

/** What can fail by itself, as Octavia names it. */
export type FailingKind = 'loadbalancer' | 'listener' | 'pool' | 'member' | 'healthmonitor';

export interface Failure {
  /** Default `loadbalancer`: it ends in ERROR with all in it that was pending. Other kinds: they alone do. */
  readonly kind?: FailingKind;
  /** Only objects whose name fits, anywhere in it. Python's syntax is used; a plain word is the same in both. */
  readonly name?: string | RegExp;
  /** How many settle in ERROR. Default 1. */
  readonly times?: number;
}

export interface Control {
  /** How long objects stay PENDING. 0: until the answer of the call that made them so is sent. */
  setSettleMs(ms: number): Promise<void>;
  /** Lets the next object of that kind or name end in ERROR; text or a pattern alone means the name of a load balancer. */
  failNext(failure: Failure | string | RegExp): Promise<void>;
  /** Sets the two states of a load balancer, whatever they are. */
  setStatus(loadBalancerId: string, provisioning: string, operating: string): Promise<void>;
  /** Nothing settles until release(), which settles all that waited. */
  hold(): Promise<void>;
  release(): Promise<void>;
  /** Nothing is held and nothing fails any more; the time stays. */
  reset(): Promise<void>;
  /** How many load balancers are pending. */
  pending(): Promise<number>;
}

/** `url` is that of the control channel. */
export function connectControl(url: string): Control {
  const tell = async (order: object): Promise<number> => {
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(order) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`control: ${answer.status} ${text}`);
    return (JSON.parse(text) as { readonly pending: number }).pending;
  };
  const done = async (order: object) => void (await tell(order));
  return {
    setSettleMs: (ms) => done({ settle: ms / 1000 }),
    failNext(failure) {
      const isName = typeof failure === 'string' || failure instanceof RegExp;
      const { kind = 'loadbalancer', name = '', times = 1 } = isName ? { name: failure } : failure;
      return done({ fail: { kind, name: typeof name === 'string' ? literal(name) : name.source, times } });
    },
    setStatus: (id, provisioning, operating) => done({ status: { id, provisioning, operating } }),
    hold: () => done({ hold: true }),
    release: () => done({ hold: false }),
    reset: () => done({ reset: true, hold: false }),
    pending: () => tell({}),
  };
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
