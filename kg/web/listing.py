"""What lies below an IRI that names nothing itself: the identifiers by their kinds, and the things of a kind."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from kg.terms import RDF, RDFS
from kg.web.client import Asker

#: Names listed at once. A query gives the others.
MOST = 1000


@dataclass(frozen=True)
class Listing:
    """The names below an IRI, one step further.

    Attributes:
        folder: the IRI.
        things: those that name something.
        folders: those that only begin like others.
        labels: what the things are called, as triples.
        more: whether there are more.
    """

    folder: NamedNode
    things: list[NamedNode]
    folders: list[NamedNode]
    labels: list[Triple]
    more: bool

    def triples(self) -> list[Triple]:
        """The listing as a container (RDF Schema, section 5.1), with labels."""
        return [
            *(Triple(node, RDF.type, RDFS.Container) for node in (self.folder, *self.folders)),
            *(Triple(self.folder, RDFS.member, node) for node in (*self.things, *self.folders)),
            *self.labels,
        ]


def read_listing(asker: Asker, folder: NamedNode) -> Listing | None:
    """What lies below an IRI, behind a slash or as its fragments; None if nothing does."""
    text = Literal(folder.value)
    rows = asker.select(
        f"SELECT ?child (SUM(IF(?rest = ?child, 1, 0)) AS ?things) WHERE {{ {{ SELECT DISTINCT ?rest WHERE {{ "
        f"?s ?p ?o FILTER(isIRI(?s) && STRSTARTS(STR(?s), {text})) BIND(STRAFTER(STR(?s), {text}) AS ?rest) "
        f"FILTER(REGEX(?rest, '^[/#].')) }} }} BIND(REPLACE(?rest, '^(.[^/#]*).*$', '$1') AS ?child) }} "
        f"GROUP BY ?child ORDER BY ?child LIMIT {MOST + 1}"
    )
    children = [
        (NamedNode(folder.value + child.value), things.value != "0")
        for child, things in rows
        if isinstance(child, Literal) and isinstance(things, Literal)
    ]
    if not children:
        return None
    things = {node for node, is_thing in children[:MOST] if is_thing}
    labels = asker.graph(
        f"CONSTRUCT {{ ?s {RDFS.label} ?label }} WHERE {{ ?s {RDFS.label} ?label "
        f"FILTER(isIRI(?s) && STRSTARTS(STR(?s), {text})) }}"
    )
    return Listing(
        folder,
        [node for node, is_thing in children[:MOST] if is_thing],
        [node for node, is_thing in children[:MOST] if not is_thing],
        [triple for triple in labels if triple.subject in things],
        len(children) > MOST,
    )
