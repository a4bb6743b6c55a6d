"""Places by their names."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from kg.cases.gazetteer import Gazetteer

BELGIUM, FRANCE, GUIANA = (NamedNode(f"urn:{name}") for name in ("belgium", "france", "guiana"))
PLACES = Gazetteer(
    [(BELGIUM, "Belgium"), (BELGIUM, "Бельгия"), (FRANCE, "France"), (GUIANA, "French Guiana"), (GUIANA, "Guiana")]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Belgium", [BELGIUM]),
        ("belgium", [BELGIUM]),
        ("Бельгия", [BELGIUM]),
        ("Liège, Belgium", [BELGIUM]),
        ("French Guiana (Kourou)", [GUIANA]),
        ("between France and Belgium", [FRANCE, BELGIUM]),
        ("Frances", []),
        ("", []),
    ],
)
def test_a_text_names_the_places_whose_names_it_has_as_words(text: str, found: list[NamedNode]) -> None:
    assert PLACES.find(text) == found
