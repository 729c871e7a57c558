// A Service out of its tree: what is well-shaped, and all that the API server would refuse. The checks are those that every
// version of it makes (pkg/apis/core/validation of Kubernetes); what only a cluster can know is not judged.
import type { ObjectMeta, Service } from '../kube/types.ts';
import { problem } from '../schema/problem.ts';
import { checkKey, labelsOf } from './shape-labels.ts';
import { specOf } from './shape-spec.ts';
import { type ShapeProblem, type Spot, spoken, Taker } from './take.ts';
import type { Tree } from './tree.ts';

export interface Shaped {
  /** Absent where there is not even a name. */
  readonly service: Service | undefined;
  readonly problems: readonly ShapeProblem[];
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_TEXT = 'at most 63 lower-case letters, digits and hyphens, with no hyphen at either end';
const ANNOTATIONS_MAX = 256 * 1024;

const ROOT = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];
const METADATA =
  'name generateName namespace labels annotations uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds ownerReferences finalizers managedFields selfLink'.split(
    ' ',
  );

export function shapeOf(tree: Tree, needsNoKind: boolean): Shaped {
  const taker = new Taker();
  const root: Spot = { tree, path: [] };
  taker.known(root, ROOT);
  if (!needsNoKind) checkKind(taker, root);
  const metadata = metadataOf(taker, taker.at(root, 'metadata'));
  const spec = specOf(taker, taker.at(root, 'spec'));
  taker.map(taker.at(root, 'status'));
  if (!metadata) return { service: undefined, problems: taker.problems };
  const service: Service = { apiVersion: 'v1', kind: 'Service', metadata, spec };
  return { service, problems: taker.problems };
}

function checkKind(taker: Taker, root: Spot): void {
  for (const [field, right] of [
    ['apiVersion', 'v1'],
    ['kind', 'Service'],
  ] as const) {
    const spot = taker.at(root, field);
    if (!spot.tree) taker.missing(spot.path, right);
    else taker.choice(spot, [right]);
  }
}

function metadataOf(taker: Taker, spot: Spot): ObjectMeta | undefined {
  if (!spot.tree) {
    taker.missing(spot.path, 'a map with at least a name');
    return undefined;
  }
  if (!taker.map(spot)) return undefined;
  checkFields(taker, spot);
  const name = nameFrom(taker, spot);
  const namespace = label(taker, taker.given(spot, 'namespace'));
  const labels = labelsOf(taker, taker.at(spot, 'labels'));
  const annotations = annotationsOf(taker, taker.at(spot, 'annotations'));
  const uid = taker.text(taker.at(spot, 'uid'), 'text') ?? '';
  const deletionTimestamp = taker.text(taker.at(spot, 'deletionTimestamp'), 'a time');
  if (name === undefined) return undefined;
  return {
    name,
    uid,
    resourceVersion: '',
    ...(namespace !== undefined && { namespace }),
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
  };
}

/** A key with a slash can only be an annotation that stands too far left. */
function checkFields(taker: Taker, spot: Spot): void {
  const entries = taker.map(spot) ?? new Map();
  const strays = [...entries.keys()].filter((key) => key.includes('/'));
  for (const key of strays) {
    const path = [...spot.path, key];
    const expected = 'it under metadata.annotations, further to the right';
    const name = { noun: 'Annotation', key };
    const message = `${spoken(name)} stands under metadata, where it is unknown; expected ${expected}`;
    const found = problem('error', 'unknown-key', name, '', { expected, message });
    taker.problems.push({ path, part: 'key', problem: found });
  }
  taker.known(spot, [...METADATA, ...strays]);
}

function nameFrom(taker: Taker, spot: Spot): string | undefined {
  const name = taker.given(spot, 'name');
  const stem = taker.given(spot, 'generateName');
  const beginning = taker.matching(stem, /^[a-z0-9][-a-z0-9]*$/, 63, 'the beginning of a name');
  if (!name.tree && stem.tree) return beginning === undefined ? undefined : `${beginning.slice(0, 58)}xxxxx`;
  if (!name.tree) taker.missing(name.path, LABEL_TEXT);
  return label(taker, name) ?? misspelt(name);
}

/** Enough to speak of the Service by, so that the rest of it can be judged too. */
function misspelt({ tree }: Spot): string | undefined {
  return tree?.form === 'scalar' && tree.text !== '' ? tree.text.slice(0, 63) : undefined;
}

function label(taker: Taker, spot: Spot): string | undefined {
  const { tree, path } = spot;
  if (tree?.form === 'scalar' && typeof tree.value === 'string' && tree.text.includes('{{')) {
    const because = 'is a template that is not rendered';
    taker.fault(path, tree.text, { because, expected: 'the output of helm template' });
    return undefined;
  }
  return taker.matching(spot, LABEL, 63, LABEL_TEXT);
}

function annotationsOf(taker: Taker, spot: Spot): Readonly<Record<string, string>> | undefined {
  const annotations = taker.texts(spot);
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    checkKey(taker, spot.path, key, key.toLowerCase());
    bytes += bytesIn(key) + bytesIn(value);
  }
  if (bytes > ANNOTATIONS_MAX) {
    const expected = `at most ${ANNOTATIONS_MAX} bytes of keys and values together`;
    taker.fault(spot.path, `${bytes} bytes`, { code: 'too-long', expected }, 'key');
  }
  return annotations;
}

function bytesIn(text: string): number {
  return new TextEncoder().encode(text).length;
}
