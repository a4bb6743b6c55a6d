"""Which shapes the states of the graph are drawn as."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pyoxigraph import Store

from kg.drawing.territory import territory
from tests.shipped import PREFIXES

#: States of the graph that exist today and that no shape of Natural Earth's countries shows.
NO_SHAPE = {"XAB": "Abkhazia", "XSO": "South Ossetia"}


def test_a_state_with_a_shape_is_itself() -> None:
    assert territory("ARM", {"ARM": "051"}, {"ARM": {"XYZ"}}) == (("051",), False)


def test_a_state_that_is_gone_is_all_that_came_after_it() -> None:
    codes = {"CSK": "200", "CZE": "203", "SVK": "703"}
    assert territory("CSK", codes, {"CSK": {"CZE", "SVK"}}) == (("203", "703"), False)


def test_successors_of_successors_count() -> None:
    assert territory("A", {"C": "203"}, {"A": {"B"}, "B": {"C", "A"}}) == (("203",), False)


def test_one_of_several_that_became_one_was_a_part_of_it() -> None:
    after = {"YAR": {"YEM"}, "YMD": {"YEM"}}
    assert territory("YMD", {"YEM": "887"}, after) == (("887",), True)


def test_a_state_without_heirs_has_no_shape() -> None:
    assert territory("TUS", {}, {}) == ((), False)


def test_every_state_of_today_is_drawn(store: Store) -> None:
    def rows(pattern: str) -> Iterator[tuple[str, str]]:
        for row in store.query(f"SELECT ?a ?b {{ {pattern} }}", prefixes=PREFIXES):
            yield row["a"].value, row["b"].value if row["b"] else ""

    codes = {
        state: code or state
        for state, code in rows("?s dcterms:identifier ?a ; a casus:State OPTIONAL { ?s casus:unM49 ?b }")
    }
    after: dict[str, set[str]] = defaultdict(set)
    for state, successor in rows("?y casus:predecessor ?x . ?x dcterms:identifier ?a . ?y dcterms:identifier ?b"):
        after[state].add(successor)
    today = codes.keys() - {state for state, _ in rows("?s dcterms:identifier ?a ; a casus:State ; casus:ends ?b")}
    assert len(today) > 190
    drawn = {state: territory(state, codes, after) for state in today}
    assert {state for state, (found, _) in drawn.items() if not found} == NO_SHAPE.keys()
    assert all(found == (codes[state],) and not part for state, (found, part) in drawn.items() if found)
    assert territory("SUN", codes, after) == (tuple(sorted(codes[one] for one in after["SUN"])), False)
    assert territory("DDR", codes, after) == (("276",), True)
