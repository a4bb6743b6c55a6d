"""Contradictions: the statements that cannot all be true, and the rule that says so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from kg.reasoning.symbols import Term
from kg.terms import shorten


class Statement(NamedTuple):
    """A premise of a contradiction. Unlike an RDF triple it may have a literal as its subject."""

    subject: Term
    predicate: Term
    object: Term

    def triple(self) -> Triple | None:
        """The statement as an RDF triple, or None if RDF has none like it."""
        if isinstance(self.subject, Literal) or not isinstance(self.predicate, NamedNode):
            return None
        return Triple(self.subject, self.predicate, self.object)

    def __str__(self) -> str:
        """The statement as people read it."""
        return " ".join(map(_show, self))


@dataclass(frozen=True)
class Clash:
    """A contradiction.

    Attributes:
        rule: the W3C name of the rule that derives false.
        triples: the statements that match the rule's body, asserted or inferred.
        message: what the engine says, if it does not name statements.
    """

    rule: str
    triples: tuple[Statement, ...]
    message: str = ""


def explain_clash(clash: Clash) -> str:
    """A clash in one line: the rule, then its statements in short form."""
    return f"{clash.rule}: {'; '.join(map(str, clash.triples)) or clash.message}"


@lru_cache(maxsize=4096)
def _show(term: Term) -> str:
    if isinstance(term, NamedNode):
        return shorten(term.value)
    if isinstance(term, Literal):
        text = str(Literal(term.value))
        if term.language is not None:
            return f"{text}@{term.language}"
        datatype = shorten(term.datatype.value)
        return text if datatype == "xsd:string" else f"{text}^^{datatype}"
    return str(term)
