// One annotation on the reference page.
import type { Entry } from '../entry.ts';
import { type Html, html, type Part } from './html.ts';
import { breakable, prose } from './prose.ts';
import { CHANGES, RISKS } from './words.ts';

const RISK_ORDER = Object.keys(RISKS);

/** `anchors` are those of all entries on the page. */
export function entryView(entry: Entry, anchors: ReadonlySet<string>): Html {
  const text = (markdown: string) => prose(markdown, anchors);
  const { anchor, key, kinds, deprecated } = entry;
  const line = `${key}: ${JSON.stringify(entry.example)}`;
  return html`
<article class="entry" id="${anchor}" tabindex="-1" aria-labelledby="${anchor}~" data-providers="${entry.providers.join(' ')}" data-kinds="${kinds.map(({ name }) => name).join(' ')}" data-change="${entry.mutable}" data-risk="${entry.risk}" data-status="${deprecated ? 'deprecated' : 'current'}">
<header>
<h3 id="${anchor}~">${keyView(entry)}</h3>
<p class="doing"><button type="button" class="quiet js-only" data-copy="${key}">Copy key</button> <a class="quiet" href="#${anchor}" aria-label="Link to ${entry.suffix}">Link</a></p>
</header>
${deprecated && html`<p class="deprecated"><strong>Deprecated.</strong> ${text(deprecated.note)}${deprecated.by !== undefined && html` Use <a href="#${deprecated.by}"><code>${breakable(deprecated.by)}</code></a>.`}</p>`}
<p class="doc">${text(entry.doc)}</p>
<dl class="plate">
<div><dt>Load balancers</dt><dd>${kindsView(entry)}</dd></div>
<div><dt>Changed later</dt><dd class="later">${CHANGES[entry.mutable]}</dd></div>
<div><dt>Risk</dt><dd>${riskView(entry)}</dd></div>
<div><dt>Default</dt><dd>${text(entry.default)}</dd></div>
</dl>
<dl class="facts">
${row('Value', [html`<span class="type">${capital(entry.type)}</span>: ${text(entry.grammar)}.`])}
${row('Limits', entry.bounds.map(text))}
${kinds.flatMap(({ title, grammar, bounds = [] }) => (grammar === undefined ? [] : [row(title, [html`${capital(grammar)}.`, ...bounds.map(text)])]))}
${row('On other kinds', entry.elsewhere === undefined ? [] : [text(entry.elsewhere)])}
${row('When it changes', [text(entry.mutableNote)])}
${row('Together with', entry.relations.map(text))}
${row('API field', entry.api === '' ? [] : [apiView(entry.api)])}
${row(
  'Also read',
  entry.aliases.map((alias) => html`<code>${breakable(alias)}</code>`),
)}
${row('Known elsewhere as', entry.synonyms.length === 0 ? [] : [synonymsView(entry)])}
${row('Since', [entry.since])}
${row('Source', entry.source === undefined ? [] : [sourceView(entry.source)])}
</dl>
<div class="example">
<pre class="line"><code>${line}</code></pre>
<button type="button" class="quiet js-only" data-copy="${line}" aria-label="Copy example">Copy</button>
</div>
<details class="service">
<summary>Example Service</summary>
<div class="example">
<pre><code>${marked(entry)}</code></pre>
<button type="button" class="quiet js-only" data-copy="${entry.service}" aria-label="Copy Service">Copy</button>
</div>
</details>
<p class="try js-only"><a href="playground.html?entry=${encodeURIComponent(anchor)}">Try it in the playground</a></p>
</article>`;
}

/** The key with the part that tells it from its neighbours brought out. */
function keyView({ key, suffix }: Entry): Html {
  const stem = key.endsWith(suffix) ? key.slice(0, -suffix.length) : '';
  return html`<code><span class="stem">${breakable(stem)}</span><wbr><strong>${breakable(suffix)}</strong></code>`;
}

function row(name: string, values: readonly Part[]): Part {
  return values.length > 0 && html`<div><dt>${name}</dt>${values.map((value) => html`<dd>${value}</dd>`)}</div>`;
}

function kindsView({ kinds, providers }: Entry): Html {
  const names = kinds.map(({ title }) => title.replace(/ Load Balancer$/, '')).join(', ');
  return html`${names === '' ? 'Every kind' : names} <span class="of">${providers.join(', ')}</span>`;
}

function riskView({ risk }: Entry): Html {
  const steps = RISK_ORDER.map((_, at) => (at <= RISK_ORDER.indexOf(risk) ? html`<i class="on"></i>` : html`<i></i>`));
  return html`<span class="risk" aria-hidden="true">${steps}</span>${RISKS[risk]}`;
}

/** Names of the cloud's API, among words. */
const API_NAME = /\b(?:[a-z0-9]+:[A-Z]\w+|[A-Z]\w*(?:\.\w+)+|(?:[A-Z]+[a-z0-9]+){2,})(?!\w)/g;

function apiView(api: string): Html {
  const names = api.match(API_NAME) ?? [];
  const words = api.split(API_NAME);
  return html`${words.map((word, at) => html`${word}${at < names.length && html`<code>${breakable(names[at] ?? '')}</code>`}`)}`;
}

function synonymsView({ synonyms }: Entry): Html {
  const all = synonyms.map((one, at) => html`${at > 0 && ', '}<code>${breakable(one)}</code>`);
  return html`${all}`;
}

function sourceView(source: string): Html {
  return html`<a href="${source}" rel="noreferrer">${new URL(source).hostname}</a>`;
}

/** The example Service with the lines of its annotation brought out. */
function marked({ service, key }: Entry): Html {
  const lines = service.trimEnd().split('\n');
  const last = lines.length - 1;
  return html`${lines.map((line, at) => html`${line.includes(`${key}:`) || line.includes(`${key}"`) ? html`<mark>${line}</mark>` : line}${at < last && '\n'}`)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
