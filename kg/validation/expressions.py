"""Expressions and patterns of SPARQL as text: the connectives, terms and the paths of property shapes."""

from __future__ import annotations

from typing import NamedTuple

import rdflib
from pyoxigraph import BlankNode
from rdflib.namespace import RDF, SH
from rdflib.term import Node, URIRef

from kg.terms import from_rdflib
from kg.validation.literals import marked_literals

#: pySHACL refuses paths of more steps.
_PATH_STEPS = 10
_REPEATED = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


class Untranslatable(Exception):
    """A shape, or one that it refers to, has what only pySHACL can judge or refuse."""


def either(*tests: str) -> str:
    """True if one of the expressions is."""
    stated = [test for test in tests if test != "false"]
    return "true" if "true" in stated else " || ".join(f"({test})" for test in stated) or "false"


def both(*tests: str) -> str:
    """True if all the expressions are."""
    stated = [test for test in tests if test != "true"]
    return "false" if "false" in stated else " && ".join(f"({test})" for test in stated) or "true"


def opposite(test: str) -> str:
    """True if the expression is false."""
    return {"true": "false", "false": "true"}.get(test, f"!({test})")


def exists(pattern: str, test: str) -> str:
    """True if there is a match of the pattern of which the expression is true."""
    return test if test == "false" else f"EXISTS {{ {pattern} FILTER({test}) }}"


def constant(node: Node) -> str:
    """An IRI or a literal.

    Raises:
        Untranslatable: it is a blank node, or a literal that Oxigraph does not keep as it is.
    """
    converted = from_rdflib(node)
    if isinstance(converted, BlankNode) or marked_literals([converted]):
        raise Untranslatable
    return str(converted)


class Path(NamedTuple):
    """A property path as SPARQL writes it, and whether it may lead nowhere: from a node to itself."""

    text: str
    may_stay: bool


def path(shapes: rdflib.Graph, node: Node, step: int = 0) -> Path:
    """A property path (https://www.w3.org/TR/shacl/#property-paths).

    Raises:
        Untranslatable: pySHACL refuses the path, or walks it otherwise.
    """
    if isinstance(node, URIRef):
        return Path(constant(node), may_stay=False)
    stated = dict(shapes.predicate_objects(node))
    sequence = stated.keys() == {RDF.first, RDF.rest}
    if step >= _PATH_STEPS or (len(stated) != 1 and not sequence):
        raise Untranslatable
    name, value = next(iter(stated.items()))
    if sequence or name == SH.alternativePath:
        members = list(shapes.items(node if sequence else value))
        if len(members) < 2 or (sequence and step + len(members) > _PATH_STEPS):
            raise Untranslatable
        parts = [
            path(shapes, member, step + (number if sequence else 1)) for number, member in enumerate(members, start=1)
        ]
        text = ("/" if sequence else "|").join(part.text for part in parts)
        return Path(f"({text})", (all if sequence else any)(part.may_stay for part in parts))
    if name == SH.inversePath and isinstance(value, URIRef):  # of a sequence, pySHACL walks the parts in their order
        return Path(f"^{constant(value)}", may_stay=False)
    if name in _REPEATED:
        part = path(shapes, value, step + 1)
        return Path(f"({part.text}){_REPEATED[name]}", part.may_stay or name != SH.oneOrMorePath)
    raise Untranslatable
