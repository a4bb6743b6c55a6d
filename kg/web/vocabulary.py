"""The terms of the graph, for an editor that completes them: classes, properties and things, with labels and counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from kg.terms import VOID, Namespaces, Term

#: How VoID tells of the classes and the properties of a dataset: by partitions of it, each with a count.
_PARTITIONS = (
    ("class", VOID.classPartition, VOID["class"], VOID.entities),
    ("property", VOID.propertyPartition, VOID.property, VOID.triples),
)


@dataclass(frozen=True)
class UsedTerm:
    """A term that the graph uses and that has a short name.

    Attributes:
        node: the term.
        name: its short name.
        kind: ``class``, ``property`` or ``thing``.
        count: how many things are of the class, or statements have the property; of a thing nothing is counted.
    """

    node: NamedNode
    name: str
    kind: str
    count: int | None = None


def used_terms(description: Iterable[Triple], things: Iterable[str], names: Namespaces) -> list[UsedTerm]:
    """The terms of a graph: by kind, the most used first.

    Args:
        description: the dataset by VoID, as `kg.web.site.Library.description` has it.
        things: the IRIs of the things it is about.
        names: the namespaces in which terms have short names.
    """
    individuals = (UsedTerm(NamedNode(iri), names.shorten(iri), "thing") for iri in things)
    found = [*_partitioned(description, names), *individuals]
    return [term for term in found if not term.name.startswith("<")]


def _partitioned(description: Iterable[Triple], names: Namespaces) -> Iterator[UsedTerm]:
    """The classes and properties of the dataset as a whole."""
    said: dict[Term, dict[Term, Term]] = {}
    parts: dict[Term, list[Term]] = {partition: [] for _, partition, _, _ in _PARTITIONS}
    for triple in description:
        said.setdefault(triple.subject, {})[triple.predicate] = triple.object
        # Those of a partition tell of one class only.
        if triple.predicate in parts and triple.subject == NamedNode(names.dataset):
            parts[triple.predicate].append(triple.object)
    for kind, partition, term, count in _PARTITIONS:
        terms = []
        for node in parts[partition]:
            named, counted = said[node][term], said[node][count]
            assert isinstance(named, NamedNode) and isinstance(counted, Literal)
            terms.append(UsedTerm(named, names.shorten(named.value), kind, int(counted.value)))
        yield from sorted(terms, key=lambda term: (-(term.count or 0), term.name))
