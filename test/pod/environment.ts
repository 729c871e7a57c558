// A container's environment and its command line, made of the spec as the kubelet makes them.
import type { Container, EnvVar, FieldRef } from './pod-spec.ts';

/** What the downward API can be asked for. */
export interface PodFacts {
  readonly name: string;
  readonly namespace: string;
  readonly ip: string;
  readonly serviceAccount: string;
}

type Env = Readonly<Record<string, string>>;

/**
 * The variables of a container over those of the image and of the API server's Service. Throws for a source that has no
 * meaning here, instead of leaving the variable out.
 */
export function environmentOf(container: Container, pod: PodFacts, base: Env): Record<string, string> {
  if (container.envFrom?.length) throw new Error(`container ${container.name}: envFrom is not supported here`);
  const env: Record<string, string> = { ...base };
  for (const variable of container.env ?? []) {
    env[variable.name] =
      variable.valueFrom === undefined ? expand(variable.value ?? '', env) : read(variable, variable.valueFrom, pod);
  }
  return env;
}

function read(variable: EnvVar, from: NonNullable<EnvVar['valueFrom']>, pod: PodFacts): string {
  const place = `environment variable ${variable.name}`;
  if (from.fieldRef) return fieldOf(from.fieldRef, pod, place);
  throw new Error(`${place}: the source ${Object.keys(from).join(', ')} is not supported here`);
}

/** A field of the pod. Throws for one that the runner does not know. */
export function fieldOf({ fieldPath }: FieldRef, pod: PodFacts, place: string): string {
  switch (fieldPath) {
    case 'metadata.name':
      return pod.name;
    case 'metadata.namespace':
      return pod.namespace;
    case 'status.podIP':
      return pod.ip;
    case 'spec.serviceAccountName':
      return pod.serviceAccount;
    default:
      throw new Error(`${place}: the field ${fieldPath} is not supported here`);
  }
}

/** Kubernetes' `$(NAME)`: unknown names stay as they are, and `$$` is a plain `$`. */
export function expand(text: string, env: Env): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, what: string, name?: string) => {
    if (what === '$') return '$';
    return name !== undefined && Object.hasOwn(env, name) ? env[name]! : whole;
  });
}

/** What of the image the container's command and arguments replace. */
export function commandOf(container: Container, image: { entrypoint: readonly string[] }, env: Env): string[] {
  const words = [...(container.command ?? image.entrypoint), ...(container.args ?? [])];
  return words.map((word) => expand(word, env));
}
