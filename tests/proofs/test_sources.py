"""No proof rests on a source older than what it proves."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from source_checker import told_too_early

from kg.day import read_day
from kg.proofs.explainer import Explainer
from kg.proofs.step import Leaf, Step
from kg.rdf.load import load_files
from kg.reasoning.inconsistency import Statement
from kg.terms import CASUS


@pytest.mark.parametrize(
    ("said", "early"),
    [
        ("casus:confidence <confidence/general>", True),  # and no source at all
        ('dcterms:source <source/S> . <source/S> dcterms:issued "1994-12-31"^^xsd:date', True),
        ('dcterms:source <source/S> . <source/S> dcterms:issued "1994"^^xsd:gYear', True),
        ('dcterms:source <source/S> . <source/S> dcterms:issued "1995"^^xsd:gYear', False),
        ('dcterms:source <source/S>, <source/T> . <source/S> dcterms:issued "1994"^^xsd:gYear', False),
        ('dcterms:source <source/S> ; casus:datedAhead "x"@en . <source/S> dcterms:issued "1994"^^xsd:gYear', False),
        (
            'dcterms:source <source/S> . <source/S> dcterms:issued "1994"^^xsd:gYear ; '
            'casus:annotatedNotBefore "1995-01-01T00:00:00Z"^^xsd:dateTime',
            False,
        ),
    ],
)
def test_a_source_tells_of_nothing_that_came_after_it(
    write: Callable[[str, str], Path], said: str, early: bool
) -> None:
    begins = '<episode/E> casus:begins "1995-01-01T00:00:00Z"^^xsd:dateTime .\n'
    quads = load_files([write("record.ttl", f"{begins}<episode/E> {said} .\n")])
    stated = [Statement(*quad.triple) for quad in quads]
    dated = next(statement for statement in stated if statement.predicate == CASUS.begins)
    proof = Step(None, "a rule", "A sentence.", (Leaf(dated),))
    assert list(told_too_early([proof], stated)) == [dated] * early


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2014-01-01", 100),
        *(pytest.param(day, None, marks=pytest.mark.slow) for day in ("1939-09-01", "2026-01-01")),
    ],
)
def test_relations_of_a_day_rest_on_sources_that_can_tell(
    explainer: Explainer, shipped_statements: set[Statement], day: str, number: int | None
) -> None:
    relations = sorted(explainer.relations(read_day(day)), key=str)
    wanted = relations if number is None else random.Random(11).sample(relations, number)
    proofs = explainer.reasons(wanted, read_day(day)).values()
    assert not list(told_too_early(proofs, shipped_statements))  # type: ignore[arg-type]
