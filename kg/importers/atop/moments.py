"""Dates as the tables and the graph give them: a day, or a month or a year of which the day is not known."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from kg.errors import BadInput

_UNKNOWN = ("", "0")


@dataclass(frozen=True)
class Moment:
    """A date: the days that it may mean.

    Attributes:
        first: the first of them.
        last: the last of them.
    """

    first: date
    last: date

    @property
    def precision(self) -> str:
        """What is known: the ``day``, the ``month`` or the ``year``."""
        days = (self.last - self.first).days
        return "day" if days == 0 else "month" if days < 31 else "year"

    def touches(self, other: Moment) -> bool:
        """Whether what begins on the other date may follow on what ends on this one without a gap."""
        return self.first <= other.first <= self.last + timedelta(1)


def read_moment(year: str, month: str, day: str) -> Moment | None:
    """The date of three columns, None if there is none.

    Raises:
        BadInput: there is no such day.
    """
    if year in _UNKNOWN:
        return None
    try:
        y = int(year)
        if month in _UNKNOWN:
            return Moment(date(y, 1, 1), date(y, 12, 31))
        m = int(month)
        if day in _UNKNOWN:
            return Moment(date(y, m, 1), date(y, m, calendar.monthrange(y, m)[1]))
        return Moment(date(y, m, int(day)), date(y, m, int(day)))
    except ValueError as error:
        shown = ", ".join(value or "nothing" for value in (year, month, day))
        raise BadInput(f"there is no day of year, month and day {shown}") from error


def on(day: date) -> Moment:
    """A date that is known to the day."""
    return Moment(day, day)


def of_precision(day: date, precision: str) -> Moment:
    """A date as the graph states it: its first day, and whether the ``day``, the ``month`` or the ``year`` is known."""
    if precision == "year":
        return Moment(day, date(day.year, 12, 31))
    if precision == "month":
        return Moment(day, date(day.year, day.month, calendar.monthrange(day.year, day.month)[1]))
    return on(day)


def differ(one: Moment, other: Moment) -> bool:
    """Whether two dates differ, as far as both are known."""
    return one.last < other.first or other.last < one.first
