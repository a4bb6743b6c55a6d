"""Lanes of time: bars as long as what they stand for, texts that stay within them, marks that lead on."""

from __future__ import annotations

import gzip
from datetime import date
from itertools import combinations, pairwise
from xml.etree.ElementTree import Element

import pytest

from kg.drawing.lanes import Happening, Lane, Stretch, draw_lanes, lanes_for_page
from kg.drawing.svg import BROAD, NARROW, text_width
from tests.drawing.reading import SVG, marked, parsed, texts, titles

UNTIL = date(2026, 11, 30)
ARMENIA = [
    Lane("CIS", [Stretch("member", date(1991, 12, 21), None, "in the CIS", "member, 1991-12-21", "/cis")]),
    Lane(
        "Treaty of 1991", [Stretch("party", date(1991, 12, 29), date(1997, 8, 29), "in the treaty", "party, 1991–1997")]
    ),
    Lane(
        "CSTO",
        [
            Stretch("member", date(2003, 9, 18), None, "in the CSTO", "member, 2003-09-18"),
            Stretch("frozen", date(2024, 2, 22), None, "frozen by itself", "frozen 2024-02-22"),
        ],
        link="/csto",
    ),
    Lane("events", happenings=[Happening(date(2022, 9, day), f"event {day}", f"/{day}") for day in range(1, 8)]),
]
MANY = [
    Lane(
        f"State with a rather long name, number {n}",
        [Stretch("member", date(1949 + n, 1, 1), None, f"m{n}", f"member {n}")],
    )
    for n in range(60)
]


def extent(path: Element) -> tuple[float, float]:
    """Where a bar begins and ends, between its round corners or points."""
    data = path.attrib["d"].replace("H", " H ").replace("L", " L ").replace("q", " q ").split()
    across = [float(data[i + 1]) for i, step in enumerate(data) if step in ("H", "M")]
    return min(across), max(across)


def test_bars_are_as_long_as_what_they_stand_for() -> None:
    svg = draw_lanes(ARMENIA, "", until=UNTIL)
    cis, treaty = extent(marked(svg, "in the CIS")), extent(marked(svg, "in the treaty"))
    years = (UNTIL - date(1991, 12, 21)).days, (date(1997, 8, 29) - date(1991, 12, 29)).days
    assert (treaty[1] - treaty[0]) / (cis[1] - cis[0]) == pytest.approx(years[1] / years[0], abs=0.01)


def test_what_is_open_ends_in_a_point() -> None:
    svg = draw_lanes(ARMENIA, "", until=UNTIL)
    assert "L" in marked(svg, "in the CIS").attrib["d"]
    assert "L" not in marked(svg, "in the treaty").attrib["d"]


def test_every_mark_leads_on_and_says_what_it_is() -> None:
    svg = draw_lanes(ARMENIA, "", until=UNTIL)
    assert {link.get("href") for link in parsed(svg).iter(f"{SVG}a")} == {
        "/cis",
        "/csto",
        *(f"/{n}" for n in range(1, 8)),
    }
    assert {"in the CIS", "in the CSTO", "frozen by itself", "event 1"} <= set(titles(svg))


def test_events_of_one_time_stand_apart() -> None:
    dots = list(parsed(draw_lanes(ARMENIA, "", until=UNTIL)).iter(f"{SVG}circle"))
    places = [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in dots]
    assert len(places) == 7
    assert all(abs(a[0] - b[0]) >= 10 or abs(a[1] - b[1]) >= 10 for a, b in combinations(places, 2))


def test_what_lies_on_a_bar_is_in_its_row_and_what_meets_another_is_not() -> None:
    both = [
        Stretch("party", date(2000, 1, 1), date(2010, 1, 1), "party"),
        Stretch("observer", date(2005, 1, 1), None, "observer"),
        Stretch("suspended", date(2008, 1, 1), date(2009, 1, 1), "suspended"),
    ]
    svg = draw_lanes([Lane("both", both)], "", until=UNTIL)
    tops = {name: marked(svg, name).attrib["d"].split()[2] for name in ("party", "observer", "suspended")}
    assert tops["party"] != tops["observer"]
    assert tops["party"].removesuffix("H") == tops["suspended"].removesuffix("H")


