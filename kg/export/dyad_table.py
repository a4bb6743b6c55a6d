"""The table of directed dyad-years: pledges in ATOP's terms, with the codes of the states as they were in the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from kg.day import BEFORE_ALL_DAYS, Certainty
from kg.duties.dyads import DyadYear, dyad_years
from kg.duties.timeline import Timeline
from kg.export.codes import StateCodes
from kg.export.identifiers import short_identifier
from kg.terms import Namespaces

#: What stands where nothing is known, as R and pandas read it. 0 is knowledge, too: that there was none.
NOT_AVAILABLE = "NA"

_SEPARATOR = " "


def dyad_rows(
    columns: Sequence[str], timeline: Timeline, last_year: int, codes: Mapping[str, StateCodes], project: Namespaces
) -> list[tuple[str, ...]]:
    """The rows of the table of dyad-years, from the year of the first pledge.

    A pledge is 1 where it was made for certain, 0 where the instruments of the row are known not to make it, and not
    available in between. A dyad-year without a row is one of which nothing is known.

    Args:
        columns: the names of the columns, of which some name pledges.
        timeline: the duties.
        last_year: the last year.
        codes: the codes of states in each list, by the name of the list in the names of columns.
        project: the namespaces of the project.
    """
    begins = [duty.period.possible_from for duty in timeline.duties if duty.kind.in_atop]
    known = [day for day in begins if day > BEFORE_ALL_DAYS]
    first_year = date.fromordinal(min(known)).year if known else last_year
    if first_year > last_year:
        return []
    rows = (dict(_cells(row, codes, project)) for row in dyad_years(timeline, first_year, last_year))
    return [tuple(cells.get(name, NOT_AVAILABLE) for name in columns) for cells in rows]


def _cells(row: DyadYear, codes: Mapping[str, StateCodes], project: Namespaces) -> Iterator[tuple[str, str]]:
    """The cells of a row, by the names of their columns; of what is not available there is none."""
    yield "year", f"{row.year:04}"
    for side, state in (("holder", row.holder), ("beneficiary", row.beneficiary)):
        yield side, short_identifier(state.value, project)
        for name, of_list in codes.items():
            yield f"{side}_{name}", of_list.in_year(state, row.year)
    yield "treaties", _SEPARATOR.join(short_identifier(treaty.value, project) for treaty in row.treaties)
    for pledge, certainty in row.pledges.items():
        yield f"possible_{pledge}", "1"
        if certainty is Certainty.CERTAIN:
            yield pledge, "1"
    for pledge in row.absent:
        yield pledge, "0"
        yield f"possible_{pledge}", "0"
