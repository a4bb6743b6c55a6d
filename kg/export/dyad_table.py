"""The table of directed dyad-years: pledges in ATOP's terms, with the codes of the states as they were in the year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.day import Certainty
from kg.duties.dyads import DyadYear
from kg.export.codes import StateCodes
from kg.export.identifiers import short_identifier
from kg.export.tables import NOT_AVAILABLE, SEPARATOR
from kg.terms import Namespaces


def dyad_rows(
    columns: Sequence[str], dyads: Iterable[DyadYear], codes: Mapping[str, StateCodes], project: Namespaces
) -> list[tuple[str, ...]]:
    """The rows of the table of dyad-years.

    A pledge is 1 where it was made for certain, 0 where the instruments of the row are known not to make it, and not
    available in between. A dyad-year without a row is one of which nothing is known.

    Args:
        columns: the names of the columns, of which some name pledges.
        dyads: the dyad-years.
        codes: the codes of states in each list, by the name of the list in the names of columns.
        project: the namespaces of the project.
    """
    rows = (dict(_cells(row, codes, project)) for row in dyads)
    return [tuple(cells.get(name, NOT_AVAILABLE) for name in columns) for cells in rows]


def _cells(row: DyadYear, codes: Mapping[str, StateCodes], project: Namespaces) -> Iterator[tuple[str, str]]:
    """The cells of a row, by the names of their columns; of what is not available there is none."""
    yield "year", f"{row.year:04}"
    for side, state in (("holder", row.holder), ("beneficiary", row.beneficiary)):
        yield side, short_identifier(state.value, project)
        for name, of_list in codes.items():
            yield f"{side}_{name}", of_list.in_year(state, row.year)
    yield "treaties", SEPARATOR.join(short_identifier(treaty.value, project) for treaty in row.treaties)
    for pledge, certainty in row.pledges.items():
        yield f"possible_{pledge}", "1"
        if certainty is Certainty.CERTAIN:
            yield pledge, "1"
    for pledge in row.absent:
        yield pledge, "0"
        yield f"possible_{pledge}", "0"
