// HTML that is escaped by construction: whatever is put into an `html` template is text unless it is HTML already. Nothing
// else in this folder writes markup.

/** Markup that was made by an `html` template. */
export class Html {
  readonly #markup: string;

  constructor(strings: readonly string[], values: readonly Part[]) {
    this.#markup = strings.map((text, at) => (at === 0 ? text : markupOf(values[at - 1]) + text)).join('');
  }

  toString(): string {
    return this.#markup;
  }
}

/** What a template takes: text and numbers are escaped; nothing stands for nothing. Attributes have to be in quotes. */
export type Part = Html | string | number | undefined | false | readonly Part[];

export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(strings, values);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

function markupOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.toString();
  if (typeof part === 'object') return part.map(markupOf).join('');
  return escapeHtml(String(part));
}
