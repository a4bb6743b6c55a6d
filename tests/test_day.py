"""Days as people and programs name them, and periods known in part."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest

from kg.day import AFTER_ALL_DAYS, BEFORE_ALL_DAYS, Certainty, Period, day_literal, read_day, show_bound
from kg.errors import BadInput


def test_a_day_is_a_date_or_its_text() -> None:
    assert (
        read_day("2010-12-10")
        == read_day(date(2010, 12, 10))
        == read_day(datetime(2010, 12, 10, 23))
        == date(2010, 12, 10)
    )


@pytest.mark.parametrize(
    "day", ["yesterday", "2024-13-01", "2023-02-29", "2024", "20240101", "2024-1-1", "", "0000-01-01", 20240101]
)
def test_a_bad_day_is_told_in_one_line(day: str) -> None:
    with pytest.raises(BadInput, match=re.escape(f"not a date: {day!r}")) as caught:
        read_day(day)
    assert "\n" not in str(caught.value)


def test_a_day_in_the_graph_is_midnight_utc() -> None:
    assert day_literal(date(1992, 5, 15)).value == "1992-05-15T00:00:00Z"


def test_a_bound_is_shown_if_there_is_one() -> None:
    shown = [show_bound(bound) for bound in (BEFORE_ALL_DAYS, date(1992, 5, 15).toordinal(), AFTER_ALL_DAYS)]
    assert shown == [None, "1992-05-15", None]


def test_a_period_holds_for_certain_within_its_inner_bounds() -> None:
    period = Period(*(date(1990, 1, day).toordinal() for day in (1, 10, 20, 30)))
    found = [period.on(date(1990, 1, day)) for day in (1, 9, 10, 20, 21, 30, 31)]
    certain, possible = Certainty.CERTAIN, Certainty.POSSIBLE
    assert found == [possible, possible, certain, certain, possible, possible, None]
