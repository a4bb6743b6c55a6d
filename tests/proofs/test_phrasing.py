"""Sentences of proofs: each rule and finding says in Russian what it says in English."""

from __future__ import annotations

import re

import pytest

from kg.build.store import Build
from kg.day import Period, read_day
from kg.graph import Graph
from kg.proofs.phrasing import show_period, spoken, translations
from kg.proofs.proof import NotEntailed, Proof
from kg.proofs.step import Finding, Step


@pytest.mark.parametrize("language", translations())
def test_every_sentence_has_its_like_with_the_same_names(language: str) -> None:
    said = translations()[language]
    assert spoken() <= said.keys()
    named = re.compile(r"\{\w+\}")
    for english, other in said.items():
        assert set(named.findall(english)) == set(named.findall(other)), english


def words(proof: Proof) -> list[str]:
    steps = [node for node in proof.nodes() if isinstance(node, Step)]
    return [step.sentence for step in steps] + [
        step.conclusion.text for step in steps if isinstance(step.conclusion, Finding)
    ]


def test_a_proof_in_russian_is_the_same_proof(little: Build) -> None:
    graph = Graph.of(little)
    english, russian = (
        graph.explain("state:A", "casus:owesDefenseTo", "state:B", as_of="2005-01-01", language=language)
        for language in ("en", "ru")
    )
    assert isinstance(english, Proof) and isinstance(russian, Proof)
    assert russian.leaves == english.leaves
    assert "Обязательство state:A перед state:B в этот день действует и не приостановлено." in words(russian)
    assert not set(words(english)) & set(words(russian))
    assert str(graph.explain("state:A", "casus:owesDefenseTo", "state:B", as_of="2005-01-01")) == str(english)


def test_other_days_are_told_in_russian(little: Build) -> None:
    missed = Graph.of(little).explain("state:A", "casus:owesDefenseTo", "state:B", as_of="2020-01-01", language="ru")
    assert isinstance(missed, NotEntailed)
    assert "по 2012-12-31" in missed.other_days[0].text


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (("1990-01-01", "1990-01-01", "2012-12-31", "2012-12-31"), "с 1990-01-01 по 2012-12-31"),
        (
            ("1990-01-01", "1990-03-01", "2012-11-30", "2012-12-31"),
            "возможно с 1990-01-01, достоверно с 1990-03-01, достоверно по 2012-11-30, возможно по 2012-12-31",
        ),
    ],
)
def test_a_period_in_russian(days: tuple[str, str, str, str], told: str) -> None:
    first, begin, end, last = (read_day(day).toordinal() for day in days)
    assert show_period(Period(first, begin, end, last), "ru") == told


def test_a_language_that_is_not_there_is_english(little: Build) -> None:
    graph = Graph.of(little)
    asked = ("state:A", "casus:owesDefenseTo", "state:B")
    assert str(graph.explain(*asked, as_of="2005-01-01", language="de")) == str(
        graph.explain(*asked, as_of="2005-01-01")
    )
