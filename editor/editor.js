// The editor of the query page: it takes the place of the text area of its form, which stays what the form sends.
//
// It stands in a shadow root, where styles are constructed and none is written into the page, as its policy demands.
// Tab leaves it, as it leaves the text area; Ctrl and Enter run the query.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap, linter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { sparql } from "codemirror-lang-sparql";

import { completions } from "./completions.js";
import { diagnosticAt, mistakes } from "./mistakes.js";
import { colors, look } from "./look.js";

/** Typing over a selection. A browser would keep the style of what was there, by an attribute that the policy refuses. */
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    const text = event.data;
    if (empty || view.composing || event.inputType !== "insertText" || !text) return false;
    const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type" });
    if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert))) {
      view.dispatch(insert());
    }
    return true;
  },
});

function edit(area) {
  const form = area.form;
  const host = document.createElement("div");
  host.className = "editor";
  const root = host.attachShadow({ mode: "open" });
  const label = form.querySelector(`label[for="${area.id}"]`);
  const writing = document.activeElement === area;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      selection: { anchor: area.selectionStart, head: area.selectionEnd },
      extensions: [
        lineNumbers(),
        history(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        EditorView.lineWrapping,
        typedOver,
        autocompletion({ override: [completions(area.dataset.terms)], maxRenderedOptions: 9 }),
        linter(mistakes(area.dataset.mistake), { delay: 900 }),
        sparql(),
        syntaxHighlighting(colors),
        look,
        keymap.of([
          { key: "Mod-Enter", run: () => (form.requestSubmit(), true) },
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...lintKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        EditorView.contentAttributes.of({ "aria-label": label.textContent.trim(), spellcheck: "false", tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) area.value = update.state.doc.toString();
        }),
      ],
    }),
  });
  view.scrollDOM.style.minHeight = `${area.offsetHeight}px`; // so that nothing below it moves
  area.hidden = true;
  area.required = false; // a browser cannot point at what it does not show
  area.after(host);
  label.addEventListener("click", () => view.focus());
  if (writing) view.focus();
  if (area.dataset.line) {
    const { line, column } = area.dataset;
    const message = document.getElementById("problem").textContent.trim();
    view.dispatch(setDiagnostics(view.state, [diagnosticAt(view.state.doc, { line, column, message })]));
  }
}

for (const area of document.querySelectorAll("textarea[data-terms]")) edit(area);
