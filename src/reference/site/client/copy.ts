// Copies text, also where the page is no secure context (plain http on another host).

/** Resolves to whether it was copied. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('aria-hidden', 'true');
  area.className = 'unseen';
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  let done = false;
  try {
    done = document.execCommand('copy');
  } catch {
    // The browser forbids it.
  }
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}

/** Every button with `data-copy` copies that text, and says for a moment that it did. */
export function listenForCopies(root: Document): void {
  const said = document.createElement('p');
  said.className = 'unseen';
  said.setAttribute('role', 'status');
  root.body.append(said);
  root.addEventListener('click', async ({ target }) => {
    const button = target instanceof Element ? target.closest('button[data-copy]') : null;
    if (!(button instanceof HTMLButtonElement)) return;
    await copyFrom(button, button.dataset.copy ?? '', said);
  });
}

const labels = new WeakMap<HTMLButtonElement, string>();

export async function copyFrom(button: HTMLButtonElement, text: string, said: HTMLElement): Promise<void> {
  const words = (await copyText(text)) ? 'Copied' : 'Not copied';
  const label = labels.get(button) ?? button.textContent ?? '';
  labels.set(button, label);
  button.textContent = words;
  said.textContent = words;
  setTimeout(() => {
    button.textContent = label;
    said.textContent = '';
  }, 1500);
}
