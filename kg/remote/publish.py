"""The graphs of a build in another store: each named graph is put there, and its triples are counted afterwards.

Blank nodes are replaced by IRIs first (RDF 1.1 Concepts, section 3.5, https://www.w3.org/TR/rdf11-concepts/), since
graphs are sent one by one and a server may not know that the blank node of one is that of another: what is inferred of
a class expression would hang in the air. It also makes a large graph sendable in parts, and a part sendable twice.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, serialize

from kg.build.as_of import day_graph
from kg.build.store import Build
from kg.collector import collector_paused
from kg.errors import PublishError
from kg.remote.graph_store import GraphStore
from kg.terms import Namespaces

#: Triples sent at once. About 4 MB, less than what servers and the proxies before them take by default.
PART = 25_000


@dataclass(frozen=True)
class Publication:
    """What was published.

    Attributes:
        graphs: how many triples each graph has that was put into the store.
        others: how many triples those graphs have there that go by such a name and are not of this build, for example
            of a file that has gone since.
        removed: whether these were removed.
    """

    graphs: Mapping[str, int]
    others: Mapping[str, int]
    removed: bool


@collector_paused()
def publish(
    build: Build,
    store: GraphStore,
    *,
    days: Iterable[date] = (),
    merged: bool = False,
    prune: bool = False,
    on_graph: Callable[[str], object] = lambda name: None,
) -> Publication:
    """Put the graphs of a build into a store and check that they are there.

    The graphs are those of the asserted files, the inferred, the derived and the one of metadata, under their own
    names. Each replaces the graph of that name; no other is touched, but that a merge of earlier graphs is removed. A
    graph of several parts is whole when the last has arrived, and what fails halfway is mended by publishing again.

    Args:
        build: what to publish.
        store: where to.
        days: days whose graphs are put there too, as `kg.build.as_of.day_graph` has them.
        merged: whether the merge of the build's graphs is put there too, in one graph, `Namespaces.merged`. Most
            products answer faster from one graph than from many that they merge anew for each query.
        prune: remove graphs in the project's namespace of graphs that are not of this build.
        on_graph: called with the name of each graph before it is sent.

    Raises:
        PublishError: the store cannot be reached, refuses, or has another number of triples afterwards.
        BadInput, Inconsistent: as `kg.build.as_of.day_graph`.
    """
    own = build.identity.names
    graphs = graphs_of(chain(build.asserted(), build.inferred(), build.derived(), build.metadata()), own)
    if merged:
        graphs[own.merged] = sorted(set(chain.from_iterable(graphs.values())), key=str)
    graphs |= graphs_of(chain.from_iterable(day_graph(build, day).quads for day in days), own)
    store.log_in(next(iter(graphs)))
    for name, triples in graphs.items():
        on_graph(name)
        first, *more = parts(triples)
        store.put(name, first)
        for part in more:
            store.add(name, part)
    sent = {name: len(triples) for name, triples in graphs.items()}
    found = store.counts(own.graph)
    wrong = [(name, count, found.get(name, 0)) for name, count in sent.items() if found.get(name, 0) != count]
    if wrong:
        name, count, there = wrong[0]
        more_wrong = f", and {len(wrong) - 1} more graphs differ" if len(wrong) > 1 else ""
        raise PublishError(f"<{name}> has {there} triples in the store, not the {count} that were sent{more_wrong}")
    others = {name: count for name, count in found.items() if name not in sent}
    if others.pop(own.merged, None):
        store.delete(own.merged)  # it would be taken for the merge of what is there now
    for name in others if prune else ():
        store.delete(name)
    return Publication(sent, others, removed=prune)


def graphs_of(quads: Iterable[Quad], namespaces: Namespaces) -> dict[str, list[Triple]]:
    """The named graphs of some statements in sorted order, blank nodes replaced by IRIs."""
    graphs: dict[str, set[Triple]] = {}
    for quad in quads:
        assert isinstance(quad.graph_name, NamedNode)
        triple = Triple(_named(quad.subject, namespaces), quad.predicate, _named(quad.object, namespaces))
        graphs.setdefault(quad.graph_name.value, set()).add(triple)
    return {name: sorted(triples, key=str) for name, triples in sorted(graphs.items())}


def parts(triples: list[Triple], size: int = PART) -> Iterator[bytes]:
    """Triples as N-Triples, in parts that are not too large to send; at least one."""
    for begin in range(0, max(len(triples), 1), size):
        out = io.BytesIO()
        serialize(triples[begin : begin + size], out, RdfFormat.N_TRIPLES)
        yield out.getvalue()


def _named(term: Any, namespaces: Namespaces) -> Any:
    # Labels are canonical, so that the same build gives the same names.
    return NamedNode(namespaces.generated + term.value) if isinstance(term, BlankNode) else term
