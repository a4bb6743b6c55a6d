"""The outlines of today's states, by UN M49 code: Natural Earth's, which are in the public domain.

``countries-50m.json`` and ``countries-110m.json`` are TopoJSON (https://github.com/topojson/topojson-specification), in
which neighbors share the arcs of their border, so that a border thinned for a small drawing stays one line.
``tests/drawing/natural_earth.py`` makes them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from math import cos, hypot, radians, sin
from pathlib import Path
from typing import Literal, TypeAlias

from kg.drawing.projection import Bounds, Point, bounds_of, unwrapped

#: For views of a region, and for those of much of the world.
Scale: TypeAlias = Literal["50m", "110m"]
#: The state as whose part the United Nations' list counts what has no code of its own there. It is drawn with that
#: state where it is not drawn for itself: Kosovo with Serbia, Northern Cyprus with Cyprus, Somaliland with Somalia.
COUNTED_WITH = {"XKX": "688", "NCY": "196", "XSL": "706"}
#: Parts of a state this much smaller than its largest are not what a view must show: French Guiana, Alaska.
_MAIN_PART = 0.25


@dataclass(frozen=True)
class Polygon:
    """A piece of land: the arcs of its outline and of its holes, the box around it, its area on the unit sphere."""

    rings: tuple[tuple[int, ...], ...]
    box: Bounds
    area: float


class Shapes:
    """The outlines at one scale."""

    def __init__(self, scale: Scale) -> None:
        """Read the outlines."""
        text = (Path(__file__).parent / f"countries-{scale}.json").read_text(encoding="utf-8")
        topology = json.loads(text)
        (kx, ky), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
        self._arcs: list[list[Point]] = []
        for arc in topology["arcs"]:
            x = y = 0
            points = []
            for dx, dy in arc:
                x, y = x + dx, y + dy
                points.append((x * kx + x0, y * ky + y0))
            self._arcs.append(points)
        self.states: dict[str, tuple[Polygon, ...]] = {
            shape.get("id", ""): tuple(self._polygon(rings) for rings in shape["arcs"])
            for shape in topology["objects"]["countries"]["geometries"]
        }
        self.thinned = lru_cache(maxsize=8192)(self._thinned)

    def _polygon(self, rings: list[list[int]]) -> Polygon:
        outline = self.ring(tuple(rings[0]), 0)
        around = zip(outline, [*outline[1:], outline[0]], strict=True)
        area = abs(sum(radians(b[0] - a[0]) * (sin(radians(a[1])) + sin(radians(b[1]))) / 2 for a, b in around))
        return Polygon(tuple(map(tuple, rings)), bounds_of(outline), area)

    def _thinned(self, arc: int, tolerance: float) -> list[Point]:
        points = self._arcs[arc]
        narrow = cos(radians(points[0][1]))
        kept = [points[0]]
        for point in points[1:-1]:
            if hypot((point[0] - kept[-1][0]) * narrow, point[1] - kept[-1][1]) >= tolerance:
                kept.append(point)
        return [*kept, points[-1]]

    def ring(self, arcs: tuple[int, ...], tolerance: float) -> list[Point]:
        """The outline that some arcs make, whole even if it crosses the antimeridian.

        Args:
            arcs: their numbers; those to go backwards as their complement.
            tolerance: how many degrees points may be apart to be taken for one.
        """
        points: list[Point] = []
        for arc in arcs:
            # Closed arcs are islands, of which a few points must be left.
            found = (
                self.thinned(arc if arc >= 0 else ~arc, tolerance)
                if tolerance
                else self._arcs[arc if arc >= 0 else ~arc]
            )
            points.extend((found if arc >= 0 else found[::-1])[:-1])
        return unwrapped(points)

    def main_parts(self, code: str) -> list[Polygon]:
        """The largest part of a state, and those that are not much smaller."""
        parts = self.states[code]
        largest = max(part.area for part in parts)
        return [part for part in parts if part.area >= largest * _MAIN_PART]


@cache
def shapes(scale: Scale) -> Shapes:
    """The outlines at a scale, read once."""
    return Shapes(scale)
