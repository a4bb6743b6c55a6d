"""Literals of whose worth Oxigraph and pySHACL may think differently, and what both think alike.

Oxigraph keeps the value of a number or date that it knows, 1 for 01, so that two literals may become one; pySHACL looks
at what was written. And neither has all that the other knows to be ill-typed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.terms import RDF, XSD, Term, to_rdflib

#: The named graphs of statements whose literal is kept in another spelling, and of those whose literal may stand for
#: several or is ill-typed, so that nothing is known of it.
RESPELLED = NamedNode("urn:casus:respelled")
DOUBTFUL = NamedNode("urn:casus:doubtful")

_INDEX = "urn:casus:term/"
_PLAIN = {XSD.string, RDF.langString}
_NUMBERS = {XSD.integer, XSD.decimal}


def marked_literals(terms: Iterable[Term]) -> Mapping[Term, NamedNode]:
    """Literals as Oxigraph keeps them, if it is not certain how they are written, each with its graph of statements."""
    typed = [term for term in {*terms} if isinstance(term, Literal) and term.datatype not in _PLAIN]
    store = Store()
    store.extend(Quad(NamedNode(f"{_INDEX}{number}"), RDF.value, literal) for number, literal in enumerate(typed))
    written: dict[Literal, list[Literal]] = defaultdict(list)
    for quad in store:
        assert isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal)
        written[quad.object].append(typed[int(quad.subject.value.removeprefix(_INDEX))])
    return {
        kept: DOUBTFUL if len(forms) > 1 or _is_doubtful(forms[0]) else RESPELLED
        for kept, forms in written.items()
        if forms != [kept] or _is_doubtful(kept)
    }


def state_marks(data: Store, marked: Mapping[Term, NamedNode]) -> None:
    """State in the graphs of marks what the default graph says of marked literals."""
    for value, graph in marked.items():
        about = [*data.quads_for_pattern(None, None, value)]
        data.extend(Quad(quad.subject, quad.predicate, value, graph) for quad in about)


def _is_doubtful(literal: Literal) -> bool:
    # rdflib has no texts with a direction.
    return literal.datatype == RDF.dirLangString or bool(getattr(to_rdflib(literal), "ill_typed", False))


def are_comparable(one: Literal, other: Literal) -> Literal:
    """Whether Oxigraph and pySHACL compare two literals alike: exact numbers, and times of the same zone."""
    if one.datatype == other.datatype == XSD.dateTime:
        return Literal(one.value.endswith("Z") and other.value.endswith("Z"))
    return Literal(one.datatype in _NUMBERS and other.datatype in _NUMBERS)


def matches(pattern: Literal, flags: Literal, text: Literal) -> Literal:
    """Whether a text matches a pattern as pySHACL understands it, by Python's regular expressions."""
    return Literal(_compiled(pattern.value, flags.value).search(text.value) is not None)


@cache
def _compiled(pattern: str, flags: str) -> re.Pattern[str]:
    return re.compile(pattern, (re.IGNORECASE if "i" in flags else 0) | (re.MULTILINE if "m" in flags else 0))


#: Functions that the tests of constraints call.
FUNCTIONS: dict[NamedNode, Callable[..., Literal]] = {
    NamedNode("urn:casus:comparable"): are_comparable,
    NamedNode("urn:casus:matches"): matches,
}
