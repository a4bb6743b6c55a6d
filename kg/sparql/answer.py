"""The answer to a query: rows for programs, tables for people, and the W3C's formats for everybody else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from html import escape
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, SupportsIndex, TypeAlias, cast, overload

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, QueryBoolean, QuerySolutions, Triple

from kg.errors import QueryError, QueryTooLarge, UnknownFormat
from kg.listing import data_frame
from kg.project import shipped_names
from kg.rdf.formats import GRAPH_FORMATS, RESULT_FORMATS, GraphFormat, ResultFormat, find_format
from kg.rdf.write import write_aside
from kg.terms import XSD, Namespaces, Term

if TYPE_CHECKING:
    import pandas
    import rdflib

AnswerKind = Literal["bindings", "boolean", "graph"]
Results: TypeAlias = QuerySolutions | QueryBoolean | Iterable[Triple]

_MIDNIGHT = re.compile(r"(-?\d{4,}-\d\d-\d\d)T00:00:00(?:\.0+)?(?:Z|\+00:00)")
#: Rows that are shown of an answer where it is looked at.
_SHOWN = 20
#: XML Schema's numeric types, and what holds their values in Python and pandas.
_NUMBERS: dict[str, type[int] | type[float]] = {
    **dict.fromkeys(("integer", "int", "long", "short", "byte"), int),
    **dict.fromkeys(("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"), int),
    **dict.fromkeys(("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"), int),
    **dict.fromkeys(("decimal", "double", "float"), float),
}


class Row(tuple[Term | None, ...]):
    """The terms of a row, by the names of their variables or by their places: ``row["state"]``, ``row[0]``.

    A variable without a value has None.
    """

    _variables: tuple[str, ...]

    def __new__(cls, variables: tuple[str, ...], terms: Iterable[Term | None]) -> Row:
        """A row of an answer with these variables."""
        row = super().__new__(cls, terms)
        row._variables = variables
        return row

    @overload
    def __getitem__(self, key: SupportsIndex | str) -> Term | None: ...

    @overload
    def __getitem__(self, key: slice) -> tuple[Term | None, ...]: ...

    def __getitem__(self, key: SupportsIndex | slice | str) -> Term | tuple[Term | None, ...] | None:
        """The term of a variable (KeyError if the answer has none of this name), or at a place."""
        if not isinstance(key, str):
            return super().__getitem__(key)
        try:
            return super().__getitem__(self._variables.index(key.removeprefix("?")))
        except ValueError:
            raise KeyError(f"no variable ?{key}; the answer has {', '.join(self._variables)}") from None

    def __repr__(self) -> str:
        """What people read."""
        pairs = zip(self._variables, self, strict=True)
        return f"Row({', '.join(f'{name}={readable(term)}' for name, term in pairs)})"


class Answer(Sequence[Row]):
    """The answer to a query: a sequence of rows.

    Rows are computed as they are read, and kept once they have been read through the sequence. What needs all of them
    anew (`write` after the sequence was read, and the like) asks the query once more.

    Attributes:
        kind: `bindings` (SELECT), `boolean` (ASK) or `graph` (CONSTRUCT and DESCRIBE).
        variables: the names of the columns; for a graph: subject, predicate, object.
        boolean: the answer to ASK.
        absent_graphs: the graphs that the query is asked of and that are not there; they count as empty.
        at_least: whether there may be more rows than the graph has; asked when they are counted for people.
    """

    kind: AnswerKind
    variables: tuple[str, ...] = ()
    boolean: bool | None = None

    def __init__(
        self, ask: Callable[[], Results], namespaces: Namespaces | None = None, absent_graphs: Iterable[str] = ()
    ) -> None:
        """The answer that pyoxigraph's results, or some triples, hold, which are asked for here and perhaps again.

        It is shown with the short names of some namespaces, by default those of the shipped project.
        """
        self._namespaces = namespaces
        self._ask = ask
        self.absent_graphs = tuple(absent_graphs)
        self.at_least: Callable[[], bool] = lambda: False
        self._unread: Results | None = ask()
        self._kept: list[Row] = []
        self._rest: Iterator[Row] | None = None
        results = self._unread
        if isinstance(results, QuerySolutions):
            self.kind = "bindings"
            self.variables = tuple(variable.value for variable in results.variables)
        elif isinstance(results, QueryBoolean):
            self.kind = "boolean"
            self.boolean = bool(results)
        else:
            self.kind = "graph"
            self.variables = ("subject", "predicate", "object")

    @property
    def formats(self) -> tuple[ResultFormat, ...] | tuple[GraphFormat, ...]:
        """The formats this answer can be written in, the usual one first."""
        return GRAPH_FORMATS if self.kind == "graph" else RESULT_FORMATS

    @property
    def rows(self) -> Iterator[Row]:
        """The rows one by one, of which none is kept: for those who read many once. ASK has none.

        Raises:
            QueryError: the query cannot be evaluated.
        """
        results = self._results()
        if isinstance(results, QueryBoolean):
            return
        with evaluation():
            for row in results:
                yield Row(self.variables, row)

    def __len__(self) -> int:
        """How many rows or triples there are; reads all."""
        return len(self._read())

    def __bool__(self) -> bool:
        """The answer to ASK; else whether there is a row."""
        return self.boolean if self.boolean is not None else bool(self._read(1))

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """A row, or some."""
        return self._read()[index]

    def __iter__(self) -> Iterator[Row]:
        """The rows, as they are computed; raises as `rows`."""
        place = 0
        while len(self._read(place + 1)) > place:
            yield self._kept[place]
            place += 1

    def __repr__(self) -> str:
        """The first rows as a table of short names and plain dates."""
        if self.boolean is not None:
            return str(self.boolean).lower()
        shown = self._shown()
        widths = [max(map(len, column)) for column in zip(self.variables, *shown, strict=True)]
        lines = [self.variables, tuple("-" * width for width in widths), *shown]
        table = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
        return "\n".join([*table, f"({self._count()})"])

    def _repr_html_(self) -> str:
        """The first rows as a table for notebooks."""
        if self.boolean is not None:
            return f"<p>{str(self.boolean).lower()}</p>"
        head = "".join(f"<th>{escape(name)}</th>" for name in self.variables)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>\n" for row in self._shown()
        )
        return f"<table>\n<tr>{head}</tr>\n{body}</table>\n<p>{self._count()}</p>"

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame with a column for each variable; needs the extra ``casus-kg[pandas]``.

        IRIs are text in full; numbers, truth values and dates are Python's; what has no value is missing. ASK is one
        column ``boolean``.

        Raises:
            MissingLibrary: pandas is not installed.
            QueryError: the query cannot be evaluated.
        """
        if self.boolean is not None:
            return data_frame([(self.boolean,)], ["boolean"])
        return data_frame((tuple(map(to_python, row)) for row in self), self.variables)

    def to_rdflib(self) -> rdflib.Graph | rdflib.query.Result:
        """The answer as rdflib has it: a Graph of what is constructed or described, else a query's Result.

        Raises:
            QueryError: the query cannot be evaluated.
        """
        import rdflib.query  # noqa: PLC0415 - importing it takes a tenth of a second

        if self.kind == "graph":
            return rdflib.Graph().parse(data=self.serialize("nt"), format="nt")
        return rdflib.query.Result.parse(io.BytesIO(self.serialize("json")), format="json")

    def write(
        self,
        format_name: str,
        out: str | PathLike[str] | IO[bytes] | IO[str],
        *,
        rows: int | None = None,
        most: int | None = None,
    ) -> None:
        """Write the answer in one of its formats, as named in `kg.rdf.formats`.

        Args:
            format_name: the format's name.
            out: a file that is open, or the path of one to be written: whole, or not at all.
            rows: stop after this many rows or triples. Rows can only be stopped in JSON.
            most: refuse an answer of more rows or triples.

        Raises:
            UnknownFormat: no format goes by this name.
            QueryError: the format cannot hold this kind of answer, or the query cannot be evaluated.
            QueryTooLarge: there are more rows or triples than `most`.
            MissingFile: the path cannot be written to.
        """
        chosen = self._format(format_name)
        if isinstance(out, str | PathLike):
            write_aside(Path(out), lambda file: self._write(chosen, file, rows, most))
        elif isinstance(out, io.TextIOBase):
            written = io.BytesIO()
            self._write(chosen, written, rows, most)
            out.write(written.getvalue().decode())
        else:
            self._write(chosen, cast(IO[bytes], out), rows, most)

    def serialize(self, format_name: str, rows: int | None = None) -> bytes:
        """The answer in one of its formats; arguments and errors as for `write`."""
        out = io.BytesIO()
        self.write(format_name, out, rows=rows)
        return out.getvalue()

    def _write(self, chosen: ResultFormat | GraphFormat, out: IO[bytes], rows: int | None, most: int | None) -> None:
        results = self._results()
        with evaluation():
            if isinstance(results, QuerySolutions | QueryBoolean):
                assert isinstance(chosen, ResultFormat)
                chosen.write(results, out, rows=rows, most=most)
            else:
                assert isinstance(chosen, GraphFormat)
                chosen.write(_at_most(islice(results, rows), most), out, self._namespaces)

    def _results(self) -> Results:
        """Results of which nothing has been read."""
        results, self._unread = self._unread, None
        return self._ask() if results is None else results

    def _read(self, most: int | None = None) -> list[Row]:
        """The rows that have been read, after reading on to so many of them, or to the last."""
        if self._rest is None:
            self._rest = self.rows
        self._kept += islice(self._rest, None if most is None else max(most - len(self._kept), 0))
        return self._kept

    def _shown(self) -> list[tuple[str, ...]]:
        return [tuple(readable(term, self._namespaces) for term in row) for row in self._read(_SHOWN + 1)[:_SHOWN]]

    def _count(self) -> str:
        """How many rows there are, as far as that is known without computing all."""
        count = len(self._kept)
        if count > _SHOWN:
            return f"the first {_SHOWN} rows"
        return f"{'at least ' * self.at_least()}{count} {'row' if count == 1 else 'rows'}"

    def _format(self, name: str) -> ResultFormat | GraphFormat:
        forms: tuple[ResultFormat | GraphFormat, ...] = self.formats
        chosen = find_format(forms, name)
        if chosen is not None:
            return chosen
        known = ", ".join(form.name for form in forms)
        if find_format((*GRAPH_FORMATS, *RESULT_FORMATS), name) is not None:
            kind = "a graph" if self.kind == "graph" else "rows" if self.kind == "bindings" else "true or false"
            raise QueryError(f"this query answers with {kind}, which cannot be written as {name}; choose from {known}")
        raise UnknownFormat(f"there is no format '{name}'; choose from {known}")


