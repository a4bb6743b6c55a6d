"""From the globe to a plane: the Natural Earth projection, rings across the antimeridian or around a pole, clipping.

B. Šavrič, B. Jenny, T. Patterson, D. Petrovič, L. Hurni, "A Polynomial Equation for the Natural Earth Projection",
Cartography and Geographic Information Science 38(4), 2011, pp. 363-372.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import radians
from typing import TypeAlias

#: Degrees east and north, or what they are projected to.
Point: TypeAlias = tuple[float, float]
#: Closed, without its first point repeated at the end.
Ring: TypeAlias = Sequence[Point]
#: West, south, east, north; or left, top, right, bottom.
Bounds: TypeAlias = tuple[float, float, float, float]


def natural_earth(longitude: float, latitude: float) -> Point:
    """Where a place is on the plane, in radii of the globe, north up.

    Args:
        longitude: in degrees east of the meridian in the middle, from -180 to 180.
        latitude: in degrees north.
    """
    x, y = radians(longitude), radians(latitude)
    y2 = y * y
    y4 = y2 * y2
    return (
        x * (0.870700 - 0.131979 * y2 + y4 * (-0.013791 + y4 * (0.003971 * y2 - 0.001529 * y4))),
        y * (1.007226 + y2 * (0.015085 + y4 * (-0.044475 + 0.028874 * y2 - 0.005916 * y4))),
    )


def unwrapped(ring: Ring) -> list[Point]:
    """A ring whose longitudes go on beyond 180 degrees instead of jumping, so that it is whole.

    One that goes around a pole is closed along it.
    """
    points = [ring[0]]
    shift = 0.0
    before = ring[0][0]
    for longitude, latitude in ring[1:]:
        shift -= 360 * round((longitude - before) / 360)
        points.append((longitude + shift, latitude))
        before = longitude
    if turn := 360 * round((points[-1][0] - points[0][0]) / 360):
        pole = -90.0 if sum(latitude for _, latitude in ring) < 0 else 90.0
        points += [(points[0][0] + turn, points[0][1]), (points[0][0] + turn, pole), (points[0][0], pole)]
    return points


def bounds_of(ring: Ring) -> Bounds:
    """The smallest box around a ring."""
    across, along = [x for x, _ in ring], [y for _, y in ring]
    return min(across), min(along), max(across), max(along)


def clipped(ring: Ring, box: Bounds) -> list[Point]:
    """What of a ring is in a box (Sutherland and Hodgman 1974); pieces hang together by lines along its edges."""
    left, low, right, high = box
    x0, y0, x1, y1 = bounds_of(ring)
    points = list(ring)
    if x0 < left:
        points = _cut(points, lambda p: p[0] >= left, lambda a, b: (left, _at(left, a, b)))
    if x1 > right:
        points = _cut(points, lambda p: p[0] <= right, lambda a, b: (right, _at(right, a, b)))
    if y0 < low:
        points = _cut(points, lambda p: p[1] >= low, lambda a, b: (_at(low, a[::-1], b[::-1]), low))
    if y1 > high:
        points = _cut(points, lambda p: p[1] <= high, lambda a, b: (_at(high, a[::-1], b[::-1]), high))
    return points


def _at(across: float, a: Point, b: Point) -> float:
    return a[1] + (b[1] - a[1]) * (across - a[0]) / (b[0] - a[0])


def _cut(ring: list[Point], inside: Callable[[Point], bool], meet: Callable[[Point, Point], Point]) -> list[Point]:
    kept: list[Point] = []
    before = ring[-1] if ring else (0.0, 0.0)
    was_inside = bool(ring) and inside(before)
    for point in ring:
        is_inside = inside(point)
        if is_inside != was_inside:
            kept.append(meet(before, point))
        if is_inside:
            kept.append(point)
        before, was_inside = point, is_inside
    return kept


def surface(ring: Ring) -> float:
    """How much a ring encloses, twice and with the sign of its direction spared: the plain area of the plane."""
    around = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in around)) / 2
