"""Kinds of obligation: a class of the ontology is all that a new one takes, in a small and in the shipped project."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from pyoxigraph import NamedNode, Triple
from shipped import ID
from worlds import CERTAIN, KINDS, PACT, POSSIBLE, node, party, related, state, statements, term, world, write_project

from kg.day import read_day
from kg.duties.dyads import dyad_years
from kg.duties.kinds import find_kind, read_kinds
from kg.duties.timeline import derive
from kg.errors import BadInput
from kg.project import Project
from kg.terms import CASUS

#: All that a new kind takes: a class and its two relations.
TRANSIT = """
casus:TransitObligation a owl:Class ;
    rdfs:label "transit obligation"@en , "обязательство транзита"@ru ;
    skos:definition "An obligation to let the forces of another party pass."@en ,
        "Обязательство пропускать войска другого участника."@ru ;
    rdfs:isDefinedBy <https://w3id.org/casus/ontology/obligations> ;
    rdfs:subClassOf casus:Obligation ;
    casus:dutyRelation casus:owesTransitTo ;
    casus:possibleDutyRelation casus:possiblyOwesTransitTo ;
    casus:makesAllies false ;
    casus:calledFor "help" ;
    casus:owedText "transit"@en , "транзит"@ru ;
    skos:notation "Transit" .
casus:owesTransitTo a owl:ObjectProperty ;
    rdfs:label "owes transit to"@en , "обязано транзитом"@ru ;
    skos:definition "On the day of the snapshot, the state owes the other to let its forces pass."@en ,
        "На дату снимка государство обязано пропускать войска другого."@ru ;
    rdfs:isDefinedBy <https://w3id.org/casus/ontology/obligations> ;
    rdfs:subPropertyOf casus:owesTo .
casus:possiblyOwesTransitTo a owl:ObjectProperty ;
    rdfs:label "possibly owes transit to"@en , "возможно, обязано транзитом"@ru ;
    skos:definition "On the day of the snapshot, the state possibly owes the other to let its forces pass."@en ,
        "На дату снимка государство, возможно, обязано пропускать войска другого."@ru ;
    rdfs:isDefinedBy <https://w3id.org/casus/ontology/obligations> .
