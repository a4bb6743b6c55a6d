"""Which part of the world a map shows, and where in the drawing a place is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from math import degrees, log2

from kg.drawing.projection import Bounds, Point, bounds_of, clipped, natural_earth, surface
from kg.drawing.shapes import Polygon, Scale, Shapes, shapes

#: States larger than this part of the unit sphere, as Brazil is and Kazakhstan is not, need not be seen whole.
_HUGE = 0.15
#: How much of itself, or of the view, such a state must show.
_OF_ITSELF, _OF_VIEW = 0.5, 0.08
#: If states leave no gap of so many degrees around the globe, all of it is shown, cut through the Bering Strait.
_GAP, _MIDDLE = 110.0, 11.0
_WHOLE = (-180.0, -56.0, 180.0, 84.0)
#: The least that a view shows across, in radii of the globe, so that a state is seen among its neighbors; its margin.
_LEAST, _MARGIN = 0.24, 0.07
#: Height by width: of the flattest and of the steepest view.
_FLATTEST, _STEEPEST = 0.44, 0.7
#: Degrees between points from which the box of a state is taken.
_COARSE = 0.5
#: Degrees to a pixel from which on the shapes of 1:110 million are fine enough.
_SMALL_SCALE = 0.16
#: Beyond the edge by so many pixels, outlines are cut.
_BLEED = 4.0


@dataclass(frozen=True)
class Window:
    """A window onto the projected globe.

    Attributes:
        middle: the meridian in the middle, in degrees east.
        left: the left edge, in radii of the globe.
        top: the upper edge.
        scale: pixels to a radius of the globe.
        width: in pixels.
        height: in pixels.
    """

    middle: float
    left: float
    top: float
    scale: float
    width: float
    height: float

    def at(self, longitude: float, latitude: float) -> Point:
        """Where a place is, on this side of the cut opposite the middle."""
        return self._at((longitude - self.middle + 180) % 360 - 180, latitude)

    def _at(self, longitude: float, latitude: float) -> Point:
        x, y = natural_earth(longitude, latitude)
        return (x - self.left) * self.scale, (self.top - y) * self.scale

    @property
    def detail(self) -> Scale:
        """The scale of the shapes that suits."""
        return "110m" if degrees(1 / self.scale) > _SMALL_SCALE else "50m"

    @property
    def tolerance(self) -> float:
        """Degrees that are less than a pixel: a power of two, so that views alike share what is thinned for them."""
        return 2.0 ** int(log2(degrees(0.7 / self.scale)) - 1)

    def rings(self, polygon: Polygon, at: Shapes) -> Iterator[list[Point]]:
        """What of a polygon is to be seen, in pixels: for outline and holes, twice where the map's cut goes through."""
        bleed = (-_BLEED, -_BLEED, self.width + _BLEED, self.height + _BLEED)
        for shift in (-360.0, 0.0, 360.0):
            west, east = polygon.box[0] + shift - self.middle, polygon.box[2] + shift - self.middle
            if east <= -180 or west >= 180 or not self._near(west, polygon.box[1], east, polygon.box[3]):
                continue
            for arcs in polygon.rings:
                ring = [(x + shift - self.middle, y) for x, y in at.ring(arcs, self.tolerance)]
                if len(ring) >= 3 and (west < -180 or east > 180):
                    ring = clipped(ring, (-180, -90, 180, 90))
                if len(ring) < 3:
                    continue
                seen = clipped([self._at(*point) for point in ring], bleed)
                if len(seen) >= 3:
                    yield seen

    def _near(self, west: float, south: float, east: float, north: float) -> bool:
        """Whether a box of degrees may be in view: far from the equator, it is drawn nearer to the middle."""
        level = 0.0 if south <= 0 <= north else min(abs(south), abs(north))
        pole = max(abs(south), abs(north))
        corners = [natural_earth(x, y)[0] for x in (max(west, -180.0), min(east, 180.0)) for y in (level, pole)]
        x0, x1 = (min(corners) - self.left) * self.scale, (max(corners) - self.left) * self.scale
        y0, y1 = (
            (self.top - natural_earth(0, north)[1]) * self.scale,
            (self.top - natural_earth(0, south)[1]) * self.scale,
        )
        return x1 >= 0 and x0 <= self.width and y1 >= 0 and y0 <= self.height


