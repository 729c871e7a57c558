// The document between `fairlead facts` and plans: what one cloud told of some Services, and the nodes. Pure; runs in a browser.
import type { ClusterIdentity, Scene } from '../provider/provider.ts';
import type { EligibleNode } from '../provider/request.ts';

export const FACTS_VERSION = 'facts.fairlead.dev/v1';

/** JSON. It holds names, ids, addresses and tags of the cloud, and labels of nodes; no credentials. */
export interface FactsDocument {
  readonly apiVersion: typeof FACTS_VERSION;
  readonly kind: 'Facts';
  /** The name of the provider that gathered them. */
  readonly provider: string;
  readonly cluster: ClusterIdentity;
  /** Those that may receive traffic. */
  readonly nodes: readonly EligibleNode[];
  /** What the provider's `gather` answered: its own form. */
  readonly facts: object;
}

export function factsDocument(provider: string, cluster: ClusterIdentity, scene: Scene<object>): FactsDocument {
  return { apiVersion: FACTS_VERSION, kind: 'Facts', provider, cluster, nodes: scene.nodes, facts: scene.facts };
}

/** The document, which is of one of these providers, or what is wrong with the text: a clause that completes "the file …". */
export function parseFacts(text: string, providers: readonly string[]): FactsDocument | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  return faultOf(value, providers) ?? (value as FactsDocument);
}

/** What completes "the file …"; undefined: it is as it should be. */
function faultOf(value: unknown, providers: readonly string[]): string | undefined {
  if (!isObject(value)) return 'is no object';
  if (value.apiVersion !== FACTS_VERSION || value.kind !== 'Facts') {
    return `is no document of apiVersion ${FACTS_VERSION} and kind Facts; fairlead facts writes one`;
  }
  if (!providers.some((name) => name === value.provider)) {
    return `holds facts of provider ${JSON.stringify(value.provider)}, and the plan is for ${providers.join(', ')}`;
  }
  const { cluster, nodes, facts } = value;
  if (!isObject(cluster) || !isText(cluster.name) || !isText(cluster.uid))
    return 'lacks the name and uid of its cluster';
  if (!Array.isArray(nodes)) return 'lacks its list of nodes';
  const bad = nodes.findIndex((node) => !isNode(node));
  if (bad >= 0) return `has a node that is none: nodes[${bad}] needs name, providerId, labels and addresses`;
  return isObject(facts) ? undefined : 'lacks its facts';
}

function isNode(node: unknown): node is EligibleNode {
  return (
    isObject(node) &&
    isText(node.name) &&
    isText(node.providerId) &&
    isObject(node.labels) &&
    Object.values(node.labels).every(isText) &&
    Array.isArray(node.addresses) &&
    node.addresses.every(isText)
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
