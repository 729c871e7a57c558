import { describe, expect, it } from 'vitest';
import { escapeHtml, html } from '../../../../src/reference/site/html.ts';
import { breakable, prose } from '../../../../src/reference/site/prose.ts';

describe('html', () => {
  it('escapes whatever is put in, in text and in attributes', () => {
    const evil = `<script>"x" & 'y'</script>`;
    const made = `${html`<p title="${evil}">${evil}</p>`}`;
    const escaped = '&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/script&gt;';
    expect(made).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  it('takes HTML of its own as it is, lists in order, and nothing for nothing', () => {
    const item = (text: string) => html`<li>${text}</li>`;
    const made = html`<ul>${['a', '<'].map(item)}${undefined}${false}${0}</ul>`;
    expect(`${made}`).toBe('<ul><li>a</li><li>&lt;</li>0</ul>');
  });

  it('an object that only looks like HTML is text', () => {
    const fake = { toString: () => '<b>x</b>' } as unknown as string;
    expect(() => `${html`${fake}`}`).toThrow();
    expect(escapeHtml('a&b')).toBe('a&amp;b');
  });
});

describe('prose', () => {
  it('reads code, bold and https links, and nothing else', () => {
    expect(`${prose('a `b` **c** [d](https://e.example/f) <i>')}`).toBe(
      'a <code>b</code> <strong>c</strong> <a href="https://e.example/f" rel="noreferrer">d</a> &lt;i&gt;',
    );
    expect(`${prose('[d](javascript:alert(1))')}`).not.toContain('href');
    expect(`${prose('`<script>`')}`).toBe('<code>&lt;script&gt;</code>');
  });

  it('leads from a key to its entry', () => {
    expect(`${prose('`x/y-z`', new Set(['x/y-z']))}`).toBe('<a href="#x/y-z"><code>x/<wbr>y-<wbr>z</code></a>');
  });

  it('breaks keys where their parts end, and loses no character', () => {
    const key = 'service.beta.kubernetes.io/aws-load-balancer-ssl-cert';
    expect(`${breakable(key)}`.replaceAll('<wbr>', '')).toBe(key);
    expect(`${breakable('a-1')}`).toBe('a-1');
  });
});
