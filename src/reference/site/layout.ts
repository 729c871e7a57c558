// What all pages share: the head with its content policy, the bar at the top, the foot.
import { type Html, html } from './html.ts';
import { CONTENT_POLICY } from './policy.ts';

export interface Page {
  /** The file's name without its ending; also that of its script. */
  readonly name: 'index' | 'playground';
  readonly script: string;
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** Where the skip link leads, and what it says. */
  readonly skip: { readonly to: string; readonly words: string };
  readonly body: Html;
}

const LINKS = [
  { name: 'index', href: 'index.html', words: 'Reference' },
  { name: 'playground', href: 'playground.html', words: 'Playground' },
] as const;

/** A rope that a ring leads: what a fairlead is. */
const MARK = html`<svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><path d="M1 17.5C6 17.5 7.5 12 12 12s6 -5.5 11 -5.5" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"/><circle cx="12" cy="12" r="6.25" fill="none" stroke="currentColor" stroke-width="2.5"/></svg>`;

export function render(page: Page): string {
  const links = LINKS.map(({ name, href, words }) =>
    name === page.name
      ? html`<li><a href="${href}" aria-current="page">${words}</a></li>`
      : html`<li><a href="${href}">${words}</a></li>`,
  );
  return `<!doctype html>\n${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="description" content="${page.description}">
<title>${page.title}</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="style.css">
<script src="theme.js"></script>
<script src="${page.script}" defer></script>
</head>
<body class="page-${page.name}">
<a class="skip" href="#${page.skip.to}">${page.skip.words}</a>
<header class="bar">
<a class="brand" href="index.html">${MARK}<span>Fairlead</span></a>
<nav aria-label="Pages"><ul>${links}</ul></nav>
<button type="button" class="quiet theme" id="theme" hidden>Dark</button>
</header>
${page.body}
<footer class="foot">
<p>Fairlead ${page.version}. These pages are made from the tables that the controller itself reads. They load nothing from elsewhere and send nothing anywhere.</p>
</footer>
</body>
</html>
`}`;
}
