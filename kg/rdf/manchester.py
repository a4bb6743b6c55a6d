"""Class expressions and axioms as people read them, in OWL 2 Manchester syntax (https://www.w3.org/TR/owl2-manchester-syntax/).

An expression is a list of parts: words as strings, and the terms between them as IRIs or literals, for the reader's
side to name and to link.
"""

from __future__ import annotations

from typing import TypeAlias

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDFS
from rdflib.term import Node

Expression: TypeAlias = list[str | URIRef | Literal]

#: Restrictions (section 2.4): the property that carries the filler, and the word that stands for it.
_QUANTIFIERS = {OWL.someValuesFrom: "some", OWL.allValuesFrom: "only", OWL.hasValue: "value"}
_CARDINALITIES = {
    OWL.minCardinality: "min",
    OWL.maxCardinality: "max",
    OWL.cardinality: "exactly",
    OWL.minQualifiedCardinality: "min",
    OWL.maxQualifiedCardinality: "max",
    OWL.qualifiedCardinality: "exactly",
}
_SETS = {OWL.intersectionOf: " and ", OWL.unionOf: " or "}


def expression(graph: Graph, node: Node, nested: bool = False) -> Expression:
    """A class, data range or property expression.

    Args:
        graph: the ontology.
        node: the term, or the blank node that stands for an expression.
        nested: whether it stands inside another expression and takes brackets.
    """
    if isinstance(node, URIRef | Literal):
        return [node]
    inverse = graph.value(node, OWL.inverseOf)
    if inverse is not None:
        return ["inverse ", *expression(graph, inverse)]
    individuals = graph.value(node, OWL.oneOf)
    if individuals is not None:
        return ["{", *_join(graph, individuals, ", "), "}"]
    parts = _unnamed(graph, node)
    return ["(", *parts, ")"] if nested else parts


def chain(graph: Graph, members: Node) -> Expression:
    """A property chain: its properties in order, with the o that Manchester syntax has between them."""
    return _join(graph, members, " o ")


def terms_in(parts: Expression) -> set[URIRef]:
    """The terms that an expression mentions."""
    return {part for part in parts if isinstance(part, URIRef)}


def general_axioms(graph: Graph) -> list[tuple[Expression, URIRef]]:
    """The general class axioms: what is said of an unnamed class, with the named class it lies in."""
    return [
        (expression(graph, node), wider)
        for node, wider in graph.subject_objects(RDFS.subClassOf)
        if isinstance(node, BNode) and isinstance(wider, URIRef)
    ]


def _unnamed(graph: Graph, node: Node) -> Expression:
    for predicate, word in _SETS.items():
        members = graph.value(node, predicate)
        if members is not None:
            return _join(graph, members, word)
    complement = graph.value(node, OWL.complementOf)
    if complement is not None:
        return ["not ", *expression(graph, complement, True)]
    if (node, OWL.onProperty, None) in graph:
        return _restriction(graph, node)
    return ["an expression that has no name"]


def _restriction(graph: Graph, node: Node) -> Expression:
    on = expression(graph, graph.value(node, OWL.onProperty))
    for predicate, word in _QUANTIFIERS.items():
        filler = graph.value(node, predicate)
        if filler is not None:
            return [*on, f" {word} ", *expression(graph, filler, True)]
    if (node, OWL.hasSelf, None) in graph:
        return [*on, " Self"]
    for predicate, word in _CARDINALITIES.items():
        number = graph.value(node, predicate)
        if number is not None:
            filler = graph.value(node, OWL.onClass) or graph.value(node, OWL.onDataRange)
            return [*on, f" {word} {number}", *([" ", *expression(graph, filler, True)] if filler else [])]
    return ["an expression that has no name"]


def _join(graph: Graph, members: Node, word: str) -> Expression:
    parts: Expression = []
    for member in Collection(graph, members):
        parts += [word, *expression(graph, member, True)] if parts else expression(graph, member, True)
    return parts
