"""The directed dyad-year table: which state pledged what to which other state in which year, in ATOP's terms.

ATOP (Leeds, Ritter, Mitchell and Long 2002, http://www.atopdata.org) counts a pledge for a year if it was in force on
any day of the year. The same is done here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from pyoxigraph import NamedNode

from kg.day import Certainty
from kg.duties.model import ATOP_KINDS, Duty, Thing
from kg.duties.timeline import Timeline
from kg.errors import BadInput


@dataclass(frozen=True, slots=True)
class DyadYear:
    """What one state pledged to another in one year. A pledge not made is None.

    Attributes:
        year: the year.
        holder: the state that made the pledges.
        beneficiary: the state to which they were made.
        defense: support with arms if it is attacked.
        offense: support with arms in other cases.
        neutrality: to stay out of its conflicts.
        nonaggression: not to use force against it.
        consultation: to confer with it.
        treaties: the instruments that say so, in the order of their names.
    """

    year: int
    holder: Thing
    beneficiary: Thing
    defense: Certainty | None
    offense: Certainty | None
    neutrality: Certainty | None
    nonaggression: Certainty | None
    consultation: Certainty | None
    treaties: tuple[Thing, ...]


def dyad_years(
    timeline: Timeline, first: int, last: int, *, treaties: Collection[Thing] | None = None
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
    pledges = [
        duty for duty in timeline.duties if duty.kind in ATOP_KINDS and (treaties is None or duty.treaty in treaties)
    ]
    pledges.sort(key=lambda duty: (duty.holder.value, duty.beneficiary.value))
    return (row for year in range(first, last + 1) for row in _rows(year, pledges))


def _rows(year: int, pledges: list[Duty]) -> Iterator[DyadYear]:
    begin, end = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    dyads: dict[tuple[Thing, Thing], list[tuple[Duty, Certainty]]] = {}
    for duty in pledges:
        certainty = duty.within(begin, end)
        if certainty is not None:
            dyads.setdefault((duty.holder, duty.beneficiary), []).append((duty, certainty))
    for (holder, beneficiary), made in dyads.items():
        found: dict[NamedNode, Certainty] = {}
        for duty, certainty in made:
            if found.get(duty.kind) is not Certainty.CERTAIN:
                found[duty.kind] = certainty
        defense, offense, neutrality, nonaggression, consultation = (found.get(kind) for kind in ATOP_KINDS)
        treaties = tuple(sorted({duty.treaty for duty, _ in made}, key=lambda treaty: treaty.value))
        yield DyadYear(year, holder, beneficiary, defense, offense, neutrality, nonaggression, consultation, treaties)
