"""Checking statements: what holds, what does not, what is disputed, and what the record cannot tell."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from kg.build.store import Build
from kg.checking.checked import Judgement
from kg.checking.render import RENDERERS
from kg.errors import BadInput, MissingFile, ParseError
from kg.graph import Graph
from kg.proofs.proof import NotEntailed, Proof

HOLDS, DOES_NOT_HOLD, DISPUTED, NOT_KNOWN = Judgement


@pytest.fixture(scope="module")
def graph(shipped: Build) -> Graph:
    return Graph.of(shipped)


@pytest.mark.parametrize(
    ("claim", "verdict", "why"),
    [
        ("Russia owes defense to Armenia on 2022-09-13", HOLDS, "it holds on 2022-09-13"),
        ("Russia must defend Armenia in 2010", HOLDS, "it holds in 2010"),
        ("Armenia is a member of the CSTO in 2010", HOLDS, "it holds in 2010"),
        ("Россия состоит в ОДКБ в 2010", HOLDS, "it holds in 2010"),
        ("state:RUS | casus:alliedWith | state:BLR | 2010", HOLDS, "it holds in 2010"),
        ("Uzbekistan | member of | CSTO | 2012", HOLDS, "not all the time"),
        ("Uzbekistan | member of | CSTO | 2012-12", HOLDS, "not all the time"),
        ("Uzbekistan | member of | CSTO | 2015", DOES_NOT_HOLD, "on record for other days"),
        ("Switzerland | party to | North Atlantic Treaty | 2015", DOES_NOT_HOLD, "the list was complete"),
        ("Switzerland | party to | North Atlantic Treaty", DOES_NOT_HOLD, "presumably"),
        ("Moldova | member of | CSTO | 2015", NOT_KNOWN, "the record may lack some"),
        ("Russia must defend Georgia in 2020", NOT_KNOWN, "on record for other days"),
        ("Tajikistan | owes defense to | Russia | 1993-06-01", NOT_KNOWN, "possibly holds"),
        ("CSTO | founded on | Collective Security Treaty", HOLDS, "on record"),
        ("episode/ARM-CSTO-1 | casus:begins | 2003-09-18", HOLDS, "on record"),
        ("episode/ARM-CSTO-1 | casus:begins | 2003", HOLDS, "on record"),
        ("episode/ARM-CSTO-1 | casus:begins | 2004", DOES_NOT_HOLD, "another value"),
        ("episode/BLR-CST-1 | casus:begins | 1994-01-03", DISPUTED, "different values"),
        ("Belarus | is founding member of | CSTO", DISPUTED, "evidence speaks against it"),
        ("Russia | is leading member of | CSTO", NOT_KNOWN, "opinion"),
        ("state:RUS a casus:State", HOLDS, "on record"),
        ("Russia | loves | Armenia", NOT_KNOWN, "no property is called 'loves'"),
        ("Russland, Wunderland | member of | CSTO", NOT_KNOWN, "nothing is called"),
        ("Russia is not a member of NATO", NOT_KNOWN, "denials are not read"),
        ("nonsense", NOT_KNOWN, "no property is said so"),
    ],
)
def test_a_statement_is_checked(graph: Graph, claim: str, verdict: Judgement, why: str) -> None:
    found = graph.check(claim)
    assert (found.verdict, why in found.why) == (verdict, True), found


def test_what_holds_comes_with_its_record_and_proof(graph: Graph) -> None:
    found = graph.check("Uzbekistan | member of | CSTO | 2010-01-01")
    assert [one.text for one in found.on_record] == ["Uzbekistan in the CSTO, 2006–2012: from 2006-08-16 to 2012-12-19"]
    assert isinstance(found.proof(), Proof)


def test_what_does_not_hold_comes_with_what_is_nearest(graph: Graph) -> None:
    found = graph.check("Uzbekistan | member of | CSTO | 2015-01-01")
    assert "to 2012-12-19" in found.on_record[0].text
    proof = found.proof()
    assert isinstance(proof, NotEntailed)
    assert proof.other_days


def test_a_duty_that_is_suspended_is_said_to_be(graph: Graph) -> None:
    suspended = next(duty for duty in graph.duties(on="1986-12-31") if duty.certainty is None and duty.duty.suspensions)
    ends = (suspended.holder, suspended.duty.kind.relation, suspended.beneficiary)
    found = graph.check(f"{' | '.join(map(str, ends))} | 1986-12-31")
    assert "suspended" in found.why or found.verdict is HOLDS  # another treaty may bind the two besides


@pytest.mark.parametrize("claim", ["", "Russia | member of", "a|b|c|d|e", "Armenia | member of | CSTO | 2010-13"])
def test_what_is_no_statement_is_refused(graph: Graph, claim: str) -> None:
    with pytest.raises(BadInput):
        graph.check(claim)


def test_a_table_is_checked_row_by_row(graph: Graph, tmp_path: Path) -> None:
    table = tmp_path / "claims.csv"
    table.write_text(
        "id;subject;predicate;object;time\n"
        "1;Russia;is member of;CSTO;2010\n"
        "2;Uzbekistan;is member of;CSTO;2015\n"
        "\n"
        "3;Russia;desires;glory;over time\n",
        encoding="utf-8-sig",
    )
    found = graph.check_table(table)
    assert [(one.said.name, one.verdict) for one in found] == [("1", HOLDS), ("2", DOES_NOT_HOLD), ("3", NOT_KNOWN)]
    rows = list(csv.DictReader(io.StringIO(RENDERERS["csv"](found))))
    assert [row["verdict"] for row in rows] == ["holds", "does not hold", "not known"]
    said = json.loads(RENDERERS["json"](found, proofs=True))
    assert said[0]["proof"]["outcome"] == "inferred"
    assert said[1]["proof"]["outcome"] == "not entailed"
    assert "proof" not in said[2]


@pytest.mark.parametrize(
    ("content", "complaint", "line"),
    [
        (b"subject,object\nRussia,CSTO\n", "no column predicate", 1),
        (b"subject,predicate,object\nRussia,,CSTO\n", "no predicate", 2),
        (b"subject,predicate,object\nRussia\n", "no predicate", 2),
        (b"subject,predicate,object\n\xff,b,c\n", "not UTF-8: byte 25", None),
        (b"", "no column subject", 1),
    ],
)
def test_a_table_that_is_none_is_refused(
    graph: Graph, tmp_path: Path, content: bytes, complaint: str, line: int | None
) -> None:
    table = tmp_path / "claims.csv"
    table.write_bytes(content)
    with pytest.raises(ParseError, match=complaint) as refused:
        graph.check_table(table)
    assert refused.value.line == line


def test_a_table_that_is_not_there_is_named(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        graph.check_table(tmp_path / "none.csv")


def test_the_claims_on_record_are_judged_as_they_are(graph: Graph) -> None:
    """Each claim of the source article, checked in its own words, comes to no more than its recorded status."""
    rows = list(
        graph.query(
            """SELECT ?s ?p ?o ?status {
          ?claim casus:subjectText ?s ; casus:predicateText ?p ; casus:objectText ?o ; casus:status ?status
          FILTER (lang(?s) = "en" && lang(?p) = "en" && lang(?o) = "en") }"""
        ).rows
    )
    assert len(rows) > 150
    for subject, predicate, value, status in rows:
        found = graph.check(" | ".join(term.value.replace("|", "/") for term in (subject, predicate, value)))
        if status.value.endswith("/disputed"):
            assert found.verdict is DISPUTED, found
        if status.value.endswith("/opinion"):
            assert found.verdict is NOT_KNOWN, found
