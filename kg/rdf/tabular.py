"""Rows of an answer: written one by one where not all are wanted, counted as they pass where all are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO, Any

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, Triple

from kg.errors import QueryTooLarge
from kg.rdf.formats import ResultFormat
from kg.terms import XSD

#: What stands at each row and nowhere else; in CSV a line break within a value counts as well.
_MARKS = {"json": (b'},{"', b"},{}"), "xml": (b"<result>",), "csv": (b"\r\n",), "tsv": (b"\n",)}


class RowCounter:
    """An output that passes on what a results format writes to it and refuses more than so many rows."""

    def __init__(self, out: IO[bytes], form: ResultFormat, most: int) -> None:
        """Pass on to an output."""
        self._out = out
        self._marks = _MARKS[form.name]
        # JSON's marks stand between rows; the first line of CSV and TSV is none.
        self._counted = {"json": 1, "xml": 0}.get(form.name, -1)
        self._most = most
        self._kept = max(map(len, self._marks)) - 1
        self._tail = b""

    def write(self, data: bytes) -> int:
        """Pass on.

        Raises:
            QueryTooLarge: there are too many rows.
        """
        # The tail is shorter than a mark, so none is counted twice.
        seen = self._tail + data
        self._counted += sum(seen.count(mark) for mark in self._marks)
        self._tail = seen[-self._kept :] if self._kept else b""
        if self._counted > self._most:
            raise QueryTooLarge(f"the answer has more than {self._most:,} rows")
        return self._out.write(data)

    def flush(self) -> None:
        """Do nothing: the end of the rows is not the end of the output."""


def write_rows(variables: Iterable[str], rows: Iterable[QuerySolution], out: IO[bytes]) -> None:
    """Write rows in SPARQL 1.1 Query Results JSON (https://www.w3.org/TR/sparql11-results-json/)."""
    names = list(variables)
    bindings = [{name: _term(term) for name, term in zip(names, row, strict=True) if term is not None} for row in rows]
    written = {"head": {"vars": names}, "results": {"bindings": bindings}}
    out.write(json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode())


def _term(term: NamedNode | BlankNode | Literal | Triple) -> dict[str, Any]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _term(part) for name, part in parts.items()}}
    written = {"type": "literal", "value": term.value}
    if term.language:
        written["xml:lang"] = term.language
    elif term.datatype.value != XSD.string.value:
        written["datatype"] = term.datatype.value
    return written
