// The editor's look, in the colors that the page's style sheet names for light and dark.

import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const colors = HighlightStyle.define([
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: tags.variableName, color: "var(--variable)" },
  { tag: [tags.string, tags.integer, tags.float, tags.bool], color: "var(--literal)" },
  { tag: [tags.namespace, tags.url, tags.typeName], color: "var(--ink)" },
]);

export const look = EditorView.theme({
  "&": { background: "var(--panel)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "6px" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "2px" },
  ".cm-scroller": {
    fontFamily: 'ui-monospace, "SF Mono", "Cascadia Code", "DejaVu Sans Mono", Menlo, Consolas, monospace',
    fontSize: "0.9rem",
    lineHeight: "1.5",
    maxHeight: "36rem",
    overflow: "auto",
  },
  ".cm-content": { padding: "0.75rem 0.5rem", caretColor: "var(--ink)" },
  ".cm-gutters": { background: "var(--paper)", color: "var(--quiet)", border: "0", borderRadius: "6px 0 0 6px" },
  ".cm-activeLine": { background: "color-mix(in srgb, var(--accent) 6%, transparent)" },
  ".cm-matchingBracket": { background: "color-mix(in srgb, var(--accent) 22%, transparent)" },
  ".cm-tooltip": { background: "var(--panel)", color: "var(--ink)", border: "1px solid var(--edge)", maxWidth: "90vw" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "none" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent)", color: "var(--on-accent)" },
  ".cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail": { color: "var(--on-accent)" },
  ".cm-completionDetail": { color: "var(--quiet)", fontStyle: "normal" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--problem)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    background: "var(--problem-panel)",
    borderBottom: "2px solid var(--problem)",
  },
});
