"""Currency: the day to which the sources of a graph reach, and what is presumed after it.

A graph says of its dataset by `casus:knownTo` to which day its sources reach. What has no end on record, or a later
one, is certain to that day and presumed after it, because nobody has looked whether it went on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, Triple

from kg.day import Certainty, Period, read_day
from kg.errors import BadInput
from kg.terms import CASUS, RDF, VOID

#: The properties that `Currency` is read from.
DATING = (CASUS.knownTo, RDF.type)


@dataclass(frozen=True)
class Currency:
    """To which day the sources of a graph reach.

    Attributes:
        known_to: the day, None if the graph does not say.
        stated: the statement that says so.
    """

    known_to: date | None = None
    stated: Triple | None = None

    def passed_on(self, day: date) -> bool:
        """Whether a day lies after the one to which the sources reach."""
        return self.known_to is not None and day > self.known_to

    def caveat(self, day: date | None) -> str | None:
        """What to tell whoever asks about a day that lies after the one to which the sources reach."""
        if day is None or not self.passed_on(day):
            return None
        return f"the sources reach to {self.known_to}; what holds on {day} is presumed or possible, and not certain"

    def of(self, certainty: Certainty | None, day: date) -> Certainty | None:
        """How a thing holds on a day, given how it holds by the dates on record."""
        return Certainty.PRESUMED if certainty is Certainty.CERTAIN and self.passed_on(day) else certainty

    def certain_part(self, period: Period) -> Period:
        """A period that is certain on no day to which no source reaches."""
        if self.known_to is None:
            return period
        last = min(period.certain_until, self.known_to.toordinal())
        return Period(period.possible_from, period.certain_from, last, period.possible_until)


def read_currency(triples: Iterable[Triple]) -> Currency:
    """What a graph says of its sources; of several datasets, the one whose sources reach least far counts."""
    known_to, type_, dataset = CASUS.knownTo, RDF.type, VOID.Dataset
    datasets: set[object] = set()
    said: list[Triple] = []
    for triple in triples:
        predicate = triple.predicate
        if predicate == known_to:
            said.append(triple)
        elif predicate == type_ and triple.object == dataset:
            datasets.add(triple.subject)
    stated = [Currency(day, t) for t in said if t.subject in datasets and (day := _day(t.object))]
    return min(stated, key=lambda currency: (currency.known_to or date.max, str(currency.stated)), default=Currency())


def _day(value: object) -> date | None:
    """The day that a value names; a value that names none says nothing."""
    try:
        return read_day(value.value.partition("T")[0]) if isinstance(value, Literal) else None
    except BadInput:
        return None
