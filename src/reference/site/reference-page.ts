// The page with every annotation. All of it is in the HTML; its script only hides, orders and copies.
import type { Entry, Reference } from '../entry.ts';
import { isOtherProvider } from '../topics.ts';
import { entryView } from './entry-view.ts';
import { type Html, html, type Part } from './html.ts';
import { render } from './layout.ts';
import { breakable, prose } from './prose.ts';
import { CHANGES, RISKS } from './words.ts';

export function referencePage(reference: Reference): string {
  const { entries, notRead, topics, version } = reference;
  const byAnchor = new Map(entries.map((entry) => [entry.anchor, entry]));
  const groups = topics.map(({ anchors, ...topic }) => ({
    ...topic,
    entries: anchors.flatMap((anchor) => byAnchor.get(anchor) ?? []),
  }));
  const anchors = new Set(entries.map(({ anchor }) => anchor));
  const body = html`
<main id="main" class="panes">
<div class="lede">
<h1>Service annotations</h1>
<p>What each one does, which values it takes, and what happens when it changes later.</p>
</div>
<div class="side">
<div class="finder js-only" role="search" aria-label="Annotations">
<label for="query">Search keys, words, API fields</label>
<input id="query" type="search" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="internal, certificate, idle timeout…" aria-describedby="count">
<p id="count" class="count" role="status">${entries.length} annotations</p>
<details class="filters" id="filters">
<summary>Filters<span id="filtered"></span></summary>
<div class="fields">
${filters(entries)}
<button type="button" class="quiet" id="clear">Clear all</button>
</div>
</details>
</div>
<details class="index" id="index" open>
<summary><h2>Index</h2></summary>
<nav aria-label="Annotations">
<ol id="ranked" hidden></ol>
${groups.map(
  (group) => html`<div class="index-group">
<h3><a href="#${group.id}">${group.title}</a></h3>
<ul>${group.entries.map((entry) => indexItem(entry, isOtherProvider(entry, entries)))}</ul>
</div>`,
)}
</nav>
</details>
</div>
<div class="entries" id="entries">
<p id="nothing" class="nothing" hidden></p>
<section id="found" aria-labelledby="found-title" hidden><h2 id="found-title">Found</h2></section>
${groups.map(
  (group) => html`<section class="group" id="${group.id}" aria-labelledby="${group.id}-title">
<h2 id="${group.id}-title">${group.title}</h2>
${group.entries.map((entry) => entryView(entry, anchors))}
</section>`,
)}
${notReadView(reference)}
${guide(reference)}
</div>
</main>`;
  return render({
    name: 'index',
    script: 'reference.js',
    title: 'Fairlead: Service annotations',
    description: `The ${entries.length} Service annotations that Fairlead reads: values, defaults, API fields, and what happens when they change. ${notRead.length} keys that it does not read.`,
    version,
    skip: { to: 'entries', words: 'Skip to the annotations' },
    body,
  });
}

function indexItem(entry: Entry, isOther: boolean): Html {
  const other = isOther && html` <small>${entry.providers.join(', ')}</small>`;
  return html`<li data-anchor="${entry.anchor}"><a href="#${entry.anchor}">${breakable(entry.suffix)}${other}</a></li>`;
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

function filters(entries: readonly Entry[]): readonly Html[] {
  const providers = [...new Set(entries.flatMap((entry) => entry.providers))];
  const kinds = new Map(entries.flatMap((entry) => entry.kinds.map(({ name, title }) => [name, title] as const)));
  const used = <K extends string>(table: Readonly<Record<K, unknown>>, of: (entry: Entry) => K) =>
    (Object.keys(table) as K[]).filter((value) => entries.some((entry) => of(entry) === value));
  return [
    filter('provider', 'Provider', providers.map(same)),
    filter(
      'kind',
      'Load balancer',
      [...kinds].map(([value, label]) => ({ value, label })),
    ),
    filter(
      'change',
      'Changed later',
      used(CHANGES, (one) => one.mutable).map((value) => ({ value, label: CHANGES[value] })),
    ),
    filter(
      'risk',
      'Risk',
      used(RISKS, (one) => one.risk).map((value) => ({ value, label: RISKS[value] })),
    ),
    filter('status', 'Status', [
      { value: 'current', label: 'Current' },
      { value: 'deprecated', label: 'Deprecated' },
    ]),
  ];
}

function same(value: string): Choice {
  return { value, label: value };
}

function filter(name: string, label: string, choices: readonly Choice[]): Html {
  const options = choices.map((one) => html`<option value="${one.value}">${one.label}</option>`);
  return html`<p><label for="filter-${name}">${label}</label><select id="filter-${name}" data-filter="${name}"><option value="">Any</option>${options}</select></p>`;
}

function notReadView({ notRead }: Reference): Part {
  if (notRead.length === 0) return undefined;
  const rows = notRead.map(
    ({ key, why }) => html`<div id="${key}"><dt><code>${breakable(key)}</code></dt><dd>It ${prose(why)}.</dd></div>`,
  );
  return html`<section class="aside" id="not-read" aria-labelledby="not-read-title">
<h2 id="not-read-title">Keys that are not read</h2>
<p>They look like ours. Fairlead warns of them on the Service, and does nothing else.</p>
<dl class="facts wide">${rows}</dl>
</section>`;
}

function guide({ mutability, risks }: Reference): Html {
  const meanings = <K extends string>(words: Readonly<Record<K, string>>, texts: Readonly<Record<K, string>>) =>
    (Object.keys(words) as K[]).map((word) => html`<div><dt>${words[word]}</dt><dd>${prose(texts[word])}</dd></div>`);
  return html`<section class="aside" id="reading" aria-labelledby="reading-title">
<h2 id="reading-title">How to read an entry</h2>
<h3>Changed later</h3>
<dl class="facts">${meanings(CHANGES, mutability)}</dl>
<h3>Risk, if anybody who may edit Services may set it</h3>
<dl class="facts">${meanings(RISKS, risks)}</dl>
</section>`;
}
