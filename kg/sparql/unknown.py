"""The terms of a query that a graph does not know, with known ones that are spelled much like them.

A query with a mistyped term is good SPARQL and has no rows; nothing else tells the one who asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import NamedTuple

from pyoxigraph import NamedNode, Store

from kg.sparql.tokens import Token, resolved_names
from kg.terms import XSD, Namespaces

#: How alike two names are of which one may be meant for the other, and how many of these are told.
_ALIKE, _MOST = 0.6, 3


class UnknownTerm(NamedTuple):
    """An IRI that stands in a query and nowhere in the graph, and the IRIs there that are spelled most like it."""

    iri: str
    near: tuple[str, ...]


def unknown_terms(store: Store, text: str, namespaces: Namespaces | None = None) -> list[UnknownTerm]:
    """The terms of a query that are nowhere in a store, in their order.

    Functions, datatypes and what is to be constructed need not be in it; graphs that are absent are the answer's to
    tell.

    Args:
        store: the store.
        text: a query that has been answered.
        namespaces: as for `kg.sparql.query.run`.
    """
    unknown = [iri for iri in matched_terms(text, namespaces) if not _knows(store, NamedNode(iri))]
    if not unknown:
        return []
    known = _known(store)
    return [UnknownTerm(iri, near_terms(iri, known)) for iri in unknown]


def matched_terms(text: str, namespaces: Namespaces | None = None) -> list[str]:
    """The IRIs in what a query matches, each once; arguments as for `unknown_terms`."""
    return list(dict.fromkeys(_matched(resolved_names(text, namespaces))))


def near_terms(iri: str, known: Iterable[str]) -> tuple[str, ...]:
    """Of some known IRIs those that are spelled most like one."""
    namespace, local = _split(iri)
    alike: dict[str, list[str]] = {}
    for other in known:
        its_namespace, its_local = _split(other)
        if its_namespace == namespace or its_local == local:
            alike.setdefault(its_local.lower(), []).append(other)
    matches = get_close_matches(local.lower(), alike, _MOST, _ALIKE)
    return tuple(other for match in matches for other in sorted(alike[match]))[:_MOST]


def _matched(names: list[tuple[Token, str | None]]) -> Iterator[str]:
    """The IRIs in what a query matches."""
    depth = 0 if names and names[0][0].keyword == "CONSTRUCT" else None
    for place, (token, iri) in enumerate(names):
        before = names[place - 1][0] if place else None
        after = names[place + 1][0].text if place + 1 < len(names) else ""
        if depth is not None:  # within the template of CONSTRUCT, or before it
            if token.keyword in ("WHERE", "FROM"):
                depth = None
            elif token.text in ("{", "}"):
                depth += 1 if token.text == "{" else -1
                depth = depth or None
        elif iri is not None and not iri.startswith(XSD.iri) and after != "(" and not _is_apart(before):
            yield iri


def _is_apart(before: Token | None) -> bool:
    """Whether what follows a token is a datatype or a graph."""
    return before is not None and (before.text.endswith("^") or before.keyword in ("FROM", "NAMED", "GRAPH"))


def _knows(store: Store, iri: NamedNode) -> bool:
    patterns = ((iri, None, None, None), (None, iri, None, None), (None, None, iri, None))
    return any(next(store.quads_for_pattern(*pattern), None) is not None for pattern in patterns)


def _known(store: Store) -> set[str]:
    """The IRIs of the subjects and properties of a store."""
    found = store.query("SELECT DISTINCT ?t { { ?t ?p ?o } UNION { ?s ?t ?o } }", use_default_graph_as_union=True)
    return {row["t"].value for row in found if isinstance(row["t"], NamedNode)}  # type: ignore[union-attr]


def _split(iri: str) -> tuple[str, str]:
    cut = max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1
    return iri[:cut], iri[cut:]
