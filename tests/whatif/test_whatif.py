"""What if: what would be lost and gained, and what would not be touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from pyoxigraph import RdfFormat, parse
from worlds import KINDS_TURTLE, parse_term

from kg.build.pipeline import build
from kg.build.store import Build
from kg.day import read_day
from kg.errors import BadInput, MissingFile
from kg.project import Project
from kg.rdf.load import load_project
from kg.whatif.compare import what_if
from kg.whatif.difference import Difference
from kg.whatif.render import RENDERERS, to_json

Write = Callable[[str, str], Path]

ONTOLOGY = """\
casus:member owl:inverseOf casus:hasMembershipEpisode .
casus:everMemberOf owl:propertyChainAxiom ( casus:hasMembershipEpisode casus:inOrganization ) .
casus:State a owl:Class ; owl:disjointWith casus:Organization .
"""
STATES = """\
<state/A> a casus:State ; rdfs:label "Arcadia"@en .
<state/B> a casus:State ; rdfs:label "Boeotia"@en .
<state/C> a casus:State ; rdfs:label "Corinth"@en .
"""
PACT = """\
<treaty/PACT> a casus:Instrument ; casus:begins "1990-01-01T00:00:00Z"^^xsd:dateTime .
<treaty/PACT/article/1> casus:provisionOf <treaty/PACT> ; rdfs:label "Pact, article 1"@en ;
    casus:createsObligation <treaty/PACT/obligation> .
<treaty/PACT/obligation> a casus:DefenseObligation .
<episode/A> casus:party <state/A> ; casus:toTreaty <treaty/PACT> ;
    casus:begins "1990-01-01T00:00:00Z"^^xsd:dateTime .
<episode/B> casus:party <state/B> ; casus:toTreaty <treaty/PACT> ;
    casus:begins "1990-01-01T00:00:00Z"^^xsd:dateTime .
"""
LEAGUE = """\
<organization/LEAGUE> a casus:Organization .
<episode/A-LEAGUE> casus:member <state/A> ; casus:inOrganization <organization/LEAGUE> .
"""


class Question:
    """A small project on disk, and questions about it."""

    def __init__(self, write: Write, root: Path) -> None:
        for name, text in (
            ("ontology/casus.ttl", ONTOLOGY),
            ("ontology/kinds.ttl", KINDS_TURTLE),
            ("graph/states.ttl", STATES),
            ("graph/pact.ttl", PACT),
            ("graph/league.ttl", LEAGUE),
        ):
            write(name, text)
        (root / "shapes").mkdir()
        self.project = Project(root)
        self.write = write

    def __call__(self, add: str = "", **supposed: Any) -> Difference:
        if add:
            supposed["add"] = [self.write("added.ttl", add)]
        return what_if(load_project(self.project), project=self.project, **supposed)


@pytest.fixture
def suppose(write: Write, tmp_path: Path) -> Question:
    return Question(write, tmp_path)


def duties(difference: Difference) -> set[tuple[str, str, str]]:
    """Each duty that differs: how, who owes it, to whom."""
    return {
        (change.kind, change.duty.holder.value[-1], change.duty.beneficiary.value[-1]) for change in difference.duties
    }


def conclusions(difference: Difference) -> set[str]:
    shown = difference.phrasing.term
    return {
        sign + " ".join(map(shown, triple))
        for sign, triples in (("-", difference.lost), ("+", difference.gained))
        for triple in triples
    }


def test_a_state_that_leaves_keeps_its_past_and_loses_its_duties(suppose: Question) -> None:
    difference = suppose(without=parse_term("state:A"), start=read_day("2027-01-01"))
    assert duties(difference) == {("lost", "A", "B"), ("lost", "B", "A")}
    assert "-state:A casus:alliedWith state:B" in conclusions(difference)
    assert "-state:A casus:everMemberOf organization:LEAGUE" not in conclusions(difference)
    assert [difference.phrasing.term(triple.object) for triple in difference.added] == [
        "<precision/day>",
        '"2026-12-31T00:00:00Z"^^xsd:dateTime',
    ]


def test_a_difference_shows_itself(suppose: Question) -> None:
    difference = suppose(without=parse_term("state:A"), start=read_day("1995-01-01"))
    assert repr(difference).startswith("<2 duties lost, 0 duties gained, 0 duties changed; ")
    assert f"{difference}\n" == RENDERERS["text"](difference)
    assert "<pre>Supposed: " in difference._repr_html_()


def test_before_it_leaves_nothing_differs(suppose: Question) -> None:
    difference = suppose(without=parse_term("state:A"), start=read_day("2027-01-01"), as_of=read_day("2026-12-31"))
    assert duties(difference) == set()
    assert suppose(without=parse_term("state:A"), start=read_day("2027-01-01"), as_of=read_day("2030-01-01")).duties


def test_a_treaty_that_ends_takes_all_its_duties_along(suppose: Question) -> None:
    difference = suppose(without=parse_term("treaty:PACT"), start=read_day("2027-01-01"))
    assert duties(difference) == {("lost", "A", "B"), ("lost", "B", "A")}


#: The League rests on the pact, and both states are members; Boeotia has a second pact with Arcadia.
FOUNDED = (
    PACT
    + PACT.replace("PACT", "OTHER").replace("episode/", "episode/OTHER-")
    + """\
