"""The code of a state in a year, for tables that are joined with others by code and year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class DatedCode(NamedTuple):
    """A code that a list gives to a state from one year to another, of which the last is None if it is open."""

    state: str
    code: str
    first: int
    last: int | None


@dataclass(frozen=True)
class StateCodes:
    """The codes of states in one list.

    Attributes:
        undated: the code of each state, if it is one for all time.
        dated: the codes of the states whose code changed.
    """

    undated: Mapping[str, str]
    dated: Sequence[DatedCode] = ()

    @classmethod
    def from_tables(
        cls, states: Iterable[Mapping[str, str]], codes: Iterable[Mapping[str, str]], column: str, code_list: str
    ) -> StateCodes:
        """The codes that the tables of states and of dated codes hold.

        Args:
            states: the rows of the table of states.
            codes: the rows of the table of dated codes.
            column: where the first has the codes.
            code_list: what the second calls the list.
        """
        dated = [
            DatedCode(row["state"], row["code"], _year(row["begins"]) or 1, _year(row["ends"]))
            for row in codes
            if row["code_list"] == code_list
        ]
        return cls({row["id"]: row[column] for row in states}, dated)

    def in_year(self, state: str, year: int) -> str:
        """The code of a state in a year, of two the later; empty if the list gives it none."""
        of_state = [dated for dated in self.dated if dated.state == state]
        if not of_state:
            return self.undated.get(state, "")
        held = [one for one in of_state if one.first <= year and (one.last is None or year <= one.last)]
        return max(held, key=lambda one: one.first).code if held else ""


def _year(day: str) -> int | None:
    return int(day[:4]) if day else None
