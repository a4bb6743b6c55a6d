"""The front page: it answers who owed whom what on a date, and every number on it is the graph's."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from test_pages import BROWSER, Page

from kg.build.kept_timeline import load_timeline
from kg.build.store import Build
from kg.graph import Graph
from kg.project import Project

ARMENIA = "/owed?type=defense&to=ARM&on=2022-09-13"


def heading(html: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", html, re.DOTALL)
    assert found is not None
    return found[1]


def test_a_sentence_answers(world: FlaskClient) -> None:
    """The CIS Charter's clause leaves it to each member, so Azerbaijan and Moldova are told apart from the others."""
    html = world.get(ARMENIA).text
    assert heading(html) == "On 13 September 2022, 5 states certainly and 1 possibly owed Armenia defense"
    assert "By clauses that leave it to each party, also: Azerbaijan" in html


def test_the_article_the_request_and_the_answer_are_on_one_page(world: FlaskClient) -> None:
    page = Page(world.get(ARMENIA).text)
    links = page.links()
    assert links["Collective Security Treaty"] == "/doc/id/treaty/CST.html"
    assert links["4 (2010)"] == "/doc/id/treaty/CST/article/4-2010.html"
    texts = " ".join(text for _, text in page.texts)
    assert "the others provide help, including military, immediately" in texts
    assert "What Armenia asked, and what was answered" in texts
    assert "no military aid" in texts
    assert "RFE/RL: effectively declined" in texts


def test_the_states_are_on_a_map(world: FlaskClient) -> None:
    svg = re.search(r"<svg.*?</svg>", world.get(ARMENIA).text, re.DOTALL)
    assert svg is not None
    assert "Russia: certain" in svg[0]
    assert "Uzbekistan: possible" in svg[0]
    alone = world.get(ARMENIA + "&format=svg")
    assert alone.mimetype == "image/svg+xml"
    assert alone.text.startswith("<svg") or alone.text.startswith("<?xml")


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("type=defense&by=RUS&to=ARM&on=2022-09-13", "On 13 September 2022, Russia certainly owed Armenia defense"),
        (
            "type=defense&by=RUS&to=GEO&on=2022-09-13",
            "On 13 September 2022, Russia is not on record as owing Georgia: defense",
        ),
        (
            "type=offense&to=ARM&on=2022-09-13",
            "On 13 September 2022, nobody is on record as owing Armenia: offense",
        ),
        (
            "type=offense&by=ARM&on=2022-09-13",
            "On 13 September 2022, Armenia is on record as owing nobody: offense",
        ),
    ],
)
def test_other_questions_have_other_sentences(world: FlaskClient, parameters: str, expected: str) -> None:
    assert heading(world.get(f"/owed?{parameters}").text) == expected


def test_without_a_choice_it_is_about_today_and_the_latest_call(world: FlaskClient) -> None:
    for path in ("/", "/owed"):
        response = world.get(path, headers=BROWSER)
        assert response.status_code == 200
        assert "owe Armenia defense" in heading(response.text)
        assert "When the clause was called" in response.text


def test_all_kinds_between_two_states(world: FlaskClient) -> None:
    page = world.get("/owed?by=RUS&to=ARM&on=2022-09-13")
    assert heading(page.text) == "On 13 September 2022, Russia certainly owed Armenia something"
    assert '<span class="tag">consultation</span>' in page.text


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ("to=XXX", "to: nothing here is called"),
        ("to=ARM&on=2022-13-40", "on: not a date"),
        ("to=ARM&type=love", "no kind of obligation is called"),
        ("to=ARM&format=xls", "format: this page can be had as csv, json or svg"),
        ("to=%3Cscript%3E", "to: nothing here is called"),
    ],
)
def test_what_is_not_there_is_one_clear_line(world: FlaskClient, parameters: str, message: str) -> None:
    response = world.get(f"/owed?{parameters}")
    assert response.status_code == 400
    assert message in response.text
    assert len(response.text.splitlines()) == 1


@pytest.mark.parametrize("state", ["ARM", "EST", "POL", "CUB", "FRA", "MNG", "TUR", "EGY", "JPN", "CZE"])
@pytest.mark.parametrize("day", ["1938-09-30", "1962-10-20", "1985-06-01", "2022-09-13"])
def test_the_numbers_are_the_graphs(world: FlaskClient, shipped: Build, state: str, day: str) -> None:
    names = shipped.identity.names
    found = load_timeline(shipped).duties_on(date.fromisoformat(day), beneficiary=names.read(f"state:{state}"))
    rows = list(csv.DictReader(io.StringIO(world.get(f"/owed?to={state}&on={day}&format=csv").text)))
    assert len(rows) == len(found)
    assert {(row["holder"], row["kind"], row["certainty"]) for row in rows} == {
        (
            names.shorten(duty.holder.value),
            duty.kind.words,
            duty.certainty.value if duty.certainty else "",
        )
        for duty in found
    }
    assert world.get(f"/owed?to={state}&on={day}&format=json").get_json()[:1] == [
        {**row, "certainty": row["certainty"] or None, "suspended": row["suspended"] == "True",
         "frozen": row["frozen"] == "True", "since": row["since"] or None}
        for row in rows[:1]
    ]  # fmt: skip


def test_the_query_behind_the_page_gives_the_same(world: FlaskClient, project: Project) -> None:
    link = Page(world.get(ARMENIA).text).links()["its SPARQL query"]
    (query,) = parse_qs(urlsplit(str(link)).query)["query"]
    rows = list(csv.DictReader(io.StringIO(world.get(ARMENIA + "&format=csv").text)))
    asked = list(Graph(project).query(query))
    assert len({(row["holder"], row["treaty"]) for row in rows}) == len({(row[0], row[3]) for row in asked})


def test_after_the_sources_end_it_is_presumed(world: FlaskClient) -> None:
    html = world.get("/owed?type=defense&to=EST&on=2040-01-01").text
    assert "certainly" not in heading(html)
    assert "presumably" in heading(html)
    assert "The sources reach to" in html


def test_it_speaks_russian(world: FlaskClient) -> None:
    html = world.get(ARMENIA + "&lang=ru").text
    assert "13 сентября 2022" in heading(html)
    assert "Армения" in heading(html)
    assert "Договор о коллективной безопасности" in html
