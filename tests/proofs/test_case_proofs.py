"""Proofs of what is owed in supposed cases."""

from __future__ import annotations

from dataclasses import replace

import case_checker
import pytest
from proof_checker import Rejected

import kg
from kg.build.store import Build
from kg.cases.case_answer import CaseAnswer
from kg.proofs.explainer import Explainer
from kg.proofs.step import Finding, Step
from kg.reasoning.inconsistency import Statement


@pytest.fixture(scope="module")
def graph(shipped: Build, explainer: Explainer) -> kg.Graph:
    """The shipped graph, with the reasoning that the tests of proofs share."""
    graph = kg.open()
    graph.__dict__["_explainer"] = explainer
    return graph


def supposed(answer: CaseAnswer) -> set[Statement]:
    return {Statement(*triple) for triple in answer.case.triples()}


def test_a_level_is_proved_down_to_what_is_supposed_and_to_file_line_and_source(
    graph: kg.Graph, shipped_statements: set[Statement]
) -> None:
    answer = graph.case("AZE", "ARM", on="2022-09-13", place="Jermuk", requested=True)
    finding = next(one for one in answer.owed if one.level == "certain" and one.treaty.value.endswith("CST"))
    proof = finding.proof()
    assert case_checker.check(proof.root, shipped_statements, supposed(answer), answer.case.on.toordinal()) > 5
    stated = [leaf for leaf in proof.leaves if leaf.conclusion not in supposed(answer)]
    assert all(leaf.file and leaf.line for leaf in stated)
    assert any(leaf.file == "graph/treaties/CST.ttl" and leaf.sources for leaf in stated)
    assert {leaf.conclusion for leaf in proof.leaves} & supposed(answer)


@pytest.mark.parametrize(
    ("attacker", "victim", "day", "place", "kind"),
    [
        ("DEU", "POL", "1939-09-01", "Danzig", "armed-attack"),
        ("DEU", "FRA", "1936-03-07", "Rhineland", "threat"),
        pytest.param("TUR", "GRC", "2026-06-01", "Kastellorizo", "armed-attack", marks=pytest.mark.slow),
        pytest.param("RUS", "FIN", "2026-06-01", "Lapland", "aggression-by-victim", marks=pytest.mark.slow),
        pytest.param("KGZ", "KGZ", "2010-06-11", "Osh", "internal", marks=pytest.mark.slow),
        pytest.param("IRQ", "KWT", "1990-08-02", "Kuwait", "armed-attack", marks=pytest.mark.slow),
        pytest.param("VEN", "FRA", "2026-06-01", "French Guiana", "armed-attack", marks=pytest.mark.slow),
        pytest.param("DEU", "YUG", "1941-04-06", "Belgrade", "armed-attack", marks=pytest.mark.slow),
        pytest.param("IND", "PAK", "1965-09-06", "Lahore", "armed-attack", marks=pytest.mark.slow),
    ],
)
def test_entries_of_each_kind_have_right_proofs(
    graph: kg.Graph,
    shipped_statements: set[Statement],
    attacker: str,
    victim: str,
    day: str,
    place: str,
    kind: str,
) -> None:
    answer = graph.case(attacker, victim, on=day, place=place, kind=kind)
    one_of_each = {
        (one.provision, one.level, one.toward): one for one in (*answer.owed, *answer.owes_attacker, *answer.other)
    }
    assert one_of_each
    for one in one_of_each.values():
        root = one.proof().root
        case_checker.check(root, shipped_statements, supposed(answer), answer.case.on.toordinal())


def test_the_checker_refuses_a_level_above_the_weakest_condition(
    graph: kg.Graph, shipped_statements: set[Statement]
) -> None:
    answer = graph.case("AZE", "ARM", on="2022-09-13", place="Jermuk")
    root = next(one for one in answer.owed if one.level == "possible").proof().root
    assert isinstance(root.conclusion, Finding)
    wrong: Step = replace(root, conclusion=replace(root.conclusion, values={**root.conclusion.values, "R": "met"}))
    with pytest.raises(Rejected):
        case_checker.check(wrong, shipped_statements, supposed(answer), answer.case.on.toordinal())
