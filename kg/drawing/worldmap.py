"""A map of states in a few kinds of fill, fitted to them.

    from kg.drawing.worldmap import Area, draw_map

    svg = draw_map(
        [
            Area("Armenia", ("051",), "to"),
            Area("Russia", ("643",), "certain", title="Russia: certain", link="/id/state/RUS"),
            Area("Uzbekistan", ("860",), "possible"),
            Area("Czechoslovakia", ("203", "703"), "certain"),  # drawn as the union of today's states
            Area("German Democratic Republic", ("276",), "certain", part=True),  # a part of today's state
        ],
        "Map: who owed Armenia defense on 13 September 2022",
    )

`kg.drawing.territory` finds the codes of a state, a vanished one too. What has no shape is left out: see `undrawn`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.drawing.labels import Labeled, place_names, spot_in
from kg.drawing.projection import Point, clipped, surface
from kg.drawing.shapes import COUNTED_WITH, shapes
from kg.drawing.stripes import Stripes
from kg.drawing.svg import frame, mark, number
from kg.drawing.window import Window, window_on

#: Square pixels up to which a state is drawn as a dot besides, and the dot's radius.
_TINY, _DOT = 20.0, 4.0


@dataclass(frozen=True)
class Area:
    """A state on a map.

    Attributes:
        name: what stands on the map, in the reader's language.
        codes: the UN M49 codes of the shapes that it is drawn as, or an identifier of `shapes.COUNTED_WITH`.
        kind: the class of its fill: ``to``, ``certain``, ``presumed``, ``partial``, ``possible``, ``frozen`` …
        title: what is told on pointing at it; its name if nothing is said.
        link: where it leads.
        part: whether it was only a part of what it is drawn as, as East Germany of Germany: it is striped.
    """

    name: str
    codes: tuple[str, ...]
    kind: str
    title: str = ""
    link: str | None = None
    part: bool = False


def undrawn(areas: Iterable[Area]) -> list[Area]:
    """Those states for which there is no shape, so that a page can name them below its map."""
    known = shapes("50m").states.keys()
    return [area for area in areas if not known & set(area.codes)]


def draw_map(
    areas: Iterable[Area], label: str, *, width: float = 640, name: str = "map", standalone: bool = False
) -> str:
    """The map of some states among all others, as SVG.

    Args:
        areas: the states, the most important first, for names that compete for room; none draws the world.
        label: what the map shows, in words.
        width: in units, of which the names are 14 high.
        name: what ids of this drawing begin with; two maps on a page need two.
        standalone: whether it is a file of its own.
    """
    codes_of = {area: codes for area in areas if (codes := _codes(area))}
    window = window_on({code for codes in codes_of.values() for code in codes}, width)
    groups = _groups(codes_of)
    grouped = {code for codes in groups.values() for code in codes}
    pieces = {code: _pieces(window, code) for code in grouped | shapes(window.detail).states.keys()}
    stripes = Stripes(name)
    tiny: set[Area] = set()
    fills, dots, obstacles = [], [], []
    for owners, codes in groups.items():
        fill = stripes.of([owner.kind for owner in owners], part=any(owner.part for owner in owners))
        title = "; ".join(owner.title or owner.name for owner in owners)
        link = next((owner.link for owner in owners if owner.link), None)
        rings = [ring for code in codes for ring in pieces[code]]
        if rings:
            fills.append(mark(f'<path {fill} d="{_path(rings)}"/>', title, link))
        spot = _spot(window, codes[0], rings)
        if spot and all(surface(ring) < _TINY for ring in rings):
            x, y = spot
            tiny.update(owners)
            dots.append(mark(f'<circle {fill} cx="{number(x)}" cy="{number(y)}" r="{number(_DOT)}"/>', title, link))
            obstacles.append((x - _DOT, y - _DOT, x + _DOT, y + _DOT))
    names = []
    for area, codes in codes_of.items():
        rings = [ring for code in codes for ring in pieces[code]]
        if spot := _spot(window, codes[0], rings):
            names.append(Labeled(area.name, [] if area in tiny else _inside(window, rings), spot))
    texts = place_names(names, window.width, window.height, obstacles)
    land = [ring for code in sorted(pieces) if code not in grouped for ring in pieces[code]]
    parts = [
        stripes.definitions(),
        f'<path class="land" d="{_path(land)}"/>',
        *fills,
        *dots,
        *(text.drawn() for text in texts),
    ]
    return frame("map", window.width, window.height, label, parts, standalone=standalone)


def _codes(area: Area) -> list[str]:
    return [code for code in area.codes if code in shapes("50m").states]


def _groups(codes_of: dict[Area, list[str]]) -> dict[tuple[Area, ...], list[str]]:
    """The shapes that are drawn as one, by those whose they are: several where a vanished state was part of another."""
    named = {code for codes in codes_of.values() for code in codes}
    owners: dict[str, list[Area]] = defaultdict(list)
    for area, codes in codes_of.items():
        counted = [code for code, state in COUNTED_WITH.items() if state in codes and code not in named]
        for code in [*codes, *counted]:
            owners[code].append(area)
    groups: dict[tuple[Area, ...], list[str]] = defaultdict(list)
    for code, whose in owners.items():
        groups[tuple(whose)].append(code)
    return groups


def _pieces(window: Window, code: str) -> list[list[Point]]:
    """The rings of a state that are in view, to a tenth of a pixel; none if the shapes of this scale lack it."""
    at = shapes(window.detail)
    rings = []
    for polygon in at.states.get(code, ()):
        for ring in window.rings(polygon, at):
            points = list(dict.fromkeys((round(x, 1), round(y, 1)) for x, y in ring))
            if len(points) >= 3:
                rings.append(points)
    return rings


def _inside(window: Window, rings: list[list[Point]]) -> list[list[Point]]:
    """The rings as far as they are in the drawing, the largest first: in it stands the name."""
    inside = [clipped(ring, (0, 0, window.width, window.height)) for ring in rings]
    return sorted((ring for ring in inside if len(ring) >= 3), key=surface, reverse=True)


def _spot(window: Window, code: str, rings: list[list[Point]]) -> Point | None:
    """A point of a state in view, where its dot or its name goes."""
    if inside := _inside(window, rings):
        return spot_in(inside)
    west, south, east, north = shapes("50m").main_parts(code)[0].box
    x, y = window.at((west + east) / 2, (south + north) / 2)
    return (x, y) if 0 <= x <= window.width and 0 <= y <= window.height else None


def _path(rings: Iterable[Sequence[Point]]) -> str:
    """The outlines as data of a path: each point relative to the one before, in whole tenths."""
    written = []
    for ring in rings:
        tenths = [(round(x * 10), round(y * 10)) for x, y in ring]
        x, y = tenths[0]
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(tenths)]
        lines = " ".join(f"{number(dx / 10)} {number(dy / 10)}" for dx, dy in steps)
        written.append(f"M{number(x / 10)} {number(y / 10)}l{lines}z")
    return "".join(written).replace(" -", "-")
