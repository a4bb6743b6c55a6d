"""Names in other languages than English and Russian: complete where they are promised, and with their source."""

from __future__ import annotations

import pytest
from pyoxigraph import Store
from shipped import PREFIXES

#: The members of the CSTO and Uzbekistan, once a member, by the language of each.
CSTO = {"ARM": "hy", "BLR": "be", "KAZ": "kk", "KGZ": "ky", "RUS": "ru", "TJK": "tg", "UZB": "uz"}


def names(store: Store, state: str) -> dict[str, str]:
    solutions = store.query(f"SELECT ?name {{ state:{state} rdfs:label ?name }}", prefixes=PREFIXES)
    return {solution["name"].language: solution["name"].value for solution in solutions}


@pytest.mark.parametrize("state", CSTO)
def test_states_of_the_csto_have_names_in_each_others_languages(store: Store, state: str) -> None:
    assert set(names(store, state)) == {"en", *CSTO.values()}


@pytest.mark.parametrize(
    ("state", "language", "name"),
    [
        ("ARM", "hy", "Հայաստան"),
        ("KGZ", "kk", "Қырғызстан"),
        ("TJK", "tg", "Тоҷикистон"),
        ("UZB", "uz", "Oʻzbekiston"),
        ("FIN", "sv", "Finland"),
        ("GEO", "ka", "საქართველო"),
        ("TUR", "tr", "Türkiye"),
    ],
)
def test_names(store: Store, state: str, language: str, name: str) -> None:
    assert names(store, state)[language] == name


def test_each_member_of_nato_has_its_own_name(store: Store) -> None:
    """But for the two whose official language is English alone."""
    members = store.query(
        """SELECT DISTINCT ?code {
          ?episode casus:inOrganization organization:NATO ; casus:member/casus:isoAlpha3 ?code
        }""",
        prefixes=PREFIXES,
    )
    codes = {member["code"].value for member in members}
    assert len(codes) == 32
    assert {code for code in codes if set(names(store, code)) == {"en", "ru"}} == {"GBR", "USA"}


def test_these_names_have_their_source(store: Store) -> None:
    assert not store.query(
        """ASK {
          ?state a casus:State ; rdfs:label ?name .
          FILTER (lang(?name) NOT IN ("en", "ru"))
          FILTER NOT EXISTS { ?state dcterms:source source:CLDR }
        }""",
        prefixes=PREFIXES,
    )
