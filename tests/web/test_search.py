"""Search: by names and codes in all languages, whatever their case and accents, as a page and as suggestions."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, Store, parse
from test_pages import BROWSER, Page
from worlds import PREFIXES

from kg.finder import FOUND_KINDS, Finder, folded
from kg.project import shipped_names
from kg.sparql.query import run
from kg.web.views.search import FEW, SUGGESTED

TINY = """
casus:State rdfs:label "state"@en .
casus:DefenseObligation <http://www.w3.org/2000/01/rdf-schema#subClassOf> casus:Obligation .
<state/CIV> a casus:State ; rdfs:label "Côte d’Ivoire"@en , "Кот-д’Ивуар"@ru ; casus:cowCode "437" .
<state/DJI> a casus:State ; rdfs:label "Djibouti"@en , "Джибути"@ru .
<state/OLD> a casus:State ; rdfs:label "Old Ivory"@en .
<treaty/T/article/1/obligation/defense> a casus:DefenseObligation ; rdfs:label "Defense of the Ivory Coast"@en .
<claim/C> a casus:Claim ; rdfs:label "An unrivoried word"@en .
"""


def finder() -> Finder:
    triples = [quad.triple for quad in parse(PREFIXES + TINY, RdfFormat.TURTLE)]
    return Finder(triples, shipped_names())


def names(text: str) -> list[str]:
    return [hit.thing.value.removeprefix(shipped_names().id) for hit in finder().find(text)]


def suggestions(client: FlaskClient, text: str, language: str = "en") -> list[dict[str, str]]:
    headers = {"Accept-Language": language}
    response = client.get("/search", query_string={"q": text, "format": "json"}, headers=headers)
    assert "Accept-Language" in response.headers["Vary"]
    assert response.mimetype == "application/json"
    found: list[dict[str, str]] = json.loads(response.text)["results"]
    return found


@pytest.mark.parametrize("text", ["cote d'ivoire", "CÔTE D’IVOIRE", "d ivoire cote", "кот-д’ивуар", "437", "civ"])
def test_case_accents_order_of_words_and_language_do_not_matter(text: str) -> None:
    assert names(text)[0] == "state/CIV"


def test_letters_with_signs_above_are_found_by_those_without() -> None:
    assert folded("Йемен, Орёл") == folded("иемен орел") == "иемен орел"


def test_the_beginning_of_a_name_comes_before_its_inside_and_a_word_before_a_part_of_one() -> None:
    assert names("ivor") == ["state/OLD", "treaty/T/article/1/obligation/defense", "claim/C"]
    assert names("old") == ["state/OLD"]


def test_what_is_not_there_is_not_found() -> None:
    assert names("ivory 1999") == names("…") == names("") == []


def test_a_thing_is_in_the_group_of_a_class_above_its_own() -> None:
    (hit,) = finder().find("defense of")
    assert hit.kind.name == "articles"
    assert [hit.thing.value for hit in finder().find("state")] == ["https://w3id.org/casus/ontology#State"]


@pytest.mark.parametrize("text", ["rus", "guinea", "republic", "гвине"])
def test_states_found_are_those_that_the_graph_calls_so(world: FlaskClient, store: Store, text: str) -> None:
    rows = run(
        store,
        "SELECT DISTINCT ?state { ?state a casus:State ; ?by ?name . FILTER (?by IN (rdfs:label, skos:altLabel, "
        f"casus:isoAlpha3)) FILTER (CONTAINS(LCASE(?name), '{text}')) }}",
    ).rows
    expected = {row[0].value.removeprefix(shipped_names().base) for row in rows}
    page = Page(world.get("/search", query_string={"q": text, "kind": "states"}, headers=BROWSER).text)
    found = {str(link)[5:-5] for link in page.links().values() if str(link).startswith("/doc/id/state/")}
    assert found >= expected, "all that SPARQL finds by these properties"
    assert all(
        run(
            store, f"ASK {{ <{shipped_names().base}{name}> ?p ?v FILTER (CONTAINS(LCASE(STR(?v)), '{text}')) }}"
        ).boolean
        for name in found - expected
    ), "and others by their codes alone"
    assert expected


def test_all_kinds_are_shown_with_their_numbers_and_the_way_to_more(world: FlaskClient) -> None:
    page = Page(world.get("/search?q=armenia", headers=BROWSER).text)
    assert {"href": "/doc/id/state/ARM.html"} in page.attributes("a")
    headings = [text for tag, text in page.texts if tag == "h2"]
    assert headings[:3] == ["States", "Organizations", "Treaties"]
    more = next(link for text, link in page.links().items() if text.startswith("All ") and "kind=events" in str(link))
    events = Page(world.get(str(more), headers=BROWSER).text)
    listed = [link for link in events.links().values() if str(link).startswith("/doc/id/event/")]
    assert len(listed) > FEW
    assert [text for tag, text in events.texts if tag == "h2"] == ["Events"]


def test_one_strong_match_is_a_list_and_no_surprise(world: FlaskClient) -> None:
    response = world.get("/search?q=Nikol+Pashinyan", headers=BROWSER)
    assert response.status_code == 200
    assert "/doc/id/person/Nikol-Pashinyan.html" in Page(response.text).links().values()


def test_suggestions_are_few_and_in_the_readers_language(world: FlaskClient) -> None:
    assert len(suggestions(world, "a")) == SUGGESTED
    first = suggestions(world, "armenia", "ru")[0]
    assert first == {"name": "Армения", "what": "государство", "by": "Armenia", "address": "/doc/id/state/ARM.html"}


def test_a_code_leads_to_the_state(world: FlaskClient) -> None:
    assert [found["name"] for found in suggestions(world, "371")][:1] == ["Armenia"]
    assert suggestions(world, "Q399")[0]["address"] == "/doc/id/state/ARM.html"


def test_nothing_found_says_what_to_do(world: FlaskClient) -> None:
    page = Page(world.get("/search?q=xyzzy", headers=BROWSER).text)
    assert any("Nothing is called so" in text for tag, text in page.texts if tag == "p")
    states = Page(world.get(str(page.links()["States"]), headers=BROWSER).text)
    assert states.links()["Zimbabwe"] == "/doc/id/state/ZWE.html"
    russian = world.get("/search?q=xyzzy", headers=BROWSER | {"Accept-Language": "ru"}).text
    assert "Так ничего не называется" in russian


def test_a_search_for_nothing_offers_lists(world: FlaskClient) -> None:
    for address in ("/search", "/search?q=", "/search?q=%20"):
        page = Page(world.get(address, headers=BROWSER).text)
        assert set(page.links()) >= {"States", "Treaties", "Claims"}
    assert suggestions(world, "") == []


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "%00", "\x00", "' OR 1=1 --", "\ud83d\ude00"],
)
def test_what_is_searched_for_stays_text(world: FlaskClient, text: str) -> None:
    text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    response = world.get("/search", query_string={"q": text}, headers=BROWSER)
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert "<img" not in response.text


def test_unknown_kinds_and_endless_searches_are_refused_in_a_line(world: FlaskClient) -> None:
    response = world.get("/search?q=a&kind=planets")
    assert response.status_code == 400
    assert response.text == (
        f"kind: there is no kind 'planets'; choose from {', '.join(kind.name for kind in FOUND_KINDS)}\n"
    )
    response = world.get("/search", query_string={"q": "a" * 201})
    assert (response.status_code, response.text.count("\n")) == (400, 1)


def test_every_page_has_the_field_and_its_script(world: FlaskClient) -> None:
    page = Page(world.get("/query", headers=BROWSER).text)
    assert {"role": "search", "action": "/search"} in page.attributes("form")
    (script,) = (attributes for attributes in page.attributes("script") if "src" in attributes)
    assert script == {"src": "/static/suggest.js", "defer": None}
    assert "innerHTML" not in world.get("/static/suggest.js").text
