"""A SPARQL 1.1 query to its answer.

Everything a query needs comes in as plain values and its answer goes out as bytes: it can run in another process.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store

from kg.errors import QueryError
from kg.project import shipped_names
from kg.sparql import guard
from kg.sparql.answer import Answer, Results, evaluation
from kg.sparql.diagnosis import diagnose
from kg.terms import Namespaces


def run(
    store: Store,
    text: str,
    *,
    default_graphs: Iterable[str] | None = None,
    named_graphs: Iterable[str] | None = None,
    most: guard.Complexity = guard.MAX_COMPLEXITY,
    namespaces: Namespaces | None = None,
) -> Answer:
    """Answer a query.

    The project's prefixes need no declaration, and IRIs are relative to the identifiers' base. The default graph is the
    merge of all graphs: the store's own default graph, if something is in it, else the union of the named ones.
    (pyoxigraph's union repeats a triple that lies in two of them; a store that keeps the merge does not.)

    A graph that the store does not have is empty, and the answer says so: nothing is fetched.

    Args:
        store: what to query.
        text: SPARQL 1.1 Query.
        default_graphs: the graphs to merge as the default graph instead, whatever the query says (SPARQL 1.1 Protocol,
            section 2.1.4).
        named_graphs: the graphs that GRAPH can name instead.
        most: how complex the query may be.
        namespaces: the prefixes that need no declaration, and the base; by default those of the shipped project.

    Raises:
        QueryError: `kg.sparql.guard` refuses the query, or it is not SPARQL, the name of a graph is no IRI, or it
            cannot be evaluated.
    """
    namespaces = namespaces or shipped_names()
    from_clauses = [_graph(iri) for iri in guard.check(text, most, namespaces)]
    defaults: list[NamedNode | BlankNode | DefaultGraph] = [_graph(iri) for iri in default_graphs or ()]
    named: list[NamedNode | BlankNode] = [_graph(iri) for iri in named_graphs or ()]
    asked_of = [graph for graph in (*from_clauses, *defaults, *named) if isinstance(graph, NamedNode)]
    absent = dict.fromkeys(graph.value for graph in asked_of if not store.contains_named_graph(graph))
    by_protocol = bool(defaults or named)
    merged = next(store.quads_for_pattern(None, None, None, DefaultGraph()), None) is not None

    def ask() -> Results:
        with evaluation():
            return store.query(
                text,
                base_iri=namespaces.id,
                prefixes=_prefixes_in(text, namespaces),
                default_graph=defaults if by_protocol else None,
                named_graphs=named if by_protocol else None,
                use_default_graph_as_union=not (by_protocol or from_clauses or merged),
            )

    try:
        return Answer(ask, namespaces, absent)
    except SyntaxError as error:
        raise QueryError(diagnose(text, error, namespaces)) from error


def _prefixes_in(text: str, namespaces: Namespaces) -> dict[str, str]:
    """The prefixes that a query may use: to declare all costs a third of a short one's time. Escapes hide them."""
    known = namespaces.prefixes.items()
    return dict(known) if "\\" in text else {prefix: iri for prefix, iri in known if f"{prefix}:" in text}


def _graph(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise QueryError(f"a graph's name must be an absolute IRI, and '{iri}' is none") from error
