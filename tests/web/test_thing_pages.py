"""The pages of states, organizations, treaties, events, claims and sources say what the graph says."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from test_pages import Page
from worlds import PACT, party, write_project

from kg.build.pipeline import build
from kg.build.store import open_store
from kg.project import open_project
from kg.web.app import create_app
from kg.web.executor import LocalExecutor
from kg.web.site import Site

STATES = ("ARM", "RUS", "UZB", "USA", "FRA", "EST", "SUN", "DEU", "EGY", "VEN")
DAY = "2022-09-13"


class Tables(HTMLParser):
    """The tables of a page by their captions: each row is the texts of its cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._caption, self._inside = "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows, self._caption = [], ""
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append("")
        if tag in ("td", "th", "caption"):
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.found[self._caption.strip()] = self._rows
        if tag in ("td", "th", "caption"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "caption":
            self._caption += data
        elif self._inside:
            self._rows[-1][-1] = f"{self._rows[-1][-1]} {data.strip()}".strip()


def tables(html: str) -> dict[str, list[list[str]]]:
    """The rows of each table below its head."""
    return {caption: rows[1:] for caption, rows in Tables(html).found.items()}


def answers(client: FlaskClient, query: str) -> list[tuple[str, ...]]:
    response = client.get("/sparql", query_string={"query": query, "format": "csv"})
    assert response.status_code == 200, response.text
    return [tuple(row) for row in csv.reader(io.StringIO(response.text))][1:]


def number(client: FlaskClient, pattern: str, counted: str = "*") -> int:
    ((found,),) = answers(client, f"SELECT (COUNT(DISTINCT {counted}) AS ?n) WHERE {{ {pattern} }}")
    return int(found)


def shown(client: FlaskClient, name: str, **parameters: str) -> str:
    response = client.get(f"/doc/id/{quote(name)}.html", query_string=parameters)
    assert response.status_code == 200
    return response.text


def counted(text: str, words: str) -> int:
    """The number that stands in some words of a page."""
    found = re.search(words.replace("%", r"(\d+)"), re.sub(r"<[^>]+>", "", text))
    return int(found[1]) if found else 0


@pytest.mark.parametrize("code", STATES)
def test_the_numbers_of_a_state(world: FlaskClient, code: str) -> None:
    text = shown(world, f"state/{code}", **{"as-of": DAY})
    found = tables(text)
    assert len(found["Episodes"]) == number(world, f"?e casus:episodeOf state:{code}", "?e")
    about = f"?e casus:involves|casus:requestedBy|casus:requestedOf|casus:invokedBy|casus:hostState state:{code}"
    steps = number(world, f"{about} FILTER NOT EXISTS {{ ?e a casus:Exercise }}", "?e")
    assert len(found.get("Invocations, answers, steps", ())) == steps
    assert counted(text, "Exercises on record: %") == number(world, f"{about} . ?e a casus:Exercise", "?e")
    asked = number(world, f"?e casus:requestedBy state:{code}", "?e")
    times = counted(text, "Asked for help or consultations at least % times") or len(re.findall("at least once", text))
    assert (times > 0) == (asked > 0)
    assert asked < 2 or times == asked


@pytest.mark.parametrize("code", STATES)
def test_the_duties_of_a_state_on_a_day(world: FlaskClient, code: str) -> None:
    """Each counterpart, with each kind that is owed to it or by it, as the bounds of the derived duties say."""
    text = shown(world, f"state/{code}", **{"as-of": DAY})
    rows = tables(text).get("What it owes and is owed on 13 September 2022", [])
    day = f'"{DAY}T00:00:00Z"^^xsd:dateTime'
    said = answers(
        world,
        f"""SELECT DISTINCT ?name ?way ?kind WHERE {{
          {{ ?d casus:dutyHolder ?other ; casus:dutyBeneficiary state:{code} BIND ("owed" AS ?way) }}
          UNION {{ ?d casus:dutyBeneficiary ?other ; casus:dutyHolder state:{code} BIND ("owes" AS ?way) }}
          ?d casus:possiblyHoldsFrom ?from ; casus:underObligation/a/casus:owedText ?kind . FILTER (?from <= {day})
          FILTER NOT EXISTS {{ ?d casus:possiblyHoldsUntil ?until FILTER (?until < {day}) }}
          ?other rdfs:label ?name FILTER (lang(?name) = "en" && lang(?kind) = "en")
        }}""",
    )
    kinds = {kind for _, _, kind in said}
    told = set()
    for states, *cells in rows:
        for name in (name.strip() for name in re.sub(r"^States: \d+", "", states).split(" , ")):
            for way, cell in zip(("owed", "owes"), cells * (3 - len(cells)), strict=True):
                told |= {(name, way, kind) for kind in kinds if re.search(rf"\b{kind} (certain|possible|susp)", cell)}
    assert told == set(said)


def test_armenia_has_its_participation_in_the_csto_frozen(world: FlaskClient) -> None:
    text = shown(world, "state/ARM")
    (row,) = (row for row in tables(text)["Episodes"] if "frozen" in row)
    assert row[:3] == ["CSTO", "frozen", "2024-02-22"]
    assert "Declared its own participation in CSTO frozen (since 2024-02-22)." in text
    assert (
        "frozen"
        not in tables(shown(world, "state/ARM", **{"as-of": DAY}))["What it owes and is owed on 13 September 2022"]
    )


def test_a_page_of_a_kind_is_of_the_day_that_it_is_asked_for(world: FlaskClient) -> None:
    """Without a graph of that day, which would take seconds; the links to other things keep it."""
    page = Page(shown(world, "state/ARM", **{"as-of": "2010-01-01"}))
    assert {"id": "as-of", "name": "as-of", "type": "date", "value": "2010-01-01"} in page.attributes("input")
    assert page.links()["Russia"] == "/doc/id/state/RUS.html?as-of=2010-01-01"
    assert world.get("/doc/id/state/ARM.html?as-of=never").status_code == 400


def test_a_day_after_the_sources_says_so(world: FlaskClient) -> None:
    assert "The sources reach to" in shown(world, "state/ARM", **{"as-of": "2040-01-01"})
    assert "The sources reach to" not in shown(world, "state/ARM", **{"as-of": DAY})


def test_all_that_is_said_is_one_click_away(world: FlaskClient) -> None:
    links = Page(shown(world, "state/ARM")).links()
    table = world.get(str(links["All properties and what points here"]))
    assert "What points here" in table.text
    assert "duty holder" in table.text.lower()


def test_each_statement_has_its_sources(world: FlaskClient) -> None:
    text = shown(world, "state/ARM")
    page = Page(text)
    marks = {str(link["href"]) for link in page.attributes("a") if link.get("class") == "mark"}
    listed = {f"#{item['id']}" for item in page.attributes("li") if str(item.get("id")).startswith("source-")}
    assert marks == listed
    cited = number(
        world,
        "{ ?it casus:episodeOf state:ARM } UNION { ?it casus:involves|casus:requestedBy|casus:requestedOf state:ARM }"
        " UNION { ?it casus:hostState|casus:invokedBy state:ARM } UNION { BIND (state:ARM AS ?it) }"
        " ?it dcterms:source ?source",
        "?source",
    )
    assert len(listed) == cited


def test_pages_of_things_in_russian(world: FlaskClient) -> None:
    text = shown(world, "state/ARM", lang="ru")
    assert '<html lang="ru">' in text
    assert ("h1", "Армения") in Page(text).texts
    assert "Объявило своё участие замороженным: ОДКБ (с 2024-02-22)." in text


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A small project with terms of its own, few data and names that would be HTML."""
    folder = write_project(
        tmp_path_factory.mktemp("own"),
        PACT,
        party("A"),
        party("B", ends="2012-12-31"),
        """
        casus:Club a owl:Class ; rdfs:subClassOf casus:Episode ; rdfs:label "club episode"@en .
        <state/A> a casus:State ; rdfs:label "<script>alert(1)</script> & A"@en .
        <state/B> a casus:State .
        <state/C> a casus:State .
        <episode/A-O-1> a casus:Club ; casus:episodeOf <state/A> ; casus:episodeIn <organization/O> .
        <organization/O> a casus:Organization .
        """,
    )
    finished = build(open_project(folder))
    site = Site(identity=finished.identity, build=finished)
    return create_app(LocalExecutor(open_store(finished.store)), site).test_client()


@pytest.mark.parametrize("name", ["state/A", "state/B", "state/C"])
def test_a_thing_of_which_little_is_said_has_a_page(own: FlaskClient, name: str) -> None:
    text = shown(own, name)
    assert "alert(1)</script> &" not in text
    assert "All properties and what points here" in text


def test_the_duties_of_a_small_project(own: FlaskClient) -> None:
    rows = tables(shown(own, "state/A", **{"as-of": "2010-01-01"}))["What it owes and is owed on 1 January 2010"]
    assert rows == [["B", "defense certain 4"]]
    assert "No duties of that day are on record." in shown(own, "state/A", **{"as-of": "2020-01-01"})
