"""The code of a state on a day or in a year, as lists of states give it, for joining with other data by code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pyoxigraph import Literal, Triple

from kg.day import AFTER_ALL_DAYS, BEFORE_ALL_DAYS
from kg.duties.calendar import span
from kg.terms import CASUS, CONCEPTS, Resource, Term

#: The lists that tables and graphs have codes of: the property of a state, and the list of the codes that changed.
_LISTS = {
    "cow": (CASUS.cowCode, CONCEPTS["code-list/COW"]),
    "gw": (CASUS.gwCode, CONCEPTS["code-list/GW"]),
}
#: What an assignment of a code says.
_OF_ASSIGNMENTS = {
    CASUS.codeOf,
    CASUS.codeValue,
    CASUS.inCodeList,
    CASUS.begins,
    CASUS.beginPrecision,
    CASUS.ends,
    CASUS.endPrecision,
}


class DatedCode(NamedTuple):
    """A code that a list gives to a state from one day to another."""

    code: str
    first: int
    last: int


@dataclass(frozen=True)
class StateCodes:
    """The codes of states in one list.

    Attributes:
        undated: the code of each state, if it is one for all time.
        dated: the codes of the states whose code changed.
    """

    undated: Mapping[Term, str]
    dated: Mapping[Term, list[DatedCode]]

    def on(self, state: Resource, day: date) -> str:
        """The code of a state on a day; empty if the list gives it none."""
        return self._latest(state, day, day)

    def in_year(self, state: Resource, year: int) -> str:
        """The code of a state in a year; empty if the list gives it none.

        Of two the later, which goes on into the next year: what has one row for a state and a year must choose.
        """
        return self._latest(state, date(year, 1, 1), date(year, 12, 31))

    def all_in_year(self, state: Resource, year: int) -> tuple[str, ...]:
        """All codes of a state in a year, the earlier first: two in a year in which it changed."""
        return self._held(state, date(year, 1, 1), date(year, 12, 31))

    def _latest(self, state: Resource, first: date, last: date) -> str:
        held = self._held(state, first, last)
        return held[-1] if held else ""

    def _held(self, state: Resource, first: date, last: date) -> tuple[str, ...]:
        if state not in self.dated:
            return (self.undated[state],) if state in self.undated else ()
        held = [one for one in self.dated[state] if one.first <= last.toordinal() and first.toordinal() <= one.last]
        return tuple(one.code for one in sorted(held, key=lambda one: one.first))


def state_codes(triples: Iterable[Triple]) -> dict[str, StateCodes]:
    """The codes that a graph has, by the short name of the list: ``cow`` and ``gw``."""
    undated: dict[Term, dict[Term, str]] = defaultdict(dict)
    assignments: dict[Term, dict[Term, Term]] = defaultdict(dict)
    for subject, predicate, value in triples:
        if predicate in (CASUS.cowCode, CASUS.gwCode) and isinstance(value, Literal):
            undated[predicate][subject] = value.value
        elif predicate in _OF_ASSIGNMENTS:
            assignments[subject][predicate] = value
    dated: dict[Term | None, dict[Term, list[DatedCode]]] = defaultdict(lambda: defaultdict(list))
    for said in assignments.values():
        state, code = said.get(CASUS.codeOf), said.get(CASUS.codeValue)
        if state is not None and isinstance(code, Literal):
            begins = span(said.get(CASUS.begins), said.get(CASUS.beginPrecision)) or (BEFORE_ALL_DAYS, None)
            ends = span(said.get(CASUS.ends), said.get(CASUS.endPrecision)) or (None, AFTER_ALL_DAYS)
            dated[said.get(CASUS.inCodeList)][state].append(DatedCode(code.value, begins[0], ends[1]))
    return {name: StateCodes(undated[given], dict(dated[code_list])) for name, (given, code_list) in _LISTS.items()}
