"""For which years a graph has all instruments, so that a pledge that it does not know of was not made.

A statement of completeness that names no thing is of the whole graph; one of the list of instruments says this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from pyoxigraph import Triple

from kg.day import AFTER_ALL_DAYS, BEFORE_ALL_DAYS
from kg.duties.calendar import span
from kg.duties.currency import read_currency
from kg.terms import CASUS, CONCEPTS, RDF, VOID, Term

_READ = {
    CASUS[name]
    for name in (
        "begins", "beginPrecision", "ends", "endPrecision", "completeOf", "completeClass", "completenessExtent",
    )
}  # fmt: skip


class Coverage:
    """The spans of time of which a graph has all instruments."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        """Read them from what is asserted."""
        said: dict[Term, dict[Term, Term]] = defaultdict(dict)
        currency = []
        for triple in triples:
            if triple.predicate in _READ:
                said[triple.subject][triple.predicate] = triple.object
            elif triple.predicate == CASUS.knownTo or (triple.predicate, triple.object) == (RDF.type, VOID.Dataset):
                currency.append(triple)
        known_to = read_currency(currency).known_to
        last = AFTER_ALL_DAYS if known_to is None else known_to.toordinal()
        self._spans: list[tuple[int, int]] = []
        for one in said.values():
            complete = one.get(CASUS.completenessExtent) == CONCEPTS["extent/complete"]
            if complete and one.get(CASUS.completeClass) == CASUS.Instrument and CASUS.completeOf not in one:
                begins = span(one.get(CASUS.begins), one.get(CASUS.beginPrecision)) or (BEFORE_ALL_DAYS, 0)
                ends = span(one.get(CASUS.ends), one.get(CASUS.endPrecision)) or (0, AFTER_ALL_DAYS)
                self._spans.append((begins[0], min(ends[1], last)))

    def is_complete(self, year: int) -> bool:
        """Whether the graph has all instruments of each day of a year."""
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        return any(begin <= first and last <= end for begin, end in self._spans)
