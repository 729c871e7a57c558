// A text editor with line numbers and marks at what is wrong. It lives in a shadow root, where its styles need no exception
// from the page's content policy.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, nextDiagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Note } from './compute.ts';

export interface Editor {
  text(): string;
  /** Replaces all of it; calls nobody back. */
  write(text: string): void;
  mark(notes: readonly Note[]): void;
  /** Puts the cursor there and shows it. Lines and columns count from 1. */
  goTo(line: number, column: number): void;
}

interface Callbacks {
  onEdit(): void;
  /** The text of the line with the cursor, when it becomes another one. */
  onLine?(text: string): void;
}

const theme = EditorView.theme({
  '&': { background: 'var(--sheet)', color: 'var(--ink)', fontSize: '0.8125rem', maxHeight: '75vh' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', overflow: 'auto' },
  '.cm-content': { padding: '0.5rem 0', caretColor: 'var(--ink)' },
  '.cm-lineWrapping': { wordBreak: 'var(--break)' },
  '.cm-line': { padding: '0 0.75rem 0 0.375rem' },
  '.cm-gutters': { background: 'var(--sheet)', color: 'var(--soft)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 0.5rem 0 0.25rem', minWidth: '2rem' },
  '.cm-gutter-lint': { width: '1.125rem' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0.25rem 0 0 0.25rem' },
  '.cm-activeLine': { background: 'var(--sunk)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--select)',
  },
  '.cm-lintRange-error, .cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy 1px var(--buoy)',
    textUnderlineOffset: '0.25em',
  },
  '.cm-lintRange-warning': { textDecorationColor: 'var(--amber)' },
  '.cm-lint-marker': {
    boxSizing: 'border-box',
    width: '0.625rem',
    height: '0.625rem',
    content: 'normal',
    borderRadius: '50%',
  },
  '.cm-lint-marker-error': { background: 'var(--buoy)', content: 'normal' },
  '.cm-lint-marker-warning': {
    border: '2px solid var(--amber)',
    content: 'normal',
  },
  '.cm-tooltip': {
    background: 'var(--sheet)',
    color: 'var(--ink)',
    border: '1px solid var(--edge)',
    borderRadius: '4px',
    maxWidth: 'min(34rem, 90vw)',
    font: '0.8125rem / 1.45 var(--sans)',
  },
  '.cm-diagnostic': { padding: '0.375rem 0.75rem', whiteSpace: 'normal' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--buoy)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--amber)' },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--sea)' },
  { tag: [tags.string, tags.number, tags.bool, tags.content], color: 'var(--ink)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--soft)', fontStyle: 'italic' },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: 'var(--soft)' },
  { tag: [tags.meta, tags.keyword], color: 'var(--soft)' },
]);

/**
 * Typing over a selection is done here: the browser would carry the look of the old text over in style attributes, which
 * the content policy refuses, with a complaint.
 */
const replaceWhole = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== 'insertText' || event.isComposing || event.data === null) return false;
    if (view.state.selection.main.empty) return false;
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

export function makeEditor(host: HTMLElement, label: string, { onEdit, onLine }: Callbacks): Editor {
  const root = host.attachShadow({ mode: 'open' });
  let isOurs = false;
  let line = -1;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      extensions: [
        lintGutter(),
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        EditorView.lineWrapping,
        yaml(),
        syntaxHighlighting(colours),
        theme,
        // Tab is left to the browser: it leads out of the editor.
        keymap.of([...defaultKeymap, ...historyKeymap, { key: 'F8', run: nextDiagnostic }]),
        replaceWhole,
        EditorView.contentAttributes.of({ 'aria-label': `${label}. Tab leaves the editor.`, tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !isOurs) onEdit();
          const now = update.state.doc.lineAt(update.state.selection.main.head);
          if (onLine && (update.docChanged || now.number !== line)) onLine(now.text);
          line = now.number;
        }),
      ],
    }),
  });
  const offset = (at: number, column: number) => {
    const { from, to } = view.state.doc.line(Math.max(1, Math.min(at, view.state.doc.lines)));
    return Math.min(from + column - 1, to);
  };
  return {
    text: () => view.state.doc.toString(),
    write(text) {
      isOurs = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      isOurs = false;
    },
    mark(notes) {
      const placed = notes.flatMap(({ place, severity, message }): Diagnostic[] => {
        if (!place) return [];
        const from = offset(place.line, place.column);
        return [{ from, to: Math.max(from, offset(place.line, place.column + place.length)), severity, message }];
      });
      view.dispatch(setDiagnostics(view.state, placed));
    },
    goTo(at, column) {
      view.dispatch({ selection: { anchor: offset(at, column) }, scrollIntoView: true });
      view.focus();
    },
  };
}
