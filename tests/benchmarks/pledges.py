"""Pledges of two data sets by directed dyad and year, and why one of them lacks what the other has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple

#: The kinds of pledges.
KINDS = ("defense", "offense", "neutrality", "nonaggression", "consultation")


class Cause(Enum):
    """Why one side has a pledge for a year that the other has not, the nearest to agreement first."""

    POSSIBLE = "only possible in the graph"
    SUSPENSION = "suspension"
    BEGIN = "begins earlier"
    END = "ends later"
    DATES = "a gap on the other side, or never bound at the same time there"
    ASYMMETRY = "asymmetry: no such pledge in this direction there"
    PARTY = "party not there"
    KIND = "no such pledge in the alliance there"
    TREATY = "alliance not there"


#: Causes from the nearest to agreement on.
_ORDER = {cause: place for place, cause in enumerate(Cause)}


class Pledge(NamedTuple):
    """What a state pledged to another in a year."""

    kind: str
    holder: str
    beneficiary: str
    year: int


class Spell(NamedTuple):
    """A time for which an alliance has a state pledge something to another."""

    alliance: str
    kind: str
    holder: str
    beneficiary: str
    first: str
    last: str
    suspended: bool = False

    def years(self, first: int, last: int) -> range:
        """The years of some within which it holds on any day."""
        return range(max(int(self.first[:4]), first), min(int(self.last[:4]), last) + 1)


@dataclass(frozen=True)
class Side:
    """The spells of one side."""

    spells: Sequence[Spell]

    @cached_property
    def _kinds(self) -> Set[tuple[str, str]]:
        return {(spell.alliance, spell.kind) for spell in self.spells}

    @cached_property
    def _together(self) -> Set[tuple[str, frozenset[str]]]:
        return {(spell.alliance, frozenset((spell.holder, spell.beneficiary))) for spell in self.spells}

    @cached_property
    def _states(self) -> Set[tuple[str, str]]:
        return {(spell.alliance, state) for spell in self.spells for state in (spell.holder, spell.beneficiary)}

    @cached_property
    def _dyads(self) -> Mapping[tuple[str, str, str, str], Sequence[Spell]]:
        found = defaultdict(list)
        for spell in self.spells:
            found[spell[:4]].append(spell)
        return found

    def pledges(self, first: int, last: int) -> dict[Pledge, set[str]]:
        """The pledges of each year, with the alliances that make them."""
        found: dict[Pledge, set[str]] = defaultdict(set)
        for spell in self.spells:
            for year in spell.years(first, last):
                found[Pledge(spell.kind, spell.holder, spell.beneficiary, year)].add(spell.alliance)
        return found

    def cause(self, pledge: Pledge, alliances: Iterable[str]) -> tuple[Cause, str]:
        """Why this side lacks a pledge that the other has by some alliances, and by which of them."""
        return min(((self._cause(pledge, one), one) for one in sorted(alliances)), key=lambda found: _ORDER[found[0]])

    def _cause(self, pledge: Pledge, alliance: str) -> Cause:
        states = pledge.holder, pledge.beneficiary
        between = self._dyads.get((alliance, pledge.kind, *states))
        if between is None:
            return self._cause_of_none(pledge, alliance)
        if any(spell.suspended and spell.years(pledge.year, pledge.year) for spell in between):
            return Cause.SUSPENSION
        if all(int(spell.first[:4]) > pledge.year for spell in between):
            return Cause.BEGIN
        return Cause.END if all(int(spell.last[:4]) < pledge.year for spell in between) else Cause.DATES

    def _cause_of_none(self, pledge: Pledge, alliance: str) -> Cause:
        states = pledge.holder, pledge.beneficiary
        if not any((alliance, kind) in self._kinds for kind in KINDS):
            return Cause.TREATY
        if (alliance, pledge.kind) not in self._kinds:
            return Cause.KIND
        if (alliance, frozenset(states)) in self._together:
            return Cause.ASYMMETRY
        return Cause.DATES if all((alliance, state) in self._states for state in states) else Cause.PARTY
