"""How the results of SELECT and ASK are written: rows are counted as they pass, or only the first of them written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, cast

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolution,
    QuerySolutions,
)

from kg.errors import QueryError, QueryTooLarge
from kg.rdf.syntax import Format
from kg.rdf.xml_text import XmlOutput
from kg.terms import term_to_json


@dataclass(frozen=True)
class ResultFormat(Format):
    """A serialisation of SELECT and ASK results.

    Attributes:
        marks: what stands at each row and nowhere else; in CSV a line break within a value counts as well.
        first: the number of rows at no mark; less than nothing if there are marks at no row.
    """

    results: QueryResultsFormat
    marks: tuple[bytes, ...]
    first: int = 0

    def write(
        self,
        results: QuerySolutions | QueryBoolean,
        out: IO[bytes],
        *,
        rows: int | None = None,
        most: int | None = None,
    ) -> None:
        """Write results as they are computed.

        Args:
            results: the results.
            out: what to write to.
            rows: stop after this many rows. Only JSON can be stopped.
            most: refuse more rows.

        Raises:
            QueryError: this format cannot be stopped.
            QueryTooLarge: there are more rows than `most`.
            BadInput: there is a text that the format cannot hold.
        """
        if isinstance(results, QueryBoolean):
            self._write_boolean(results, out)
        elif rows is not None:
            self._write_some(results, rows, out)
        else:
            out = self._checked(out)
            if most is not None:  # all that is asked of an output is write
                out = cast(IO[bytes], RowCounter(out, self.marks, self.first, most))
            results.serialize(out, format=self.results)

    def _write_boolean(self, result: QueryBoolean, out: IO[bytes]) -> None:
        result.serialize(out, format=self.results)

    def _write_some(self, results: QuerySolutions, rows: int, out: IO[bytes]) -> None:
        raise QueryError(f"only an answer in JSON can be stopped after {rows:,} rows")

    def _checked(self, out: IO[bytes]) -> IO[bytes]:
        """An output for rows that refuses what the format cannot hold."""
        return out


class Json(ResultFormat):
    """JSON, which is whole after any row."""

    def _write_some(self, results: QuerySolutions, rows: int, out: IO[bytes]) -> None:
        write_rows((variable.value for variable in results.variables), islice(results, rows), out)


class Xml(ResultFormat):
    """XML, which cannot hold every text."""

    def _checked(self, out: IO[bytes]) -> IO[bytes]:
        return cast(IO[bytes], XmlOutput(out))


class Separated(ResultFormat):
    """CSV and TSV. The W3C's formats do not define them for ASK, which is a line that says true or false here."""

    def _write_boolean(self, result: QueryBoolean, out: IO[bytes]) -> None:
        out.write(b"true\n" if result else b"false\n")


class RowCounter:
    """An output that passes on what a results format writes to it and refuses more than so many rows."""

    def __init__(self, out: IO[bytes], marks: Sequence[bytes], first: int, most: int) -> None:
        """Pass on to an output.

        Args:
            out: the output.
            marks: what stands at each row and nowhere else.
            first: the number of rows at no mark.
            most: the number of rows that may pass.
        """
        self._out = out
        self._marks = marks
        self._counted = first
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
    import json  # noqa: PLC0415 - other formats do without

    names = list(variables)
    bindings = [
        {name: term_to_json(term) for name, term in zip(names, row, strict=True) if term is not None} for row in rows
    ]
    written = {"head": {"vars": names}, "results": {"bindings": bindings}}
    out.write(json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode())
