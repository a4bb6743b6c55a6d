"""Checking a statement against the graph: by the duties and episodes over time, by what is stated, by recorded claims.

Nothing is taken to be false because it is not on record. A statement does not hold if the graph has something in its
place: the episode is over or has not begun, the list that it would be in is known to be complete, another value is on
record. Else it is not known. What sources are known to disagree on is disputed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from kg.checking.checked import Checked, Judgement, OnRecord
from kg.checking.naming import Naming, Unread
from kg.checking.recorded import RecordedClaims
from kg.checking.said import Assertion
from kg.day import AFTER_ALL_DAYS, BEFORE_ALL_DAYS, Certainty, Period
from kg.duties.model import Duty, EpisodeStatus
from kg.duties.timeline import Timeline
from kg.proofs.phrasing import show_period
from kg.proofs.proof import Explanation
from kg.sparql.answer import readable
from kg.sparql.completeness import Completeness
from kg.terms import CASUS, OWL, RDF, RDFS, Labels, Resource, Term

_Support = EpisodeStatus | Duty
#: How well a relation holds, the best first; None is not at all.
_ORDER = (Certainty.CERTAIN, Certainty.PRESUMED, Certainty.POSSIBLE, None)


@dataclass(frozen=True)
class Grounds:
    """What statements are checked against.

    Attributes:
        store: the graph.
        timeline: its duties and episodes over time.
        completeness: which of its lists are complete.
        labels: how its things are called.
        explain: proves a statement, on a day or on none.
        today: the present day.
    """

    store: Store
    timeline: Timeline
    completeness: Completeness
    labels: Labels
    explain: Callable[[tuple[Resource, Resource, Term], date | None], Explanation]
    today: date


class Checker:
    """Checks statements against one graph."""

    def __init__(self, grounds: Grounds, naming: Naming, claims: RecordedClaims) -> None:
        """Check against a graph, reading names and phrases, with the claims that the graph has judged already."""
        self._grounds, self._naming, self._claims = grounds, naming, claims

    def check(self, said: Assertion) -> Checked:
        """How a statement stands.

        Raises:
            BadInput: its date is none.
        """
        days = said.days
        judged = self._claims.like(said)
        try:
            said = self._naming.divided(said)
            predicate = self._naming.property_of(said.predicate)
            subjects = self._naming.things(said.subject)
            if predicate in self._literal:
                return self._value(said, self._having(subjects, predicate), predicate)
            values = self._naming.things(said.object)
        except Unread as unread:
            return judged or Checked(said, Judgement.NOT_KNOWN, str(unread))
        ways = [(subject, predicate, value) for subject in subjects for value in values]
        if self._is_of_a_day(predicate):
            meant = next((way for way in ways if any(self._items(*way))), ways[0])
            found = self._relation(said, meant, days)
        else:
            found = self._stated(said, next((way for way in ways if self._is_stated(way)), ways[0]))
        # What was judged already in these words knows more of them than their parts say: a founding member, say.
        weaker = found.verdict is Judgement.NOT_KNOWN or (judged is not None and judged.verdict is Judgement.DISPUTED)
        return judged if judged is not None and weaker else found

    def _having(self, subjects: Sequence[NamedNode], predicate: NamedNode) -> NamedNode:
        """Of what a name may mean, the first of which there is a value on record."""
        values = (one for one in subjects if any(self._store.quads_for_pattern(one, predicate, None, DefaultGraph())))
        return next(values, subjects[0])

    def _is_stated(self, statement: tuple[Resource, NamedNode, Term]) -> bool:
        return next(self._store.quads_for_pattern(*statement, DefaultGraph()), None) is not None

    # Relations that hold on days

    def _relation(
        self, said: Assertion, statement: tuple[Resource, NamedNode, Term], days: tuple[date, date] | None
    ) -> Checked:
        subject, predicate, value = statement
        items = list(self._items(subject, predicate, value))
        first, last = days or (self._grounds.today, self._grounds.today)
        held = {day: self._best(items, day) for day in _days_that_tell(items, first, last)}
        day = min(held, key=lambda one: (_ORDER.index(held[one]), one))
        best, worst = held[day], max(held.values(), key=_ORDER.index)
        bearing = [item for item in items if self._best([item], day) is not None] or items
        in_order = sorted(bearing, key=lambda item: item.period.possible_from)
        on_record = tuple({one.text: one for one in map(self._on_record, in_order)}.values())
        when = f"on {day}" if first == last else f"in {said.when}"
        part = "" if best is worst else ", but not all the time"
        if best is Certainty.CERTAIN:
            verdict, why = Judgement.HOLDS, f"it holds {when}{part}"
        elif best is Certainty.PRESUMED:
            known_to = self._grounds.timeline.currency.known_to
            verdict, why = Judgement.HOLDS, f"it presumably holds {when}{part}: the sources reach to {known_to}"
        elif best is Certainty.POSSIBLE:
            verdict, why = Judgement.NOT_KNOWN, f"it possibly holds {when}, as far as the dates on record tell"
        else:
            verdict, why = self._not_so(statement, items, day, when)
        return Checked(said, verdict, why, statement, day, on_record, lambda: self._grounds.explain(statement, day))

    def _not_so(
        self, statement: tuple[Resource, NamedNode, Term], items: Sequence[_Support], day: date, when: str
    ) -> tuple[Judgement, str]:
        """What to say of a relation that does not hold on a day."""
        if any(isinstance(item, Duty) and item.suspended_on(day) for item in items):
            return Judgement.DOES_NOT_HOLD, f"what is owed is suspended {when}"
        if any(isinstance(item, EpisodeStatus) for item in items):
            return Judgement.DOES_NOT_HOLD, f"it is on record for other days, and not {when}"
        known_to = self._grounds.timeline.currency.known_to
        known = day if known_to is None else min(day, known_to)
        if self._is_complete(statement, known):
            surely = when if known == day else f"{when}, presumably"
            return Judgement.DOES_NOT_HOLD, f"it does not hold {surely}: the list was complete on {known}, without it"
        said = "it is on record for other days" if items else "nothing on record says so"
        lists = self._grounds.completeness.lists(statement[1])
        kinds = ", ".join(sorted(self._name(one) for one in lists if isinstance(one, NamedNode)))
        return Judgement.NOT_KNOWN, f"{said}, and the record may lack some {when}" + (f" ({kinds})" if kinds else "")

    def _is_complete(self, statement: tuple[Resource, NamedNode, Term], day: date | None) -> bool:
        """Whether the list that a statement would be in is known to be complete, on the one side or the other."""
        subject, predicate, value = statement
        completeness = self._grounds.completeness
        if not completeness.lists(predicate):
            return False
        return any(completeness.has_all(predicate, side, day) for side in (subject, value))

    def _items(self, subject: Resource, predicate: NamedNode, value: Term) -> Iterator[_Support]:
        narrower, backward = self._narrower(predicate), self._narrower(*self._inverses(predicate))
        for status in self._grounds.timeline.statuses:
            ends = (status.state, status.object)
            if (status.relation in narrower and ends == (subject, value)) or (
                status.relation in backward and ends == (value, subject)
            ):
                yield status
        for duty in self._grounds.timeline.duties:
            ends = (duty.holder, duty.beneficiary)
            allies = CASUS.alliedWith in narrower and duty.kind.makes_allies and set(ends) == {subject, value}
            if allies or (duty.kind.relation in narrower and ends == (subject, value)):
                yield duty

    def _best(self, items: Iterable[_Support], day: date) -> Certainty | None:
        currency = self._grounds.timeline.currency
        found = [currency.of(item.on(day) if isinstance(item, Duty) else item.period.on(day), day) for item in items]
        return min(found, key=_ORDER.index, default=None)

    def _on_record(self, item: _Support) -> OnRecord:
        period = show_period(item.period)
        if isinstance(item, EpisodeStatus):
            return OnRecord(item.episode, f"{self._name(item.episode)}: {period}")
        text = item.wordings[0].text
        return OnRecord(item.iri, f"{self._name(text)}: {period}")

    # What is stated once and for all

    def _stated(self, said: Assertion, statement: tuple[Resource, NamedNode, Term]) -> Checked:
        subject, predicate, value = statement
        found = [quad.object for quad in self._store.quads_for_pattern(subject, predicate, None, DefaultGraph())]
        on_record = tuple(
            OnRecord(subject, f"{self._name(predicate)}: {self._shown(other)}") for other in sorted(found, key=str)
        )
        passed = "; its date was passed over, for this property holds of no day" if said.when else ""
        if value in found:
            verdict, why = Judgement.HOLDS, f"it is on record{passed}"
            on_record = tuple(one for one in on_record if one.text.endswith(self._shown(value)))
        elif found and predicate in self._functional:
            verdict, why = Judgement.DOES_NOT_HOLD, "something else is on record, and there can be only one"
        elif self._is_complete(statement, None):
            verdict, why = Judgement.DOES_NOT_HOLD, "the list is complete, without it"
        else:
            verdict, why = Judgement.NOT_KNOWN, "nothing on record says so, and the record may lack some"
        return Checked(said, verdict, why, statement, None, on_record, lambda: self._grounds.explain(statement, None))

    def _value(self, said: Assertion, subject: Resource, predicate: NamedNode) -> Checked:
        """A date, a number or a text: what is on record, and what others give in its place."""
        meant = self._naming.value(said.object)
        assert isinstance(meant, Literal)
        found = [
            quad.object
            for quad in self._store.quads_for_pattern(subject, predicate, None, DefaultGraph())
            if isinstance(quad.object, Literal)
        ]
        rivals = self._claims.about(subject, predicate)
        agreeing = [value for value in found if _agrees(meant, value)]
        on_record = (
            *(OnRecord(subject, f"{self._name(predicate)}: {readable(value)}") for value in agreeing or found),
            *(rival.on_record for rival in rivals),
        )
        claimed = any(rival.value is not None and _agrees(meant, rival.value) for rival in rivals)
        if agreeing and not rivals:
            verdict, why = Judgement.HOLDS, "it is on record"
        elif agreeing or claimed:
            verdict, why = Judgement.DISPUTED, "sources give different values"
        elif found:
            verdict, why = Judgement.DOES_NOT_HOLD, "another value is on record"
        else:
            verdict, why = Judgement.NOT_KNOWN, "no value is on record"
        statement = (subject, predicate, agreeing[0] if agreeing else meant)
        return Checked(said, verdict, why, statement, None, on_record, lambda: self._grounds.explain(statement, None))

    # The ontology

    def _is_of_a_day(self, predicate: NamedNode) -> bool:
        narrower = self._narrower(predicate, *self._inverses(predicate))
        return not narrower.isdisjoint(self._relations)

    @cached_property
    def _relations(self) -> set[Term]:
        timeline = self._grounds.timeline
        return {
            CASUS.alliedWith,
            *(one.relation for one in timeline.statuses),
            *(one.relation for one in timeline.kinds),
        }

    @cached_property
    def _literal(self) -> set[Term]:
        return self._instances(OWL.DatatypeProperty)

    @cached_property
    def _functional(self) -> set[Term]:
        return self._instances(OWL.FunctionalProperty)

    def _instances(self, class_: NamedNode) -> set[Term]:
        return {quad.subject for quad in self._store.quads_for_pattern(None, RDF.type, class_, DefaultGraph())}

    def _narrower(self, *predicates: Term) -> set[Term]:
        found: set[Term] = set(predicates)
        for one in predicates:
            found |= {
                quad.subject for quad in self._store.quads_for_pattern(None, RDFS.subPropertyOf, one, DefaultGraph())
            }
        return found

    def _inverses(self, predicate: NamedNode) -> set[Term]:
        return {
            quad.subject for quad in self._store.quads_for_pattern(None, OWL.inverseOf, predicate, DefaultGraph())
        } | {quad.object for quad in self._store.quads_for_pattern(predicate, OWL.inverseOf, None, DefaultGraph())}

    @property
    def _store(self) -> Store:
        return self._grounds.store

    def _name(self, thing: Resource) -> str:
        return self._grounds.labels.name(thing, "en")

    def _shown(self, term: Term) -> str:
        return self._name(term) if isinstance(term, Resource) else readable(term)


def _days_that_tell(items: Iterable[_Support], first: date, last: date) -> list[date]:
    """The days of a span on which anything may change: its bounds, and where periods begin, or have just ended."""
    bounds = {
        bound + after
        for item in items
        for period in _periods(item)
        for bound, after in (
            (period.possible_from, 0),
            (period.certain_from, 0),
            (period.certain_until, 1),
            (period.possible_until, 1),
        )
        if BEFORE_ALL_DAYS < bound < AFTER_ALL_DAYS
    }
    inside = (date.fromordinal(day) for day in bounds if first.toordinal() < day < last.toordinal())
    return sorted({first, last, *inside})


def _periods(item: _Support) -> Iterator[Period]:
    yield item.period
    if isinstance(item, Duty):
        yield from (suspension.period for suspension in item.suspensions)


def _agrees(meant: Literal, value: Literal) -> bool:
    """Whether a value is what is meant: the same, or a date within the year or month that is."""
    one, other = meant.value.strip().casefold(), readable(value).strip().casefold()
    return one == other or meant.value == value.value or value.value.startswith(f"{meant.value}-")
