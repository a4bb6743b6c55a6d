"""The shapes as a reader meets them: what each demands, and of what.

SHACL, https://www.w3.org/TR/shacl/: section 2.1.3 says what a shape is about, section 2.1.4 how severe it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.terms import RDF, SH, local_name

_TARGETS = {
    SH.targetClass: "For each",
    SH.targetSubjectsOf: "For what has",
    SH.targetObjectsOf: "For each value of",
    SH.target: "For what its query finds",
}


@dataclass(frozen=True)
class Shape:
    """A shape with a name of its own.

    Attributes:
        name: the last part of its IRI.
        messages: what is said to whoever does not satisfy it.
        targets: what must satisfy it, in words and the terms that these lead to; nothing if it is a part of others.
        warns: whether it only warns, and stops no build.
    """

    name: str
    messages: list[str]
    targets: list[tuple[str, list[str]]]
    warns: bool


def read_shapes(triples: Iterable[Triple]) -> list[Shape]:
    """The shapes that have names, in the order of these."""
    about: dict[object, list[Triple]] = defaultdict(list)
    for triple in triples:
        about[triple.subject].append(triple)
    kinds = (SH.NodeShape, SH.PropertyShape)
    named = {
        node
        for node, said in about.items()
        if isinstance(node, NamedNode) and any(t.predicate == RDF.type and t.object in kinds for t in said)
    }
    return [_shape(node, about) for node in sorted(named, key=lambda node: node.value)]


def _shape(node: NamedNode, about: dict[object, list[Triple]]) -> Shape:
    said = list(_within(node, about))
    return Shape(
        local_name(node),
        sorted({t.object.value for t in said if t.predicate == SH.message and isinstance(t.object, Literal)}),
        _targets(about[node]),
        any(triple.predicate == SH.severity and triple.object == SH.Warning for triple in said),
    )


def _within(node: object, about: dict[object, list[Triple]]) -> Iterator[Triple]:
    """What is said of a node, and of all without a name that this mentions. SHACL allows no cycles."""
    for triple in about[node]:
        yield triple
        if isinstance(triple.object, BlankNode):
            yield from _within(triple.object, about)


def _targets(triples: list[Triple]) -> list[tuple[str, list[str]]]:
    return [
        (words, sorted(t.object.value for t in triples if t.predicate == kind and isinstance(t.object, NamedNode)))
        for kind, words in _TARGETS.items()
        if any(triple.predicate == kind for triple in triples)
    ]
