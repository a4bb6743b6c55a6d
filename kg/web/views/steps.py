"""Events as the pages of other things list them: with the roles that a state had, exercises apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.terms import CASUS, Resource
from kg.web.views.record import Record
from kg.web.views.view import View


@dataclass(frozen=True)
class ListedEvent:
    """An event.

    Attributes:
        record: what is said of it.
        roles: the roles that the state of the page had in it.
    """

    record: Record
    roles: tuple[str, ...] = ()


def steps(
    events: Iterable[Record], roles: dict[Resource, set[str]] | None = None
) -> tuple[list[ListedEvent], list[ListedEvent]]:
    """Events, and exercises apart."""
    found: tuple[list[ListedEvent], list[ListedEvent]] = [], []
    for record in events:
        step = ListedEvent(record, tuple(sorted((roles or {}).get(record.thing, ()))))
        found[record.is_a(CASUS.Exercise)].append(step)
    return found


def roles_of(view: View, state: NamedNode) -> dict[Resource, set[str]]:
    """The roles of a state, by the events in which it had them."""
    roles: dict[Resource, set[str]] = defaultdict(set)
    for event, role in view.select("roles-of-state", thing=state):
        if isinstance(event, NamedNode) and isinstance(role, NamedNode):
            roles[event].add(view.name(role))
    return roles
