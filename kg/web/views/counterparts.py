"""What a state owes on a day and what it is owed, by the states on the other side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pyoxigraph import NamedNode

from kg.day import Certainty
from kg.duties.due import DutyOnDay
from kg.duties.kinds import Kind
from kg.terms import Resource
from kg.web.views.view import View


@dataclass(frozen=True)
class PledgeText:
    """A clause by which something is owed.

    Attributes:
        text: the provision; the instrument where no more is known.
        frozen: whether a freeze of it was declared, which releases from nothing.
    """

    text: Resource
    frozen: bool


@dataclass(frozen=True)
class Pledge:
    """What is owed, how it stands, and by which clauses.

    Attributes:
        kind: what is owed.
        certainty: how it is owed, None if it is suspended.
        clauses: the clauses.
    """

    kind: Kind
    certainty: Certainty | None
    clauses: tuple[PledgeText, ...]

    @property
    def relation(self) -> NamedNode | None:
        """The relation of the day that says so, of which there is a proof; None if it is suspended."""
        if self.certainty is None:
            return None
        return self.kind.relation if self.certainty is Certainty.CERTAIN else self.kind.possible_relation


@dataclass(frozen=True)
class Counterparts:
    """States toward which a state stands in the same way.

    Attributes:
        states: these states.
        owed: what they owe it.
        owes: what it owes them.
    """

    states: tuple[Resource, ...]
    owed: tuple[Pledge, ...]
    owes: tuple[Pledge, ...]


def counterparts(view: View, state: NamedNode, day: date) -> list[Counterparts]:
    """Toward whom a state stands how on a day: the closest first."""
    timeline = view.service.library.timeline
    if timeline is None:
        return []
    owed, owes = defaultdict(list), defaultdict(list)
    for duty in timeline.duties_on(day, beneficiary=state):
        owed[duty.holder].append(duty)
    for duty in timeline.duties_on(day, holder=state):
        owes[duty.beneficiary].append(duty)
    groups: dict[tuple[tuple[Pledge, ...], tuple[Pledge, ...]], list[Resource]] = defaultdict(list)
    for other in sorted(owed.keys() | owes.keys(), key=view.name):
        groups[_pledges(view, owed[other]), _pledges(view, owes[other])].append(other)
    found = [Counterparts(tuple(states), *pledges) for pledges, states in groups.items()]
    return sorted(found, key=lambda group: (_distance(group), view.name(group.states[0])))


def _pledges(view: View, duties: Iterable[DutyOnDay]) -> tuple[Pledge, ...]:
    """Duties as pledges: help first, the sure before the possible."""
    found: dict[tuple[Kind, Certainty | None], set[PledgeText]] = defaultdict(set)
    for duty in duties:
        for text in duty.provisions or (duty.treaty,):
            found[duty.duty.kind, duty.certainty].add(PledgeText(text, bool(duty.freezes)))
    pledges = [
        Pledge(kind, certainty, tuple(sorted(clauses, key=lambda clause: (view.name(clause.text), clause.frozen))))
        for (kind, certainty), clauses in found.items()
    ]
    return tuple(sorted(pledges, key=_rank))


def _rank(pledge: Pledge) -> tuple[bool, int, str]:
    certainty = len(Certainty) if pledge.certainty is None else pledge.certainty.rank
    return not pledge.kind.makes_allies, certainty, pledge.kind.notation


def _distance(group: Counterparts) -> tuple[tuple[bool, int, str], int]:
    pledges = (*group.owed, *group.owes)
    return min(map(_rank, pledges)), -sum(len(pledge.clauses) for pledge in pledges)
