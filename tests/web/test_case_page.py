"""The page of a case: what it tells is what the graph answers."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from test_pages import BROWSER, Page

from kg.build.store import Build
from kg.cases.case_answer import CaseAnswer
from kg.cases.render import RENDERERS
from kg.graph import Graph
from kg.proofs.render import RENDERERS as PROOFS

CASES = [
    ("AZE", "ARM", "2022-09-13", "Jermuk", "armed-attack", None),
    ("AZE", "ARM", "2022-09-13", None, "armed-attack", True),
    ("RUS", "EST", "2026-11-29", "Narva", "armed-attack", None),
    ("RUS", "EST", "2014-09-05", None, "threat", None),
    ("KAZ", "KAZ", "2022-01-05", None, "internal", True),
    ("IRQ", "KWT", "1990-08-02", None, "armed-attack", None),
    ("GEO", "RUS", "2008-08-08", None, "aggression-by-victim", False),
    ("CHN", "PHL", "2024-06-17", "Manila", "armed-attack", None),
    ("SRB", "ALB", "1998-10-01", None, "armed-attack", None),
    ("SOM", "ETH", "1977-07-13", None, "armed-attack", None),
]


@pytest.fixture(scope="module")
def graph(shipped: Build) -> Graph:
    return Graph.of(shipped)


def address(attacker: str, victim: str, day: str, place: str | None, kind: str, requested: bool | None) -> str:
    said = {None: "", True: "yes", False: "no"}[requested]
    return f"/case?attacker={attacker}&victim={victim}&on={day}&in={place or ''}&kind={kind}&requested={said}"


def ask(graph: Graph, case: tuple[str, str, str, str | None, str, bool | None]) -> CaseAnswer:
    attacker, victim, day, place, kind, requested = case
    return graph.case(attacker, victim, on=day, place=place, kind=kind, requested=requested)


def number(page: str, text: str) -> int:
    """The number that a sentence of the page ends with, 0 where it is not said."""
    found = re.search(re.escape(text) + r" (\d+)", page)
    return int(found[1]) if found else 0


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case[:3])))
def test_every_number_is_the_graphs(
    world: FlaskClient, graph: Graph, case: tuple[str, str, str, str | None, str, bool | None]
) -> None:
    answer = ask(graph, case)
    page = unescape(world.get(address(*case), headers=BROWSER).text)
    best = {
        level: {one.holder for one in answer.owed if one.level == level} for level in ("certain", "possible", "none")
    }
    surely = "Presumably bound to help:" if case[2] > "2026-06-30" else "Certainly bound to help:"
    assert number(page, surely) == len(best["certain"])
    assert number(page, "Possibly bound:") == len(best["possible"] - best["certain"])
    unasked = best["none"] - best["possible"] - best["certain"]
    assert number(page, "Have promised help that this case does not call for:") == len(unasked)
    assert number(page, "Have promised help to both:") == len(answer.owes_both)
    for one in (*answer.owed, *answer.owes_attacker, *answer.other):
        assert answer.label(one.provision) in page
        assert answer.label(one.holder) in page
        for condition in one.conditions:
            if condition.question:
                assert condition.question["en"] in page
    for event in answer.precedents:
        assert answer.label(event.event) in page
    assert page.count('<div class="card">') == len(answer.precedents)


def test_each_duty_has_a_proof_of_what_it_comes_to(world: FlaskClient, graph: Graph) -> None:
    answer = ask(graph, CASES[0])
    page = Page(world.get(address(*CASES[0]), headers=BROWSER).text)
    proofs = {attributes["href"] for attributes in page.attributes("a") if attributes.get("class") == "why"}
    duties = {(one.duty, one.provision) for one in (*answer.owed, *answer.owes_attacker, *answer.other)}
    assert len(proofs) == len(duties)
    for proof in sorted(filter(None, proofs))[:5]:
        told = world.get(proof, headers=BROWSER).text
        assert "It follows in" in told
        assert "What is owed is as certain as the weakest of its conditions." in told


def test_the_proof_of_a_clause_in_a_case_is_the_graphs_in_each_form_and_language(
    world: FlaskClient, graph: Graph
) -> None:
    one = ask(graph, CASES[0]).owed[0]
    clause = {"duty": one.duty.value, "provision": one.provision.value}
    proof = f"{address(*CASES[0]).replace('/case?', '/case/proof?')}&{urlencode(clause)}"
    assert world.get(f"{proof}&format=text").text == PROOFS["text"](one.proof())
    russian = unescape(world.get(f"{proof}&lang=ru", headers=BROWSER).text)
    assert "То, что обязаны, так же достоверно, как слабейшее из его условий." in russian
    assert "The duty is due on the day." not in russian
    assert world.get(proof.replace("2022-09-13", "1995-01-01")).status_code == 400


def test_reasons_are_told_in_the_readers_language(world: FlaskClient, graph: Graph) -> None:
    failed = [one.why for found in ask(graph, CASES[0]).owed for one in found.conditions if one.result == "failed"]
    assert failed
    russian = unescape(world.get(address(*CASES[0]), headers=BROWSER | {"Accept-Language": "ru"}).text)
    assert not any(why in russian for why in failed)


@pytest.mark.parametrize(("form", "accept"), [("json", "application/json"), ("text", "text/plain")])
def test_the_forms_are_those_of_the_command(world: FlaskClient, graph: Graph, form: str, accept: str) -> None:
    expected = RENDERERS[form](ask(graph, CASES[0]))
    assert world.get(address(*CASES[0]) + f"&format={form}").text == expected
    assert world.get(address(*CASES[0]), headers={"Accept": accept}).text == expected


def test_with_no_choice_made_the_latest_case_on_record_is_shown(world: FlaskClient) -> None:
    page = world.get("/case", headers=BROWSER).text
    assert "Azerbaijan against Armenia, 13 September 2022" in page
    same = re.search('rel="canonical" href="([^"]*)"', page)
    assert same is not None and "attacker=AZE&amp;victim=ARM&amp;on=2022-09-13" in same[1]


def test_the_page_speaks_russian(world: FlaskClient, graph: Graph) -> None:
    page = unescape(world.get(address(*CASES[0]), headers=BROWSER | {"Accept-Language": "ru"}).text)
    assert '<html lang="ru">' in page
    assert "Достоверно обязаны помочь: 1." in page
    asked = [condition.question for one in ask(graph, CASES[0]).owed for condition in one.conditions]
    assert all(question["ru"] in page for question in asked if question)
    assert "Help promised" not in page


def test_what_is_assumed_is_said(world: FlaskClient) -> None:
    given = world.get(address(*CASES[0]), headers=BROWSER).text
    assert "for no place is given" not in given
    assert "It happens in Armenia, for no place is given." in world.get(address(*CASES[1]), headers=BROWSER).text
    nowhere = world.get("/case?attacker=AZE&victim=ARM&on=2022-09-13&in=Atlantis", headers=BROWSER).text
    assert "“Atlantis” names no place on record" in nowhere


@pytest.mark.parametrize(
    "query",
    [
        "attacker=RUS", "victim=RUS", "attacker=XXX&victim=RUS", "attacker=RUS&victim=EST&on=yesterday",
        "attacker=RUS&victim=EST&on=0001-01-01", "attacker=RUS&victim=EST&on=9999-12-31&kind=war",
        "attacker=RUS&victim=RUS&kind=threat", "attacker=RUS&victim=EST&kind=internal",
        "attacker=RUS&victim=EST&requested=maybe", "attacker=RUS&victim=EST&in=nope:x",
        "attacker=treaty/CST&victim=EST",
        "attacker=%22%3Cscript%3E&victim=EST", "attacker=RUS&victim=DDR&on=2020-01-01",
    ],
)  # fmt: skip
def test_what_is_no_case_is_one_line_that_says_so(world: FlaskClient, query: str) -> None:
    answer = world.get(f"/case?{query}")
    assert answer.status_code == 400
    assert len(answer.text.splitlines()) == 1


def test_script_stays_text(world: FlaskClient) -> None:
    page = world.get(
        "/case?attacker=AZE&victim=ARM&on=2022-09-13&in=x%3Cscript%3Ealert(1)%3C/script%3E", headers=BROWSER
    )
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_json_says_what_is_owed_to_whom(world: FlaskClient) -> None:
    said = json.loads(world.get(address(*CASES[0]) + "&format=json").text)
    assert {one["toward"] for one in said["owed"]} == {"https://w3id.org/casus/id/state/ARM"}
    assert {one["type"] for one in said["owed"]} >= {"https://w3id.org/casus/ontology#DefenseObligation"}
