"""Days, dates known in part, and periods whose bounds are certain or only possible.

A day is its number in the proleptic Gregorian calendar, as `datetime.date.toordinal` gives it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from pyoxigraph import Literal, NamedNode

from kg.errors import BadInput
from kg.reasoning.symbols import Dictionary
from kg.terms import ID, XSD

#: Stand for no bound; every day lies between them.
BEFORE_ALL_DAYS = 0
AFTER_ALL_DAYS = date.max.toordinal() + 1

PRECISIONS = tuple(NamedNode(f"{ID}precision/{name}") for name in ("day", "month", "year"))
DATE_TIME = NamedNode(XSD + "dateTime")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T")


class Certainty(Enum):
    """How an answer holds."""

    CERTAIN = "certain"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Period:
    """A period of whose first and last day bounds are known. All four bounds are days that belong to it.

    Attributes:
        possible_from: the first day on which it may hold.
        certain_from: the first day on which it holds for certain.
        certain_until: the last day on which it holds for certain; if before `certain_from`, there is no such day.
        possible_until: the last day on which it may hold.
    """

    possible_from: int
    certain_from: int
    certain_until: int
    possible_until: int

    @property
    def certain(self) -> bool:
        """Whether there is a day on which it holds for certain."""
        return self.certain_from <= self.certain_until

    def on(self, day: int) -> Certainty | None:
        """How it holds on a day, None if it does not."""
        if self.certain_from <= day <= self.certain_until:
            return Certainty.CERTAIN
        return Certainty.POSSIBLE if self.possible_from <= day <= self.possible_until else None

    def meets(self, other: Period) -> bool:
        """Whether there is a day on which both may hold."""
        return self.possible_from <= other.possible_until and other.possible_from <= self.possible_until


def parse_day(text: str | date) -> int:
    """The day that a user names.

    Args:
        text: a date, or its ISO 8601 form ``YYYY-MM-DD``.

    Raises:
        BadInput: it is not a day of the Gregorian calendar.
    """
    if isinstance(text, date):
        return text.toordinal()
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).toordinal()
    except ValueError:
        pass
    raise BadInput(f"not a date: {text!r}; write a day of the calendar as YYYY-MM-DD, as in 2010-12-10")


def show_day(day: int) -> str:
    """A day as ``YYYY-MM-DD``."""
    return date.fromordinal(day).isoformat()


def day_literal(day: int) -> Literal:
    """A day as the graph writes it: midnight UTC, as xsd:dateTime."""
    return Literal(f"{show_day(day)}T00:00:00Z", datatype=DATE_TIME)


def calendar_facts(dictionary: Dictionary) -> list[str]:
    """What `obligations.lp` asks about the dates of a dictionary: the days each may mean, by its precision.

    Dates outside the years 1 to 9999 and lexical forms that name no day are left out.
    """
    precisions = [dictionary.name(precision) for precision in PRECISIONS]
    facts = []
    for literal, name in list(dictionary.names.items()):
        if isinstance(literal, Literal) and literal.datatype == DATE_TIME:
            for precision, span in zip(precisions, _readings(literal.value), strict=False):
                facts.append(f"calendar({name},{precision},{span[0]},{span[1]}).")
    return facts


def _readings(lexical: str) -> Iterable[tuple[int, int]]:
    """The first and the last day a date may mean if it is known to the day, to the month and to the year."""
    match = _DATE_TIME.match(lexical)
    if match is None:
        return
    year, month, day = map(int, match.groups())
    try:
        exact = date(year, month, day).toordinal()
    except ValueError:
        return
    yield exact, exact
    yield date(year, month, 1).toordinal(), date(year, month, monthrange(year, month)[1]).toordinal()
    yield date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
