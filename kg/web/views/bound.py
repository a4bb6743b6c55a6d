"""Who stands in a relation to an organization or an instrument on a day: its members, its parties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pyoxigraph import NamedNode

from kg.day import Certainty
from kg.terms import Resource
from kg.web.views.view import View


@dataclass(frozen=True)
class Bound:
    """Those who stand in a relation on a day in the same way."""

    certainty: Certainty
    states: tuple[Resource, ...]


def bound_on(view: View, relation: NamedNode, where: NamedNode, day: date) -> list[Bound]:
    """Who stands in a relation on a day, each in the surest way in which it does."""
    timeline = view.service.library.timeline
    if timeline is None:
        return []
    surest: dict[Resource, Certainty] = {}
    for status in timeline.statuses:
        if (status.relation, status.object) == (relation, where):
            certainty = timeline.currency.of(status.period.on(day), day)
            if certainty is not None:
                surest[status.state] = min(surest.get(status.state, certainty), certainty, key=lambda how: how.rank)
    ways = ((how, [state for state, found in surest.items() if found is how]) for how in Certainty)
    return [Bound(how, tuple(sorted(states, key=view.name))) for how, states in ways if states]


def sure(found: Iterable[Bound]) -> int:
    """How many do so for certain or presumably."""
    return sum(len(group.states) for group in found if group.certainty is not Certainty.POSSIBLE)
