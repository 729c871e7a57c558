// Runs before the page is drawn: the scheme that was chosen here before, if any, and the mark that scripts run at all.
const root = document.documentElement;
root.classList.add('js');

function remembered(): string | null {
  try {
    return localStorage.getItem('fairlead-scheme');
  } catch {
    return null;
  }
}

function isDark(): boolean {
  const { scheme } = root.dataset;
  return scheme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : scheme === 'dark';
}

const scheme = remembered();
if (scheme === 'dark' || scheme === 'light') root.dataset.scheme = scheme;

document.addEventListener('DOMContentLoaded', () => {
  const button = document.getElementById('theme');
  if (!button) return;
  const name = () => {
    button.textContent = isDark() ? 'Light' : 'Dark';
    button.setAttribute('aria-label', isDark() ? 'Use light colours' : 'Use dark colours');
  };
  name();
  button.hidden = false;
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', name);
  button.addEventListener('click', () => {
    const next = isDark() ? 'light' : 'dark';
    root.dataset.scheme = next;
    name();
    try {
      localStorage.setItem('fairlead-scheme', next);
    } catch {
      // Where nothing can be remembered, the choice lasts for this page.
    }
  });
});
