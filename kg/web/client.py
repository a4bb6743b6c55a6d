"""Questions of the application's own, put to whoever answers queries, and their answers as terms."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TypeAlias

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from kg.sparql.answer import Kind
from kg.sparql.chunks import Chunks
from kg.terms import Term
from kg.web.executor import Executor, QueryTask, Reply

Row: TypeAlias = tuple[Term | None, ...]

#: The formats in which this module reads answers.
READABLE: dict[Kind, str] = {"bindings": "json", "boolean": "json", "graph": "nt"}


@dataclass(frozen=True)
class Table:
    """An answer as rows to be shown."""

    kind: Kind
    variables: tuple[str, ...]
    rows: list[Row]
    boolean: bool | None = None


@dataclass(frozen=True)
class Asker:
    """Asks an executor, about the graph itself or as it stood on a day; raises as `Executor.run`."""

    executor: Executor
    day: date | None = None

    def select(self, text: str) -> list[Row]:
        """The rows of a SELECT query."""
        return read_table(self._run(text)).rows

    def ask(self, text: str) -> bool:
        """The answer to an ASK query."""
        return bool(read_table(self._run(text)).boolean)

    def graph(self, text: str) -> list[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE query."""
        return [quad.triple for quad in parse(self._run(text).read(), RdfFormat.N_TRIPLES)]

    def knows(self, iri: NamedNode) -> bool:
        """Whether a thing is mentioned."""
        return self.ask(f"ASK {{ {{ {iri} ?p ?o }} UNION {{ ?s ?p {iri} }} }}")

    def holds(self, graph: NamedNode) -> bool:
        """Whether there is a named graph that is not empty."""
        return self.ask(f"ASK {{ GRAPH {graph} {{ ?s ?p ?o }} }}")

    def _run(self, text: str) -> Reply:
        return self.executor.run(QueryTask(text, READABLE, day=self.day))


def read_table(reply: Reply, most: int | None = None) -> Table:
    """A reply in the formats of `READABLE`: all of it, or its first rows, read as they arrive."""
    chunks = io.BufferedReader(Chunks(reply.chunks))
    try:
        if reply.kind == "graph":
            triples = islice(parse(chunks, RdfFormat.N_TRIPLES), most)
            return Table("graph", ("subject", "predicate", "object"), [tuple(quad.triple) for quad in triples])
        results = parse_query_results(chunks, QueryResultsFormat.JSON)
        if isinstance(results, QueryBoolean):
            return Table("boolean", (), [], bool(results))
        assert isinstance(results, QuerySolutions)
        variables = tuple(variable.value for variable in results.variables)
        return Table("bindings", variables, [tuple(row) for row in islice(results, most)])
    finally:
        reply.close()


def node(iri: str) -> NamedNode | None:
    """An IRI as a term that can stand in a query, or None if it is none: nothing of a request gets past this."""
    try:
        return NamedNode(iri)
    except ValueError:
        return None
