"""Where the states of a project are on a map, by what its graph says of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from kg.drawing.territory import territory
from kg.drawing.worldmap import Area
from kg.terms import CASUS, Resource


class Atlas:
    """The states of a graph as areas of a map: by their UN M49 codes, and those that are gone by their successors'."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        """Read codes and successions from a graph."""
        self._codes: dict[str, str] = {}
        self._successors: dict[str, set[str]] = defaultdict(set)
        for state, predicate, value in triples:
            if not isinstance(state, NamedNode):
                continue
            if predicate == CASUS.unM49 and isinstance(value, Literal):
                self._codes[state.value] = value.value
            elif predicate == CASUS.predecessor and isinstance(value, NamedNode):
                self._successors[value.value].add(state.value)

    def area(self, state: Resource, name: str, kind: str, *, title: str = "", link: str | None = None) -> Area:
        """A state as it is drawn.

        Args:
            state: the state.
            name: what stands on the map.
            kind: the class of its fill.
            title: what is told on pointing at it.
            link: where it leads.
        """
        codes, part = territory(state.value, self._codes, self._successors)
        return Area(name, codes, kind, title=title, link=link, part=part)
