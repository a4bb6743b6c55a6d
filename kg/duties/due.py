"""The view of a day: each duty that is due, with flat properties, in the terms of `ontology/duties.ttl`.

The derived graph gives a duty with its bounds in time, its wordings and its interruptions. What they come to on a day
is worked out once, here, and not again in each query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode, Triple

from kg.day import BEFORE_ALL_DAYS, Certainty, Period, day_literal
from kg.duties.kinds import Kind
from kg.duties.model import Duty, Interruption, Thing, Wording
from kg.terms import CASUS, RDF, XSD, Term

#: What an obligation or a provision says, and the property of a due duty that carries it.
_CARRIED: Mapping[NamedNode, NamedNode] = {
    CASUS.hasCondition: CASUS.dueCondition,
    CASUS.hasException: CASUS.dueException,
    CASUS.owedOnlyAgainst: CASUS.dueAgainst,
    CASUS.notOwedAgainst: CASUS.notDueAgainst,
    CASUS.hasGeographicScope: CASUS.dueWithin,
    CASUS.hasConflictScope: CASUS.dueInConflict,
    CASUS.provisionNumber: CASUS.dueArticle,
}


@dataclass(frozen=True, slots=True, repr=False)
class DutyOnDay:
    """A duty as it stands on one day.

    Attributes:
        duty: the duty.
        certainty: how it is due, None if it is suspended.
        wordings: the wordings that hold, each with how it holds.
        suspensions: the suspensions in effect.
        freezes: the freezes in effect.
    """

    duty: Duty
    certainty: Certainty | None
    wordings: tuple[tuple[Wording, Certainty], ...]
    suspensions: tuple[Interruption, ...]
    freezes: tuple[Interruption, ...]

    @property
    def holder(self) -> Thing:
        """The state that owes it."""
        return self.duty.holder

    @property
    def beneficiary(self) -> Thing:
        """The state to which it is owed."""
        return self.duty.beneficiary

    @property
    def kind(self) -> Kind:
        """The kind of the obligation."""
        return self.duty.kind

    @property
    def treaty(self) -> Thing:
        """The instrument that it arises from."""
        return self.duty.treaty

    @property
    def provisions(self) -> tuple[Thing, ...]:
        """The provisions whose wordings hold; none where the duty is known of the instrument as a whole only."""
        return tuple(wording.text for wording, _ in self.wordings if wording.text != self.duty.treaty)

    @property
    def period(self) -> Period:
        """From when to when it holds, suspensions not counted."""
        return self.duty.period

    def __repr__(self) -> str:
        how = self.certainty.value if self.certainty else "suspended"
        return f"<{how}: {self.duty!r}>"


class Particulars:
    """What obligations and provisions say that a duty carries: conditions, adversaries, places, numbers of articles."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        """Collect it from a graph."""
        self._said: dict[Term, list[tuple[NamedNode, Term]]] = defaultdict(list)
        for subject, predicate, value in triples:
            if predicate in _CARRIED:
                self._said[subject].append((_CARRIED[predicate], value))

    def of(self, thing: Thing) -> Iterable[tuple[NamedNode, Term]]:
        """The properties and values that a duty carries for an obligation or a provision."""
        return self._said.get(thing, ())


def view(duties: Iterable[DutyOnDay], particulars: Particulars) -> Iterator[Triple]:
    """The triples of the duties that are due on a day; those that are suspended are none of them."""
    for found in duties:
        if found.certainty is not None:
            yield from _due(found, found.certainty, particulars)


def _due(found: DutyOnDay, certainty: Certainty, particulars: Particulars) -> Iterator[Triple]:
    duty, iri, period = found.duty, found.duty.iri, found.period
    yield Triple(iri, RDF.type, CASUS.DueDuty)
    yield Triple(iri, CASUS.dueKind, duty.kind.iri)
    yield Triple(iri, CASUS.dueCertainty, Literal(certainty.value))
    yield Triple(iri, CASUS.dueFrozen, Literal("true" if found.freezes else "false", datatype=XSD.boolean))
    since = period.certain_from if certainty is Certainty.CERTAIN else period.possible_from
    if since > BEFORE_ALL_DAYS:
        yield Triple(iri, CASUS.dueSince, day_literal(date.fromordinal(since)))
    for provision in found.provisions:
        yield Triple(iri, CASUS.dueProvision, provision)
    for wording, _ in found.wordings:
        yield Triple(iri, CASUS.dueObligation, wording.obligation)
        for thing in {wording.text, wording.obligation}:
            for name, value in particulars.of(thing):
                yield Triple(iri, name, value)
