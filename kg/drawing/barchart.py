"""Numbers as level bars, one below the other.

from kg.drawing.barchart import Bar, bars_for_page

svg = bars_for_page([Bar("NATO", 32, link="/id/organization/NATO"), Bar("CSTO", 6)], "Members by alliance")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.drawing.svg import BROAD, NARROW, fitted, frame, in_sizes, mark, name_of, number, text_of, text_width

#: Below this width a name stands above its bar.
_ABOVE = 560.0
#: The size of texts, as ``drawing.css`` has it, and how much of a drawing names may take.
_SIZE, _NAMES = 13.0, 0.32
#: Heights of a row, of its bar, and of the name above it; the edges.
_ROW, _BAR, _NAME_ROW, _EDGE = 27.0, 18.0, 18.0, 12.0
#: Between a bar and a text.
_PADDING = 6.0


@dataclass(frozen=True)
class Bar:
    """A number with its name.

    Attributes:
        name: what the number is of.
        value: the number.
        title: what is told on pointing at it; name and number if nothing is said.
        link: where it leads.
        kind: the class of its fill.
    """

    name: str
    value: float
    title: str = ""
    link: str | None = None
    kind: str = "certain"


def bars_for_page(bars: Sequence[Bar], label: str) -> str:
    """The drawing for a desk and for a phone, of which style shows one."""
    return in_sizes(draw_bars(bars, label), draw_bars(bars, label, width=NARROW))


def draw_bars(bars: Sequence[Bar], label: str, *, width: float = BROAD, standalone: bool = False) -> str:
    """The bars in the order given, as SVG, from a common zero.

    Args:
        bars: what to draw.
        label: what it shows, in words.
        width: in units, of which the text is 13 high.
        standalone: whether it is a file of its own.
    """
    above = width < _ABOVE
    longest = max((text_width(bar.name, _SIZE) for bar in bars), default=0)
    gutter = 0.0 if above else min(longest, width * _NAMES) + _PADDING
    beside = max((text_width(grouped(bar.value), _SIZE) for bar in bars), default=0) + _PADDING
    low, high = min((0.0, *(bar.value for bar in bars))), max((0.0, *(bar.value for bar in bars)))
    left, right = _EDGE + gutter + (beside if low < 0 else 0), width - _EDGE - (beside if high > 0 else 0)
    unit = (right - left) / ((high - low) or 1)
    zero = left - low * unit
    parts = []
    y = _EDGE
    for bar in bars:
        if above:
            parts.append(_name(bar, _EDGE, y + 12, width - 2 * _EDGE, "start"))
            y += _NAME_ROW
        else:
            parts.append(_name(bar, _EDGE + gutter - _PADDING, y + _ROW / 2 + 4, gutter, "end"))
        end = zero + bar.value * unit
        shape = f'x="{number(min(zero, end))}" y="{number(y + (_ROW - _BAR) / 2)}" width="{number(abs(end - zero))}"'
        title = bar.title or f"{bar.name}: {grouped(bar.value)}"
        fill = f'class="{name_of(bar.kind)}"'
        parts.append(mark(f'<rect {fill} {shape} height="{number(_BAR)}" rx="2"/>', title, bar.link))
        anchor, beyond = ("end", end - _PADDING) if bar.value < 0 else ("start", end + _PADDING)
        at = f'x="{number(beyond)}" y="{number(y + _ROW / 2 + 4)}"'
        parts.append(f'<text class="{anchor}" {at}>{grouped(bar.value)}</text>')
        y += _ROW
    line = f'<path class="grid" d="M{number(zero)} {number(_EDGE)}V{number(y)}"/>'
    kind = "narrow" if above else "broad"
    return frame(f"bars {kind}", width, y + _EDGE, label, [line, *parts], standalone=standalone)


def grouped(value: float) -> str:
    """A number as any language reads it: to two decimals, in groups of three digits (ISO 80000-1)."""
    written = f"{value:_.2f}".rstrip("0").rstrip(".")
    return written.replace("_", "\N{NARROW NO-BREAK SPACE}").replace("-", "\N{MINUS SIGN}")


def _name(bar: Bar, x: float, y: float, room: float, anchor: str) -> str:
    shown = fitted(bar.name, room, _SIZE)
    whole = f"<title>{text_of(bar.name)}</title>" if shown != bar.name else ""
    text = f'<text class="{anchor}" x="{number(x)}" y="{number(y)}">{whole}{text_of(shown)}</text>'
    return f'<a href="{text_of(bar.link)}">{text}</a>' if bar.link else text
