"""Supposed cases: who owes what to whom if one state attacks another.

`cases.tsv` has historical and supposed cases, a line each: what is owed, as ``level TREATY: holders`` (or how many they
are), which treaties of the victim are not called for and on which conditions that turns, what the attacker is owed,
what was done, where an expert would answer otherwise and why, and the sources.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode
from shipped import ID

import kg
from kg.build.store import Build
from kg.cases.case_answer import CaseAnswer, CaseFinding
from kg.cases.render import to_json, to_text
from kg.errors import BadInput
from kg.terms import CASUS, RDF, SKOS, local_name

with (Path(__file__).parent / "cases.tsv").open(encoding="utf-8") as lines:
    CASES = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))

STRONGEST_LAST = ("none", "possible", "certain")
#: Holders that a line of the file names; of more it says how many they are.
NAMED = 8


@pytest.fixture(scope="module")
def graph(shipped: Build) -> kg.Graph:
    """The shipped graph, which keeps what one case read for the next."""
    return kg.open()


def ask(graph: kg.Graph, case: dict[str, str]) -> CaseAnswer:
    return graph.case(case["attacker"], case["victim"], on=case["day"], place=case["place"] or None, kind=case["kind"])


def owed(findings: Iterable[CaseFinding]) -> str:
    """What is owed, the strongest that each holder owes under each treaty."""
    strongest: dict[tuple[str, str], str] = {}
    for one in findings:
        key = local_name(one.treaty), local_name(one.holder)
        strongest[key] = max(one.level, strongest.get(key, "none"), key=STRONGEST_LAST.index)
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (treaty, holder), level in sorted(strongest.items()):
        if level != "none":
            groups[level, treaty].append(holder)
    return "; ".join(
        f"{level} {treaty}: {' '.join(holders) if len(holders) <= NAMED else len(holders)}"
        for (level, treaty), holders in sorted(groups.items())
    )


def not_owed(findings: Iterable[CaseFinding]) -> str:
    """The treaties under which nothing is owed, with the conditions that fail for all holders, or for any."""
    by_treaty: dict[str, list[CaseFinding]] = defaultdict(list)
    for one in findings:
        by_treaty[local_name(one.treaty)].append(one)
    told = []
    for treaty, found in sorted(by_treaty.items()):
        failed = [{local_name(c.condition) for c in one.conditions if c.result == "failed"} for one in found]
        if all(one.level == "none" for one in found):
            told.append(f"{treaty}: {' '.join(sorted(set.intersection(*failed) or set.union(*failed)))}")
    return "; ".join(told)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['day'][:4]}-{case['attacker']}-{case['victim']}")
def test_the_answer_is_the_expected_one(graph: kg.Graph, case: dict[str, str]) -> None:
    answer = ask(graph, case)
    assert owed(answer.owed) == case["owed"]
    assert not_owed(answer.owed) == case["not_owed"]
    assert owed(answer.owes_attacker) == case["owed_to_attacker"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['day'][:4]}-{case['attacker']}-{case['victim']}")
def test_each_open_condition_is_a_question_in_two_languages(graph: kg.Graph, case: dict[str, str]) -> None:
    answer = ask(graph, case)
    conditions = [c for one in (*answer.owed, *answer.owes_attacker, *answer.other) for c in one.conditions]
    for condition in conditions:
        assert condition.why.endswith(".")
        if condition.result == "open":
            assert {"en", "ru"} <= condition.question.keys(), condition.condition
            assert all(text.endswith("?") for text in condition.question.values())


def test_the_cases_have_sources_of_the_graph(graph: kg.Graph) -> None:
    cited = {name for case in CASES for name in case["sources"].split()}
    known = graph.query("SELECT ?source { ?source a casus:Source }")
    assert cited <= {local_name(row["source"]) for row in known}  # type: ignore[arg-type]


def test_each_condition_exception_and_conflict_of_a_pledge_has_a_test(graph: kg.Graph) -> None:
    untested = graph.query("""SELECT DISTINCT ?condition {
      ?obligation casus:hasCondition|casus:hasException|casus:hasConflictScope ?condition
      FILTER NOT EXISTS { ?condition casus:testedBy ?test } }""")
    assert [row["condition"] for row in untested] == []


# What is given decides


def level(answer: CaseAnswer, holder: str, treaty: str) -> str:
    return max(
        (one.level for one in answer.owed if (local_name(one.holder), local_name(one.treaty)) == (holder, treaty)),
        key=STRONGEST_LAST.index,
        default="none",
    )


@pytest.mark.parametrize(("requested", "expected"), [(None, "possible"), (True, "certain"), (False, "none")])
def test_help_that_has_to_be_asked_for(graph: kg.Graph, requested: bool | None, expected: str) -> None:
    answer = graph.case("AZE", "ARM", on="2022-09-13", place="Jermuk", requested=requested)
    assert level(answer, "KAZ", "CST") == expected
    assert level(answer, "RUS", "RUARM-1997") == "certain"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (None, "certain"),
        ("Guadeloupe", "none"),
        ("area:Guadeloupe", "none"),
        ("Canary Islands", "certain"),
        ("Mars", "possible"),
    ],
)
def test_the_place_decides_what_an_area_does(graph: kg.Graph, place: str | None, expected: str) -> None:
    victim = "ESP" if place == "Canary Islands" else "FRA"
    name = f"<{ID}area/Guadeloupe>" if place == "area:Guadeloupe" else place
    answer = graph.case("VEN", victim, on="2026-06-01", place=name)
    assert level(answer, "USA", "NAT") == expected


def test_what_is_assumed_is_said(graph: kg.Graph) -> None:
    said = " ".join(graph.case("RUS", "EST", on="2026-11-29", place="Mars").assumed)
    assert "“Mars” names no place on record" in said
    assert "the first" in said
    assert "sources reach" in said


def test_a_threat_is_no_attack(graph: kg.Graph) -> None:
    answer = graph.case("RUS", "EST", on="2026-06-01", kind="threat")
    assert level(answer, "DEU", "NAT") == "none"
    counsel = [
        one for one in answer.other if one.kind.iri == CASUS.ConsultationObligation and local_name(one.treaty) == "NAT"
    ]
    assert {one.level for one in counsel if one.toward == answer.case.victim} == {"certain"}


def test_who_breaks_the_peace_and_who_is_bound_to_both(graph: kg.Graph) -> None:
    answer = graph.case("TUR", "GRC", on="2026-06-01")
    broken = {local_name(one.treaty) for one in answer.other if one.level == "breached"}
    assert "NAT" in broken
    assert all(one.holder == answer.case.attacker for one in answer.other if one.level == "breached")
    assert NamedNode(f"{ID}state/DEU") in {one.holder for one in answer.owes_both}


def test_what_was_done_stands_beside_the_text(graph: kg.Graph) -> None:
    answer = graph.case("RUS", "EST", on="2026-06-01")
    found = [one for one in answer.precedents if NamedNode(f"{ID}treaty/NAT/article/5") in one.provisions]
    assert [str(one.day) for one in found] == ["2001-09-12"]
    assert all(one.day is None or one.day <= answer.case.on for one in answer.precedents)


# Every recorded call for help

#: Events in which help was called for, as cases: attacker, victim, kind, and where what is owed differs, why.
CALLS = {
    "EV2-KWT-1990": ("IRQ", "KWT", "armed-attack", ""),
    "EV-NATO-ART5": ("AFG", "USA", "armed-attack", ""),
    "EV-ANZUS-2001": ("AFG", "USA", "armed-attack", ""),
    "EV-TIAR-2001": ("AFG", "USA", "armed-attack", ""),
    "EV-ARM-2021-11": ("AZE", "ARM", "armed-attack", ""),
    "EV-ARM-2022-09": ("AZE", "ARM", "armed-attack", ""),
    "EV2-GCC-2025": ("ISR", "QAT", "armed-attack", ""),
    "EV-KAZ-2022": ("KAZ", "KAZ", "internal", "help was given in unrest, of which the article does not speak"),
}
#: Such events that are no case, because no state attacked, or none on record.
NO_CASES = {"EV-EU-2015", "EV2-AL-20260308"}


def called_for(graph: kg.Graph) -> dict[str, dict[str, set[str]]]:
    """The events in which help was owed: under which treaties, by whom."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    rows = graph.query("""SELECT ?event ?treaty ?holder {
      ?it casus:calledOnIn ?event ; casus:assistanceOwedBy ?holder ; casus:underDuty ?duty .
      ?duty casus:underTreaty ?treaty ; casus:underObligation/a/casus:calledFor "help" }""")
    for row in rows:
        event, treaty, holder = (local_name(row[name]) for name in ("event", "treaty", "holder"))  # type: ignore[arg-type]
        found[event][treaty].add(holder)
    return found


def test_what_was_owed_when_help_was_called_for_is_what_the_case_says(graph: kg.Graph) -> None:
    events = called_for(graph)
    assert set(events) == set(CALLS) | NO_CASES
    for event, (attacker, victim, kind, differs) in CALLS.items():
        day = next(
            iter(graph.query(f"SELECT ?day {{ <event/{event}> casus:begins ?begins BIND (STR(?begins) AS ?day) }}"))
        )
        answer = graph.case(attacker, victim, on=day["day"].value[:10], kind=kind, requested=True)  # type: ignore[union-attr]
        for treaty, holders in events[event].items():
            due = {
                local_name(one.holder)
                for one in answer.owed
                if local_name(one.treaty) == treaty and one.level != "none"
            }
            # A state owes no help against itself.
            assert (due == holders - {attacker}) is not bool(differs), event


# Nonsense


@pytest.mark.parametrize(
    ("sides", "given", "message"),
    [
        (
            ("SUN", "POL"),
            {"on": "2020-01-01"},
            "Soviet Union did not exist on 2020-01-01: it is on record from 1922-12-30",
        ),
        (("RUS", "EST"), {"on": "1400-01-01"}, "on 1400-01-01"),
        (("FRA", "GBR"), {"on": "1700-01-01"}, "nothing is on record for 1700-01-01: the first duties are of 18"),
        (("RUS", "RUS"), {"on": "2020-01-01"}, "a state does not attack itself"),
        (("RUS", "EST"), {"on": "2020-01-01", "kind": "internal"}, "unrest within one state"),
        (("RUS", "NATO"), {"on": "2020-01-01"}, "state:NATO is no state of the graph"),
        (("RUS", "EST"), {"on": "2020-01-01", "kind": "raid"}, "'raid' is no kind of case; there are: armed-attack"),
        (("RUS", "EST"), {"on": "yesterday"}, "not a date"),
    ],
)
def test_nonsense_is_answered_in_one_line(
    graph: kg.Graph, sides: tuple[str, str], given: dict[str, str], message: str
) -> None:
    with pytest.raises(BadInput, match=message) as error:
        graph.case(*sides, **given)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)


# How it is told


def test_an_answer_as_json_names_things_by_their_iris(graph: kg.Graph) -> None:
    told = json.loads(to_json(graph.case("POL", "BLR", on="2026-06-01", requested=True)))
    assert told.keys() == {"case", "assumed", "owed", "owes_attacker", "owes_both", "other", "precedents"}
    russia = next(
        one for one in told["owed"] if one["treaty"] == f"{ID}treaty/US-SEC-2024" and one["level"] == "certain"
    )
    assert russia["holder"] == f"{ID}state/RUS"
    assert russia["provision"].startswith(f"{ID}treaty/US-SEC-2024/article/")
    assert {one["result"] for one in russia["conditions"]} == {"met"}
    assert all(one["condition"].startswith(ID) and one["why"] for one in russia["conditions"])


def test_an_answer_as_text_says_a_thing_once_for_all_holders(graph: kg.Graph) -> None:
    text = to_text(graph.case("RUS", "EST", on="2026-06-01"))
    assert text.startswith("Russia against Estonia on 2026-06-01: armed attack\n")
    assert text.count("certain   North Atlantic Treaty, article 5: Albania, Belgium, Bulgaria, Canada") == 1
    assert "\n  2001-09-12  " in text


def test_nothing_of_a_case_is_stored(graph: kg.Graph) -> None:
    graph.case("RUS", "EST", on="2026-06-01")
    assert not list(graph.store().quads_for_pattern(None, RDF.type, CASUS.Case))
    assert list(graph.store().quads_for_pattern(None, RDF.type, SKOS.Concept))
