// What can stand where the cursor is: the graph's own classes, properties and things, the query's variables,
// SPARQL's words.

const WORD = /[?$]?[\p{L}\p{N}_-]*:?[\p{L}\p{N}_-]*/u;
const SPARQL = (
  "SELECT ASK CONSTRUCT DESCRIBE WHERE DISTINCT FROM NAMED PREFIX FILTER OPTIONAL UNION MINUS GRAPH BIND VALUES AS IN " +
  "EXISTS NOT GROUP ORDER BY HAVING ASC DESC LIMIT OFFSET COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR STR LANG " +
  "DATATYPE BOUND IRI IF COALESCE CONCAT CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER STRDT STRLEN SUBSTR REPLACE REGEX " +
  "LCASE UCASE YEAR MONTH DAY NOW ABS ROUND CEIL FLOOR isIRI isLITERAL isBLANK"
).split(" ").map((label) => ({ label, type: "keyword" }));

/** What stands before a word that names a class. */
const A_CLASS = /(?:\ba|rdf:type)\s+(?:[\p{L}\p{N}_:-]+\s*,\s*)*$/u;

/** The terms of the graph, asked for when they are first needed. */
function asked(address) {
  let options;
  return () =>
    (options ??= fetch(address)
      .then((response) => (response.ok ? response.json() : []))
      .catch(() => [])
      .then((terms) => terms.map(option)));
}

function option({ name, kind, label, count }) {
  const detail = [label, count?.toLocaleString(document.documentElement.lang)].filter(Boolean).join(" · ");
  const words = `${name} ${label ?? ""}`.toLocaleLowerCase();
  return { label: name, detail, type: kind, words, local: name.slice(name.indexOf(":") + 1).toLocaleLowerCase() };
}

/** Those terms in whose name or label each part of a word occurs: `memb` finds `casus:memberOf`, `arme` `state:ARM`. */
function matching(terms, word) {
  const parts = word.toLocaleLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const found = terms.filter(({ words }) => parts.every((part) => words.includes(part)));
  const begins = ({ local }) => (local.startsWith(parts.at(-1) ?? "") ? 0 : 1);
  return found.sort((one, other) => begins(one) - begins(other)); // as stable as the order by use is
}

export function completions(address) {
  const terms = asked(address);
  return async (context) => {
    const word = context.matchBefore(WORD);
    if (!word || (word.text.length < 2 && !context.explicit)) return null;
    if (/^[?$]/.test(word.text)) {
      const names = context.state.doc.toString().match(/[?$][\p{L}\p{N}_]+/gu) ?? [];
      const others = [...new Set(names)].filter((name) => name !== word.text);
      return { from: word.from, options: others.map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
    }
    const before = context.state.sliceDoc(Math.max(0, word.from - 200), word.from);
    const found = matching(await terms(), word.text);
    if (A_CLASS.test(before)) {
      return { from: word.from, options: found.filter(({ type }) => type === "class"), filter: false };
    }
    const words = SPARQL.filter(({ label }) => label.toLowerCase().startsWith(word.text.toLowerCase()));
    return { from: word.from, options: [...words, ...found], filter: false };
  };
}
