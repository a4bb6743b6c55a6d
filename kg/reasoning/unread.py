"""Statements that no rule reads, as annotations are: they are in the closure as they stand, and the rules do without.

A rule reads statements with a property that it names, such as rdfs:subClassOf, or of which another of its premises
says something: ``t(X,rdf_type,C) :- t(P,rdfs_domain,C), t(X,P,Y)``. If nothing is said of a property that a rule reads,
no rule reads the statements with it either. That it is an annotation property is no such thing, for no rule names
owl:AnnotationProperty in its body.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from kg.reasoning.symbols import EncodedTriple

_TYPE, _ANNOTATION = "rdf_type", "owl_AnnotationProperty"
#: OWL's own annotation properties (https://www.w3.org/TR/owl2-syntax/#Annotation_Properties), as the rules say.
BUILT_IN = frozenset({
    "rdfs_label", "rdfs_comment", "rdfs_seeAlso", "rdfs_isDefinedBy", "owl_deprecated", "owl_versionInfo",
    "owl_priorVersion", "owl_backwardCompatibleWith", "owl_incompatibleWith",
})  # fmt: skip
#: Where a datatype says something of the values of a property, and of no other literal.
_OF_VALUES = frozenset({
    "rdfs_range", "owl_someValuesFrom", "owl_allValuesFrom", "owl_onClass", "owl_onDataRange", "rdf_type",
})  # fmt: skip
_DATATYPES = frozenset({
    "rdfs_Literal", "rdf_PlainLiteral", "rdf_XMLLiteral", "rdf_langString", "owl_real", "owl_rational",
})  # fmt: skip


def part(
    triples: Sequence[EncodedTriple], ill_typed: Collection[str]
) -> tuple[Sequence[EncodedTriple], Sequence[EncodedTriple]]:
    """The triples that rules may read, and those that none does.

    Args:
        triples: the triples, by the names of their terms.
        ill_typed: the literals that are not written as values of their datatypes, of which rules read all statements.
    """
    properties = _unread({p for _, p, _ in triples}, triples)
    read: list[EncodedTriple] = []
    unread: list[EncodedTriple] = []
    for triple in triples:
        (unread if triple[1] in properties and triple[2] not in ill_typed else read).append(triple)
    return read, unread


def is_said_of_every_value(triples: Iterable[EncodedTriple]) -> bool:
    """Whether something is said of a datatype as of a class: then it holds of the literals that no rule reads, too."""
    told = [triple for triple in triples if triple[1] not in _OF_VALUES]
    return any(map(_is_datatype, {s for s, _, _ in told}.union(o for _, _, o in told)))


def _is_datatype(name: str) -> bool:
    return name.startswith("xsd_") or name in _DATATYPES


def _unread(properties: set[str], triples: Sequence[EncodedTriple]) -> set[str]:
    """The properties of which nothing is said but with each other, or that they are annotation properties."""
    silent = {name for name in properties if name.isdigit() or name in BUILT_IN}
    told = {*silent, _TYPE, _ANNOTATION}
    said: dict[str, set[str]] = {}
    annotations = set()
    for s, p, o in triples:
        if p == _TYPE and o == _ANNOTATION:
            annotations.add(s)
        elif s in told or o in told:
            said.setdefault(p, set()).update((s, o))
    waiting = [name for name in said if name not in silent]
    while waiting:
        heard = said.get(waiting.pop(), set())
        if _TYPE in heard or _ANNOTATION in heard:  # a rule may conclude something of all annotation properties
            heard |= annotations
        waiting += silent & heard
        silent -= heard
    return silent
