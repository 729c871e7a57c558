// What tests of the chart take out of rendered objects. It renders nothing.
import type { Rendered } from './helm.ts';

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly object[];
  readonly securityContext: object;
  readonly [field: string]: unknown;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly securityContext: object;
  readonly serviceAccountName: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly topologySpreadConstraints?: readonly Record<string, unknown>[];
  readonly volumes?: readonly object[];
  readonly [field: string]: unknown;
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

interface Deployment extends Rendered {
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly strategy: Readonly<Record<string, unknown>>;
    readonly template: {
      readonly metadata: { readonly labels: Record<string, string>; readonly annotations: Record<string, string> };
      readonly spec: PodSpec;
    };
  };
}

/** Objects of a kind. */
export function ofKind<T extends Rendered = Rendered>(objects: readonly Rendered[], kind: string): readonly T[] {
  return objects.filter((object): object is T => object.kind === kind);
}

/** The only object of a kind; throws for none or several. */
export function only<T extends Rendered = Rendered>(objects: readonly Rendered[], kind: string): T {
  const [first, ...others] = ofKind<T>(objects, kind);
  if (first === undefined || others.length > 0)
    throw new Error(`there are ${others.length + (first ? 1 : 0)} ${kind}s`);
  return first;
}

export function deploymentOf(objects: readonly Rendered[]): Deployment {
  return only<Deployment>(objects, 'Deployment');
}

/** The pods that the chart starts: that of the Deployment, then that of `helm test`. */
export function podsOf(objects: readonly Rendered[]): readonly PodSpec[] {
  const tests = ofKind(objects, 'Pod') as unknown as readonly { readonly spec: PodSpec }[];
  return [deploymentOf(objects).spec.template.spec, ...tests.map(({ spec }) => spec)];
}

/** The arguments of the controller. */
export function argsOf(objects: readonly Rendered[]): readonly string[] {
  return deploymentOf(objects).spec.template.spec.containers[0]?.args ?? [];
}

/** Where a container's arguments are flags with values: by flag, without dashes. */
export function flagsIn(args: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    args.flatMap((arg) => {
      const [, flag, value] = /^--([a-z0-9-]+)=(.*)$/s.exec(arg) ?? [];
      return flag === undefined || value === undefined ? [] : [[flag, value]];
    }),
  );
}
