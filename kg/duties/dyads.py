"""The directed dyad-year table: which state pledged what to which other state in which year, in ATOP's terms.

ATOP (Leeds, Ritter, Mitchell and Long 2002, http://www.atopdata.org) counts a pledge for a year if it was in force on
any day of the year. The same is done here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import astuple, dataclass, replace
from datetime import date
from itertools import pairwise

from kg.day import AFTER_ALL_DAYS, BEFORE_ALL_DAYS, Certainty
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
    made: dict[Resource, set[str]] = defaultdict(set)
    dyads: dict[tuple[Resource, Resource], list[Duty]] = defaultdict(list)
    for duty in pledges:
        made[duty.treaty].add(duty.kind.notation.lower())
        dyads[duty.holder, duty.beneficiary].append(duty)
    # What an instrument promises of a kind is known, and so are those to whom it does not, if it promises any.
    settled = {treaty: made[treaty] | timeline.absences.get(treaty, frozenset()) for treaty in made}
    of_year: dict[int, list[DyadYear]] = defaultdict(list)
    for _, duties in sorted(dyads.items(), key=lambda dyad: (dyad[0][0].value, dyad[0][1].value)):
        for begin, end in pairwise(_turns(duties, timeline.currency, first, last + 1)):
            row = _row(begin, duties, settled, timeline.currency)
            if row is not None:
                for year in range(begin, end):
                    of_year[year].append(replace(row, year=year))
    return (row for year in sorted(of_year) for row in of_year[year])


def _turns(duties: Iterable[Duty], currency: Currency, first: int, end: int) -> list[int]:
    """Years from the first to the end, in order, such that the pledges of a dyad are alike in all years in between.

    A pledge can differ from those of the year before only where a bound of it, or of a suspension, lies in either.
    """
    periods = [period for duty in duties for period in (duty.period, *(found.period for found in duty.suspensions))]
    bounds = {bound for period in periods for bound in astuple(period) if BEFORE_ALL_DAYS < bound < AFTER_ALL_DAYS}
    if currency.known_to is not None:
        bounds.add(currency.known_to.toordinal())
    years = {date.fromordinal(bound).year for bound in bounds}
    return sorted({first, end, *(turn for year in years for turn in (year, year + 1) if first < turn < end)})


def _row(
    year: int, duties: Sequence[Duty], settled: Mapping[Resource, Set[str]], currency: Currency
) -> DyadYear | None:
    """The row of a dyad for a year, None if nothing is pledged in it."""
    begin, end = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    known = end if currency.known_to is None else min(end, currency.known_to.toordinal())
    found: dict[str, Certainty] = {}
    named: set[Resource] = set()
    for duty in duties:
        certainty = duty.within(begin, end)
        if certainty is Certainty.CERTAIN and duty.within(begin, known) is not Certainty.CERTAIN:
            certainty = Certainty.PRESUMED
        if certainty is not None:
            name = duty.kind.notation.lower()
            found[name] = min(certainty, found.get(name, certainty), key=lambda how: how.rank)
            named.add(duty.treaty)
    if not found:
        return None
    treaties = tuple(sorted(named, key=lambda treaty: treaty.value))
    absent = frozenset.intersection(*(frozenset(settled[treaty]) for treaty in treaties)) - found.keys()
    return DyadYear(year, duties[0].holder, duties[0].beneficiary, found, treaties, absent)