def readable(term: Term | None, namespaces: Namespaces | None = None) -> str:
    """A term as people read it: a short name, the text of a literal, midnight in UTC as a date; nothing for None.

    Names are short in the namespaces of a project, by default the shipped one.
    """
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return (namespaces or shipped_names()).shorten(term.value)
    if isinstance(term, BlankNode):
        return f"_:{term.value}"
    if isinstance(term, Triple):
        return f"<< {' '.join(readable(part, namespaces) for part in term)} >>"
    midnight = _MIDNIGHT.fullmatch(term.value) if term.datatype == XSD.dateTime else None
    return midnight.group(1) if midnight else term.value


def to_python(term: Term | None) -> Any:
    """A term as Python has it: a number, a truth value, a date or text; None for None.

    A literal whose text is not of its type stays text, as does a year that Python's dates do not reach.
    """
    if not isinstance(term, pyoxigraph.Literal):
        return None if term is None else term.value if isinstance(term, NamedNode) else str(term)
    kind = term.datatype.value.removeprefix(XSD.iri)
    try:
        if kind in _NUMBERS:
            return _NUMBERS[kind](term.value)
        if kind == "dateTime":
            return datetime.fromisoformat(term.value)
        if kind == "date":
            return date.fromisoformat(term.value)
    except ValueError:
        return term.value
    return {"true": True, "1": True, "false": False, "0": False}.get(term.value) if kind == "boolean" else term.value


@contextmanager
def evaluation() -> Iterator[None]:
    """The engine's objections to a query as errors of ours. Its OSErrors are the store's or the output's own."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error


def _at_most(triples: Iterable[Triple], most: int | None) -> Iterator[Triple]:
    for count, triple in enumerate(triples, start=1):
        if most is not None and count > most:
            raise QueryTooLarge(f"the answer has more than {most:,} triples")
        yield triple
