"""Checks of what proofs rest on that no source is older than what it is cited for, knowing nothing of shapes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal

from kg.proofs.step import Leaf, Step, walk
from kg.reasoning.inconsistency import Statement
from kg.terms import CASUS, DCTERMS, XSD, Term


def told_too_early(proofs: Iterable[Step], stated: Iterable[Statement]) -> Iterator[Statement]:
    """The dates on which proofs rest, and of which none of the sources cited can tell: all were made before.

    A source without a date may be of any. What was known ahead, an exercise announced or a term that a text fixes, is
    no fault where the record says so.
    """
    made: dict[Term, list[str]] = defaultdict(list)
    sources: dict[Term, list[Term]] = defaultdict(list)
    ahead: set[Term] = set()
    for subject, predicate, value in stated:
        if predicate in (DCTERMS.issued, CASUS.annotatedNotBefore) and isinstance(value, Literal):
            made[subject].append(value.value[:10])
        elif predicate == DCTERMS.source:
            sources[subject].append(value)
        elif predicate == CASUS.datedAhead:
            ahead.add(subject)
    for statement in {node.conclusion for node in walk(*proofs) if isinstance(node, Leaf)}:
        subject, predicate, value = statement
        if not isinstance(value, Literal) or value.datatype != XSD.dateTime or predicate == CASUS.knownTo:
            continue
        days = [max(made.get(source, ["9999"])) for source in sources[subject]]
        if subject not in ahead and not any(day >= value.value[: len(day)] for day in days):
            yield statement
