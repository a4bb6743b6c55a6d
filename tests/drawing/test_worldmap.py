"""Maps: what they show, how large they are, that nothing in them can break out."""

from __future__ import annotations

import gzip
from itertools import combinations, pairwise
from xml.etree.ElementTree import Element

import pytest

from kg.drawing.projection import bounds_of
from kg.drawing.shapes import shapes
from kg.drawing.svg import text_width
from kg.drawing.worldmap import Area, draw_map, undrawn
from tests.drawing.reading import SVG, box, marked, outlines, parsed, texts, titles

ARMENIA = [
    Area("Armenia", ("051",), "to"),
    Area("Russia", ("643",), "certain", link="/id/state/RUS"),
    Area("Belarus", ("112",), "certain"),
    Area("Kazakhstan", ("398",), "certain"),
    Area("Kyrgyzstan", ("417",), "certain"),
    Area("Tajikistan", ("762",), "certain"),
    Area("Uzbekistan", ("860",), "possible"),
]
YUGOSLAVIA = ("070", "191", "499", "688", "705", "807")
AMERICAS = [Area(code, (code,), "certain") for code in ("840", "032", "076", "152", "192", "484")]
EVERYWHERE = [Area(code, (code,), "certain") for code in ("840", "392", "710", "826", "036", "076")]


def test_each_state_is_a_shape_that_says_what_it_is() -> None:
    svg = draw_map(ARMENIA, "who owed Armenia defense")
    assert sorted(titles(svg)) == sorted(area.name for area in ARMENIA)
    assert marked(svg, "Armenia").get("class") == "to"
    assert set(texts(svg)) == {area.name for area in ARMENIA}
    links = list(parsed(svg).iter(f"{SVG}a"))
    assert [link.get("href") for link in links] == ["/id/state/RUS"]


def test_what_is_only_possible_is_hatched() -> None:
    svg = draw_map(ARMENIA, "", name="duty")
    filled = marked(svg, "Uzbekistan").attrib["fill"]
    patterns = [pattern.attrib["id"] for pattern in parsed(svg).iter(f"{SVG}pattern")]
    assert filled == f"url(#{patterns[0]})"
    assert patterns[0].startswith("duty-")


def test_a_view_is_near_small_states_and_shows_some_of_a_huge_one() -> None:
    svg = draw_map(ARMENIA, "")
    width = float(parsed(svg).attrib["viewBox"].split()[2])
    left, _, right, _ = box(marked(svg, "Kazakhstan"))
    assert right - left > width / 3
    assert left > 0
    assert right < width
    assert box(marked(svg, "Russia"))[2] > width, "Russia goes on beyond the edge"


@pytest.mark.parametrize("areas", [ARMENIA, AMERICAS, EVERYWHERE, []], ids=["region", "continents", "spread", "none"])
def test_a_map_is_small_and_the_same_each_time(areas: list[Area]) -> None:
    svg = draw_map(areas, "a map")
    assert len(gzip.compress(svg.encode())) < 40_000
    assert svg == draw_map(areas, "a map")


def test_it_has_neither_style_nor_script_unless_it_is_a_file_of_its_own() -> None:
    page, own = draw_map(ARMENIA, "a map"), draw_map(ARMENIA, "a map", standalone=True)
    assert "style" not in page
    assert "xmlns" not in page
    root = parsed(own)
    assert root.tag == f"{SVG}svg"
    assert "--land" in (next(root.iter(f"{SVG}style")).text or "")
    assert root.attrib["width"] == "960"


HOSTILE = "</title><script>alert('\"&\x00')</script>"


def test_hostile_words_stay_words() -> None:
    areas = [Area(HOSTILE, ("051",), "to", title=HOSTILE, link='/"><script>')]
    root = parsed(draw_map(areas, HOSTILE))
    assert not list(root.iter(f"{SVG}script"))
    assert titles(draw_map(areas, HOSTILE)) == [HOSTILE.replace("\x00", "\N{REPLACEMENT CHARACTER}")]


def test_a_kind_that_is_no_name_of_a_class_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        draw_map([Area("Armenia", ("051",), 'to" onclick="')], "")


def test_a_vanished_state_is_the_union_of_its_successors() -> None:
    union = draw_map([Area("Yugoslavia", YUGOSLAVIA, "to")], "")
    apart = draw_map([Area(code, (code,), "to") for code in YUGOSLAVIA], "")
    one = outlines(marked(union, "Yugoslavia").attrib["d"])
    each = [ring for code in YUGOSLAVIA for ring in outlines(marked(apart, code).attrib["d"])]
    # What M49 counts with Serbia is part of the union as well.
    assert all(ring in one for ring in each)
    assert titles(union) == ["Yugoslavia"]


def test_what_has_no_code_is_drawn_with_the_state_it_is_counted_with_unless_it_is_named() -> None:
    alone = draw_map([Area("Serbia", ("688",), "to")], "")
    beside = draw_map([Area("Serbia", ("688",), "to"), Area("Kosovo", ("XKX",), "certain")], "")
    assert len(outlines(marked(alone, "Serbia").attrib["d"])) > len(outlines(marked(beside, "Serbia").attrib["d"]))
    assert marked(beside, "Kosovo").get("class") == "certain"


