"""The view of a day: each duty that is due, with flat properties, in the terms of `ontology/duties.ttl`.

The derived graph gives a duty with its bounds in time, its wordings and its interruptions. What they come to on a day
is worked out once, here, and not again in each query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from kg.day import BEFORE_ALL_DAYS, Certainty, Period, day_literal
from kg.duties.kinds import Kind
from kg.duties.model import Duty, Interruption, Wording
from kg.terms import CASUS, RDF, XSD, Resource, Term

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
    def holder(self) -> Resource:
        """The state that owes it."""
        return self.duty.holder

    @property
    def beneficiary(self) -> Resource:
        """The state to which it is owed."""
        return self.duty.beneficiary

    @property
    def kind(self) -> Kind:
        """The kind of the obligation."""
        return self.duty.kind

    @property
    def treaty(self) -> Resource:
        """The instrument that it arises from."""
        return self.duty.treaty

    @property
    def provisions(self) -> tuple[Resource, ...]:
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
        self._said: dict[Term, list[Triple]] = defaultdict(list)
        for triple in triples:
            if triple.predicate in _CARRIED:
                self._said[triple.subject].append(triple)

    def of(self, thing: Resource) -> Iterable[Triple]:
        """The statements about an obligation or a provision that a duty carries."""
        return self._said.get(thing, ())


class Shown(NamedTuple):
    """A statement of the view of a day, and what it rests on besides that the duty is due.

    Attributes:
        triple: the statement.
        of: the provisions, obligations and interruptions that it is about.
        given: the statements that it repeats.
    """

    triple: Triple
    of: tuple[Resource, ...] = ()
    given: tuple[Triple, ...] = ()


def view(duties: Iterable[DutyOnDay], particulars: Particulars) -> Iterator[tuple[DutyOnDay, Shown]]:
    """What is said of the duties that are due on a day; those that are suspended are none of them."""
    for found in duties:
        if found.certainty is not None:
            for shown in _due(found, found.certainty, particulars):
                yield found, shown


def _due(found: DutyOnDay, certainty: Certainty, particulars: Particulars) -> Iterator[Shown]:
    duty, iri, period = found.duty, found.duty.iri, found.period
    suspensions = tuple(suspension.episode for suspension in found.suspensions)
    freezes = tuple(freeze.episode for freeze in found.freezes)
    yield Shown(Triple(iri, RDF.type, CASUS.DueDuty), suspensions)
    yield Shown(Triple(iri, CASUS.dueKind, duty.kind.iri))
    yield Shown(Triple(iri, CASUS.dueCertainty, Literal(certainty.value)), suspensions)
    yield Shown(Triple(iri, CASUS.dueFrozen, Literal(str(bool(freezes)).lower(), datatype=XSD.boolean)), freezes)
    since = period.possible_from if certainty is Certainty.POSSIBLE else period.certain_from
    if since > BEFORE_ALL_DAYS:
        yield Shown(Triple(iri, CASUS.dueSince, day_literal(date.fromordinal(since))))
    for provision in found.provisions:
        yield Shown(Triple(iri, CASUS.dueProvision, provision), (provision,))
    for wording, _ in found.wordings:
        yield Shown(Triple(iri, CASUS.dueObligation, wording.obligation), (wording.obligation,))
        for thing in {wording.text, wording.obligation}:
            for said in particulars.of(thing):
                carried = Triple(iri, _CARRIED[said.predicate], said.object)
                yield Shown(carried, (wording.obligation,), (said,))
