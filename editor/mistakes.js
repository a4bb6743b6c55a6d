// Mistakes, as the server tells of them: by line and column.

/** What is wrong at a place of a text. */
export function diagnosticAt(doc, { line, column, message }) {
  const { from, to, text } = doc.line(Math.min(Number(line), doc.lines));
  const start = Math.min(from + Number(column) - 1, to);
  const marked = text.slice(start - from).match(/^[\p{L}\p{N}_:?$@-]+|^\S/u)?.[0] ?? "";
  return { from: start, to: start + marked.length, severity: "error", message };
}

/** Has the server read a query, and say where it cannot. What else goes wrong is for the run to tell. */
export function mistakes(address) {
  return async ({ state: { doc } }) => {
    const query = doc.toString();
    if (!query.trim()) return [];
    try {
      const response = await fetch(`${address}?${new URLSearchParams({ query })}`);
      const found = response.ok ? await response.json() : {};
      return found.line ? [diagnosticAt(doc, found)] : [];
    } catch {
      return []; // the server is not there
    }
  };
}
