"""The closure as owlrl computes it, to compare with: https://owl-rl.readthedocs.io/"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Set
from contextlib import contextmanager

import owlrl
import rdflib
from owlrl.Closure import ERRNS
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import BadInput
from kg.reasoning.inconsistency import Clash, Statement
from kg.reasoning.symbols import Term


def close_with_owlrl(asserted: Set[Triple]) -> tuple[frozenset[Triple], list[Clash]]:
    """The triples owlrl infers, less those that RDF does not allow, and its error messages as clashes.

    Raises:
        BadInput: a triple holds a triple, which rdflib does not read.
    """
    graph = rdflib.Graph()
    with _quiet("rdflib.term"):
        for s, p, o in asserted:
            graph.add((_to_rdflib(s), _to_rdflib(p), _to_rdflib(o)))
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    clashes = []
    for node, _, message in list(graph.triples((None, ERRNS.error, None))):
        clashes.append(Clash("owlrl", (), str(message)))
        graph.remove((node, None, None))
    statements = (Statement(*map(_from_rdflib, triple)) for triple in graph)
    inferred = {triple for statement in statements if (triple := statement.triple()) is not None}
    return frozenset(inferred - asserted), clashes


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Keep back the tracebacks that rdflib logs for ill-typed literals, which owlrl reports as errors."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _to_rdflib(term: Term) -> rdflib.term.Node:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, Triple):
        raise BadInput(f"owlrl cannot reason over a triple about a triple: {term}")
    if term.language is not None:
        return rdflib.Literal(term.value, lang=term.language)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def _from_rdflib(term: rdflib.term.Node) -> Term:
    if isinstance(term, rdflib.URIRef):
        return NamedNode(term)
    if isinstance(term, rdflib.BNode):
        return BlankNode(term)
    if term.language is not None:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(term.datatype or rdflib.XSD.string))