"""
SKOS = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
PASSAGE = PACT.replace("defense", "transit").replace("Defense", "Transit")


def test_the_kinds_of_the_shipped_ontology_are_read_from_it() -> None:
    kinds = read_kinds(KINDS)
    assert len(kinds) == 9
    exclusivity = kinds[term("AllianceExclusivityObligation")]
    assert (exclusivity.relation, exclusivity.possible_relation) == (
        term("owesAllianceExclusivityTo"),
        term("possiblyOwesAllianceExclusivityTo"),
    )
    assert (exclusivity.words, exclusivity.slug) == ("alliance exclusivity", "alliance-exclusivity")
    assert (exclusivity.english, exclusivity.russian) == ("alliance exclusivity", "неучастие в других союзах")
    assert {kind.notation for kind in kinds.values() if kind.makes_allies} == {"Defense", "Offense"}
    assert {kind.notation for kind in kinds.values() if kind.in_atop} == {
        "Defense",
        "Offense",
        "Neutrality",
        "Nonaggression",
        "Consultation",
    }


@pytest.mark.parametrize(
    "name",
    [
        "BasingConsent",
        "basing consent",
        "basing-consent",
        term("BasingConsentObligation"),
    ],
)
def test_a_kind_is_found_by_its_notation_and_its_iri(name: str | NamedNode) -> None:
    assert find_kind(read_kinds(KINDS).values(), name).iri == term("BasingConsentObligation")


def test_a_kind_that_is_none_is_told_those_there_are() -> None:
    with pytest.raises(BadInput, match="no kind of obligation is called 'defence'; there are: alliance exclusivity, "):
        find_kind(read_kinds(KINDS).values(), "defence")
    with pytest.raises(BadInput, match="none is stated"):
        find_kind([], "defense")


def test_a_new_kind_yields_duties_and_relations() -> None:
    timeline = world(SKOS, TRANSIT, PASSAGE, party("A", "1990"), party("B", "1985-01-01"))
    (duty,) = (found.duty for found in timeline.duties_on(read_day("1995-01-01"), holder=state("A"), kind="transit"))
    assert duty.iri == node("duty/PACT-4-transit-A-B-1")
    assert related(timeline, "1995-01-01", "A", "owesTransitTo", "state/B") is CERTAIN
    assert related(timeline, "1990-06-01", "A", "owesTransitTo", "state/B") is POSSIBLE
    assert Triple(state("A"), term("possiblyOwesTransitTo"), state("B")) in set(timeline.as_of(read_day("1990-06-01")))
    assert related(timeline, "1995-01-01", "A", "alliedWith", "state/B") is None
    assert not list(dyad_years(timeline, 1995, 1995)), "it is no kind of ATOP's"


def test_what_a_class_says_of_its_kind_decides() -> None:
    """A kind that makes allies, bars other alliances and is coded by ATOP, if its class says so."""
    says = "casus:TransitObligation casus:makesAllies true ; casus:barsAlliances true ; casus:atopCode casus:atop .\n"
    kind = TRANSIT.replace("casus:makesAllies false ;", "")
    other = PASSAGE.replace("PACT", "OTHER")
    parties = [party("A"), party("B"), party("A", treaty="OTHER"), party("C", treaty="OTHER")]
    timeline = world(SKOS, kind, says, PASSAGE, other, *parties)
    assert related(timeline, "1995-01-01", "B", "alliedWith", "state/A") is CERTAIN
    assert [dict(row.pledges) for row in dyad_years(timeline, 1995, 1995)] == [{"transit": CERTAIN}] * 4
    assert {(clash.state, clash.outsider) for clash in timeline.conflicts} == {
        (state("A"), state("B")),
        (state("A"), state("C")),
    }


def test_a_call_for_a_new_kind_is_answered() -> None:
    event = """
    <event/E> casus:invokes <treaty/PACT/article/4> ; casus:begins "1995-01-01T00:00:00Z"^^xsd:dateTime ;
        casus:requestedBy <state/B> ; casus:outcome <outcome/deployed> .
    """
    (owed,) = world(SKOS, TRANSIT, PASSAGE, party("A"), party("B"), event).owed
    assert (owed.iri, owed.holder) == (node("owed-assistance/E-transit-A-B"), state("A"))
    assert [answer.kind for answer in owed.answers] == [term("JointlyMetAssistance")]


def test_a_class_below_a_kind_is_of_that_kind_and_a_class_without_relations_is_none() -> None:
    rail = "<treaty/PACT/article/4/obligation/transit> a casus:TransitObligation .\n"  # as the closure has it
    timeline = world(SKOS, TRANSIT, PASSAGE.replace("Transit", "RailTransit"), rail, party("A"), party("B"))
    assert {duty.kind.notation for duty in timeline.duties} == {"Transit"}
    half = statements(SKOS + TRANSIT.replace("casus:possibleDutyRelation casus:possiblyOwesTransitTo ;", "") + PASSAGE)
    assert not derive([*half, *statements(party("A") + party("B"))]).duties


# The small and the shipped project, as a user adds a kind


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = write_project(tmp_path, PASSAGE, party("A", "1990-01-01"), party("B", "1990-01-01"))
    with (folder / "ontology" / "ontology.ttl").open("a", encoding="utf-8") as file:
        file.write(SKOS + TRANSIT)
    return folder


def test_in_a_small_project_one_edit_adds_a_kind(kg: Callable[..., Result], small: Path) -> None:
    asked = "SELECT ?a ?b { ?a casus:owesTransitTo ?b } ORDER BY ?a"
    found = kg("query", "--project", str(small), "--as-of", "1995-01-01", "--format", "csv", asked)
    assert found.stdout.split() == ["a,b", f"{ID}state/A,{ID}state/B", f"{ID}state/B,{ID}state/A"]
    statement = ("state:A", "casus:owesTransitTo", "state:B")
    proof = kg("explain", "--project", str(small), "--as-of", "1995-01-01", *statement)
    assert "state:A owes state:B a casus:TransitObligation under treaty:PACT: from 1990-01-01" in proof.stdout
    assert "casus:TransitObligation casus:dutyRelation casus:owesTransitTo  ontology/ontology.ttl:" in proof.stdout
    lost = kg("what-if", "--project", str(small), "--without", "state:A", "--from", "1995-01-01")
    assert "transit" in lost.stdout.split()


@pytest.fixture(scope="module")
def copy(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped project in which article 2 of the Russian-Armenian treaty of 1997 is about transit."""
    root = tmp_path_factory.mktemp("copy")
    for name in ("ontology", "graph", "shapes"):
        shutil.copytree(project.root / name, root / name)
    file = root / "graph" / "treaties" / "RUARM-1997.ttl"
    text = file.read_text("utf-8")
    assert "a casus:ConsultationObligation" in text
    file.write_text(text.replace("a casus:ConsultationObligation", "a casus:TransitObligation"), "utf-8")
    return root


@pytest.mark.slow
def test_in_the_shipped_project_one_edit_adds_a_kind(kg: Callable[..., Result], copy: Path) -> None:
    module = copy / "ontology" / "obligations.ttl"
    shipped = module.read_text("utf-8")
    here = ("--project", str(copy))
    module.write_text(shipped + TRANSIT.replace("    casus:dutyRelation casus:owesTransitTo ;\n", ""), "utf-8")
    refused = kg("build", *here)
    (message,) = [line for line in refused.output.splitlines() if "violation" in line]
    assert "A kind of obligation lacks casus:dutyRelation, so that its duties cannot be derived" in message
    assert "ontology/obligations.ttl:" in message

    module.write_text(shipped + TRANSIT, "utf-8")
    kg("export", *here, "--as-of", "2020-01-01", "-o", str(copy / "release"))
    release = copy / "release"
    holds = f"<{ID}state/RUS> <{CASUS.iri}owesTransitTo> <{ID}state/ARM> ."
    assert holds in (release / "casus-as-of-2020-01-01.nt").read_text("utf-8")
    for table in ("duties", "obligations"):
        assert "TransitObligation" in (release / "tables" / f"{table}.csv").read_text("utf-8")
    pages = "".join(path.read_text("utf-8") for path in (release / "docs").rglob("*.html"))
    assert "TransitObligation" in pages
    assert "owes transit to" in pages
    proof = kg("explain", *here, "--as-of", "2020-01-01", "state:RUS", "casus:owesTransitTo", "state:ARM")
    assert "casus:TransitObligation casus:dutyRelation casus:owesTransitTo  ontology/obligations.ttl:" in proof.stdout
