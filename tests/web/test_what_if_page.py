"""The page of a what-if: what it tells is what the graph answers."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import unescape

import pytest
from flask.testing import FlaskClient
from test_pages import BROWSER

from kg.build.store import Build
from kg.graph import Graph
from kg.whatif.difference import Difference
from kg.whatif.render import to_json, to_patch, to_text

WITHOUT = "/what-if?without=TUR&from=2027-01-01"


@pytest.fixture(scope="module")
def graph(shipped: Build) -> Graph:
    return Graph.of(shipped)


@pytest.fixture(scope="module")
def turkey(graph: Graph) -> Difference:
    return graph.what_if(without="state:TUR", start="2027-01-01")


def counts(difference: Difference) -> Counter[str]:
    return Counter(change.kind for change in difference.duties)


def assert_same_numbers(page: str, difference: Difference) -> None:
    """Every number of the page is one of the difference."""
    found = counts(difference)
    said = f"there would be lost: {found['lost']}, gained: {found['gained']}, changed: {found['changed']}."
    assert said in page or not difference.duties
    treaties = Counter(change.duty.treaty for change in difference.duties)
    assert f"Instruments concerned: {len(treaties)}." in page
    told = [int(number) for number in re.findall(r'<span class="hint">(\d+)(?: ·|</span>)', page)]
    assert sum(told) == len(difference.duties)
    gone, there = len(difference.removed), len(difference.added)
    assert f"Statements supposed to be gone: {gone}, to be there: {there}." in page
    assert f"Other conclusions lost: {len(difference.lost)}, gained: {len(difference.gained)}." in page
    kinds = Counter(change.duty.kind for change in difference.duties)
    by_kind = re.findall(r'<th scope="row">.*?</th><td[^>]*>(\d+)</td><td[^>]*>(\d+)</td><td[^>]*>(\d+)</td>', page)
    assert sorted(sum(map(int, row)) for row in by_kind) == sorted(kinds.values())


def test_every_number_is_the_graphs(world: FlaskClient, turkey: Difference) -> None:
    page = unescape(world.get(WITHOUT, headers=BROWSER).text)
    assert "Without Türkiye from 1 January 2027" in page
    assert turkey.duties
    assert_same_numbers(page, turkey)
    assert "Türkiye</a> ↔" in page


def test_an_organization_that_never_was(world: FlaskClient, graph: Graph) -> None:
    page = unescape(world.get("/what-if?without=organization/CSTO", headers=BROWSER).text)
    assert "If Collective Security Treaty Organization had never been" in page
    assert_same_numbers(page, graph.what_if(without="organization:CSTO"))


def test_a_treaty_from_a_day_on(world: FlaskClient, graph: Graph) -> None:
    page = unescape(world.get("/what-if?without=treaty/CST&from=2010-01-01", headers=BROWSER).text)
    assert_same_numbers(page, graph.what_if(without="treaty:CST", start="2010-01-01"))
    assert "each to each other" in page


def test_the_forms_are_those_of_the_command(world: FlaskClient, turkey: Difference) -> None:
    assert world.get(f"{WITHOUT}&format=json").text == to_json(turkey)
    assert world.get(f"{WITHOUT}&format=text").text == to_text(turkey)
    assert world.get(WITHOUT, headers={"Accept": "text/turtle"}).text == to_patch(turkey)
    assert json.loads(to_json(turkey))["duties"][0]["provision"].startswith("https://w3id.org/casus/id/treaty/")


def test_the_page_speaks_russian(world: FlaskClient, turkey: Difference) -> None:
    page = unescape(world.get(WITHOUT, headers=BROWSER | {"Accept-Language": "ru"}).text)
    assert '<html lang="ru">' in page
    assert "Без «Турция» с 1 января 2027" in page
    assert f"Обязательств этого дня утрачено: {counts(turkey)['lost']}" in page


def test_with_no_choice_made_there_is_a_form_and_no_reasoning(world: FlaskClient) -> None:
    page = world.get("/what-if", headers=BROWSER).text
    assert page.count("<optgroup") == 3 + 2  # what is gone, and what it leaves
    assert 'value="state/ARM"' in page and 'value="treaty/CST"' in page and 'value="organization/NATO"' in page


@pytest.mark.parametrize(
    "query",
    [
        "without=nope", "without=source/GK", "without=%3Cscript%3E", "from=2020-01-01", "format=json",
        "without=ARM&from=2020-13-01", "in=organization/NATO",
        "without=ARM&in=organization/NATO", "without=TUR&in=state/ARM",
        "without=state/ARM/../RUS", "without=state/CSK&from=2020-01-01",
    ],
)  # fmt: skip
def test_what_cannot_be_supposed_is_one_line_that_says_so(world: FlaskClient, query: str) -> None:
    answer = world.get(f"/what-if?{query}")
    assert answer.status_code == 400
    assert len(answer.text.splitlines()) == 1


NATO_LEFT = "/what-if?without=state/TUR&in=organization/NATO&from=2027-01-01"


def test_a_state_may_leave_an_organization_with_its_treaty_alone(world: FlaskClient, graph: Graph) -> None:
    ways = world.get(WITHOUT, headers=BROWSER).text
    assert f'href="{NATO_LEFT.replace("&", "&amp;")}"' in ways
    assert "in=treaty/NAT&" not in ways  # it is left with NATO
    page = unescape(world.get(NATO_LEFT, headers=BROWSER).text)
    left = graph.what_if(without="state:TUR", within="organization:NATO", start="2027-01-01")
    assert "Without Türkiye in NATO from 1 January 2027" in page
    assert_same_numbers(page, left)
    assert left.duties
    assert {change.duty.treaty for change in left.duties} == {graph.names.term("treaty:NAT")}
    over = page.split("Supposed to be over:")[1].split("</p>")[0]
    assert "Türkiye in NATO, from 1952" in over and "Türkiye in the North Atlantic Treaty, from 1952" in over


def test_one_episode_may_end_by_itself(world: FlaskClient, graph: Graph) -> None:
    page = unescape(world.get("/what-if?without=episode/TUR-NAT-1&from=2027-01-01", headers=BROWSER).text)
    assert_same_numbers(page, graph.what_if(without="<episode/TUR-NAT-1>", start="2027-01-01"))
    assert "a state that leaves an organization leaves the treaty that it is founded on as well" in page


@pytest.mark.parametrize("kind", ["organization/NATO", "treaty/NAT"])
def test_the_members_of_an_organization_and_the_parties_to_a_treaty_may_leave(world: FlaskClient, kind: str) -> None:
    page = unescape(world.get(f"/doc/id/{kind}.html?as-of=2020-05-01", headers=BROWSER).text)
    assert f'href="/what-if?without=state/TUR&in={kind}&from=2020-05-01"' in page
