// A text of manifests as Services with the place of everything in them, and all that is wrong with it as a text. It runs in a
// browser, takes time in proportion to the text whatever that says, and never throws.
import type { Service } from '../kube/types.ts';
import type { ProblemCode, Severity } from '../schema/problem.ts';
import { type Composed, compose } from './compose.ts';
import { type Fault, type FaultCode, isUnreadable, LIMITS } from './fault.ts';
import { finder, locateIn } from './find-place.ts';
import { cutList } from './list-items.ts';
import { sortObjects } from './objects.ts';
import { LineMap, type Position } from './position.ts';
import { shapeOf } from './shape.ts';
import { mayHoldService, piecesOf } from './split.ts';
import type { Path, ShapeProblem } from './take.ts';
import type { Tree } from './tree.ts';

export interface Manifest {
  readonly services: readonly ManifestService[];
  /** In the order of their places. */
  readonly problems: readonly ManifestProblem[];
  /** Documents that are not empty, of whatever kind. */
  readonly documents: number;
  /** The text of a line that counts from 1. */
  line(number: number): string;
}

export interface ManifestService {
  /** Only what is well-shaped; not complete (`completeService`). The uid is empty where the text has none. */
  readonly service: Service;
  /** Counts from 1. */
  readonly document: number;
  readonly at: Position;
  /**
   * Where `['metadata', 'annotations', KEY]` or `['spec', 'ports', 0, 'port']` stands: its key, or its value where asked for,
   * or a word inside that. Where the path leads on beyond the text: the last that is there.
   */
  locate(path: Path, part?: 'key' | 'value', word?: string): Position;
}

export interface ManifestProblem {
  readonly severity: Severity;
  readonly code: ProblemCode | FaultCode;
  /** True: a part of the text was not read. Services may be missing. */
  readonly unreadable: boolean;
  readonly document: number;
  /** Which of `services` it is about; undefined where it is about none, or about one too broken to be there. */
  readonly service?: number;
  /** Namespace and name as far as they are known. */
  readonly about?: { readonly namespace: string; readonly name: string };
  /** Inside the Service; empty where it is about the text. */
  readonly path: Path;
  readonly at: Position;
  /** The first place of a key that is there twice. */
  readonly also?: Position;
  readonly value: string;
  readonly expected: string;
  readonly suggestion?: string;
  /** One complete sentence, or two. */
  readonly message: string;
}

export function readManifest(text: string): Manifest {
  const lines = new LineMap(text.length > LIMITS.streamLength ? '' : text);
  const reader = new Reader(lines);
  if (text.length > LIMITS.streamLength) {
    const size = `${LIMITS.streamLength / 1024 / 1024} MiB`;
    const message = `The text is larger than ${size} and was not read.`;
    reader.fault({ code: 'too-large', start: 0, end: 1, value: '', expected: `at most ${size}`, message });
    return reader.done(0);
  }
  let documents = 0;
  let candidates = 0;
  for (const { start, end, isCandidate } of piecesOf(text)) {
    reader.number = ++documents;
    if (!isCandidate) continue;
    if (++candidates > LIMITS.candidates) reader.full(start, `${LIMITS.candidates} documents`);
    else reader.document(text.slice(start, end), start);
    if (reader.isFull) break;
  }
  return reader.done(documents);
}

class Reader {
  /** Of the document. */
  number = 0;
  readonly #lines: LineMap;
  readonly #services: ManifestService[] = [];
  readonly #problems: ManifestProblem[] = [];

  constructor(lines: LineMap) {
    this.#lines = lines;
  }

  /** True: a cap is reached and told of; nothing more is read. */
  isFull = false;

  document(text: string, start: number): void {
    const list = cutList(text);
    if (!list) this.#read(compose(text, start), false);
    const isItem = list?.kind === 'ServiceList';
    for (const item of list?.items ?? []) {
      if (this.isFull) return;
      if (isItem || mayHoldService(item.text)) this.#read(compose(item.text, start + item.start), isItem);
    }
  }

  #read({ trees, faults }: Composed, isItem: boolean): void {
    if (trees.length === 0) for (const fault of faults) this.fault(fault);
    for (const tree of trees) this.#tree(tree, faults, isItem);
  }

  #tree(tree: Tree, faults: readonly Fault[], isItem: boolean): void {
    const { services, others, isCut } = sortObjects(tree, isItem, LIMITS.objects - this.#services.length);
    if (services.length === 0 && !isCut && !faults.some(({ code }) => isUnreadable(code))) return;
    const spans = services.map(({ tree: object, needsNoKind }) => {
      const about = this.#service(object, needsNoKind);
      return { start: object.start, end: object.end, about };
    });
    const [whoseService, whoseOther] = [finder(spans), finder(others)];
    for (const fault of faults) if (!whoseOther(fault.start)) this.fault(fault, whoseService(fault.start)?.about);
    if (isCut) this.full(tree.start, `${LIMITS.objects} objects`);
  }

  #service(tree: Tree, needsNoKind: boolean): About {
    if (this.isFull) return {};
    const { service, problems } = shapeOf(tree, needsNoKind);
    const locate = (path: Path, part: 'key' | 'value' = 'key', word?: string) =>
      locateIn(this.#lines, tree, path, { part, word });
    const index = this.#services.length;
    if (service) {
      const at = this.#lines.position(tree.start, tree.end);
      this.#services.push({ service, document: this.number, at, locate });
    }
    const { namespace = 'default', name = '' } = service?.metadata ?? {};
    const about: About = service ? { service: index, about: { namespace, name } } : {};
    for (const one of problems) {
      this.#add({ ...shapeProblem(one), at: locate(one.path, one.part), document: this.number, ...about });
    }
    return about;
  }

  fault(fault: Fault, about: About = {}): void {
    const { code, value, expected, message, also } = fault;
    this.#add({
      severity: 'error',
      code,
      unreadable: isUnreadable(code),
      document: this.number,
      ...about,
      path: [],
      at: this.#lines.position(fault.start, fault.end),
      ...(also && { also: this.#lines.position(also.start, also.end) }),
      value,
      expected,
      message,
    });
  }

  full(start: number, most: string): void {
    if (this.isFull) return;
    this.isFull = true;
    const message = `This is more than ${most}; what follows was not read.`;
    const at = this.#lines.position(start);
    const rest = { path: [], at, value: '', expected: `at most ${most}`, message };
    this.#problems.push({ severity: 'error', code: 'too-many', unreadable: true, document: this.number, ...rest });
  }

  #add(problem: ManifestProblem): void {
    if (this.#problems.length < LIMITS.problems) this.#problems.push(problem);
    else this.full(this.#lines.offset(problem.at), `${LIMITS.problems} problems`);
  }

  done(documents: number): Manifest {
    const problems = this.#problems.sort(({ at: a }, { at: b }) => a.line - b.line || a.column - b.column);
    return { services: this.#services, problems, documents, line: (number) => this.#lines.line(number) };
  }
}

type About = Pick<ManifestProblem, 'service' | 'about'>;

function shapeProblem({ path, problem }: ShapeProblem): Omit<ManifestProblem, 'document' | 'at'> {
  const { severity, code, value, expected, suggestion, message } = problem;
  const meant = suggestion === undefined ? {} : { suggestion };
  return { severity, code, unreadable: false, path, value, expected, ...meant, message };
}
