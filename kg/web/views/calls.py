"""Calls for help or counsel, as a page tells of them: what was asked of whom, and what was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode

from kg.terms import CASUS, DCTERMS, SKOS, Resource, Term
from kg.web.views.view import View


@dataclass(frozen=True)
class CallForHelp:
    """A call for help or counsel.

    Attributes:
        event: the event.
        on: the day.
        provisions: those that it relied on.
        asked: of whom help was asked.
        outcome: what came of it.
        note: what else is to be known, such as how accounts differ.
        sources: what tells of it.
    """

    event: NamedNode
    on: date
    provisions: tuple[Resource, ...]
    asked: tuple[Resource, ...]
    outcome: str | None
    note: str | None
    sources: tuple[Resource, ...]


def calls_of(view: View, states: Iterable[Resource]) -> list[CallForHelp]:
    """The calls of some states, the latest first."""
    said: dict[NamedNode, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
    begins: dict[NamedNode, date] = {}
    for event, begin, property_, value in view.select("calls", states=states):
        assert isinstance(event, NamedNode)
        assert isinstance(begin, Literal)
        begins[event] = date.fromisoformat(begin.value[:10])
        if isinstance(property_, NamedNode) and value is not None:
            said[event][property_].append(value)

    def things(event: NamedNode, property_: NamedNode) -> tuple[Resource, ...]:
        return tuple(dict.fromkeys(v for v in said[event][property_] if isinstance(v, NamedNode)))

    return [
        CallForHelp(
            event,
            day,
            things(event, CASUS.invokes),
            things(event, CASUS.requestedOf),
            view.text(said[event][CASUS.outcomeText]),
            view.text(said[event][SKOS.note]),
            things(event, DCTERMS.source),
        )
        for event, day in begins.items()
    ]


def near(calls: Iterable[CallForHelp], day: date, *, days: int = 400) -> list[CallForHelp]:
    """Those of some calls that are not further from a day than some days, the nearest first."""
    return sorted(
        (call for call in calls if abs((call.on - day).days) <= days), key=lambda call: abs((call.on - day).days)
    )
