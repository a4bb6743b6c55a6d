"""The competency questions: each answers as the file beside it says."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from kg.project import open_project
from kg.sparql.query import run

QUESTIONS = open_project().questions


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_the_answer_is_the_expected_one(question: Path, store) -> None:
    answer = run(store, question.read_text(encoding="utf-8")).serialize("csv").decode()
    expected = question.with_suffix(".csv").read_text(encoding="utf-8")
    assert list(csv.reader(io.StringIO(answer))) == list(csv.reader(io.StringIO(expected)))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_says_what_it_asks_and_orders_its_answer(question: Path) -> None:
    first, second, *_ = lines = question.read_text(encoding="utf-8").splitlines()
    assert first.startswith("# Question: ")
    assert first.endswith(("?", "."))
    assert second in ("# Difficulty: easy", "# Difficulty: medium", "# Difficulty: hard")
    assert lines[-1].startswith("ORDER BY"), "without an order the answer could not be compared line by line"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_an_empty_answer_says_why(question: Path) -> None:
    rows = question.with_suffix(".csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) > 1 or "# Empty because " in question.read_text(encoding="utf-8")
