"""Questions to a graph, in plain words beside the query that asks each: a project's competency questions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.errors import MissingFile

_HEADER = re.compile(r"^#\s*(Question|Difficulty):\s*(.*\S)", re.MULTILINE)
_FORM = re.compile(r"^\s*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """A question and its query. The name is part of its address on the query page."""

    name: str
    text: str
    query: str
    difficulty: str = ""

    @property
    def form(self) -> str:
        """The form of the query in lower case, which is the name of its property in SHACL."""
        match = _FORM.search(self.query)
        return match.group(1).lower() if match else "select"


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
