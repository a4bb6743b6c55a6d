"""The closure as owlrl computes it, to compare with: https://owl-rl.readthedocs.io/"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Set
from contextlib import contextmanager

import owlrl
import rdflib
from owlrl.Closure import ERRNS
from pyoxigraph import Triple

from kg.errors import ReasonerError
from kg.messages import shortened
from kg.reasoning.inconsistency import Inconsistency, Statement
from kg.terms import from_rdflib, to_rdflib


def close_with_owlrl(asserted: Set[Triple]) -> tuple[frozenset[Triple], list[Inconsistency]]:
    """The triples owlrl infers, less those that RDF does not allow, and its error messages as inconsistencies.

    Raises:
        BadInput: a triple holds a triple, which rdflib does not read.
        ReasonerError: owlrl failed.
    """
    graph = rdflib.Graph()
    with _quiet("rdflib.term"):
        for triple in asserted:
            graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), _typed(to_rdflib(triple.object))))
        semantics = owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False)
        try:
            semantics.expand(graph)
        except MemoryError:
            raise
        except Exception as error:  # whatever it is, it is owlrl's
            raise ReasonerError(f"owlrl failed: {type(error).__name__}: {shortened(str(error))}") from error
    inconsistencies = []
    for node, _, message in list(graph.triples((None, ERRNS.error, None))):
        inconsistencies.append(Inconsistency("owlrl", (), shortened(str(message))))
        graph.remove((node, None, None))
    statements = (Statement(*map(from_rdflib, triple)) for triple in graph)
    inferred = {made for statement in statements if (made := statement.triple()) is not None}
    return frozenset(inferred - asserted), inconsistencies


def _typed(term: rdflib.term.Node) -> rdflib.term.Node:
    """A term as owlrl must have it to know its datatype, xsd:string included."""
    if isinstance(term, rdflib.Literal) and term.language is None and term.datatype is None:
        return rdflib.Literal(term, datatype=rdflib.XSD.string)
    return term


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
