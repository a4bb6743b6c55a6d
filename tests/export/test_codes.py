"""Codes of states, as they were in a year."""

from __future__ import annotations

import pytest

from kg.export.codes import DatedCode, StateCodes

CODES = StateCodes(
    {"FRA": "220", "DEU": "255"},
    [DatedCode("DEU", "255", 1871, 1945), DatedCode("DEU", "260", 1955, 1990), DatedCode("DEU", "255", 1990, None)],
)


@pytest.mark.parametrize(
    ("state", "year", "code"),
    [
        ("FRA", 1900, "220"),
        ("DEU", 1900, "255"),
        ("DEU", 1950, ""),  # in no list of that year
        ("DEU", 1989, "260"),
        ("DEU", 1990, "255"),  # both; a table that is joined by it has one row
        ("DEU", 2020, "255"),
        ("XXX", 2020, ""),
    ],
)
def test_a_state_has_one_code_in_a_year(state: str, year: int, code: str) -> None:
    assert CODES.in_year(state, year) == code


def test_codes_come_from_the_tables() -> None:
    states = [{"id": "DEU", "cow_code": "255"}, {"id": "FRA", "cow_code": "220"}]
    other = {"state": "DEU", "code": "260", "begins": "1949-01-01", "ends": "", "code_list": "GW"}
    codes = [{"state": "DEU", "code": "260", "begins": "", "ends": "1990-10-02", "code_list": "COW"}, other]
    found = StateCodes.from_tables(states, codes, "cow_code", "COW")
    assert found == StateCodes({"DEU": "255", "FRA": "220"}, [DatedCode("DEU", "260", 1, 1990)])
