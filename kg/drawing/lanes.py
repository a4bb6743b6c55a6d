"""Time as lanes of bars and events: what a state was in, who was in an alliance.

    from kg.drawing.lanes import Happening, Lane, Stretch, draw_lanes, lanes_for_page

    lanes = [
        Lane("CSTO", [
            Stretch("member", date(2003, 9, 18), None, "Armenia in the CSTO, from 2003", "member, 2003-09-18", "/id/…"),
            Stretch("frozen", date(2024, 2, 22), None, "participation declared frozen", "frozen 2024-02-22"),
        ], link="/id/organization/CSTO"),
        Lane("events", happenings=[Happening(date(2022, 9, 13), "2022-09-13: Armenia asks for help", "/id/…")]),
    ]
    svg = draw_lanes(lanes, "Timeline of Armenia in alliances", until=date(2026, 11, 30))

`lanes_for_page` gives the drawing twice, of which a page shows the one that suits the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from kg.drawing.axis import Axis, axis_of
from kg.drawing.stripes import Stripes
from kg.drawing.svg import BROAD, NARROW, fitted, frame, in_sizes, mark, name_of, number, path_data, text_of, text_width

#: The kinds that lie on another stretch, of which they say that it was not in full effect.
OVERLAYS = frozenset({"frozen", "suspended"})
#: Below this width a lane's name stands above its bars.
_ABOVE = 560.0
#: The sizes of the names of lanes and of what stands in bars, as ``drawing.css`` has them.
_NAME_SIZE, _BAR_SIZE = 13.0, 12.0
#: How much of a drawing names may take; how many lanes make it dense; how many want the years below as well.
_NAMES, _DENSE, _MANY = 0.32, 16, 14
#: Heights of a row, of its bar, and of the name above it; of the years, and the edges.
_ROW, _DENSE_ROW, _DOT_ROW, _BAR, _DENSE_BAR, _NAME_ROW = 34.0, 25.0, 16.0, 22.0, 18.0, 20.0
_YEARS, _EDGE = 24.0, 12.0
#: The radius of an event, and the room it needs to be pointed at.
_DOT, _APART = 6.0, 10.0
#: Between the edge of a bar and its text; how far an open end points, how round a closed one is.
_PADDING, _POINT, _ROUND = 6.0, 5.0, 3.0


@dataclass(frozen=True)
class Stretch:
    """A bar: from a day to another in one state of things.

    Attributes:
        kind: its class: ``member``, ``party``, ``observer``, ``partner``, ``associate``, ``signatory``, or one of
            `OVERLAYS`, which lies on the others of its lane.
        begins: its first day; none if that is unknown.
        ends: its last day; none if it goes on.
        title: what is told on pointing at it.
        text: what stands in it, if there is room.
        link: where it leads.
    """

    kind: str
    begins: date | None
    ends: date | None
    title: str
    text: str = ""
    link: str | None = None


@dataclass(frozen=True)
class Happening:
    """A dot: what happened on a day."""

    on: date
    title: str
    link: str | None = None
    kind: str = "to"


@dataclass(frozen=True)
class Lane:
    """A name with the bars and dots beside it."""

    name: str
    stretches: Sequence[Stretch] = ()
    happenings: Sequence[Happening] = ()
    link: str | None = None


@dataclass
class _Level:
    """Bars that do not meet, or dots that do not, at a height."""

    lane: Lane
    is_first: bool
    is_last: bool = False
    stretches: list[Stretch] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)


def lanes_for_page(
    lanes: Sequence[Lane], label: str, *, until: date, on: date | None = None, name: str = "lanes"
) -> str:
    """The drawing for a desk and for a phone, of which style shows one; the arguments are those of `draw_lanes`."""
    broad = draw_lanes(lanes, label, until=until, on=on, name=name)
    narrow = draw_lanes(lanes, label, until=until, on=on, name=f"{name}-narrow", width=NARROW)
    return in_sizes(broad, narrow)


def draw_lanes(
    lanes: Sequence[Lane],
    label: str,
    *,
    until: date,
    on: date | None = None,
    width: float = BROAD,
    name: str = "lanes",
    standalone: bool = False,
) -> str:
    """The lanes below one another, as SVG.

    Args:
        lanes: from above to below.
        label: what it shows, in words.
        until: the last day, up to which open bars go.
        on: a day to mark by a line.
        width: in units, of which the text is 12 or 13 high; one for a phone has the names above the bars.
        name: what ids of this drawing begin with; two drawings on a page need two.
        standalone: whether it is a file of its own.
    """
    above = width < _ABOVE
    dense = len(lanes) > _DENSE
    height, thick = (_DENSE_ROW, _DENSE_BAR) if dense else (_ROW, _BAR)
    longest = max((text_width(lane.name, _NAME_SIZE) for lane in lanes), default=0)
    gutter = 0.0 if above else min(longest + _PADDING, width * _NAMES)
    axis = axis_of(_first_day(lanes, until), until, _EDGE + gutter + _PADDING, width - _EDGE - _POINT)
    stripes = Stripes(name)
    parts: list[str] = []
    y = _YEARS + 4
    for lane in lanes:
        for row in _rows(lane, axis):
            if row.is_first:
                if above:
                    parts.append(_name(lane, _EDGE, y + 14, width - 2 * _EDGE, "start"))
                    y += _NAME_ROW
                else:
                    parts.append(_name(lane, _EDGE + gutter, y + height / 2 + 4, gutter, "end"))
            parts += _bars(row, axis, stripes, y + (height - thick) / 2, thick)
            parts += [_dot(happening, axis, y + height / 2) for happening in row.happenings]
            y += height if row.stretches or row.is_last else _DOT_ROW
    bottom = y + 4
    years = _years(axis, bottom, below=len(lanes) > _MANY)
    day = _day(on, axis, bottom) if on else ""
    total = bottom + (_YEARS if len(lanes) > _MANY else 0)
    kind = "narrow" if above else "broad"
    content = [stripes.definitions(), years, *parts, day]
    return frame(f"lanes {kind}", width, total, label, content, standalone=standalone)


def _first_day(lanes: Iterable[Lane], until: date) -> date:
    days = [stretch.begins or stretch.ends for lane in lanes for stretch in lane.stretches]
    days += [happening.on for lane in lanes for happening in lane.happenings]
    return min((day for day in days if day), default=until)


def _rows(lane: Lane, axis: Axis) -> list[_Level]:
    """A lane's bars in as few rows as keep them apart, then its dots; what lies on a bar goes with it."""
    rows: list[_Level] = []
    for stretch in sorted((s for s in lane.stretches if s.kind not in OVERLAYS), key=lambda s: s.begins or axis.first):
        begins = stretch.begins or axis.first
        free = [row for row in rows if all(other.ends and other.ends <= begins for other in row.stretches)]
        if not free:
            rows.append(_Level(lane, is_first=not rows))
        (free or rows)[0 if free else -1].stretches.append(stretch)
    for overlay in (s for s in lane.stretches if s.kind in OVERLAYS):
        begins = overlay.begins or axis.first
        under = [row for row in rows if any(_covers(other, begins, axis) for other in row.stretches)] or rows[:1]
        if not under:
            rows.append(_Level(lane, is_first=True))
        (under or rows)[0].stretches.append(overlay)
    dots: list[_Level] = []
    for happening in sorted(lane.happenings, key=lambda happening: happening.on):
        x = axis.at(happening.on)
        free = [row for row in dots if x - axis.at(row.happenings[-1].on) >= _APART]
        if not free:
            dots.append(_Level(lane, is_first=not rows and not dots))
        (free or dots)[0 if free else -1].happenings.append(happening)
    rows = rows + dots or [_Level(lane, is_first=True)]
    rows[-1].is_last = True
    return rows


