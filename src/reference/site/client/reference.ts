// Makes the reference page searchable: hides what was not asked for and puts the best first. What is shown is always the
// page's own HTML; nothing is drawn here.
import { listenForCopies } from './copy.ts';
import { byId } from './dom.ts';
import { type Hits, searchEntries } from './search-entries.ts';

const query = byId<HTMLInputElement>('query');
const count = byId('count');
const found = byId('found');
const ranked = byId('ranked');
const nothing = byId('nothing');
/** Absent where there are none. */
const notRead = document.getElementById('not-read');
const reading = byId('reading');
const filtered = byId('filtered');
const clear = byId<HTMLButtonElement>('clear');
const filters = [...document.querySelectorAll<HTMLSelectElement>('select[data-filter]')];
const groups = [...document.querySelectorAll<HTMLElement>('.group')];
const articles = [...document.querySelectorAll<HTMLElement>('.entry')];
const items = new Map(
  [...document.querySelectorAll<HTMLElement>('#index li')].map((item) => [item.dataset.anchor ?? '', item]),
);
/** Where each belongs while nothing is searched for. */
const homes = new Map([...articles, ...items.values()].map((one) => [one, one.parentElement as HTMLElement]));

const ATTRIBUTES: Readonly<Record<string, string>> = {
  provider: 'providers',
  kind: 'kinds',
  change: 'change',
  risk: 'risk',
  status: 'status',
};

function passes(article: HTMLElement): boolean {
  return filters.every(({ value, dataset }) => {
    const words = (article.dataset[ATTRIBUTES[dataset.filter ?? ''] ?? ''] ?? '').split(' ');
    return value === '' || words.includes(value);
  });
}

function show(): void {
  const words = query.value.trim();
  const isSearch = words !== '';
  const hits = isSearch ? searchEntries(words) : undefined;
  const order = hits ? hits.anchors : articles.map(({ id }) => id);
  const shown = order.map((id) => byId(id)).filter(passes);
  const visible = new Set(shown);
  for (const article of articles) {
    const item = items.get(article.id);
    article.hidden = !visible.has(article);
    if (item) item.hidden = article.hidden;
    if (!isSearch) {
      homes.get(article)?.append(article);
      if (item) homes.get(item)?.append(item);
    }
  }
  if (isSearch) {
    found.append(...shown);
    ranked.append(...shown.flatMap(({ id }) => items.get(id) ?? []));
  }
  found.hidden = !isSearch || shown.length === 0;
  ranked.hidden = !isSearch;
  for (const group of groups) group.hidden = isSearch || !group.querySelector('.entry:not([hidden])');
  for (const group of document.querySelectorAll<HTMLElement>('.index-group')) {
    group.hidden = isSearch || !group.querySelector('li:not([hidden])');
  }
  showRest(hits);
  nothing.hidden = shown.length > 0 && !hits?.isNear;
  nothing.textContent =
    shown.length > 0
      ? `Nothing has all of these words. This comes near:`
      : 'There is no such annotation. Try another word, or clear the filters.';
  const active = filters.filter(({ value }) => value !== '').length;
  filtered.textContent = active === 0 ? '' : ` (${active})`;
  clear.disabled = active === 0 && !isSearch;
  const all = articles.length;
  count.textContent = shown.length === all ? `${all} annotations` : `${shown.length} of ${all} annotations`;
}

/** Keys that are not read are found too; the rest of the page is in the way of a search. */
function showRest(hits: Hits | undefined): void {
  const keys = new Set(hits?.notRead);
  const rows = [...(notRead?.querySelectorAll<HTMLElement>('dl > div') ?? [])];
  for (const row of rows) row.hidden = hits !== undefined && !keys.has(row.id);
  if (notRead) notRead.hidden = rows.every((row) => row.hidden);
  reading.hidden = hits !== undefined;
}

/** The address says what is shown, so that it can be sent to somebody. */
function remember(): void {
  const url = new URL(location.href);
  const put = (name: string, value: string) =>
    value === '' ? url.searchParams.delete(name) : url.searchParams.set(name, value);
  put('q', query.value.trim());
  for (const { value, dataset } of filters) put(dataset.filter ?? '', value);
  url.hash = '';
  try {
    history.replaceState(null, '', url.href.replace(/#$/, ''));
  } catch {
    // Some browsers keep the address of a file as it is.
  }
}

function restore(): void {
  const asked = new URL(location.href).searchParams;
  query.value = (asked.get('q') ?? '').slice(0, 200);
  for (const select of filters) {
    const value = asked.get(select.dataset.filter ?? '') ?? '';
    select.value = [...select.options].some((option) => option.value === value) ? value : '';
  }
  if (filters.some(({ value }) => value !== '')) byId<HTMLDetailsElement>('filters').open = true;
}

/** What the address names has to be on the page, whatever is filtered. */
function reveal(): void {
  const target = targetOf(location.hash);
  if (!target) return;
  if (target.closest('[hidden]')) {
    reset();
    show();
  }
  for (const one of document.querySelectorAll('.entry.at')) one.classList.remove('at');
  target.classList.add('at');
  target.scrollIntoView();
}

function targetOf(hash: string): HTMLElement | null {
  try {
    return hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
  } catch {
    return null;
  }
}

function reset(): void {
  query.value = '';
  for (const select of filters) select.value = '';
}

function changed(): void {
  show();
  remember();
}

query.addEventListener('input', changed);
query.addEventListener('keydown', (event) => {
  const first = document.querySelector<HTMLElement>('#ranked:not([hidden]) li:not([hidden]) a');
  if (event.key === 'Enter') {
    event.preventDefault();
    if (first) openEntry(first);
  }
  if (event.key === 'ArrowDown' && first) {
    event.preventDefault();
    byId<HTMLDetailsElement>('index').open = true;
    first.focus();
  }
  if (event.key === 'Escape' && query.value !== '') {
    event.preventDefault();
    query.value = '';
    changed();
  }
});

function openEntry(link: HTMLElement): void {
  const target = targetOf(link.getAttribute('href') ?? '');
  if (!target) return;
  target.focus({ preventScroll: true });
  target.scrollIntoView();
}

byId('index').addEventListener('keydown', (event) => {
  const links = [...byId('index').querySelectorAll<HTMLElement>('li a')].filter((link) => link.offsetParent !== null);
  const at = links.indexOf(document.activeElement as HTMLElement);
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (at < 0 || step === 0) return;
  event.preventDefault();
  (links[at + step] ?? (step < 0 ? query : links[at]))?.focus();
});

for (const select of filters) select.addEventListener('change', changed);
clear.addEventListener('click', () => {
  reset();
  changed();
  query.focus();
});
addEventListener('hashchange', reveal);
addEventListener('popstate', () => {
  restore();
  show();
});
let folded: readonly HTMLDetailsElement[] = [];
addEventListener('beforeprint', () => {
  folded = [...document.querySelectorAll<HTMLDetailsElement>('details.service:not([open])')];
  for (const details of folded) details.open = true;
});
addEventListener('afterprint', () => {
  for (const details of folded) details.open = false;
});

// On a narrow page the index would push the entries out of sight.
if (matchMedia('(max-width: 60rem)').matches) byId<HTMLDetailsElement>('index').open = false;
listenForCopies(document);
restore();
show();
reveal();