def boxes(svg: str) -> list[tuple[float, float, float]]:
    """Left, right and line of each text."""
    found = []
    for text in parsed(svg).iter(f"{SVG}text"):
        kinds = (text.get("class") or "").split()
        size = 13 if "lane" in kinds else 12
        wide = text_width("".join(text.itertext()).removeprefix(next((t.text or "" for t in text), "")), size)
        x = float(text.attrib["x"])
        left = x if "start" in kinds else x - wide if "end" in kinds else x - wide / 2
        found.append((left, left + wide, float(text.attrib["y"])))
    return found


@pytest.mark.parametrize("width", [BROAD, NARROW])
@pytest.mark.parametrize("lanes", [ARMENIA, MANY], ids=["few", "many"])
def test_texts_are_within_the_drawing_and_not_on_one_another(lanes: list[Lane], width: float) -> None:
    svg = draw_lanes(lanes, "", until=UNTIL, width=width)
    found = boxes(svg)
    assert len(found) > len(lanes)
    for left, right, _ in found:
        assert left >= -1 and right <= width + 1
    for one, other in combinations(found, 2):
        assert one[1] <= other[0] or other[1] <= one[0] or abs(one[2] - other[2]) >= 12


def test_a_text_stands_in_its_bar_or_beside_all_bars() -> None:
    for begins in range(1992, 2026):
        stretch = Stretch("member", date(begins, 1, 1), date(begins + 1, 1, 1), "bar", "member, 1992-01-01")
        svg = draw_lanes([ARMENIA[0], Lane("it", [stretch])], "", until=UNTIL)
        left, right = extent(marked(svg, "bar"))
        shown = [box for box in boxes(svg) if box[2] > 60]
        text = max(shown, key=lambda box: box[0]) if len(shown) > 1 else None
        assert text is not None, f"no room in {begins}"
        assert (text[0] >= left and text[1] <= right) or text[0] >= right or text[1] <= left


def test_many_lanes_have_the_years_above_and_below_and_are_small() -> None:
    svg = lanes_for_page(MANY, "many", until=UNTIL)
    assert len(gzip.compress(svg.encode())) < 10_000
    once = draw_lanes(MANY, "", until=UNTIL)
    assert texts(once).count("2020") == 2
    assert texts(draw_lanes(ARMENIA, "", until=UNTIL)).count("2020") == 1


@pytest.mark.parametrize(("first", "step"), [(2024, 1), (1990, 2), (1949, 5), (1870, 10)])
def test_years_are_as_many_as_can_be_read(first: int, step: int) -> None:
    svg = draw_lanes([Lane("it", [Stretch("member", date(first, 6, 1), None, "bar")])], "", until=UNTIL)
    years = [int(text) for text in texts(svg) if text.isdigit()]
    assert {b - a for a, b in pairwise(years)} == {step}


def test_nothing_to_draw_is_drawn_as_nothing() -> None:
    assert titles(draw_lanes([], "empty", until=UNTIL)) == []


def test_hostile_words_stay_words() -> None:
    hostile = "<script>\"'&\x01"
    lane = Lane(
        hostile, [Stretch("member", None, None, hostile, hostile, hostile)], [Happening(UNTIL, hostile, hostile)]
    )
    for svg in (draw_lanes([lane], hostile, until=UNTIL), draw_lanes([lane], hostile, until=UNTIL, standalone=True)):
        assert not list(parsed(svg).iter(f"{SVG}script"))
        assert hostile.replace("\x01", "\N{REPLACEMENT CHARACTER}") in titles(svg)


def test_a_lane_is_the_same_each_time() -> None:
    assert draw_lanes(ARMENIA, "", until=UNTIL, on=date(2022, 9, 13)) == draw_lanes(
        ARMENIA, "", until=UNTIL, on=date(2022, 9, 13)
    )