<organization/LEAGUE> casus:foundedOn <treaty/PACT> .
<episode/A-LEAGUE> casus:begins "1990-01-01T00:00:00Z"^^xsd:dateTime .
"""
)


@pytest.mark.parametrize("body", ["organization:LEAGUE", "treaty:PACT"])
def test_who_leaves_an_organization_leaves_its_founding_treaty_and_nothing_else(suppose: Question, body: str) -> None:
    suppose.write("graph/pact.ttl", FOUNDED)
    left = suppose(without=parse_term("state:A"), within=parse_term(body), start=read_day("2027-01-01"))
    assert duties(left) == {("lost", "A", "B"), ("lost", "B", "A")}
    assert {change.duty.treaty for change in left.duties} == {parse_term("treaty:PACT")}
    assert {triple.subject for triple in left.added} == {parse_term("<episode/A>"), parse_term("<episode/A-LEAGUE>")}


def test_who_never_was_in_a_treaty_is_bound_by_the_others(suppose: Question) -> None:
    suppose.write("graph/pact.ttl", FOUNDED)
    never = suppose(without=parse_term("state:A"), within=parse_term("treaty:OTHER"))
    assert {change.duty.treaty for change in never.duties} == {parse_term("treaty:OTHER")}
    assert {triple.subject for triple in never.removed} == {parse_term("<episode/OTHER-A>")}
    assert not never.added


def test_what_never_was_leaves_no_trace(suppose: Question) -> None:
    difference = suppose(without=parse_term("state:A"))
    assert duties(difference) == {("lost", "A", "B"), ("lost", "B", "A")}
    assert "-state:A casus:everMemberOf organization:LEAGUE" in conclusions(difference)
    assert all(parse_term("state:B") not in triple for triple in difference.removed)


def test_a_file_that_is_removed_takes_its_conclusions_along(suppose: Question) -> None:
    difference = suppose(remove=[suppose.project.root / "graph" / "league.ttl"])
    assert conclusions(difference) == {
        "-state:A casus:everMemberOf organization:LEAGUE",
        "-state:A casus:hasMembershipEpisode <episode/A-LEAGUE>",
    }
    assert not difference.duties


def test_a_file_that_is_added_brings_duties(suppose: Question) -> None:
    difference = suppose(
        "<episode/C> casus:party <state/C> ; casus:toTreaty <treaty/PACT> ;"
        ' casus:begins "2020-01-01T00:00:00Z"^^xsd:dateTime .'
    )
    assert duties(difference) == {("gained", *pair) for pair in ("CA", "AC", "CB", "BC")}


def test_without_a_day_a_duty_that_ends_sooner_has_changed(suppose: Question) -> None:
    difference = suppose('<episode/A> casus:ends "2010-12-31T00:00:00Z"^^xsd:dateTime .')
    assert duties(difference) == {("changed", "A", "B"), ("changed", "B", "A")}
    assert """\