def test_states_in_one_shape_share_it_in_stripes() -> None:
    west, east = Area("Germany", ("276",), "to"), Area("East Germany", ("276",), "partial", part=True)
    assert marked(draw_map([west, east], ""), "Germany; East Germany").attrib["fill"].startswith("url(#map-to-partial")
    assert marked(draw_map([east], ""), "East Germany").attrib["fill"].startswith("url(#map-partial-land")
    assert marked(draw_map([west], ""), "Germany").get("class") == "to"


def test_a_state_too_small_to_see_is_a_dot() -> None:
    svg = draw_map([Area("Malta", ("470",), "to"), Area("Libya", ("434",), "certain")], "")
    dots = list(parsed(svg).iter(f"{SVG}circle"))
    assert [next(iter(dot)).text for dot in dots] == ["Malta"]
    assert "Malta" in texts(svg)


def test_a_dot_is_drawn_where_the_coarse_shapes_lack_the_state() -> None:
    assert "470" not in shapes("110m").states
    svg = draw_map([*EVERYWHERE, Area("Malta", ("470",), "to")], "")
    assert marked(svg, "Malta").tag == f"{SVG}circle"


def test_every_state_with_a_code_is_drawn() -> None:
    antarctica = "010"  # no state, and below the edge of the world as it is drawn
    for code in sorted(code for code in shapes("50m").states if code not in ("", antarctica)):
        svg = draw_map([Area("it", (code,), "to")], "")
        width, height = map(float, parsed(svg).attrib["viewBox"].split()[2:])
        shown = [element for element in parsed(svg).iter() if any(child.text == "it" for child in element)]
        boxes = [box(element) for element in shown if element.tag in (f"{SVG}path", f"{SVG}circle")]
        assert any(b[2] > 0 and b[3] > 0 and b[0] < width and b[1] < height for b in boxes), code


@pytest.mark.parametrize("code", ["643", "242", "554", "840", "296"], ids=["Russia", "Fiji", "NZ", "US", "Kiribati"])
def test_a_state_across_the_antimeridian_is_not_torn_over_the_map(code: str) -> None:
    svg = draw_map([Area("it", (code,), "to")], "")
    width = float(parsed(svg).attrib["viewBox"].split()[2])
    for element in parsed(svg).iter(f"{SVG}path"):
        for ring in outlines(element.attrib["d"]):
            for a, b in pairwise(ring):
                assert abs(a[0] - b[0]) < width / 2 or -4 <= min(a[1], b[1]) <= 0, "an edge across the drawing"


def test_the_world_ends_at_its_edges() -> None:
    svg = draw_map(EVERYWHERE, "")
    width = float(parsed(svg).attrib["viewBox"].split()[2])
    land = next(e for e in parsed(svg).iter(f"{SVG}path") if e.get("class") == "land")
    left, _, right, _ = box(land)
    assert left >= -5
    assert right <= width + 5


def name_box(element: Element, size: float) -> tuple[float, float, float, float]:
    wide = text_width(element.text or "", size)
    x, y = float(element.attrib["x"]), float(element.attrib["y"])
    left = x - {"start": 0, "end": wide}.get((element.get("class") or "").split(" ")[0], wide / 2)
    return left, y - size * 0.75, left + wide, y + size * 0.25


@pytest.mark.parametrize(("size", "narrow"), [(14, False), (22, True)], ids=["wide", "narrow"])
@pytest.mark.parametrize("areas", [ARMENIA, AMERICAS, EVERYWHERE], ids=["region", "continents", "spread"])
def test_names_are_within_the_drawing_and_not_on_one_another(areas: list[Area], size: float, narrow: bool) -> None:
    svg = draw_map(areas, "")
    width, height = map(float, parsed(svg).attrib["viewBox"].split()[2:])
    shown = [text for text in parsed(svg).iter(f"{SVG}text") if not (narrow and "wide" in (text.get("class") or ""))]
    boxes = [name_box(text, size) for text in shown]
    assert len(boxes) >= 3
    for left, top, right, bottom in boxes:
        assert left >= 0 and top >= 0 and right <= width and bottom <= height
    for one, other in combinations(boxes, 2):
        assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]


def test_rings_are_closed_and_states_have_their_size() -> None:
    fine = shapes("50m")
    earth = 6371.0**2
    for code, expected in {"643": 16.9e6, "242": 18.3e3, "051": 29.7e3, "076": 8.5e6, "010": 12.2e6}.items():
        found = sum(part.area for part in fine.states[code]) * earth
        assert found == pytest.approx(expected, rel=0.12), code
    west, _, east, _ = bounds_of(fine.ring(fine.main_parts("643")[0].rings[0], 0))
    assert east - west < 180


def test_what_is_disputed_is_drawn_as_the_united_nations_count_it() -> None:
    simferopol = (34.1, 44.95)
    for scale in ("50m", "110m"):
        states = shapes(scale).states
        holders = {
            code
            for code, parts in states.items()
            for west, south, east, north in (part.box for part in parts)
            if west > 30 and east < 38 and west < simferopol[0] < east and south < simferopol[1] < north < 47
        }
        assert holders == {"804"}, scale
        assert {"XKX", "NCY"} <= states.keys()


def test_what_has_no_shape_is_named() -> None:
    gone = Area("Tuscany", (), "to")
    assert undrawn([*ARMENIA, gone]) == [gone]
    assert "Tuscany" not in draw_map([*ARMENIA, gone], "")
