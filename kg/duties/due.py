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

from kg.day import AFTER_ALL_DAYS, BEFORE_ALL_DAYS, Certainty, Period, day_literal
from kg.duties.calendar import span
from kg.duties.kinds import Kind
from kg.duties.model import Duty, Interruption, Wording
from kg.terms import CASUS, RDF, XSD, Resource, Term

#: What an obligation, a provision, an instrument or a suspension says, and the property of the day that carries it.
_CARRIED: Mapping[NamedNode, NamedNode] = {
    CASUS.hasCondition: CASUS.dueCondition,
    CASUS.hasException: CASUS.dueException,
    CASUS.owedOnlyAgainst: CASUS.dueAgainst,
    CASUS.notOwedAgainst: CASUS.notDueAgainst,
    CASUS.hasGeographicScope: CASUS.dueWithin,
    CASUS.hasConflictScope: CASUS.dueInConflict,
    CASUS.provisionNumber: CASUS.dueArticle,
    CASUS.legalForce: CASUS.dueLegalForce,
    CASUS.onGround: CASUS.suspendedOnGround,
}
#: What says whose statement narrows which obligation, and to which day.
_LIMITING = frozenset({CASUS.limitsObligation, CASUS.madeBy, CASUS.ends, CASUS.endPrecision})
#: The properties that `Particulars` are read from.
PARTICULAR = (*_CARRIED, *_LIMITING)


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
    """What a duty carries besides its own dates.

    Obligations, provisions and instruments say it of themselves: conditions, adversaries, places, numbers, legal force.
    Statements about a treaty say it of some parties: which obligation they narrow for their maker, and by the mutual
    effect of reservations for the others toward it (Vienna Convention on the Law of Treaties, article 21).
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        """Collect it from a graph."""
        self._said: dict[Term, list[Triple]] = defaultdict(list)
        limits: list[Triple] = []
        made: dict[Term, list[Triple]] = defaultdict(list)
        ends: dict[Term, dict[NamedNode, Term]] = defaultdict(dict)
        for triple in triples:
            predicate = triple.predicate
            if predicate in _CARRIED:
                self._said[triple.subject].append(triple)
            elif predicate not in _LIMITING:
                continue
            elif predicate == CASUS.limitsObligation:
                limits.append(triple)
            elif predicate == CASUS.madeBy:
                made[triple.subject].append(triple)
            else:
                ends[triple.subject][predicate] = triple.object
        self._limits: dict[tuple[Term, Term], list[_Limit]] = defaultdict(list)
        for limit in limits:
            end = ends[limit.subject]
            _, last = span(end.get(CASUS.ends), end.get(CASUS.endPrecision)) or (None, AFTER_ALL_DAYS)
            for maker in made[limit.subject]:
                self._limits[limit.object, maker.object].append(_Limit((limit, maker), last))

    def of(self, thing: Resource) -> Iterable[Triple]:
        """The statements about an obligation, a provision, an instrument or a suspension that a duty carries."""
        return self._said.get(thing, ())

    def limits(self, obligation: Resource, states: Iterable[Resource], day: date) -> Iterator[tuple[Triple, Triple]]:
        """What narrows an obligation for one of some states on a day: that it does, and who said so."""
        for state in states:
            for limit in self._limits.get((obligation, state), ()):
                if day.toordinal() <= limit.last:
                    yield limit.said


class _Limit(NamedTuple):
    """A statement that narrows an obligation for its maker, and the last day on which it may stand."""

    said: tuple[Triple, Triple]
    last: int


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


def view(duties: Iterable[DutyOnDay], particulars: Particulars, day: date) -> Iterator[tuple[DutyOnDay, Shown]]:
    """What is said of the duties that are due on a day, and of those that are suspended."""
    for found in duties:
        if found.certainty is not None:
            for shown in _due(found, found.certainty, particulars, day):
                yield found, shown
        for shown in _suspended(found, particulars):
            yield found, shown


def _suspended(found: DutyOnDay, particulars: Particulars) -> Iterator[Shown]:
    """What the suspensions that are, or may be, in effect come to."""
    iri, episodes = found.duty.iri, tuple(suspension.episode for suspension in found.suspensions)
    if found.certainty is None:
        yield Shown(Triple(iri, RDF.type, CASUS.SuspendedDuty), episodes)
    for episode in episodes:
        for said in particulars.of(episode):
            yield Shown(Triple(iri, _CARRIED[said.predicate], said.object), episodes, (said,))


def _due(found: DutyOnDay, certainty: Certainty, particulars: Particulars, day: date) -> Iterator[Shown]:
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
    for said in particulars.of(duty.treaty):
        yield Shown(Triple(iri, _CARRIED[said.predicate], said.object), (), (said,))
    for wording, _ in found.wordings:
        yield Shown(Triple(iri, CASUS.dueObligation, wording.obligation), (wording.obligation,))
        for limit in particulars.limits(wording.obligation, (duty.holder, duty.beneficiary), day):
            yield Shown(Triple(iri, CASUS.dueLimitedBy, limit[0].subject), (wording.obligation,), limit)
        for thing in {wording.text, wording.obligation} - {duty.treaty}:
            for said in particulars.of(thing):
                carried = Triple(iri, _CARRIED[said.predicate], said.object)
                yield Shown(carried, (wording.obligation,), (said,))
