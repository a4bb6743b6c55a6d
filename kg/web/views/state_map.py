"""A map of states in a few fills, with what these mean, for pages on which several states stand for one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.drawing.worldmap import draw_map, undrawn
from kg.web.views.view import View


@dataclass(frozen=True)
class StateMap:
    """A map.

    Attributes:
        drawing: the map as SVG.
        key: the fills that occur, with what they mean.
        undrawn: the states for which there is no shape.
    """

    drawing: str
    key: list[tuple[str, str]]
    undrawn: list[str]


def state_map(view: View, fills: Mapping[NamedNode, str], meanings: Mapping[str, str], label: str) -> StateMap | None:
    """The map of some states; None if there is none of them.

    Args:
        view: the request for the page.
        fills: the states, the most important first, with the classes of their fills.
        meanings: what the fills mean, in the order in which they are told.
        label: what the map shows, in words.
    """
    atlas = view.service.library.atlas
    areas = [
        atlas.area(state, view.name(state), fill, title=f"{view.name(state)}: {meanings[fill]}", link=view.link(state))
        for state, fill in fills.items()
    ]
    if not areas:
        return None
    used = set(fills.values())
    key = [(fill, text) for fill, text in meanings.items() if fill in used]
    return StateMap(draw_map(areas, label), key, [area.name for area in undrawn(areas)])
