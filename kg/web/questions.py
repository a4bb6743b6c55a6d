"""The example questions of the query page: what is asked, in plain words, beside the query that asks it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.errors import MissingFile

_HEADER = re.compile(r"^#\s*(Question|Difficulty):\s*(.*\S)", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """A question and its query. The name is part of its address on the query page."""

    name: str
    text: str
    query: str
    difficulty: str = ""


#: Questions that any graph can answer.
GENERAL = (
    Question(
        "classes",
        "Which kinds of things are there, and how many of each?",
        """\
SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE {
  ?thing a ?class
}
GROUP BY ?class
ORDER BY DESC(?things)
""",
    ),
    Question(
        "properties",
        "Which properties do they have, and how often?",
        """\
SELECT ?property (COUNT(*) AS ?times) WHERE {
  ?thing ?property ?value
}
GROUP BY ?property
ORDER BY DESC(?times)
""",
    ),
    Question(
        "graphs",
        "Which named graphs are there, and how large are they?",
        """\
SELECT ?graph (COUNT(*) AS ?triples) WHERE {
  GRAPH ?graph { ?thing ?property ?value }
}
GROUP BY ?graph
ORDER BY ?graph
""",
    ),
)


def read_questions(files: Iterable[Path]) -> tuple[Question, ...]:
    """Questions from ``.rq`` files that begin with ``# Question: …`` and ``# Difficulty: …``.

    Without these lines, a question goes by its file's name.

    Raises:
        MissingFile: a file cannot be read.
    """
    return tuple(_read_question(file) for file in files)


def _read_question(file: Path) -> Question:
    try:
        query = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MissingFile("cannot be read", file=file) from error
    header = {match.group(1): match.group(2) for match in _HEADER.finditer(query)}
    return Question(file.stem, header.get("Question", file.stem), query.strip() + "\n", header.get("Difficulty", ""))
