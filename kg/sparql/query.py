"""A SPARQL 1.1 query to its answer.

Everything a query needs comes in as plain values and its answer goes out as bytes: it can run in another process.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO, Literal, cast

import pyoxigraph
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    Store,
    Triple,
)

from kg.errors import QueryError, QueryTooLarge, UnknownFormat
from kg.rdf.formats import GRAPH_FORMATS, RESULT_FORMATS, GraphFormat, ResultFormat
from kg.rdf.tabular import RowCounter, write_rows
from kg.rdf.write import write_triples
from kg.sparql import guard
from kg.terms import ID, PREFIXES, XSD, shorten

Term = NamedNode | BlankNode | pyoxigraph.Literal | Triple
Kind = Literal["bindings", "boolean", "graph"]

_MIDNIGHT = re.compile(r"(-?\d{4,}-\d\d-\d\d)T00:00:00(?:\.0+)?(?:Z|\+00:00)")
#: Longer queries are not read a second time to find the mistake.
_EXPLAINED_LENGTH = 20_000
#: Wider than the longest keyword.
_GAP = " " * 20
_RULES = {"IRI parsing failed": "this is not an IRI", "language tag parsing failed": "this is not a language tag"}


class Answer:
    """The answer to a query. Its rows are computed as they are read, and are read once.

    Attributes:
        kind: `bindings` (SELECT), `boolean` (ASK) or `graph` (CONSTRUCT and DESCRIBE).
        variables: the names of the columns; for a graph: subject, predicate, object.
        boolean: the answer to ASK.
    """

    kind: Kind
    variables: tuple[str, ...] = ()
    boolean: bool | None = None

    def __init__(self, results: QuerySolutions | QueryBoolean | Iterable[Triple]) -> None:
        """The answer that pyoxigraph's results, or some triples, hold."""
        self._results = results
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
    def rows(self) -> Iterator[tuple[Term | None, ...]]:
        """The rows, a term or None for each variable. ASK has none.

        Raises:
            QueryError: the query cannot be evaluated.
        """
        if isinstance(self._results, QueryBoolean):
            return
        with _query_errors():
            for row in self._results:
                yield tuple(row)

    def write(self, format_name: str, out: IO[bytes], *, rows: int | None = None, most: int | None = None) -> None:
        """Write the answer in one of its formats, as named in `kg.rdf.formats`.

        ASK in CSV or TSV is a line that says true or false; the W3C's formats do not define it.

        Args:
            format_name: the format's name.
            out: what to write to.
            rows: stop after this many rows or triples. Rows can only be stopped in JSON.
            most: refuse an answer of more rows or triples.

        Raises:
            UnknownFormat: no format goes by this name.
            QueryError: the format cannot hold this kind of answer, or the query cannot be evaluated.
            QueryTooLarge: there are more rows or triples than `most`.
        """
        chosen = self._format(format_name)
        with _query_errors():
            if isinstance(chosen, GraphFormat):
                assert not isinstance(self._results, QuerySolutions | QueryBoolean)
                write_triples(_at_most(islice(self._results, rows), most), chosen, out)
            elif isinstance(self._results, QuerySolutions) and rows is not None:
                if chosen.name != "json":
                    raise QueryError(f"only an answer in JSON can be stopped after {rows:,} rows")
                write_rows(self.variables, islice(self._results, rows), out)
            elif isinstance(self._results, QuerySolutions) and most is not None:
                counter = cast(IO[bytes], RowCounter(out, chosen, most))  # all that pyoxigraph asks of it is write
                self._results.serialize(counter, format=chosen.results)
            elif isinstance(self._results, QueryBoolean) and chosen.name in ("csv", "tsv"):
                out.write(b"true\n" if self.boolean else b"false\n")
            else:
                assert isinstance(self._results, QuerySolutions | QueryBoolean)
                self._results.serialize(out, format=chosen.results)

    def serialize(self, format_name: str, rows: int | None = None) -> bytes:
        """The answer in one of its formats; arguments and errors as for `write`."""
        out = io.BytesIO()
        self.write(format_name, out, rows=rows)
        return out.getvalue()

    def _format(self, name: str) -> ResultFormat | GraphFormat:
        for candidate in self.formats:
            if candidate.name == name:
                return candidate
        known = ", ".join(candidate.name for candidate in self.formats)
        if any(candidate.name == name for candidate in (*GRAPH_FORMATS, *RESULT_FORMATS)):
            form = "a graph" if self.kind == "graph" else "rows" if self.kind == "bindings" else "true or false"
            raise QueryError(f"this query answers with {form}, which cannot be written as {name}; choose from {known}")
        raise UnknownFormat(f"there is no format '{name}'; choose from {known}")


def run(
    store: Store,
    text: str,
    *,
    default_graphs: Iterable[str] | None = None,
    named_graphs: Iterable[str] | None = None,
    most: guard.Complexity = guard.MOST,
) -> Answer:
    """Answer a query.

    The project's prefixes need no declaration, and IRIs are relative to the identifiers' base. The default graph is the
    merge of all graphs: the store's own default graph, if something is in it, else the union of the named ones.
    (pyoxigraph's union repeats a triple that lies in two of them; a store that keeps the merge does not.)

    Args:
        store: what to query.
        text: SPARQL 1.1 Query.
        default_graphs: the graphs to merge as the default graph instead, whatever the query says (SPARQL 1.1 Protocol,
            section 2.1.4).
        named_graphs: the graphs that GRAPH can name instead.
        most: how complex the query may be.

    Raises:
        QueryError: `kg.sparql.guard` refuses the query, or it is not SPARQL, names an absent graph or cannot be
            evaluated.
    """
    from_clauses = [_graph(store, iri) for iri in guard.check(text, most)]
    defaults: list[NamedNode | BlankNode | DefaultGraph] = [_graph(store, iri) for iri in default_graphs or ()]
    named: list[NamedNode | BlankNode] = [_graph(store, iri) for iri in named_graphs or ()]
    by_protocol = bool(defaults or named)
    merged = next(store.quads_for_pattern(None, None, None, DefaultGraph()), None) is not None
    try:
        with _query_errors():
            results = store.query(
                text,
                base_iri=ID,
                prefixes=PREFIXES,
                default_graph=defaults if by_protocol else None,
                named_graphs=named if by_protocol else None,
                use_default_graph_as_union=not (by_protocol or from_clauses or merged),
            )
    except SyntaxError as error:
        raise QueryError(_explain(store, text, error)) from error
    return Answer(results)


