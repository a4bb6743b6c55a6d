"""Queries on a store elsewhere: read and checked here, sent by the SPARQL 1.1 Protocol, answered in any format of ours.

A query is first put to a skeleton, a store in this process that has the graphs of the other one but nothing in them.
So whatever is no SPARQL 1.1, is refused or names a graph that is not there is told as it is of a store of our own, and
nothing else is sent. What other products do beyond the standard is refused too: Virtuoso's functions fetch web pages.

The default graph of products differs: in some it is empty, in others it is all there is, other people's data included.
So each query names the graphs that it is about. What comes back is read and written again, because products' formats
differ as well, and so that nothing is passed on that is not an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain, pairwise, zip_longest
from typing import IO, Any, BinaryIO, TypeAlias

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

from kg.errors import BadInput, QueryError, StoreError
from kg.project import shipped_names
from kg.remote.endpoint import BINDINGS, TRIPLES, Endpoint
from kg.sparql import guard
from kg.sparql.answer import Answer, AnswerKind, Results
from kg.sparql.query import run
from kg.sparql.tokens import Token, place, resolved_names, tokenize
from kg.terms import Namespaces

_ResolvedNames: TypeAlias = list[tuple[Token, str | None]]

#: IRIs of these schemes are functions of products: of Virtuoso's database, and of Java classes that Jena loads.
_PRODUCTS = ("bif:", "sql:", "java:")
#: A graph that no store has, in the place of those that a query must not see. Where a request names no graph,
#: Virtuoso's GRAPH finds all there are; where the query names one that the request does not, it finds an empty row.
_NO_GRAPH = "urn:casus:no-graph"
_BOOLEANS = {False: b'{"head":{},"boolean":false}', True: b'{"head":{},"boolean":true}'}


class RemoteStore:
    """A store elsewhere, of which some graphs are asked about. It is for one thread."""

    def __init__(
        self,
        endpoint: Endpoint,
        graphs: Iterable[str],
        merged: Iterable[str],
        namespaces: Namespaces | None = None,
    ) -> None:
        """Prepare to ask.

        Args:
            endpoint: where the store answers.
            graphs: the graphs that queries can name.
            merged: the graphs that are merged as the default graph: the same, or one that holds the merge of them.
            namespaces: those of the project whose graphs they are, by default the shipped one.
        """
        self._namespaces = namespaces or shipped_names()
        self._endpoint = endpoint
        self._graphs = tuple(graphs)
        self._merged = tuple(merged)
        self._days: set[str] = set()

    def run(
        self,
        text: str,
        *,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        day_graph: str | None = None,
        most: guard.Complexity = guard.MAX_COMPLEXITY,
    ) -> RemoteAnswer:
        """Check a query; the store is asked when the answer is written.

        Args:
            text: SPARQL 1.1 Query, with the project's prefixes and base as for `kg.sparql.query.run`.
            default_graphs: the graphs to merge as the default graph instead.
            named_graphs: the graphs that GRAPH can name instead.
            day_graph: one more graph: what holds on a day.
            most: how complex the query may be.

        Raises:
            QueryError: it is refused, is not SPARQL or names a graph by what is no IRI.
            BadInput: the store has no such graph of a day.
            StoreError, QueryTimeout, Busy: the store could not be asked for that graph; see `Endpoint.query`.
        """
        graphs, merged = self._graphs, self._merged
        if day_graph is not None:
            self._require_day(day_graph)
            graphs, merged = (*graphs, day_graph), (*merged, day_graph)
        checked = run(
            _skeleton(graphs),
            text,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
            most=most,
            namespaces=self._namespaces,
        )
        names = resolved_names(text, self._namespaces)
        _refuse_extensions(text, names, self._namespaces)
        chosen = (default_graphs, named_graphs) if default_graphs or named_graphs else _dataset(names)
        if chosen is None:
            default, named = merged, graphs
        else:  # what is not there is not named there either: some products would fetch it
            default, named = (tuple(graph for graph in asked if graph in graphs) for asked in chosen)
        seen = _without_graphs(text, names, {"GRAPH": named, "FROM": graphs, "NAMED": graphs})
        if not named or seen != text:
            named += (_NO_GRAPH,)
        sent = prologue(text, self._namespaces) + seen
        ask = partial(self._endpoint.query, sent, default, named)
        return RemoteAnswer(checked.kind, ask, self._namespaces.generated, checked.absent_graphs)

    def _require_day(self, graph: str) -> None:
        if graph in self._days:
            return
        if not self._endpoint.holding([graph]):
            day = graph.rpartition("/")[2]
            raise BadInput(f"the store has no graph as of {day}; its keeper can put it there: kg publish --as-of {day}")
        self._days.add(graph)


class RemoteAnswer:
    """The answer to a query that has been checked but not yet asked.

    Attributes:
        kind, absent_graphs: as in `kg.sparql.answer.Answer`.
    """

    def __init__(
        self,
        kind: AnswerKind,
        ask: Callable[[tuple[str, ...]], BinaryIO],
        generated: str,
        absent_graphs: tuple[str, ...] = (),
    ) -> None:
        """An answer that comes when it is asked for in a media type; IRIs below `generated` are blank nodes."""
        self.kind = kind
        self.absent_graphs = absent_graphs
        self._ask = ask
        self._generated = generated

    def write(self, format_name: str, out: IO[bytes], *, rows: int | None = None, most: int | None = None) -> None:
        """Ask, and write the answer; arguments and errors as for `kg.sparql.query.Answer.write`.

        Raises:
            StoreError, QueryTimeout, Busy: the store does not answer; see `Endpoint.query`.
        """
        try:
            Answer(self._results).write(format_name, out, rows=rows, most=most)
        except SyntaxError as error:
            raise StoreError("the store behind this server does not answer as SPARQL 1.1 has it") from error

    def _results(self) -> Results:
        if self.kind == "graph":
            return _triples(self._ask(TRIPLES), self._generated)
        results = parse_query_results(self._ask(BINDINGS), QueryResultsFormat.JSON)
        if self.kind == "boolean":
            return _boolean(results)
        if isinstance(results, QueryBoolean):
            raise StoreError("the store behind this server answers with true or false where rows are asked for")
        return results


def prologue(text: str, namespaces: Namespaces) -> str:
    """What must stand before a query so that other stores read it as ours do: the base, the prefixes that it uses.

    It has no line break, so that lines keep their numbers. A prefix that the query declares is left out, because some
    products take none twice.
    """
    tokens = list(tokenize(text))
    used = {token.text.partition(":")[0] for token in tokens if token.kind == "name"}
    declared = {
        name.text.removesuffix(":")
        for keyword, name in pairwise(tokens)
        if keyword.keyword == "PREFIX" and name.kind == "name"
    }
    prefixes = namespaces.prefixes.items()
    lines = [f"PREFIX {prefix}: <{namespace}> " for prefix, namespace in prefixes if prefix in used - declared]
    return f"BASE <{namespaces.id}> " + "".join(lines)


def _skeleton(graphs: Iterable[str]) -> Store:
    store = Store()
    for graph in graphs:
        store.add_graph(NamedNode(graph))
    return store


def _dataset(names: _ResolvedNames) -> tuple[list[str], list[str]] | None:
    """The graphs of FROM and of FROM NAMED; None if there are none of both."""
    found: dict[str, list[str]] = {"FROM": [], "NAMED": []}
    for (before, _), (_, iri) in pairwise(names):
        if before.keyword in found and iri is not None:
            found[before.keyword].append(iri)
    return (found["FROM"], found["NAMED"]) if any(found.values()) else None


def _without_graphs(text: str, names: _ResolvedNames, known: Mapping[str, tuple[str, ...]]) -> str:
    """The query with another name for each graph that it must not see, by the keyword before it."""
    for (before, _), (token, iri) in reversed(list(pairwise(names))):
        if iri is not None and iri not in known.get(before.keyword, (iri,)):
            text = f"{text[: token.start]}<{_NO_GRAPH}>{text[token.start + len(token.text) :]}"
    return text


def _refuse_extensions(text: str, names: _ResolvedNames, namespaces: Namespaces) -> None:
    """Refuse what is SPARQL 1.1 by its grammar but means something of its own to a product.

    A name before a parenthesis calls a function, or is a property before a list. Both go where the name belongs to one
    of the vocabularies that the project uses: there are no functions among them but the casts of XML Schema.
    """
    own = tuple(namespaces.prefixes.values())
    for (token, iri), following in zip_longest(names, names[1:]):
        if token.kind not in ("iri", "name"):
            continue
        name = iri or ""  # what cannot be told is none of ours
        calls = following is not None and following[0].text == "(" and not name.startswith(own)
        if calls or name.lower().startswith(_PRODUCTS):
            hint = "only SPARQL's own functions and the casts of XML Schema are sent to the store"
            raise QueryError(f"{place(text, token.start)}: {token.text} is refused as the name of a function; {hint}")


def _boolean(results: QuerySolutions | QueryBoolean) -> QueryBoolean:
    """The answer to ASK; Virtuoso gives a row with 1, or no row."""
    if isinstance(results, QueryBoolean):
        return results
    values = [term.value for term in chain.from_iterable(results) if isinstance(term, Literal)]
    made = parse_query_results(_BOOLEANS[values in (["1"], ["true"])], QueryResultsFormat.JSON)
    assert isinstance(made, QueryBoolean)
    return made


def _triples(body: BinaryIO, generated: str) -> Iterator[Triple]:
    for quad in parse(body, RdfFormat.N_TRIPLES):
        yield Triple(_unnamed(quad.subject, generated), quad.predicate, _unnamed(quad.object, generated))


def _unnamed(term: Any, generated: str) -> Any:
    """A term, or the blank node that got a name when it was published."""
    if isinstance(term, NamedNode) and term.value.startswith(generated):
        return BlankNode(term.value.removeprefix(generated))
    return term