def window_on(codes: Collection[str], width: float) -> Window:
    """The window that shows some states well: whole, but for huge ones beside others; or the world.

    Args:
        codes: UN M49 codes that shapes have; none for the world.
        width: of the drawing, in pixels.
    """
    fine = shapes("50m")
    states = {code: fine.main_parts(code) for code in sorted(codes)}
    middle = _middle([part.box for parts in states.values() for part in parts])
    if middle is None:
        x0, _ = natural_earth(_WHOLE[0], 0)
        x1, _ = natural_earth(_WHOLE[2], 0)
        return _framed(
            (x0, natural_earth(0, _WHOLE[1])[1], x1, natural_earth(0, _WHOLE[3])[1]), _MIDDLE, width, margin=0
        )
    huge = {code: parts for code, parts in states.items() if sum(part.area for part in parts) > _HUGE}
    outlines = {code: list(_outlines(parts, middle, fine)) for code, parts in states.items()}
    needed = [code for code in states if code not in huge] or list(states)
    window = _framed(_around(outlines[code] for code in needed), middle, width)
    for code in sorted(set(huge) - set(needed), key=lambda code: huge[code][0].area):
        if not _shows(window, outlines[code]):
            needed.append(code)
            window = _framed(_around(outlines[code] for code in needed), middle, width)
    return window


def _middle(boxes: list[Bounds]) -> float | None:
    """The meridian amid some boxes, opposite the widest gap between them; none if there is no wide gap."""
    ends: list[tuple[float, float]] = []
    for west, east in sorted(((box[0] + 180) % 360, box[2] - box[0]) for box in boxes):
        if ends and west <= ends[-1][1]:
            ends[-1] = (ends[-1][0], max(ends[-1][1], west + east))
        else:
            ends.append((west, west + east))
    if not ends:
        return None
    following = [*ends[1:], (ends[0][0] + 360, 0.0)]
    gap, start = max((after[0] - before[1], before[1]) for before, after in zip(ends, following, strict=True))
    return None if gap < _GAP else (start + gap / 2 + 180) % 360 - 180


def _outlines(parts: list[Polygon], middle: float, at: Shapes) -> Iterator[list[Point]]:
    for part in parts:
        shift = 360 * round((middle - (part.box[0] + part.box[2]) / 2) / 360) - middle
        yield [natural_earth(x + shift, y) for x, y in at.ring(part.rings[0], _COARSE)]


def _around(states: Iterable[list[list[Point]]]) -> Bounds:
    boxes = [bounds_of(ring) for rings in states for ring in rings]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _framed(box: Bounds, middle: float, width: float, margin: float = _MARGIN) -> Window:
    """The view of a box, with a margin, neither too flat nor too steep."""
    west, south, east, north = box
    across = max((east - west) * (1 + 2 * margin), _LEAST)
    along = max((north - south) * (1 + 2 * margin), across * _FLATTEST)
    across = max(across, along / _STEEPEST)
    return Window(
        middle=middle,
        left=(west + east - across) / 2,
        top=(south + north + along) / 2,
        scale=width / across,
        width=width,
        height=round(along * width / across),
    )


def _shows(window: Window, rings: list[list[Point]]) -> bool:
    """Whether of a huge state enough is seen to tell that it is there."""
    seen = whole = 0.0
    for ring in rings:
        drawn = [((x - window.left) * window.scale, (window.top - y) * window.scale) for x, y in ring]
        whole += surface(drawn)
        part = clipped(drawn, (0, 0, window.width, window.height))
        seen += surface(part) if len(part) >= 3 else 0
    return seen >= whole * _OF_ITSELF or seen >= window.width * window.height * _OF_VIEW