def readable(term: Term | None) -> str:
    """A term as people read it: a short name, the text of a literal, midnight in UTC as a date; nothing for None."""
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return shorten(term.value)
    if isinstance(term, BlankNode):
        return f"_:{term.value}"
    if isinstance(term, Triple):
        return f"<< {readable(term.subject)} {readable(term.predicate)} {readable(term.object)} >>"
    midnight = _MIDNIGHT.fullmatch(term.value) if term.datatype.value == XSD.dateTime.value else None
    return midnight.group(1) if midnight else term.value


def _at_most(triples: Iterable[Triple], most: int | None) -> Iterator[Triple]:
    for count, triple in enumerate(triples, start=1):
        if most is not None and count > most:
            raise QueryTooLarge(f"the answer has more than {most:,} triples")
        yield triple


@contextmanager
def _query_errors() -> Iterator[None]:
    """The engine's objections to a query as errors of ours. Its OSErrors are the store's or the output's own."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error


def _graph(store: Store, iri: str) -> NamedNode:
    try:
        graph = NamedNode(iri)
    except ValueError as error:
        raise QueryError(f"a graph's name must be an absolute IRI, and '{iri}' is none") from error
    if not store.contains_named_graph(graph):
        raise QueryError(f"the store has no graph <{iri}>")
    return graph


def _explain(store: Store, text: str, error: SyntaxError) -> str:
    """A syntax error as one line with the place of the mistake.

    pyoxigraph reports the furthest place it has looked at, which lies beyond the mistake by up to the length of its
    longest keyword. With wide gaps between the tokens, that place lies in the gap behind the token it could not use.
    """
    tokens = list(guard.tokenize(text))
    if not tokens:
        return "the query is empty"
    for token in tokens:
        if token.kind == "mark" and token.text in ("'", '"'):
            return f"{guard.place(text, token.start)}: this string has no end, or an escape that SPARQL does not have"
    if len(text) <= _EXPLAINED_LENGTH:
        widened, starts = _widen(text, tokens)
        try:
            store.query(widened, base_iri=ID, prefixes=PREFIXES)
        except SyntaxError as again:
            furthest = _offset(widened, again)
            if furthest >= len(widened):
                return _incomplete(text, tokens, str(again))
            token = [token for token, start in zip(tokens, starts, strict=True) if start <= furthest][-1]
            return f"{guard.place(text, token.start)}: {_mistake(text, token, str(again))}"
    return f"not SPARQL 1.1, at or before {guard.place(text, _offset(text, error))}"


def _widen(text: str, tokens: list[guard.Token]) -> tuple[str, list[int]]:
    """The query with wide gaps between its tokens, and where each begins then. Marks that touch are one operator."""
    widened, starts, end = "", [], 0
    for index, token in enumerate(tokens):
        touches = index > 0 and token.start == end and token.kind == tokens[index - 1].kind == "mark"
        widened += token.text if touches else _GAP + token.text
        starts.append(len(widened) - len(token.text))
        end = token.start + len(token.text)
    return widened + _GAP, starts


def _offset(text: str, error: SyntaxError) -> int:
    """Where pyoxigraph's message says, as an offset into the text."""
    match = re.match(r"error at (\d+):(\d+)", str(error))
    if match is None:
        return len(text)
    line, column = int(match.group(1)), int(match.group(2))
    return sum(len(before) for before in text.split("\n")[: line - 1]) + line - 1 + column - 1


def _mistake(text: str, token: guard.Token, message: str) -> str:
    prefix = token.text.partition(":")[0]
    if token.kind == "name" and prefix not in ("_", *guard.known_prefixes(text)):
        return f"the prefix '{prefix}:' is not declared"
    if token.text == "}":
        return "unexpected '}': before it, a pattern is incomplete, a variable bound twice or a row of VALUES uneven"
    return _rule(message) or f"unexpected '{token.text}'"


def _incomplete(text: str, tokens: list[guard.Token], message: str) -> str:
    """What is wrong with a query that can be read to its end."""
    unclosed = guard.unclosed(tokens)
    if unclosed is not None:
        return f"{guard.place(text, unclosed.start)}: this '{unclosed.text}' is not closed"
    rule = _rule(message)
    if rule is not None:
        return f"not allowed in SPARQL: {rule}"
    if not any(token.text == "{" for token in tokens):
        return "the query ends before its '{'"
    return "not SPARQL 1.1: the query ends too early, binds a variable twice or uses one that is out of scope"


def _rule(message: str) -> str | None:
    """The rule that pyoxigraph names among the things it expected."""
    for item in re.sub(r"^error at [\d:]+ expected (one of )?", "", message).split(", "):
        if item in _RULES:
            return _RULES[item]
        if re.fullmatch(r"[A-Za-z]+(?: [\w*'.-]+){3,}", item):
            return re.sub(r"^[A-Z](?=[a-z ])", lambda first: first.group().lower(), item.rstrip("."))
    return None
