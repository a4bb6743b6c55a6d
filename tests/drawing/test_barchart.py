"""Bars are as long as their numbers."""

from __future__ import annotations

import pytest

from kg.drawing.barchart import Bar, bars_for_page, draw_bars, grouped
from kg.drawing.svg import BROAD, NARROW
from tests.drawing.reading import SVG, marked, parsed, texts, titles

BARS = [Bar("NATO", 32, link="/nato"), Bar("CSTO & others <1>", 6), Bar("loss", -8), Bar("none", 0)]


@pytest.mark.parametrize("width", [BROAD, NARROW])
def test_bars_are_as_long_as_their_numbers_from_a_common_zero(width: float) -> None:
    svg = draw_bars(BARS, "", width=width)
    nato, csto, loss = (marked(svg, f"{bar.name}: {grouped(bar.value)}").attrib for bar in BARS[:3])
    assert float(nato["width"]) / float(csto["width"]) == pytest.approx(32 / 6, rel=0.01)
    assert nato["x"] == csto["x"]
    assert float(loss["x"]) + float(loss["width"]) == pytest.approx(float(nato["x"]), abs=0.2)
    assert float(nato["x"]) + float(nato["width"]) < width


def test_names_and_numbers_are_written() -> None:
    svg = draw_bars(BARS, "")
    assert {"NATO", "CSTO & others <1>", "32", "6", "−8", "0"} <= set(texts(svg))
    assert [link.get("href") for link in parsed(svg).iter(f"{SVG}a")] == ["/nato", "/nato"]


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0"), (1234567, "1 234 567"), (12345.5, "12 345.5"), (-0.25, "−0.25"), (100, "100")]
)
def test_numbers_are_grouped(value: float, written: str) -> None:
    assert grouped(value) == written.replace(" ", "\N{NARROW NO-BREAK SPACE}")


def test_a_long_name_is_cut_and_told_on_pointing_at_it() -> None:
    name = "An organization with a name that is far too long for any drawing of bars beside it, on any screen at all"
    svg = draw_bars([Bar(name, 1)], "", width=NARROW)
    assert name in titles(svg)
    assert name not in texts(svg)


def test_no_bars_and_a_drawing_in_two_sizes() -> None:
    assert titles(draw_bars([], "none")) == []
    assert bars_for_page(BARS, "both").count("<svg") == 2
