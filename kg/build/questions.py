"""Questions to a graph, in plain words beside the query that asks each: a project's competency questions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.day import read_day
from kg.errors import MissingFile
from kg.terms import Namespaces

_HEADER = re.compile(r"^#\s*(Question|Difficulty):\s*(.*\S)", re.MULTILINE)
_FORM = re.compile(r"^\s*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE | re.MULTILINE)
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
#: Among the comments that a query begins with. Any other comment, one that names no day among them, is just that.
_STATED = r"\A(?:[ \t]*(?:#[^\n]*)?\n)*?#[ \t]*%s:[ \t]*(%s)[ \t]*\r?$"
_AS_OF = re.compile(_STATED % ("As of", r"\d{4}-\d{2}-\d{2}"), re.IGNORECASE | re.MULTILINE)
_VIEW = re.compile(_STATED % ("View", r"\w+"), re.IGNORECASE | re.MULTILINE)
_QUESTION = re.compile(_STATED % ("Question", r".*\S"), re.IGNORECASE | re.MULTILINE)


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

    @property
    def day(self) -> date | None:
        """The day of which it asks, as in `stated_day`."""
        return stated_day(self.query)

    def traced(self, names: Namespaces) -> list[str]:
        """The terms of the project's ontology that the query names, in their order."""
        namespace = names.ontology + "#"
        prefixes = "|".join(re.escape(prefix) for prefix, iri in names.prefixes.items() if iri == namespace)
        found = re.findall(rf"\b(?:{prefixes}):(\w+)", _COMMENT.sub("", self.query)) if prefixes else []
        return [namespace + name for name in dict.fromkeys(found)]


def stated_day(query: str) -> date | None:
    """The day of which a query asks by its own word, a comment at its head: ``# As of: 2020-01-01``.

    Raises:
        BadInput: the calendar has no such day.
    """
    match = _AS_OF.match(query)
    return read_day(match.group(1)) if match else None


def stated_view(query: str) -> str | None:
    """As what a query asks to be shown by its own word, a comment at its head: ``# View: timeline``."""
    match = _VIEW.match(query)
    return match.group(1).lower() if match else None


def stated_question(query: str) -> str | None:
    """What a query asks in plain words, by a comment at its head: ``# Question: Who?``."""
    match = _QUESTION.match(query)
    return match.group(1) if match else None


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
