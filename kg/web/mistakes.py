"""Where in a query its mistake is, to show it there: read from the message, which comes from another process."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLACE = re.compile(r"line (\d+), column (\d+)")
#: What is marked: the word at the place, or the one character.
_MARKED = re.compile(r"[\w:?$@]+|\S|\Z")
#: Characters that are shown before and after the place.
_AROUND = 200


@dataclass(frozen=True)
class Mistake:
    """A mistake in its line.

    Attributes:
        line: the number of the line.
        column: the number of the character in it.
        before: what stands in the line before the mistake.
        marked: the mistake.
        after: what stands after it.
    """

    line: int
    column: int
    before: str
    marked: str
    after: str


def find_mistake(query: str, message: str) -> Mistake | None:
    """The place that a message names in a query; None if it names none that the query has."""
    found = _PLACE.search(message)
    if found is None:
        return None
    line, column = int(found[1]), int(found[2])
    lines = query.split("\n")
    if not (0 < line <= len(lines) and 0 < column <= len(lines[line - 1]) + 1):
        return None
    text = lines[line - 1].rstrip("\r")
    marked = _MARKED.match(text, column - 1)
    end = marked.end() if marked else column
    before, after = text[: column - 1], text[end:]
    return Mistake(line, column, before[-_AROUND:], text[column - 1 : end], after[:_AROUND])
