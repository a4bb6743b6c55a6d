"""Questions of the application's own, put to whoever answers queries, and their answers as terms."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import islice

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from kg.sparql.answer import Answer, AnswerKind, Results, Row
from kg.sparql.chunks import Chunks
from kg.terms import LABELS
from kg.web.executor import Executor, QueryTask, Reply

#: The formats in which this module reads answers.
READABLE: dict[AnswerKind, str] = {"bindings": "json", "boolean": "json", "graph": "nt"}


@dataclass(frozen=True)
class Rows:
    """An answer as rows to be shown."""

    kind: AnswerKind
    variables: tuple[str, ...]
    rows: list[Row]
    boolean: bool | None = None


#: Characters of names in one query.
_NAMES = 50_000


@dataclass(frozen=True)
class Asker:
    """Asks an executor, about the graph itself or as it stood on a day; raises as `Executor.run`."""

    executor: Executor
    day: date | None = None

    def select(self, text: str) -> list[Row]:
        """The rows of a SELECT query."""
        return read_rows(self._run(text)).rows

    def ask(self, text: str) -> bool:
        """The answer to an ASK query."""
        return bool(read_rows(self._run(text)).boolean)

    def graph(self, text: str) -> list[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE query."""
        return [quad.triple for quad in parse(self._run(text).read(), RdfFormat.N_TRIPLES)]

    def mentioned(self, names: Iterable[NamedNode]) -> list[NamedNode]:
        """Those of some names that are mentioned in a statement, in their order."""
        return self._those(names, "{ ?it ?p ?o } UNION { ?s ?p ?it }")

    def graphs(self, names: Iterable[NamedNode]) -> list[NamedNode]:
        """Those of some names that are of graphs which are not empty, in their order."""
        return self._those(names, "{ GRAPH ?it { ?s ?p ?o } }")

    def labels(self, things: Iterable[NamedNode]) -> list[Triple]:
        """What things are called, in all languages; asked for in queries that are not too long."""
        wanted = ", ".join(map(str, LABELS))
        batches, size = [""], 0
        for name in (str(thing) for thing in dict.fromkeys(things)):
            if len(name) <= _NAMES:
                size += len(name)
                if size > _NAMES:
                    size = len(name)
                    batches.append("")
                batches[-1] += f" {name}"
        # By OPTIONAL the names come first: most of a graph has labels.
        query = "CONSTRUCT { ?it ?by ?label } WHERE { { SELECT ?it WHERE { VALUES ?it {%s } } } "
        query += f"OPTIONAL {{ ?it ?by ?label FILTER(?by IN ({wanted})) }} }}"
        return [triple for batch in batches if batch for triple in self.graph(query % batch)]

    def _those(self, names: Iterable[NamedNode], pattern: str) -> list[NamedNode]:
        asked = list(names)
        parts = " UNION ".join(
            f"{{ SELECT ({number} AS ?n) WHERE {{ {pattern.replace('?it', str(name))} }} LIMIT 1 }}"
            for number, name in enumerate(asked)
        )
        found = {int(n.value) for (n,) in self.select(f"SELECT ?n WHERE {{ {parts} }}") if isinstance(n, Literal)}
        return [name for number, name in enumerate(asked) if number in found]

    def _run(self, text: str) -> Reply:
        return self.executor.run(QueryTask(text, READABLE, day=self.day))


def read_rows(reply: Reply, most: int | None = None) -> Rows:
    """A reply in the formats of `READABLE`: all of it, or its first rows, read as they arrive."""
    chunks = io.BufferedReader(Chunks(reply.chunks))
    try:
        if reply.kind == "graph":
            results: Results = (quad.triple for quad in parse(chunks, RdfFormat.N_TRIPLES))
        else:
            results = parse_query_results(chunks, QueryResultsFormat.JSON)
        answer = Answer(lambda: results)
        return Rows(answer.kind, answer.variables, list(islice(answer.rows, most)), answer.boolean)
    finally:
        reply.close()


def nodes(iris: Iterable[str]) -> Iterator[NamedNode]:
    """IRIs as terms that can stand in a query, without those that are none: nothing of a request gets past this."""
    for iri in iris:
        with suppress(ValueError):
            yield NamedNode(iri)