def _covers(stretch: Stretch, day: date, axis: Axis) -> bool:
    return (stretch.begins or axis.first) <= day and (stretch.ends is None or stretch.ends >= day)


def _bars(row: _Level, axis: Axis, stripes: Stripes, top: float, thick: float) -> list[str]:
    """The bars of a row, and their texts where there is room: in them, else before or after them."""
    edges = {stretch: (_left(stretch, axis), _right(stretch, axis)) for stretch in row.stretches}
    over = [edges[stretch] for stretch in row.stretches if stretch.kind in OVERLAYS]
    bars = [(*edges[stretch], stretch.kind) for stretch in row.stretches if stretch.kind not in OVERLAYS]
    shapes, texts = [], []
    taken = list(over)

    def fits(left: float, right: float, within: float, end: float) -> bool:
        return within <= left and right <= end and not any(a < right and left < b for a, b in taken)

    for stretch, (left, right) in edges.items():
        outline = _outline(stretch, left, right, top, thick)
        shapes.append(mark(f'<path {stripes.of([stretch.kind])} d="{outline}"/>', stretch.title, stretch.link))
        if not stretch.text:
            continue
        needed = text_width(stretch.text, _BAR_SIZE) + 2 * _PADDING
        is_over = stretch.kind in OVERLAYS
        under = next((bar for bar in bars if bar[0] < left and bar[1] >= left), None) if is_over else None
        free = min((bar[0] for bar in bars if bar[0] >= right), default=axis.right + _POINT)
        if not is_over and fits(left, left + needed, left, right):
            place = left, left + _PADDING, _inside(stretch.kind, "start")
        elif under and fits(left - needed, left, under[0], under[1]):
            place = left - needed, left - _PADDING, _inside(under[2], "end")
        elif fits(right, right + needed, max([right, *(bar[1] for bar in bars if bar[0] < right)]), free):
            place = right, right + _PADDING, "start"
        elif fits(left - needed, left, max((bar[1] for bar in bars if bar[1] <= left), default=axis.left), left):
            place = left - needed, left - _PADDING, "end"
        else:
            continue
        taken.append((place[0], place[0] + needed))
        texts.append(_text(stretch.text, place[1], top + thick / 2 + 4, place[2]))
    return shapes + texts


