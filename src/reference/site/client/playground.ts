// The playground: editors on one side, what the controller makes of them on the other.
import { exampleCalled } from '../examples.ts';
import { type Answer, answer, type Place } from './compute.ts';
import { copyFrom, listenForCopies } from './copy.ts';
import { byId, el, proseNodes } from './dom.ts';
import { type Editor, makeEditor } from './editor.ts';
import { drawAnswer, isBlocked, summaryOf } from './result-view.ts';
import { pack, type Shown, unpack } from './share.ts';
import { classes, compilers, entries, examples } from './tables.ts';

const DEBOUNCE_MS = 120;
const SHARED = '#s=';
/** Past that an editor of a page is no place to be. */
const MOST_CHARACTERS = 400_000;

const result = byId('result');
const summary = byId('summary');
const findings = byId('findings');
const about = byId('about');
const provider = byId<HTMLSelectElement>('provider');
const example = byId<HTMLSelectElement>('example');
const options = [...document.querySelectorAll<HTMLSelectElement>('select[data-option]')];
const modes = [...document.querySelectorAll<HTMLInputElement>('input[name="mode"]')];
const reset = byId<HTMLButtonElement>('facts-reset');
const factsState = byId('facts-state');

let areFactsEdited = false;
let timer: ReturnType<typeof setTimeout> | undefined;

const onEdit = () => {
  example.value = '';
  soon();
};
const editors: Readonly<Record<Place, Editor>> = {
  before: makeEditor(byId('before-editor'), 'The Service before the change, YAML', { onEdit, onLine: explain }),
  service: makeEditor(byId('service-editor'), 'Service, YAML', { onEdit, onLine: explain }),
  facts: makeEditor(byId('facts-editor'), 'Sample facts, JSON', {
    onEdit: () => {
      sayFacts(true);
      soon();
    },
  }),
};

function mode(): 'one' | 'change' {
  return modes.find(({ checked }) => checked)?.value === 'change' ? 'change' : 'one';
}

function shown(): Shown {
  return {
    provider: provider.value,
    options: Object.fromEntries(
      options
        .filter((select) => belongs(select) && !select.selectedOptions[0]?.defaultSelected)
        .map((select) => [select.dataset.option ?? '', select.value]),
    ),
    mode: mode(),
    service: editors.service.text(),
    before: mode() === 'change' ? editors.before.text() : '',
    ...(areFactsEdited && { facts: editors.facts.text() }),
  };
}

function belongs(select: HTMLSelectElement): boolean {
  return select.closest<HTMLElement>('[data-provider]')?.dataset.provider === provider.value;
}

/** What is on the page was made from older text until it is drawn anew. */
function soon(): void {
  result.setAttribute('aria-busy', 'true');
  clearTimeout(timer);
  timer = setTimeout(draw, DEBOUNCE_MS);
}

function draw(): void {
  clearTimeout(timer);
  const now = shown();
  const compiler = compilers.find(({ name }) => name === now.provider);
  if (!compiler) return;
  const isTooLong = now.service.length + now.before.length > MOST_CHARACTERS;
  const found: Answer = isTooLong ? tooLong() : answer({ ...now, compiler, classes });
  byId('before-part').hidden = now.mode === 'one';
  byId('service-title').textContent = now.mode === 'one' ? 'Service' : 'After';
  byId('work').className = now.mode === 'one' ? 'work' : 'work change';
  sayOptions(now.options);
  if (!areFactsEdited && found.facts !== undefined) editors.facts.write(found.facts);
  for (const [where, editor] of Object.entries(editors)) {
    editor.mark(found.notes.filter((note) => note.where === where));
  }
  const hasErrors = found.notes.some(({ severity }) => severity === 'error');
  summary.textContent = summaryOf(found);
  summary.className = `summary ${hasErrors ? 'wrong' : found.notes.length > 0 || isBlocked(found) ? 'doubtful' : 'right'}`;
  findings.replaceChildren(...drawAnswer(found, now.mode, goTo));
  result.removeAttribute('aria-busy');
}

function sayOptions(set: Shown['options']): void {
  const own = options.filter(belongs);
  for (const select of options) select.closest<HTMLElement>('p')!.hidden = !own.includes(select);
  byId('options').hidden = own.length === 0;
  for (const group of example.querySelectorAll('optgroup')) {
    const isOwn = group.dataset.provider === provider.value;
    group.hidden = !isOwn;
    group.disabled = !isOwn;
  }
  const changed = Object.entries(set).map(([key, value]) => `--${key} ${value}`);
  byId('options-set').textContent = changed.length === 0 ? '' : `: ${changed.join(', ')}`;
}

