"""Blank nodes in words: unnamed classes in Manchester syntax, lists by their members."""

from __future__ import annotations

from collections.abc import Iterable

import rdflib
from pyoxigraph import BlankNode, Triple
from rdflib.collection import Collection

from kg.rdf.manchester import expression
from kg.terms import Namespaces, Term, to_rdflib

# What makes a blank node an expression.
_CONSTRUCTORS = ("onProperty", "intersectionOf", "unionOf", "complementOf", "oneOf", "inverseOf")


class Unnamed:
    """What the blank nodes of a graph stand for."""

    def __init__(self, triples: Iterable[Triple], namespaces: Namespaces) -> None:
        """Read what is said of blank nodes; names are short in some namespaces."""
        self._namespaces = namespaces
        self._graph = rdflib.Graph(bind_namespaces="none")
        for triple in triples:
            self._graph.add(tuple(map(_blank, triple)))

    def term(self, node: BlankNode) -> str:
        """A blank node as an expression or a list, or by its label if it is neither."""
        try:
            return self._expression(_blank(node)) or str(node)
        except (ValueError, RecursionError):  # a list or an expression that contains itself
            return str(node)

    def _expression(self, node: rdflib.term.Node) -> str:
        if (node, rdflib.RDF.first, None) in self._graph:
            members = (expression(self._graph, member, True) for member in Collection(self._graph, node))
            return f"({', '.join(''.join(map(self._part, parts)) for parts in members)})"
        if any((node, rdflib.OWL[name], None) in self._graph for name in _CONSTRUCTORS):
            return "".join(map(self._part, expression(self._graph, node, True)))
        return ""

    def _part(self, part: str | rdflib.URIRef | rdflib.Literal) -> str:
        if isinstance(part, rdflib.URIRef):
            return self._namespaces.shorten(str(part))
        return part.n3() if isinstance(part, rdflib.Literal) else part


def _blank(term: Term) -> rdflib.term.Node:
    """A term of rdflib's; a blank node under the name by which people read it."""
    return rdflib.BNode(str(term)) if isinstance(term, BlankNode) else to_rdflib(term)
