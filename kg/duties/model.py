"""What is derived for dates: duties of one state toward another, calls on them, promises that may clash, relations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from kg.day import Certainty, Period, Pickled, show_bound
from kg.duties.kinds import Kind
from kg.terms import Resource, local_name


class Relation(NamedTuple):
    """A plain relation that holds on one day.

    Attributes:
        subject: who stands in it.
        predicate: the relation, `casus:owesDefenseTo` for example.
        object: to whom or what.
        certainty: how it holds.
        twin: the relation that says the same as only possible, `casus:possiblyOwesDefenseTo` for example.
    """

    subject: Resource
    predicate: NamedNode
    object: Resource
    certainty: Certainty
    twin: NamedNode

    @property
    def triple(self) -> Triple:
        """The relation as a snapshot states it: a presumed or possible one by its twin."""
        certain = self.certainty is Certainty.CERTAIN
        return Triple(self.subject, self.predicate if certain else self.twin, self.object)


@dataclass(frozen=True, slots=True)
class EpisodeStatus(Pickled):
    """That a state is for a time a member, a party, an observer, suspended or frozen somewhere.

    Attributes:
        episode: the episode that says so.
        state: the state.
        relation: the relation, `casus:memberOf` for example.
        twin: the relation that says the same as only possible.
        object: the organization, organ or instrument.
        period: from when to when.
    """

    episode: Resource
    state: Resource
    relation: NamedNode
    twin: NamedNode
    object: Resource
    period: Period


@dataclass(frozen=True, slots=True)
class Wording(Pickled):
    """A wording of a clause.

    Attributes:
        text: the provision, or the instrument itself where no provision is recorded to create the obligation.
        obligation: the obligation that it creates.
        period: from when to when this wording holds.
    """

    text: Resource
    obligation: Resource
    period: Period


@dataclass(frozen=True, slots=True)
class Interruption(Pickled):
    """A suspension or a freeze that bears on a duty."""

    episode: Resource
    period: Period


@dataclass(frozen=True, slots=True, repr=False)
class Duty(Pickled):
    """What one state owes another of an obligation, from when to when.

    Attributes:
        iri: its name, the same each time it is derived.
        holder: the state that owes it.
        beneficiary: the state to which it is owed.
        kind: the kind of the obligation.
        treaty: the instrument that it arises from.
        wordings: the successive wordings of the clause, the first first; mostly there is one.
        episodes: the episodes by which the holder and the beneficiary are bound.
        period: from when to when, suspensions not counted.
        suspensions: what suspends it for a time.
        freezes: declared freezes, which leave it as it is.
    """

    iri: NamedNode
    holder: Resource
    beneficiary: Resource
    kind: Kind
    treaty: Resource
    wordings: tuple[Wording, ...]
    episodes: tuple[Resource, Resource]
    period: Period
    suspensions: tuple[Interruption, ...]
    freezes: tuple[Interruption, ...]

    def __repr__(self) -> str:
        holder, beneficiary, treaty = map(local_name, (self.holder, self.beneficiary, self.treaty))
        begin, end = show_bound(self.period.possible_from), show_bound(self.period.possible_until)
        return f"<{holder} owes {beneficiary} {self.kind.english}: {treaty}, {begin or ''}/{end or ''}>"

    def on(self, day: date) -> Certainty | None:
        """How it is due on a day, None if it is not. It is not due while it is suspended for certain."""
        return self.within(day.toordinal(), day.toordinal()) if self.suspensions else self.period.on(day)

    def within(self, first: int, last: int) -> Certainty | None:
        """How it is due on some day from the first to the last, None if it is due on none of them."""
        period = self.period
        if last < period.possible_from or period.possible_until < first:
            return None
        begin, end = max(first, period.certain_from), min(last, period.certain_until)
        if _has_day(begin, end, [(s.period.possible_from, s.period.possible_until) for s in self.suspensions]):
            return Certainty.CERTAIN
        begin, end = max(first, period.possible_from), min(last, period.possible_until)
        if _has_day(begin, end, [(s.period.certain_from, s.period.certain_until) for s in self.suspensions]):
            return Certainty.POSSIBLE
        return None

    def suspended_on(self, day: date) -> tuple[Interruption, ...]:
        """The suspensions in effect, or possibly in effect, on a day of its period."""
        return _in_effect(self.suspensions, day) if self.period.on(day) else ()

    def frozen_on(self, day: date) -> tuple[Interruption, ...]:
        """The freezes in effect, or possibly in effect, on a day of its period."""
        return _in_effect(self.freezes, day) if self.period.on(day) else ()

    def wordings_on(self, day: date) -> tuple[tuple[Wording, Certainty], ...]:
        """The wordings that hold on a day. Around a rewording of unknown date one or the other holds, each possibly."""
        found = ((wording, wording.period.on(day)) for wording in self.wordings)
        return tuple((wording, certainty) for wording, certainty in found if certainty is not None)


@dataclass(frozen=True, slots=True)
class AnswerToCall(Pickled):
    """How a call for help was answered: a subclass of `casus:OwedAssistance`, and what shows it."""

    kind: NamedNode
    shown_by: Resource


@dataclass(frozen=True, slots=True)
class OwedAssistance(Pickled):
    """Help or counsel that one state owed another in an event that relied on a provision.

    Attributes:
        iri: its name, the same each time it is derived.
        event: the event.
        holder: the state that owed it.
        beneficiary: the state to which it was owed.
        duties: the duties by which it was owed.
        certainty: how these duties were due on that day.
        answers: how it was answered.
    """

    iri: NamedNode
    event: Resource
    holder: Resource
    beneficiary: Resource
    duties: tuple[Duty, ...]
    certainty: Certainty
    answers: tuple[AnswerToCall, ...]


@dataclass(frozen=True, slots=True)
class ExclusivityConflict(Pickled):
    """That a state owes exclusivity under one instrument and military support to an outsider under another.

    Attributes:
        iri: its name, the same each time it is derived.
        state: the state.
        treaty: the instrument under which it owes exclusivity.
        wordings: the wordings of the clause that says so.
        other_treaty: the instrument under which it owes, or is owed, military support.
        outsider: the state with which it is so bound.
        period: from when to when.
    """

    iri: NamedNode
    state: Resource
    treaty: Resource
    wordings: tuple[Wording, ...]
    other_treaty: Resource
    outsider: Resource
    period: Period


#: What has a name of its own in the derived graph.
Derived = Duty | OwedAssistance | ExclusivityConflict


def _in_effect(interruptions: Iterable[Interruption], day: date) -> tuple[Interruption, ...]:
    return tuple(interruption for interruption in interruptions if interruption.period.on(day))


def _has_day(first: int, last: int, taken: list[tuple[int, int]]) -> bool:
    """Whether a day from the first to the last lies in none of some stretches of days."""
    for begin, end in sorted(taken):
        if begin <= first <= end:
            first = end + 1
    return first <= last
