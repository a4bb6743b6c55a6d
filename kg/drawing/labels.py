"""Where names stand on a map: within their state if they have room, else close beside it, never on one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import dist
from typing import NamedTuple

from kg.drawing.projection import Bounds, Point, Ring, bounds_of
from kg.drawing.svg import number, text_of, text_width

#: The sizes of names in a wide and in a narrow drawing, as ``drawing.css`` sets them.
_WIDE_SIZE, _NARROW_SIZE = 14.0, 22.0
#: Height of a line, and of what reaches above the line on which a text stands, in parts of its size.
_LINE, _RISE = 1.1, 0.8
#: Rows in which a shape is searched for room.
_ROWS = 13
#: How much of its width a name needs within its shape; how much of it may lie on others, within its own and beside.
_NEEDED, _WITHIN, _BESIDE = 0.8, 0.45, 0.2
#: Pixels between a shape and the name beside it; the largest shape that a name may stand beside.
_GAP, _LARGE = 4.0, 130.0
#: Pixels to a cell of the grid that tells whose a place is.
_CELL = 5


@dataclass(frozen=True)
class Labeled:
    """A name to place.

    Attributes:
        text: the name.
        rings: outlines of what is seen of its state, the largest first; none for a dot.
        spot: where its state is: a point in it.
    """

    text: str
    rings: Sequence[Ring]
    spot: Point


@dataclass(frozen=True)
class Placed:
    """Where a name stands.

    Attributes:
        text: the name.
        x: of the anchor.
        y: of the line.
        anchor: what of the text is there: its ``middle``, ``start`` or ``end``.
        narrow: whether there is room in a narrow drawing as well.
    """

    text: str
    x: float
    y: float
    anchor: str
    narrow: bool

    def drawn(self) -> str:
        """The name as an element."""
        classes = [self.anchor] * (self.anchor != "middle") + ["wide"] * (not self.narrow)
        named = f' class="{" ".join(classes)}"' if classes else ""
        return f'<text{named} x="{number(self.x)}" y="{number(self.y)}">{text_of(self.text)}</text>'


class _Candidate(NamedTuple):
    """A place for a name; beside its state, the point that tells which state it goes with."""

    x: float
    y: float
    anchor: str = "middle"
    near: Point | None = None


def place_names(names: Sequence[Labeled], width: float, height: float, obstacles: Iterable[Bounds]) -> list[Placed]:
    """The places of those names that find room: the first come first, those that fit in a narrow drawing before.

    Args:
        names: what to place, the most important first.
        width: of the drawing.
        height: of the drawing.
        obstacles: boxes to keep free, such as dots.
    """
    placed: dict[int, Placed] = {}
    owners = _owners(names)
    dots = list(obstacles)
    for size in (_NARROW_SIZE, _WIDE_SIZE):
        taken = dots + [_box(name.text, name.x, name.y, name.anchor, size) for name in placed.values()]
        for which, name in enumerate(names):
            if which in placed:
                continue
            for place in _candidates(name, size):
                box = _box(name.text, place.x, place.y, place.anchor, size)
                if box[0] < 2 or box[1] < 2 or box[2] > width - 2 or box[3] > height - 2 or _meets(box, taken):
                    continue
                if _on_others(box, owners, name.spot) > (_BESIDE if place.near else _WITHIN):
                    continue
                if place.near and _is_nearer(place.near, name, names):
                    continue
                placed[which] = Placed(name.text, place.x, place.y, place.anchor, narrow=size == _NARROW_SIZE)
                taken.append(box)
                break
    return [placed[which] for which in sorted(placed)]


def spot_in(rings: Sequence[Ring]) -> Point:
    """A point well within a shape, where it is widest near its middle.

    Args:
        rings: its outlines, the largest first.
    """
    x0, y0, x1, y1 = bounds_of(rings[0])
    x, y, _ = max(_rows(rings), key=lambda row: row[2], default=((x0 + x1) / 2, (y0 + y1) / 2, 0))
    return x, y


def _box(text: str, x: float, y: float, anchor: str, size: float) -> Bounds:
    wide = text_width(text, size) + 2
    left = x - 1 - {"start": 0, "middle": wide / 2 - 1, "end": wide - 2}[anchor]
    return left, y - size * _RISE, left + wide, y + size * (_LINE - _RISE)


def _meets(box: Bounds, others: Iterable[Bounds]) -> bool:
    return any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in others)


def _candidates(name: Labeled, size: float) -> Iterator[_Candidate]:
    """Where a name may stand: in the widest rows of its shape, then beside it."""
    needed = text_width(name.text, size)
    drop = size * (_RISE - _LINE / 2)  # from the middle of a text to its line
    x, y = name.spot
    x0, y0, x1, y1 = bounds_of(name.rings[0]) if name.rings else (x - _GAP, y - _GAP, x + _GAP, y + _GAP)
    rows = sorted(_rows(name.rings), key=lambda row: -min(row[2], needed * 1.5)) if name.rings else []
    yield from (_Candidate(across, along + drop) for across, along, room in rows if room >= needed * _NEEDED)
    # A name that fits within its state on a wide drawing is not put beside it for the sake of a narrow one.
    if max(x1 - x0, y1 - y0) > _LARGE or (rows and rows[0][2] >= text_width(name.text, _WIDE_SIZE) * _NEEDED):
        return
    yield _Candidate(x1 + _GAP, y + drop, "start", (x1 + _GAP, y))
    yield _Candidate(x0 - _GAP, y + drop, "end", (x0 - _GAP, y))
    for line, edge in ((y1 + _GAP + size * _RISE, y1 + _GAP), (y0 - _GAP - size * (_LINE - _RISE), y0 - _GAP)):
        yield _Candidate(x, line, "middle", (x, edge))
        yield _Candidate(x - _GAP, line, "start", (x - _GAP + needed / 2, edge))
        yield _Candidate(x + _GAP, line, "end", (x + _GAP - needed / 2, edge))


def _rows(rings: Sequence[Ring]) -> Iterator[tuple[float, float, float]]:
    """Middle, height and width of the widest stretch of some rows of a shape; far off its middle, width counts less."""
    _, low, _, high = bounds_of(rings[0])
    for row in range(1, _ROWS):
        y = low + (high - low) * row / _ROWS
        stretches: list[tuple[float, float]] = []
        for left, right in sorted(stretch for ring in rings for stretch in _crossed(ring, y)):
            if stretches and left <= stretches[-1][1] + 1:  # neighbors in what is drawn as one
                stretches[-1] = (stretches[-1][0], max(right, stretches[-1][1]))
            else:
                stretches.append((left, right))
        if stretches:
            left, right = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
            off_middle = abs(2 * row / _ROWS - 1)
            yield (left + right) / 2, y, (right - left) * (1 - 0.5 * off_middle**2)


def _crossed(ring: Ring, y: float) -> list[tuple[float, float]]:
    """From where to where a level line is within a ring."""
    crossed = []
    before = ring[-1]
    for point in ring:
        if (before[1] <= y) != (point[1] <= y):
            crossed.append(before[0] + (point[0] - before[0]) * (y - before[1]) / (point[1] - before[1]))
        before = point
    crossed.sort()
    return list(zip(crossed[::2], crossed[1::2], strict=False))


def _owners(names: Sequence[Labeled]) -> dict[tuple[int, int], Point]:
    """Whose the cells of the drawing are, by column and row: states are told apart by their spots."""
    owners: dict[tuple[int, int], Point] = {}
    for name in names:
        for ring in name.rings:
            _, low, _, high = bounds_of(ring)
            for row in range(int(low / _CELL), int(high / _CELL) + 1):
                for left, right in _crossed(ring, (row + 0.5) * _CELL):
                    for column in range(round(left / _CELL), round(right / _CELL)):
                        owners.setdefault((column, row), name.spot)
    return owners


def _on_others(box: Bounds, owners: dict[tuple[int, int], Point], spot: Point) -> float:
    """How much of a box is on states other than its own."""
    columns = range(int(box[0] / _CELL), int(box[2] / _CELL) + 1)
    rows = range(int(box[1] / _CELL), int(box[3] / _CELL) + 1)
    cells = [owners.get((column, row), spot) for column in columns for row in rows]
    return sum(cell != spot for cell in cells) / len(cells)


def _is_nearer(near: Point, name: Labeled, names: Iterable[Labeled]) -> bool:
    """Whether a name at a point would be taken for another state's."""
    own = dist(near, name.spot)
    return any(dist(near, other.spot) < own for other in names if other.spot != name.spot)