function tooLong(): Answer {
  const message = `This is more than ${MOST_CHARACTERS} characters. fairlead validate and fairlead plan read files of any size.`;
  return { notes: [{ where: 'service', severity: 'error', message }], results: [], left: 0 };
}

function goTo(where: Place, line: number, column: number): void {
  if (where === 'facts') byId<HTMLDetailsElement>('facts').open = true;
  editors[where].goTo(line, column);
}

/** Says what the annotation on the cursor's line does. */
function explain(line: string): void {
  const key = /^\s*["']?([\w./-]+)["']?\s*:/.exec(line)?.[1];
  const entry = entries.find((one) => one.key === key && one.providers.includes(provider.value));
  about.hidden = !entry;
  if (!entry) return;
  const link = el('a', { href: `index.html#${entry.anchor}` }, 'Everything about it');
  about.replaceChildren(el('p', {}, el('strong', {}, entry.suffix), ' ', ...proseNodes(entry.doc)), el('p', {}, link));
}

function sayFacts(edited: boolean): void {
  areFactsEdited = edited;
  reset.disabled = !edited;
  factsState.textContent = edited ? 'Edited by you: they stay while the Service changes.' : 'Made up for this Service.';
}

function show(what: Partial<Shown> & Pick<Shown, 'service'>): void {
  if (compilers.some(({ name }) => name === what.provider)) provider.value = what.provider ?? '';
  for (const select of options) {
    const key = select.dataset.option ?? '';
    const asked = what.options && Object.hasOwn(what.options, key) ? what.options[key] : undefined;
    const standard = [...select.options].find(({ defaultSelected }) => defaultSelected);
    select.value = [...select.options].some(({ value }) => value === asked) ? (asked ?? '') : (standard?.value ?? '');
  }
  for (const radio of modes) radio.checked = radio.value === (what.mode ?? 'one');
  editors.service.write(what.service);
  editors.before.write(what.before ?? '');
  if (what.facts !== undefined) editors.facts.write(what.facts);
  sayFacts(what.facts !== undefined);
  draw();
}

function showExample(id: string): boolean {
  const found = exampleCalled(examples, id);
  if (!found) return false;
  show({ ...found, mode: found.before === undefined ? 'one' : 'change' });
  example.value = found.name;
  return true;
}

/** What the address asks for: something shared, an annotation's example, or one of the examples. */
async function start(): Promise<void> {
  const asked = new URL(location.href).searchParams;
  const shared = location.hash.startsWith(SHARED) ? await unpack(location.hash.slice(SHARED.length)) : undefined;
  if (shared) return show(shared);
  const entry = entries.find(({ anchor }) => anchor === asked.get('entry'));
  if (entry) return show({ provider: entry.providers[0] ?? '', service: entry.service });
  if (!showExample(asked.get('example') ?? '')) showExample(examples[0]?.name ?? '');
  if (!location.hash.startsWith(SHARED)) return;
  summary.textContent = 'The link is not whole, so this is an example. Ask for it again.';
  summary.className = 'summary wrong';
}

const said = el('p', { class: 'unseen', role: 'status' });
document.body.append(said);

async function share(this: HTMLButtonElement): Promise<void> {
  const packed = await pack(shown());
  if (packed === undefined) {
    summary.textContent = 'This is too much for a link. Send the file itself.';
    return;
  }
  const url = new URL(location.href);
  url.search = '';
  url.hash = `${SHARED}${packed}`;
  try {
    history.replaceState(null, '', url.href);
  } catch {
    location.hash = url.hash;
  }
  await copyFrom(this, url.href, said);
}

example.addEventListener('change', () => showExample(example.value));
provider.addEventListener('change', () => {
  sayFacts(false);
  // An example that nobody has touched says nothing to another provider: one of its own takes its place.
  const first = examples.find((one) => one.provider === provider.value);
  if (example.value !== '' && first) showExample(first.name);
  else soon();
});
for (const select of options) select.addEventListener('change', soon);
for (const radio of modes) {
  radio.addEventListener('change', () => {
    if (mode() === 'change' && editors.before.text() === '') editors.before.write(editors.service.text());
    draw();
  });
}
reset.addEventListener('click', () => {
  sayFacts(false);
  draw();
});
byId('share').addEventListener('click', share);
// Only a shared one: other fragments are places on the page.
addEventListener('hashchange', () => {
  if (location.hash.startsWith(SHARED)) void start();
});
listenForCopies(document);
void start();
