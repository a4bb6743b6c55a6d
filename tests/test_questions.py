"""The competency questions: each answers as the file beside it says."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

import kg
from kg.build.questions import stated_day
from kg.build.store import Build
from kg.errors import BadInput
from kg.project import open_project

QUESTIONS = open_project().questions
#: The lines of a query without comments and declarations, the most that a question may take.
LINES = 15


@pytest.fixture(scope="module")
def graph(shipped: Build) -> kg.Graph:
    """The graph of the shipped project, as its build is; it keeps the stores of the days that questions are about."""
    return kg.open()


# Questions of one day follow one another, so that the few stores that are kept serve all of them.
@pytest.mark.parametrize(
    "question",
    sorted(QUESTIONS, key=lambda path: (str(stated_day(path.read_text(encoding="utf-8"))), path)),
    ids=lambda path: path.stem,
)
def test_the_answer_is_the_expected_one(question: Path, graph: kg.Graph) -> None:
    answer = graph.query(question.read_text(encoding="utf-8")).serialize("csv").decode()
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
def test_a_question_is_short(question: Path) -> None:
    text = question.read_text(encoding="utf-8")
    body = [line for line in text.splitlines() if line.strip() and not line.startswith(("#", "PREFIX", "BASE"))]
    assert len(body) <= LINES


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_an_empty_answer_says_why(question: Path) -> None:
    rows = question.with_suffix(".csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) > 1 or "# Empty because " in question.read_text(encoding="utf-8")


def test_no_two_questions_ask_the_same_or_have_one_number() -> None:
    texts = [path.read_text(encoding="utf-8").splitlines()[0] for path in QUESTIONS]
    assert len(set(texts)) == len(texts)
    numbers = [int(re.match(r"\d+", path.name)[0]) for path in QUESTIONS]  # type: ignore[index]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    ("query", "day"),
    [
        ("# As of: 2020-01-01\nASK {}", "2020-01-01"),
        ("# Question: Who?\n\n# as of: 2020-01-01 \r\nASK {}", "2020-01-01"),
        ("ASK {}\n# As of: 2020-01-01", "None"),  # not at its head
        ("# As of: the day of the attack\nASK {}", "None"),  # a comment like others
        ("ASK { ?s ?p '''\n# As of: 2020-01-01\n''' }", "None"),
    ],
)
def test_a_query_states_its_day_in_a_comment_at_its_head(query: str, day: str) -> None:
    assert str(stated_day(query)) == day


def test_a_day_that_the_calendar_lacks_is_refused() -> None:
    with pytest.raises(BadInput, match="2020-02-30"):
        stated_day("# As of: 2020-02-30\nASK {}")


def test_the_day_that_is_asked_for_counts_before_the_one_that_a_query_states(graph: kg.Graph) -> None:
    query = "# As of: 1939-09-01\nASK { state:POL casus:memberOf organization:NATO }"
    assert graph.query(query).boolean is False
    assert graph.query(query, as_of="2022-09-13").boolean is True
