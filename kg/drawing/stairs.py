"""Numbers over time as stairs: each goes up or down on the days on which it changes.

from datetime import date
from kg.drawing.stairs import Stairs, stairs_for_page

nato = Stairs("NATO", [(date(1949, 8, 24), 12), (date(1952, 2, 18), 14)], "member")
svg = stairs_for_page([nato], "Members over time", until=date(1955, 1, 1))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kg.drawing.axis import Axis, axis_of
from kg.drawing.svg import BROAD, NARROW, frame, in_sizes, mark, name_of, number, text_of, text_width

#: The size of texts, as ``drawing.css`` has it; the height of what is drawn, the room for the years, the edges.
_SIZE, _HEIGHT, _YEARS, _EDGE = 13.0, 220.0, 24.0, 12.0
#: Numbers from one line to the next.
_LINES = (1, 2, 5, 10, 20, 50, 100)
#: Lines at most, and the room between texts and what they are about.
_MOST_LINES, _PADDING = 5, 6.0


@dataclass(frozen=True)
class Stairs:
    """A number that changes: from each day on, in order, it is so much. The kind is the class of its color."""

    name: str
    steps: Sequence[tuple[date, int]]
    kind: str = "member"


def stairs_for_page(stairs: Sequence[Stairs], label: str, *, until: date) -> str:
    """The drawing for a desk and for a phone, of which style shows one."""
    return in_sizes(draw_stairs(stairs, label, until=until), draw_stairs(stairs, label, until=until, width=NARROW))


def draw_stairs(
    stairs: Sequence[Stairs], label: str, *, until: date, width: float = BROAD, standalone: bool = False
) -> str:
    """The stairs over one another, as SVG, on a common axis from zero.

    Args:
        stairs: what to draw; of those without a step there is nothing to see.
        label: what it shows, in words.
        until: the last day.
        width: in units, of which the text is 13 high.
        standalone: whether it is a file of its own.
    """
    shown = [each for each in stairs if each.steps]
    high = max((value for each in shown for _, value in each.steps), default=1)
    first = min((each.steps[0][0] for each in shown), default=until)
    gap = next((gap for gap in _LINES if high / gap <= _MOST_LINES), _LINES[-1])
    left = _EDGE + text_width(str(high), _SIZE) + _PADDING
    ends = max((text_width(_end(each), _SIZE) for each in shown), default=0)
    axis = axis_of(first, until, left, width - _EDGE - _PADDING - ends)
    base, unit = _EDGE + _HEIGHT, _HEIGHT / (high or 1)
    parts = []
    for value in range(0, high + 1, gap):
        y = number(base - value * unit)
        parts.append(f'<path class="grid" d="M{number(left)} {y}H{number(axis.right)}"/>')
        parts.append(
            f'<text class="end" x="{number(left - _PADDING)}" y="{number(base - value * unit + 4)}">{value}</text>'
        )
    for year, x in axis.years():
        parts.append(f'<text class="year" x="{number(x)}" y="{number(base + _YEARS - 6)}">{year}</text>')
    for each in shown:
        parts += _drawn(each, axis, base, unit)
    kind = "narrow" if width <= NARROW else "broad"
    return frame(f"stairs {kind}", width, base + _YEARS + _EDGE, label, parts, standalone=standalone)


def _drawn(stairs: Stairs, axis: Axis, base: float, unit: float) -> list[str]:
    """The line, a dot at each step, and the name at the end."""
    path: list[str] = []
    last, kind = base, name_of(stairs.kind)
    for day, value in stairs.steps:
        x, y = number(axis.at(day)), base - value * unit
        path.append(f"H{x}V{number(y)}" if path else f"M{x} {number(base)}V{number(y)}")
        last = y
    dots = []
    for day, value in stairs.steps:
        at = f'cx="{number(axis.at(day))}" cy="{number(base - value * unit)}"'
        dots.append(mark(f'<circle class="{kind}" {at} r="3"/>', f"{stairs.name}, {day}: {value}"))
    line = f'<path class="line {kind}" d="{"".join(path)}H{number(axis.right)}"/>'
    at = f'x="{number(axis.right + _PADDING)}" y="{number(last + 4)}"'
    return [line, *dots, f'<text class="start" {at}>{text_of(_end(stairs))}</text>']


def _end(stairs: Stairs) -> str:
    return f"{stairs.name} {stairs.steps[-1][1]}"
