// The page on which a Service is edited and its plan shown beside it. Without scripts it holds the examples as text.
import { operationsOf } from '../../provider/operations.ts';
import type { AnyCompiler } from '../../provider/provider.ts';
import { type Field, flagName } from '../../schema/index.ts';
import { examplesOf, type OfferedExample } from './examples.ts';
import { type Html, html } from './html.ts';
import { render } from './layout.ts';

export function playgroundPage(version: string, compilers: readonly AnyCompiler[]): string {
  const body = html`
<main id="main" class="play">
<div class="lede">
<h1>Playground</h1>
<p>What Fairlead would make of a Service, as you type. The controller’s own code runs in this page, and nothing is sent anywhere.</p>
</div>
<noscript>
<p class="needs">This page runs the controller’s code, so it needs JavaScript. These are the examples that it starts from:</p>
${examplesOf(compilers).map(exampleText)}
</noscript>
<div class="js-only" id="app">
${controls(compilers)}
<div class="work" id="work">
<section class="before" id="before-part" aria-labelledby="before-title" hidden>
<h2 class="part-title" id="before-title">Before</h2>
<div class="editor" id="before-editor"></div>
</section>
<section class="service-part" aria-labelledby="service-title">
<h2 class="part-title" id="service-title">Service</h2>
<div class="editor" id="service-editor"></div>
<p class="hint">Tab leaves the editor. Ctrl and ] indents a line, Ctrl and [ takes the indent back; on a Mac, Cmd. F8 leads to the next problem.</p>
<div id="about" class="about" hidden></div>
</section>
<section class="result" id="result" aria-labelledby="result-title">
<h2 id="result-title" class="unseen">Result</h2>
<p id="summary" class="summary" role="status"></p>
<div id="findings"></div>
</section>
<details class="sample" id="facts">
<summary><h2 class="part-title">Sample facts</h2></summary>
<p>What the cloud and the nodes are like. As long as you change nothing here, they are made up so that all that the Service names exists. Facts of your own come from <code>fairlead facts</code>.</p>
<div class="editor" id="facts-editor"></div>
<p class="hint"><button type="button" class="quiet" id="facts-reset" disabled>Reset</button> <span id="facts-state">Made up for this Service.</span></p>
</details>
</div>
</div>
</main>`;
  return render({
    name: 'playground',
    script: 'playground.js',
    title: 'Fairlead: Playground',
    description:
      'Edit a Service and see what is wrong with it and what would be created, changed or replaced in the cloud.',
    version,
    skip: { to: 'main', words: 'Skip to the playground' },
    body,
  });
}

function exampleText({ title, service, before }: OfferedExample): Html {
  const change = before !== undefined && html`<p>Before:</p><pre><code>${before}</code></pre><p>After:</p>`;
  return html`<section class="aside"><h2>${title}</h2>${change}<div class="example"><pre><code>${service}</code></pre></div></section>`;
}

function controls(compilers: readonly AnyCompiler[]): Html {
  return html`<div class="controls">
<p><label for="example">Start from</label><select id="example"><option value="">Choose an example</option>${compilers.map(exampleGroups)}</select></p>
<fieldset><legend>Show</legend><div class="switch"><label><input type="radio" name="mode" value="one" checked><span>One Service</span></label><label><input type="radio" name="mode" value="change"><span>Before and after</span></label></div></fieldset>
<p><label for="provider">Provider</label><select id="provider">${compilers.map(({ name }) => html`<option>${name}</option>`)}</select></p>
<p class="sharing"><button type="button" class="action" id="share">Copy link</button></p>
<details class="options" id="options">
<summary>Options of the controller<span id="options-set"></span></summary>
<div class="fields">${compilers.flatMap(optionSelects)}</div>
</details>
</div>`;
}

/** Of one provider; the script shows those of the provider that is chosen. */
function exampleGroups(compiler: AnyCompiler): readonly Html[] {
  const { title } = operationsOf(compiler);
  const own = examplesOf([compiler]);
  const group = (label: string, some: readonly OfferedExample[]) =>
    some.length === 0
      ? []
      : [
          html`<optgroup label="${title}: ${label}" data-provider="${compiler.name}">${some.map((one) => html`<option value="${one.name}">${one.title}</option>`)}</optgroup>`,
        ];
  return [
    ...group(
      'one Service',
      own.filter(({ before }) => before === undefined),
    ),
    ...group(
      'before and after',
      own.filter(({ before }) => before !== undefined),
    ),
  ];
}

/** The options of a provider that are a choice of a few words. */
function optionSelects({ name, options }: AnyCompiler): readonly Html[] {
  const fields = Object.values(options.fields as Readonly<Record<string, Field<unknown, unknown>>>);
  return fields.flatMap((field) => {
    const { rule } = field.shape;
    if (rule.form !== 'choice') return [];
    const choices = rule.choices.map((one) =>
      one === field.default ? html`<option selected>${one}</option>` : html`<option>${one}</option>`,
    );
    const id = `option-${field.key}`;
    return [
      html`<p data-provider="${name}"><label for="${id}"><code>${flagName(field)}</code></label><select id="${id}" data-option="${field.key}">${choices}</select></p>`,
    ];
  });
}