def _inside(kind: str, anchor: str) -> str:
    """The class of a text in a bar: what has only an outline leaves it in the color of other texts."""
    return anchor if kind == "signatory" else f"in {anchor}"


def _left(stretch: Stretch, axis: Axis) -> float:
    return axis.at(stretch.begins) if stretch.begins else axis.left


def _right(stretch: Stretch, axis: Axis) -> float:
    """Where a bar ends; it is seen even if it lasted a day."""
    end = axis.at(stretch.ends) if stretch.ends else axis.right
    return max(end, _left(stretch, axis) + 3)


def _outline(stretch: Stretch, left: float, right: float, top: float, thick: float) -> str:
    """The outline of a bar, which ends in a point where it is open."""
    middle, bottom = top + thick / 2, top + thick
    r = min(_ROUND, (right - left) / 2)
    start = left + r if stretch.begins else left
    if stretch.ends:
        end = path_data("H", right - r, "q", r, 0, r, r, "V", bottom - r, "q", 0, r, -r, r)
    else:
        end = path_data("H", right, "L", right + _POINT, middle, right, bottom)
    if stretch.begins:
        begin = path_data("H", left + r, "q", -r, 0, -r, -r, "V", top + r, "q", 0, -r, r, -r)
    else:
        begin = path_data("H", left, "L", left - _POINT, middle, left, top)
    return f"{path_data('M', start, top)}{end}{begin}z"


def _dot(happening: Happening, axis: Axis, y: float) -> str:
    at = f'cx="{number(axis.at(happening.on))}" cy="{number(y)}" r="{number(_DOT)}"'
    return mark(f'<circle class="{name_of(happening.kind)}" {at}/>', happening.title, happening.link)


def _text(text: str, x: float, y: float, kind: str) -> str:
    return f'<text class="{kind}" x="{number(x)}" y="{number(y)}">{text_of(text)}</text>'


def _name(lane: Lane, x: float, y: float, room: float, anchor: str) -> str:
    shown = fitted(lane.name, room, _NAME_SIZE)
    whole = f"<title>{text_of(lane.name)}</title>" if shown != lane.name else ""
    text = f'<text class="lane {anchor}" x="{number(x)}" y="{number(y)}">{whole}{text_of(shown)}</text>'
    return f'<a href="{text_of(lane.link)}">{text}</a>' if lane.link else text


def _years(axis: Axis, bottom: float, *, below: bool) -> str:
    parts = []
    for year, x in axis.years():
        at = number(x)
        parts.append(f'<path class="grid" d="M{at} {number(_YEARS - 4)}V{number(bottom)}"/>')
        parts.append(f'<text class="year" x="{at}" y="14">{year}</text>')
        if below:
            parts.append(f'<text class="year" x="{at}" y="{number(bottom + 15)}">{year}</text>')
    return "".join(parts)


def _day(on: date, axis: Axis, bottom: float) -> str:
    x = number(axis.at(on))
    return mark(f'<path class="day" d="M{x} {number(_YEARS - 4)}V{number(bottom)}"/>', on.isoformat())
