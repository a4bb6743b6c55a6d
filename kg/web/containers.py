"""What lies below an IRI that names nothing itself: the identifiers by their kinds, and the things of a kind."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from kg.terms import RDF, RDFS
from kg.web.client import Asker

#: Names listed at once. A query gives the others.
MAX_LISTED = 1000
#: Names that a store is asked for to make a list of.
_MOST_ASKED = 50_000
#: What follows an IRI as its next part.
_CHILD = re.compile(r"[/#][^/#]+")


@dataclass(frozen=True)
class Container:
    """The names below an IRI, one step further.

    Attributes:
        iri: the IRI.
        things: those that name something.
        containers: those that only begin like others.
        labels: what the things are called, as triples.
        more: whether there are more.
    """

    iri: NamedNode
    things: list[NamedNode]
    containers: list[NamedNode]
    labels: list[Triple]
    more: bool

    def triples(self) -> list[Triple]:
        """The container (RDF Schema, section 5.1), with labels."""
        return [
            *(Triple(node, RDF.type, RDFS.Container) for node in (self.iri, *self.containers)),
            *(Triple(self.iri, RDFS.member, node) for node in (*self.things, *self.containers)),
            *self.labels,
        ]


def read_container(asker: Asker, iri: NamedNode, subjects: Sequence[str] | None) -> Container | None:
    """What lies below an IRI, behind a slash or as its fragments; None if nothing does.

    Args:
        asker: who is asked.
        iri: the IRI.
        subjects: all there are, in order, if somebody knows them: to find those below, a store must look at each.
    """
    children: dict[str, bool] = {}
    below = list(_below(subjects, iri.value)) if subjects is not None else _ask_below(asker, iri)
    for name in below:
        child = _CHILD.match(name, len(iri.value))
        if child is not None:
            children[child[0]] = children.get(child[0], False) or child.end() == len(name)
    if not children:
        return None
    listed = [(NamedNode(iri.value + name), is_thing) for name, is_thing in sorted(children.items())[:MAX_LISTED]]
    things = [node for node, is_thing in listed if is_thing]
    containers = [node for node, is_thing in listed if not is_thing]
    return Container(
        iri, things, containers, asker.labels(things), len(children) > MAX_LISTED or len(below) == _MOST_ASKED
    )


def _below(subjects: Sequence[str], iri: str) -> Iterator[str]:
    """Those of an ordered list that lie below an IRI."""
    for mark in "#/":
        for index in range(bisect_left(subjects, iri + mark), len(subjects)):
            if not subjects[index].startswith(iri + mark):
                break
            yield subjects[index]


def _ask_below(asker: Asker, iri: NamedNode) -> list[str]:
    begins = f"STRSTARTS(STR(?s), {Literal(iri.value)})"
    rows = asker.select(f"SELECT DISTINCT ?s WHERE {{ ?s ?p ?o FILTER(isIRI(?s) && {begins}) }} LIMIT {_MOST_ASKED}")
    return [subject.value for (subject,) in rows if isinstance(subject, NamedNode)]
