"""Days, and periods whose bounds are certain or only possible.

A day is a `datetime.date`, parsed once where it comes in. In bounds it is its number in the proleptic Gregorian
calendar, as `datetime.date.toordinal` gives it, so that no bound is a number, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

from pyoxigraph import Literal

from kg.errors import BadInput
from kg.terms import XSD

#: Stand for no bound; every day lies between them.
BEFORE_ALL_DAYS = 0
AFTER_ALL_DAYS = date.max.toordinal() + 1

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_day(value: str | date) -> date:
    """The day that a user or a program means.

    Args:
        value: a date, or its ISO 8601 form ``YYYY-MM-DD``.

    Raises:
        BadInput: it is not a day of the Gregorian calendar.
    """
    if isinstance(value, date):
        return date(value.year, value.month, value.day)  # of a datetime, its date
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise BadInput(f"not a date: {value!r}; write a day of the calendar as YYYY-MM-DD, as in 2010-12-10")


def show_bound(bound: int) -> str | None:
    """A bound as ``YYYY-MM-DD``, None if there is none."""
    return date.fromordinal(bound).isoformat() if BEFORE_ALL_DAYS < bound < AFTER_ALL_DAYS else None


def day_literal(day: date) -> Literal:
    """A day as the graph writes it: midnight UTC, as xsd:dateTime."""
    return Literal(f"{day.isoformat()}T00:00:00Z", datatype=XSD.dateTime)


class Certainty(Enum):
    """How an answer holds, the surest first.

    What is presumed was certain on the last day to which the sources reach, and nothing on record ends it before the
    day that is asked about.
    """

    CERTAIN = "certain"
    PRESUMED = "presumed"
    POSSIBLE = "possible"

    rank: int
    """How sure it is; less is surer."""

    def __init__(self, word: str) -> None:
        self.rank = len(type(self).__members__)  # of those before it


class Pickled:
    """What is pickled as its fields, in the order in which it is made of them: a dataclass with slots looks each up."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        fields: tuple[str, ...] = self.__slots__
        return type(self), tuple(getattr(self, field) for field in fields)


@dataclass(frozen=True, slots=True)
class Period(Pickled):
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
        return self.certain_from <= self.certain_until and self.certain_from < AFTER_ALL_DAYS

    def on(self, day: date) -> Certainty | None:
        """How it holds on a day, None if it does not."""
        number = day.toordinal()
        if self.certain_from <= number <= self.certain_until:
            return Certainty.CERTAIN
        return Certainty.POSSIBLE if self.possible_from <= number <= self.possible_until else None

    def meets(self, other: Period) -> bool:
        """Whether there is a day on which both may hold."""
        return self.possible_from <= other.possible_until and other.possible_from <= self.possible_until
