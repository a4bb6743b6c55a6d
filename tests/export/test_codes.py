"""Codes of states, as they were on a day and in a year."""

from __future__ import annotations

from datetime import date

import pytest
from worlds import bounds, state, statements

from kg.export.codes import state_codes


def code(number: int, value: str, begins: str, ends: str = "", code_list: str = "COW") -> str:
    given = f'casus:codeOf <state/DEU> ; casus:codeValue "{value}" ; casus:inCodeList <code-list/{code_list}>'
    return f"<code/DEU-{code_list}-{number}> a casus:CodeAssignment ; {given} {bounds(begins, ends)} .\n"


CODES = state_codes(
    statements(
        '<state/FRA> casus:cowCode "220" ; casus:gwCode "220" .\n<state/DEU> casus:cowCode "255" .\n'
        + code(1, "255", "1871-01-18", "1945-05-08")
        + code(2, "260", "1955", "1990-10-02")
        + code(3, "255", "1990-10-03")
        + code(1, "260", "1949", code_list="GW")
    )
)


@pytest.mark.parametrize(
    ("of", "year", "found"),
    [
        ("FRA", 1900, "220"),
        ("DEU", 1900, "255"),
        ("DEU", 1945, "255"),
        ("DEU", 1950, ""),  # in no list of that year
        ("DEU", 1955, "260"),
        ("DEU", 1989, "260"),
        ("DEU", 1990, "255"),  # both; a table that is joined by it has one row
        ("DEU", 2020, "255"),
        ("XXX", 2020, ""),
    ],
)
def test_a_state_has_one_code_in_a_year(of: str, year: int, found: str) -> None:
    assert CODES["cow"].in_year(state(of), year) == found


@pytest.mark.parametrize(
    ("day", "cow", "gw"),
    [
        ("1945-05-09", "", ""),
        ("1990-10-02", "260", "260"),
        ("1990-10-03", "255", "260"),
    ],
)
def test_a_state_has_the_code_of_the_day(day: str, cow: str, gw: str) -> None:
    assert [codes.on(state("DEU"), date.fromisoformat(day)) for codes in CODES.values()] == [cow, gw]
