"""Stairs are as high as their numbers on each day."""

from __future__ import annotations

import re
from datetime import date

import pytest

from kg.drawing.stairs import Stairs, draw_stairs, stairs_for_page
from kg.drawing.svg import BROAD, NARROW
from tests.drawing.reading import marked, parsed, texts

UNTIL = date(2020, 1, 1)
GROWING = Stairs("NATO <1>", [(date(1950, 1, 1), 10), (date(1960, 1, 1), 20)], "member")
SHRINKING = Stairs("Pact", [(date(1960, 1, 1), 5), (date(1990, 1, 1), 0)], "to")


@pytest.mark.parametrize("width", [BROAD, NARROW])
def test_a_number_twice_as_large_is_twice_as_high(width: float) -> None:
    svg = draw_stairs([GROWING, SHRINKING], "", until=UNTIL, width=width)
    high, higher, none = (
        float(marked(svg, title).attrib["cy"])
        for title in ("NATO <1>, 1950-01-01: 10", "NATO <1>, 1960-01-01: 20", "Pact, 1990-01-01: 0")
    )
    assert none - higher == pytest.approx(2 * (none - high), abs=0.3)


def test_days_are_at_the_same_place_on_all_stairs() -> None:
    svg = draw_stairs([GROWING, SHRINKING], "", until=UNTIL)
    assert marked(svg, "NATO <1>, 1960-01-01: 20").attrib["cx"] == marked(svg, "Pact, 1960-01-01: 5").attrib["cx"]


def test_the_last_number_stands_beside_the_name() -> None:
    assert {"NATO <1> 20", "Pact 0", "1960"} <= set(texts(draw_stairs([GROWING, SHRINKING], "", until=UNTIL)))


def test_lines_stay_within_the_drawing() -> None:
    root = parsed(draw_stairs([GROWING], "", until=UNTIL, width=NARROW))
    width, height = (float(part) for part in root.attrib["viewBox"].split()[2:])
    (line,) = (path.attrib["d"] for path in root.iter() if "line" in path.attrib.get("class", ""))
    assert all(0 <= float(x) <= width for x in re.findall(r"H([\d.]+)", line))
    assert all(0 <= float(y) <= height for y in re.findall(r"V([\d.]+)", line))


def test_without_numbers_there_are_axes_alone_and_kinds_come_from_code() -> None:
    assert 'class="line' not in stairs_for_page([Stairs("x", [])], "", until=UNTIL)
    with pytest.raises(ValueError, match="cannot be the name of a class"):
        draw_stairs([Stairs("x", [(UNTIL, 1)], 'a"><script>')], "", until=UNTIL)
