"""The years across a drawing: where a day is, and which years are named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kg.drawing.svg import text_width

#: Years from one line to the next.
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)
#: The size of a year's number, as ``drawing.css`` has it, and the room between two.
YEAR_SIZE, _BETWEEN = 12.0, 22.0
#: The axis begins with a year that is named, if no more than this part of it stays empty by that.
_EMPTY = 0.12


@dataclass(frozen=True)
class Axis:
    """Days from left to right.

    Attributes:
        first: the first day.
        last: the last day.
        left: where the first day is.
        right: where the last day ends.
        step: years from one line to the next.
    """

    first: date
    last: date
    left: float
    right: float
    step: int

    def at(self, day: date) -> float:
        """Where a day begins; one beyond the ends is at the end."""
        days = (min(max(day, self.first), self.last) - self.first).days
        return self.left + (self.right - self.left) * days / max((self.last - self.first).days, 1)

    def years(self) -> list[tuple[int, float]]:
        """The years that are named, and where they begin."""
        begin = self.first.year + (-self.first.year) % self.step
        years = [year for year in range(begin, self.last.year + 1, self.step) if date(year, 1, 1) >= self.first]
        return [(year, self.at(date(year, 1, 1))) for year in years]


def axis_of(first: date, last: date, left: float, right: float) -> Axis:
    """The axis of a period, with as many named years as are legible."""
    years = last.year - first.year + 1
    room = text_width("0000", YEAR_SIZE) + _BETWEEN
    step = next((step for step in _STEPS if (right - left) / years * step >= room), _STEPS[-1])
    named = first.year - first.year % step
    begin = named if first.year - named <= years * _EMPTY and named >= 1 else first.year
    return Axis(date(begin, 1, 1), max(last, date(begin, 12, 31)), left, right, step)
