"""The directed dyad-year table: which state pledged what to which other state in which year, in ATOP's terms.

ATOP (Leeds, Ritter, Mitchell and Long 2002, http://www.atopdata.org) counts a pledge for a year if it was in force on
any day of the year. The same is done here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date

from kg.day import Certainty
from kg.duties.currency import Currency
from kg.duties.model import Duty
from kg.duties.timeline import Timeline
from kg.errors import BadInput
from kg.terms import Resource


@dataclass(frozen=True, slots=True)
class DyadYear:
    """What one state pledged to another in one year.

    Attributes:
        year: the year.
        holder: the state that made the pledges.
        beneficiary: the state to which they were made.
        pledges: how each kind of pledge was made, by its notation in lower case: ``defense``.
        treaties: the instruments that say so, in the order of their names.
        absent: the kinds of pledge that none of these makes to the other state, as far as each is known to make none or
            to make it to others. Of the kinds that are neither here nor among the pledges, nothing is known.
    """

    year: int
    holder: Resource
    beneficiary: Resource
    pledges: Mapping[str, Certainty]
    treaties: tuple[Resource, ...]
    absent: frozenset[str] = frozenset()

    def said_of(self, pledge: str) -> str | None:
        """How a kind of pledge was made, ``none`` if it is known not to have been, None if nothing is known of it."""
        return self.pledges[pledge].value if pledge in self.pledges else "none" if pledge in self.absent else None


def dyad_years(
    timeline: Timeline, first: int, last: int, *, treaties: Collection[Resource] | None = None
) -> Iterator[DyadYear]:
    """The directed dyad-years with at least one pledge, in the order of years and states.

    Args:
        timeline: the duties.
        first: the first year.
        last: the last year.
        treaties: the instruments to count, all if None.

    Raises:
        BadInput: a year is outside 1 to 9999, or the last is before the first.
    """
    if not 1 <= first <= last <= 9999:
        raise BadInput(f"not a range of years: {first} to {last}; years go from 1 to 9999, the earlier one first")
    pledges = [duty for duty in timeline.duties if duty.kind.in_atop and (treaties is None or duty.treaty in treaties)]
    pledges.sort(key=lambda duty: (duty.holder.value, duty.beneficiary.value))
    made: dict[Resource, set[str]] = defaultdict(set)
    for duty in pledges:
        made[duty.treaty].add(duty.kind.notation.lower())
    # What an instrument promises of a kind is known, and so are those to whom it does not, if it promises any.
    settled = {treaty: made[treaty] | timeline.absences.get(treaty, frozenset()) for treaty in made}
    return (row for year in range(first, last + 1) for row in _rows(year, pledges, settled, timeline.currency))


def _rows(
    year: int, pledges: list[Duty], settled: Mapping[Resource, Set[str]], currency: Currency
) -> Iterator[DyadYear]:
    begin, end = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    known = end if currency.known_to is None else min(end, currency.known_to.toordinal())
    dyads: dict[tuple[Resource, Resource], list[tuple[Duty, Certainty]]] = {}
    for duty in pledges:
        certainty = duty.within(begin, end)
        if certainty is Certainty.CERTAIN and duty.within(begin, known) is not Certainty.CERTAIN:
            certainty = Certainty.PRESUMED
        if certainty is not None:
            dyads.setdefault((duty.holder, duty.beneficiary), []).append((duty, certainty))
    for (holder, beneficiary), made in dyads.items():
        found: dict[str, Certainty] = {}
        for duty, certainty in made:
            name = duty.kind.notation.lower()
            found[name] = min(certainty, found.get(name, certainty), key=lambda how: how.rank)
        treaties = tuple(sorted({duty.treaty for duty, _ in made}, key=lambda treaty: treaty.value))
        absent = frozenset.intersection(*(frozenset(settled[treaty]) for treaty in treaties)) - found.keys()
        yield DyadYear(year, holder, beneficiary, found, treaties, absent)
