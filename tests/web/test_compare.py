"""The comparison of two alliances or treaties: what it says is what the graph answers to other queries."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Store
from test_pages import BROWSER

from kg.build.kept_timeline import load_timeline
from kg.build.store import Build
from kg.day import Certainty
from kg.sparql.query import run
from kg.terms import CASUS, CONCEPTS

RUSSIAN = BROWSER | {"Accept-Language": "ru"}


def fetched(client: FlaskClient, address: str, headers: dict[str, str] = BROWSER) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", unescape(response.text))


def cells(page: str, heading: str) -> list[str]:
    """The two cells of a row."""
    row = page.partition(f'<th scope="row">{heading}</th>')[2].partition("</tr>")[0]
    found = re.findall(r"<td.*?</td>", row)
    assert len(found) == 2, heading
    return found


def ask(store: Store, query: str) -> set[str]:
    return {term.value for row in run(store, query).rows for term in row if term is not None}


def test_csto_and_nato_come_first(world: FlaskClient) -> None:
    page = fetched(world, "/compare")
    assert "<h1>CSTO beside NATO</h1>" in page
    chosen = fetched(world, "/compare?a=CSTO&b=organization/NATO")
    assert page.partition("<h1>")[2] == chosen.partition("<h1>")[2]


@pytest.mark.parametrize(("side", "treaty"), [(0, "CST"), (1, "NAT")])
@pytest.mark.parametrize(
    ("heading", "kind"),
    [("defense obligation", "DefenseObligation"), ("consultation obligation", "ConsultationObligation")],
)
def test_obligations_are_told_in_our_words_with_their_articles(
    world: FlaskClient, store: Store, side: int, treaty: str, heading: str, kind: str
) -> None:
    cell = cells(fetched(world, "/compare"), heading)[side]
    expected = ask(
        store,
        f"SELECT ?text {{ ?article casus:provisionOf treaty:{treaty} ; casus:createsObligation/rdf:type casus:{kind} ; "
        'dcterms:description ?text FILTER (lang(?text) = "en" && NOT EXISTS { ?article casus:replacedBy ?newer }) }',
    )
    assert expected
    assert all(re.sub(r"\s+", " ", text) in cell for text in expected)
    articles = ask(
        store,
        f"SELECT ?a {{ ?a casus:provisionOf treaty:{treaty} ; casus:createsObligation ?o . ?o a casus:{kind} "
        "FILTER NOT EXISTS { ?a casus:replacedBy ?newer } }",
    )
    assert all(article.removeprefix("https://w3id.org/casus/") in cell for article in articles)


def test_triggers_are_told_apart_from_other_conditions(world: FlaskClient) -> None:
    page = fetched(world, "/compare")
    triggers, others = cells(page, "Triggers"), cells(page, "Other conditions")
    assert "armed attack" in triggers[1] and "threat to security or integrity" in triggers[1]
    assert "at the request of the attacked party" in others[0]
    assert "at the request of the attacked party" not in triggers[0] + triggers[1] + others[1]
    assert "not known" in cells(page, "Area")[0]


def test_all_calls_are_there_with_their_numbers(world: FlaskClient, store: Store) -> None:
    page = fetched(world, "/compare")
    for side, treaty, article in ((1, "NAT", "4"), (1, "NAT", "5"), (0, "CST", "4-2010")):
        calls = ask(store, f"SELECT DISTINCT ?call {{ ?call casus:invokes <treaty/{treaty}/article/{article}> }}")
        cell = cells(page, "Invocations")[side]
        fact = next(part for part in cell.split("<li>") if f"{treaty}/article/{article}.html" in part)
        assert re.search(rf"invoked(?: at least)?: {len(calls)};", fact)
        assert all(call.removeprefix("https://w3id.org/casus/") in fact for call in calls)
    assert "invoked: 1;" in cells(page, "Invocations")[1], "the list of invocations of article 5 is complete"
    assert "invoked at least:" in cells(page, "Invocations")[0]


@pytest.mark.parametrize("year", [1955, 1985, 2000, 2010, 2024])
def test_members_by_year_are_those_of_the_graph(world: FlaskClient, store: Store, shipped: Build, year: int) -> None:
    timeline = load_timeline(shipped)
    assert timeline is not None
    page = fetched(world, "/compare")
    rows = {int(a): (int(b), int(c)) for a, b, c in re.findall(r'"row">(\d{4})</th><td>(\d+)</td><td>(\d+)</td>', page)}
    shown = rows[max(known for known in rows if known <= year)]
    for side, organization in enumerate(("CSTO", "NATO")):
        relations = timeline.on(date(year, 1, 1))
        members = [
            relation
            for relation in relations
            if relation.object == CONCEPTS[f"organization/{organization}"]
            and relation.predicate == CASUS.memberOf
            and relation.certainty is Certainty.CERTAIN
        ]
        assert shown[side] == len(members)
        episodes = ask(
            store,
            f"SELECT DISTINCT ?state {{ ?e a casus:MembershipEpisode ; casus:episodeOf ?state ; casus:episodeIn "
            f'organization:{organization} ; casus:begins ?b FILTER (STR(?b) <= "{year}-01-01T00:00:00Z" && NOT EXISTS '
            f'{{ ?e casus:ends ?end FILTER (STR(?end) < "{year}-01-01T00:00:00Z") }}) }}',
        )
        assert len(episodes) == len(members)


def test_two_treaties_can_be_compared(world: FlaskClient) -> None:
    page = fetched(world, "/compare?a=treaty/WARSAW-PACT&b=TIAR")
    assert "<h1>Warsaw Pact beside Rio Treaty</h1>" in page
    assert "Term of" not in page
    assert "notice of 12 months" in cells(page, "Withdrawal")[0]
    assert "Uruguay" in page or "at least" in page


def test_it_speaks_russian(world: FlaskClient) -> None:
    page = fetched(world, "/compare", RUSSIAN)
    assert "<h1>ОДКБ и НАТО</h1>" in page
    assert "консенсус" in cells(page, "Как принимаются решения")[0]
    assert "Неизвестно" in page or "неизвестно" in page


def test_the_drawing_has_both(world: FlaskClient) -> None:
    page = fetched(world, "/compare")
    assert 'class="drawing stairs broad"' in page
    assert re.search(r">NATO 32</text>", page)
    assert "Number of states bound" in page


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ({"a": "NOPE"}, "a: nothing here is called 'NOPE'"),
        ({"b": "state/ARM"}, "b: state/ARM is no organization or treaty that can be compared"),
        ({"a": "<script>alert(1)</script>"}, "a: nothing here is called '<script>"),
        ({"a": "CSTO> } DROP ALL #"}, "a: nothing here is called"),
        ({"b": "x" * 4000}, "b: nothing here is called"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_line(world: FlaskClient, query: dict[str, str], line: str) -> None:
    response = world.get("/compare", query_string=query)
    assert response.status_code == 400
    assert response.text.startswith(line)
    assert (response.text.count("\n"), len(response.text) < 400) == (1, True)
    assert "<script>alert" not in world.get("/compare", query_string=query, headers=BROWSER).text


def test_where_nothing_can_be_compared_the_page_says_so(little_world: FlaskClient) -> None:
    assert "The data hold no organization or treaty that could be compared." in fetched(little_world, "/compare")