Duties
  Arcadia (state:A)
    defense
      ~ to Boeotia under Pact, article 1: from 1990-01-01; would be from 1990-01-01 to 2010-12-31
""" in RENDERERS["text"](difference)


def test_a_suspension_changes_what_is_due_on_a_day(suppose: Question) -> None:
    suspension = """
        <episode/S> a casus:SuspensionEpisode ; casus:interrupts <episode/A> ;
            casus:begins "2000-01-01T00:00:00Z"^^xsd:dateTime ; casus:ends "2000-12-31T00:00:00Z"^^xsd:dateTime .
    """
    assert duties(suppose(suspension, as_of=read_day("2000-06-01"))) == {("lost", "A", "B"), ("lost", "B", "A")}
    assert duties(suppose(suspension, as_of=read_day("2001-06-01"))) == set()


OUTSIDER = """\
<treaty/PACT/article/2> casus:provisionOf <treaty/PACT> ; casus:createsObligation <treaty/PACT/exclusivity> .
<treaty/PACT/exclusivity> a casus:AllianceExclusivityObligation .
<treaty/OTHER> a casus:Instrument ; casus:begins "1995-01-01T00:00:00Z"^^xsd:dateTime ;
    casus:createsObligation <treaty/OTHER/obligation> .
<treaty/OTHER/obligation> a casus:DefenseObligation .
<episode/A-OTHER> casus:party <state/A> ; casus:toTreaty <treaty/OTHER> .
<episode/C-OTHER> casus:party <state/C> ; casus:toTreaty <treaty/OTHER> .
<episode/A-OTHER> casus:begins "1995-01-01T00:00:00Z"^^xsd:dateTime .
<episode/C-OTHER> casus:begins "1995-01-01T00:00:00Z"^^xsd:dateTime .
"""


def test_promises_that_may_clash_are_found(suppose: Question) -> None:
    difference = suppose(OUTSIDER)
    found = "“Arcadia” owes exclusivity under treaty:PACT and is bound to “Corinth” by treaty:OTHER: from 1995-01-01"
    assert difference.findings_gained == ((parse_term("state:A"), found),)
    assert found in RENDERERS["text"](difference)


def test_a_finding_that_rests_on_something_else_is_still_the_same(suppose: Question, write: Write) -> None:
    write(
        "graph/call.ttl",
        "<event/E> casus:invokes <treaty/PACT/article/1> ; casus:invokedBy <state/B> ;"
        ' casus:begins "2000-01-01T00:00:00Z"^^xsd:dateTime .',
    )
    called = {parse_term("state:A"): "in event:E, “Arcadia” owed “Boeotia” what its casus:DefenseObligation under"}
    lost = suppose(without=parse_term("id/episode/A")).findings_lost
    assert {state: text.partition(" treaty:")[0] for state, text in lost} == called
    longer = "<episode/A-2> casus:party <state/A> ; casus:toTreaty <treaty/PACT> ."
    begins = '<episode/A-2> casus:begins "1980-01-01T00:00:00Z"^^xsd:dateTime .'
    difference = suppose(longer + begins, without=parse_term("id/episode/A"))
    assert (difference.findings_lost, difference.findings_gained) == ((), ())


def test_a_contradiction_that_would_arise_is_told(suppose: Question) -> None:
    difference = suppose("<organization/LEAGUE> a casus:State .")
    assert [found.rule for found in difference.inconsistencies] == ["cax-dw"]
    assert "It would contradict itself:\n  cax-dw: " in RENDERERS["text"](difference)


def test_nothing_is_changed_on_disk(suppose: Question) -> None:
    files = {path: path.read_bytes() for path in suppose.project.sources}
    suppose(remove=[suppose.project.root / "graph" / "pact.ttl"])
    assert files == {path: path.read_bytes() for path in suppose.project.sources}


@pytest.mark.parametrize(
    ("supposed", "complaint"),
    [
        ({}, "nothing is supposed"),
        ({"start": read_day("2027-01-01")}, "needs the thing"),
        ({"without": parse_term("state:X")}, "no statement mentions state:X"),
        ({"without": parse_term("state:C"), "start": read_day("2027-01-01")}, "nothing that involves state:C goes on"),
        ({"within": parse_term("treaty:PACT")}, "needs the state that leaves it"),
        ({"without": parse_term("state:C"), "within": parse_term("treaty:PACT")}, "state:C was never in treaty:PACT"),
    ],
)
def test_what_supposes_nothing_is_refused(suppose: Question, supposed: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        suppose(**supposed)


def test_what_is_already_so_is_refused(suppose: Question) -> None:
    with pytest.raises(BadInput, match="no statement would change"):
        suppose(STATES)


def test_a_file_that_is_not_there_is_named(suppose: Question) -> None:
    with pytest.raises(MissingFile, match=r"none\.ttl"):
        suppose(remove=[Path("none.ttl")])


def test_a_project_that_contradicts_itself_cannot_be_asked(
    suppose: Question, write: Write, kg: Callable[..., Result]
) -> None:
    write("graph/clash.ttl", "<state/A> a casus:Organization .")
    result = kg("what-if", "--without", "id/state/B", "--project", suppose.project.root)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "inconsistent by rule cax-dw" in result.stderr


# Formats


def test_json_has_the_duties_and_the_statements(suppose: Question) -> None:
    answer = json.loads(to_json(suppose(without=parse_term("state:A"), start=read_day("2027-01-01"))))
    assert answer["day"] == "2027-01-01"
    lost = answer["duties"][0]
    assert (lost["change"], lost["after"]) == ("lost", None)
    assert lost["before"] == {
        "possible_from": "1990-01-01",
        "certain_from": "1990-01-01",
        "certain_until": None,
        "possible_until": None,
        "on_day": "certain",
    }


def test_the_patch_deletes_and_adds_turtle(suppose: Question) -> None:
    text = RENDERERS["turtle"](
        suppose('<episode/A> casus:ends "2010-12-31T00:00:00Z"^^xsd:dateTime .', as_of=read_day("2020-01-01"))
    )
    head, _, rest = text.partition("Delete {")
    deleted, _, added = rest.partition("} .\nAdd {")
    assert list(parse(head + added.removesuffix("} .\n"), RdfFormat.TURTLE))
    shown = {quad.predicate.value.rpartition("#")[2] for quad in parse(head + deleted, RdfFormat.TURTLE)}
    assert shown == {"alliedWith", "partyTo"}


# The shipped graph


def test_if_armenia_left(shipped: Build) -> None:
    difference = what_if(
        shipped.asserted(), without=parse_term("id/state/ARM"), start=read_day("2027-01-01"), build=shipped
    )
    lost = {
        (change.duty.holder.value[-3:], change.duty.beneficiary.value[-3:], change.duty.treaty.value.rpartition("/")[2])
        for change in difference.duties
    }
    assert {change.kind for change in difference.duties} == {"lost"}
    assert ("ARM", "RUS", "CST") in lost
    assert ("RUS", "ARM", "CST") in lost
    assert all("ARM" in (holder, beneficiary) for holder, beneficiary, _ in lost)
    # The sources do not reach to that day, so that all of it is presumed.
    assert "-state:ARM casus:possiblyMemberOf organization:CSTO" in conclusions(difference)
    assert not difference.inconsistencies


def test_without_a_build_the_answer_is_the_same(suppose: Question) -> None:
    project = suppose.project
    built, removed = build(project), [project.root / "graph" / "pact.ttl"]
    from_build = what_if(built.asserted(), remove=removed, project=project, build=built)
    assert to_json(from_build) == to_json(what_if(load_project(project), remove=removed, project=project))
    assert from_build.duties
