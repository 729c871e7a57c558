// The little Markdown that the tables' texts use: `code`, **bold** and links. Everything else is text.
import { type Html, html, type Part } from './html.ts';

const MARK = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\((https:\/\/[^\s)]+)\)/g;

/** `anchors` has the keys that lead somewhere on this page. */
export function prose(markdown: string, anchors?: ReadonlySet<string>): Html {
  const parts: Part[] = [];
  let from = 0;
  for (const match of markdown.matchAll(MARK)) {
    const [whole, code, bold, words, address] = match;
    parts.push(markdown.slice(from, match.index));
    if (code !== undefined) parts.push(codeView(code, anchors));
    else if (bold !== undefined) parts.push(html`<strong>${bold}</strong>`);
    else parts.push(html`<a href="${address}" rel="noreferrer">${words}</a>`);
    from = match.index + whole.length;
  }
  parts.push(markdown.slice(from));
  return html`${parts}`;
}

function codeView(code: string, anchors: ReadonlySet<string> | undefined): Html {
  const view = html`<code>${breakable(code)}</code>`;
  return anchors?.has(code) ? html`<a href="#${code}">${view}</a>` : view;
}

/** Long keys may break after a slash, a comma or a dash, and nowhere else. */
export function breakable(text: string): Html {
  const pieces = text.split(/(?<=[/,=:])(?=.)|(?<=[a-z]-)(?=[a-z])/);
  return html`${pieces.map((piece, at) => (at === 0 ? piece : html`<wbr>${piece}`))}`;
}
