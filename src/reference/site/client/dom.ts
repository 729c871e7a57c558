// Makes elements out of text. Nothing here or elsewhere in the scripts reads markup, so no text can become any.

type Child = Node | string | undefined | false;
type Attributes = Readonly<Record<string, string | undefined>>;

export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

/** `code` in texts of the tables; all else stays text. */
export function proseNodes(markdown: string): readonly (Node | string)[] {
  return markdown.split('`').map((piece, at) => (at % 2 === 1 ? el('code', {}, piece) : piece));
}

/** An element of the page that its HTML always has. */
export function byId<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}
