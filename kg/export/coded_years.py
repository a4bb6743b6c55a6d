"""Dyad-years and state-years as the field has them: keyed by the numbers of a list of states and by year.

A state that changes its number within a year has a row under each; states that bear one number in turn share rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from typing import NamedTuple

from kg.day import Certainty
from kg.duties.dyads import DyadYear
from kg.export.codes import StateCodes
from kg.export.identifiers import short_identifier
from kg.export.tables import NOT_AVAILABLE, SEPARATOR, Cells
from kg.terms import Namespaces, Resource

#: What is known of a pledge: nothing, that there was none, that there may have been one, that there was one.
_UNKNOWN, _NONE, _POSSIBLE, _CERTAIN = range(-1, 3)
#: The cells for these: of the pledge in ATOP's sense, and of one that is at least possible.
_CELLS = {
    _UNKNOWN: (NOT_AVAILABLE, NOT_AVAILABLE),
    _NONE: ("0", "0"),
    _POSSIBLE: (NOT_AVAILABLE, "1"),
    _CERTAIN: ("1", "1"),
}

#: What is known of the kinds of pledge, in the order of a table's columns.
_Pledged = tuple[int, ...]
#: The numbers of states that a row is about, and its year.
_Numbers = tuple[int, ...]


class _Numbered(NamedTuple):
    """A dyad-year under one number of each of its states."""

    one: int
    other: int
    dyad: DyadYear


@dataclass(frozen=True)
class CodedYears:
    """Dyad-years by the numbers that a list gives to states.

    Attributes:
        dyads: the directed dyad-years of the graph, by state.
        codes: the numbers of states.
        is_complete: whether the graph has all instruments of a year. Elsewhere a pledge that it does not know of may
            have been made all the same, so that nothing is known of it.
        names: the namespaces of the project.
    """

    dyads: Iterable[DyadYear]
    codes: StateCodes
    is_complete: Callable[[int], bool]
    names: Namespaces

    def directed(self, pledges: Sequence[str]) -> list[Cells]:
        """Rows of two numbers, a year, the states, and the pledges of the first to the second in `pledges`' order."""
        return self._rows(pledges, lambda one, other, year: (one, other, year))

    def undirected(self, pledges: Sequence[str]) -> list[Cells]:
        """The same of each two states once, the lower number first: the maximum of both directions."""
        return self._rows(pledges, lambda one, other, year: (min(one, other), max(one, other), year))

    def by_state(self, pledges: Sequence[str]) -> list[Cells]:
        """Rows of a number, a year, the state, and what it pledged to any other: the maximum of its dyads."""
        return self._rows(pledges, lambda one, other, year: (one, year))

    def _rows(self, pledges: Sequence[str], key_of: Callable[[int, int, int], _Numbers]) -> list[Cells]:
        grouped: dict[_Numbers, list[_Numbered]] = defaultdict(list)
        for numbered in self._numbered():
            grouped[key_of(numbered.one, numbered.other, numbered.dyad.year)].append(numbered)
        is_complete = cache(self.is_complete)
        shown = cache(lambda things: SEPARATOR.join(sorted(short_identifier(iri.value, self.names) for iri in things)))
        rows = []
        for key, group in sorted(grouped.items()):
            *numbers, year = key
            complete = is_complete(year)
            known = reduce(_together, {_known(numbered.dyad, pledges, complete) for numbered in group})
            states = (shown(_bearers(number, group)) for number in numbers)
            treaties = frozenset(treaty for numbered in group for treaty in numbered.dyad.treaties)
            said = (cell for one in known for cell in _CELLS[one])
            rows.append((*map(str, numbers), f"{year:04}", *states, *said, str(int(complete)), shown(treaties)))
        return rows

    def _numbered(self) -> Iterator[_Numbered]:
        numbers = cache(lambda state, year: [int(code) for code in self.codes.all_in_year(state, year)])
        for dyad in self.dyads:
            for one in numbers(dyad.holder, dyad.year):
                for other in numbers(dyad.beneficiary, dyad.year):
                    if one != other:  # what bears a number later in the year is not its own ally
                        yield _Numbered(one, other, dyad)


def _bearers(number: int, group: Iterable[_Numbered]) -> frozenset[Resource]:
    """The states that bear a number in some dyad-years."""
    return frozenset(
        state
        for one, other, dyad in group
        for its, state in ((one, dyad.holder), (other, dyad.beneficiary))
        if its == number
    )


def _known(dyad: DyadYear, pledges: Iterable[str], complete: bool) -> _Pledged:
    """What is known of the kinds of pledge in a dyad-year."""
    made, absent = dyad.pledges, dyad.absent if complete else ()
    return tuple(
        (_CERTAIN if made[pledge] is Certainty.CERTAIN else _POSSIBLE)
        if pledge in made
        else _NONE
        if pledge in absent
        else _UNKNOWN
        for pledge in pledges
    )


def _together(one: _Pledged, other: _Pledged) -> _Pledged:
    """What is known of two dyads together: a pledge if there is one, none if both are known to have none."""
    return tuple(max(pair) if max(pair) > _NONE else min(pair) for pair in zip(one, other, strict=True))
