"""Dates in cells: YYYY, YYYY-MM or YYYY-MM-DD, with > for not before, < for not after, ? for doubtful; no others."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_DATE = re.compile(r"([<>]?)\s*(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:\.0)?(\??)")
_LOOSE = re.compile(r"(\d{4})[-./](\d{1,2})(?:[-./](\d{1,2}))?")
_BACKWARD = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})")
_SHORT = re.compile(r"\d{1,2}[-./ ]\d{1,2}[-./ ]\d{2}|\d{2}")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
#: Day 0 of Excel's count of days, as it is for all days after February 1900.
_EXCEL_EPOCH = date(1899, 12, 30)
_FORM = "write YYYY, YYYY-MM or YYYY-MM-DD"


class BadCell(ValueError):
    """A cell that does not hold what its column holds; says what to do."""


@dataclass(frozen=True)
class CellDate:
    """A date as a cell has it.

    Attributes:
        bound: ``>`` if it is known to be no earlier, ``<`` if it is known to be no later, else empty.
        first, last: the first and the last day that it may be.
        precision: ``day``, ``month`` or ``year``.
        doubtful: whether it is marked as doubtful.
    """

    bound: str
    first: date
    last: date
    precision: str
    doubtful: bool

    @property
    def earliest(self) -> date:
        """The earliest day that it may stand for."""
        return date.min if self.bound == "<" else self.first

    @property
    def latest(self) -> date:
        """The latest day that it may stand for."""
        return date.max if self.bound == ">" else self.last

    @property
    def year(self) -> str:
        """The year, as a label has it."""
        return str(self.first.year)


def read_cell_date(text: str) -> CellDate:
    """The date of a cell.

    Raises:
        BadCell: it is none, or a form of it that has to be guessed.
    """
    text = text.strip()
    found = _DATE.fullmatch(text)
    if found is None:
        raise BadCell(_advice(text))
    bound, year, month, day, doubt = found.groups()
    first, last, precision = _days(int(year), month, day)
    return CellDate(bound, first, last, precision, bool(doubt))


def _days(year: int, month: str | None, day: str | None) -> tuple[date, date, str]:
    if year == 0:
        raise BadCell(f"there is no year 0; {_FORM}")
    if month is None:
        return date(year, 1, 1), date(year, 12, 31), "year"
    if not 1 <= int(month) <= 12:
        raise BadCell("there are twelve months: the middle number is 01 to 12")
    last = calendar.monthrange(year, int(month))[1]
    if day is None:
        return date(year, int(month), 1), date(year, int(month), last), "month"
    if not 1 <= int(day) <= last:
        raise BadCell(f"there is no such day: {calendar.month_name[int(month)]} {year} has {last} days")
    that = date(year, int(month), int(day))
    return that, that, "day"


def _advice(text: str) -> str:
    if loose := _LOOSE.fullmatch(text):
        year, *rest = loose.groups()
        return f"write {'-'.join([year, *(part.zfill(2) for part in rest if part)])}"
    if backward := _BACKWARD.fullmatch(text):
        one, other, year = backward.groups()
        readings = [f"{year}-{m.zfill(2)}-{d.zfill(2)}" for d, m in ((one, other), (other, one)) if 1 <= int(m) <= 12]
        if readings:
            return f"which number is the month is not said; write {' or '.join(dict.fromkeys(readings))}"
    if serial := _SERIAL.fullmatch(text):
        day = _EXCEL_EPOCH + timedelta(days=int(serial[1]))
        return f"it is a number, not a date; if it counts days as Excel does, write {day.isoformat()}"
    if _SHORT.fullmatch(text):
        return "the century is not said; write the year with four digits"
    return f"it is no date; {_FORM}"
