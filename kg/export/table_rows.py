"""The rows of the tables of a build.

A query may answer with several rows for one thing, each with some of its values; they are folded into one. Several
values go into a column that is a list, sorted; of a column that is none, the first in order is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Store

from kg.build.store import Build, open_store
from kg.day import BEFORE_ALL_DAYS
from kg.duties.dyads import DyadYear, dyad_years
from kg.duties.timeline import Timeline
from kg.export.coded_years import CodedYears
from kg.export.codes import StateCodes, state_codes
from kg.export.coverage import Coverage
from kg.export.describe import newest_source
from kg.export.dyad_table import dyad_rows
from kg.export.identifiers import short_identifier
from kg.export.tables import QUERIES, SEPARATOR, Cells, Column, Table
from kg.sparql.query import run
from kg.terms import CASUS, XSD, Namespaces


class TableRows:
    """The rows of the tables of a build, with what several of them are made of."""

    def __init__(self, build: Build, timeline: Timeline) -> None:
        """The rows of a build with its duties."""
        self._build, self._timeline = build, timeline
        self._names = build.identity.names

    def of(self, table: Table) -> Sequence[Cells]:
        """The rows of a table, in the order of its key.

        Raises:
            BadInput: it is one of years, and no source says when it was issued.
        """
        if table.code_list is not None:
            return self._coded(table, table.code_list)
        if table.name == "dyad_years":
            return dyad_rows(table.header, self._dyads, self._codes, self._names)
        return rows_of(table, open_store(self._build.store), self._names)

    def _coded(self, table: Table, code_list: str) -> Sequence[Cells]:
        pledges = [name.removeprefix("atop_") for name in table.header if name.startswith("atop_")]
        years = CodedYears(self._dyads, self._codes[code_list], self._coverage.is_complete, self._names)
        ways = {"dyad_years": years.directed, "undirected_dyad_years": years.undirected, "state_years": years.by_state}
        return ways[table.name.removesuffix(f"_{code_list}")](pledges)

    @cached_property
    def _dyads(self) -> Sequence[DyadYear]:
        return known_years(self._timeline, newest_source(self._build.asserted()).year)

    @cached_property
    def _codes(self) -> Mapping[str, StateCodes]:
        return state_codes(quad.triple for quad in self._build.asserted())

    @cached_property
    def _coverage(self) -> Coverage:
        return Coverage(quad.triple for quad in self._build.asserted())


def known_years(timeline: Timeline, last_year: int) -> list[DyadYear]:
    """The directed dyad-years from the first year of which a pledge is known to a last one."""
    begins = [duty.period.possible_from for duty in timeline.duties if duty.kind.in_atop]
    known = [day for day in begins if day > BEFORE_ALL_DAYS]
    first_year = date.fromordinal(min(known)).year if known else last_year
    return list(dyad_years(timeline, first_year, last_year)) if first_year <= last_year else []


def rows_of(table: Table, store: Store, project: Namespaces) -> list[Cells]:
    """The rows of a table that a query answers, in the order of its key, with identifiers by a project's names."""
    answer = run(store, (QUERIES / f"{table.name}.rq").read_text("utf-8"))
    key = [answer.variables.index(name) for name in table.key]
    values: dict[Cells, dict[str, set[str]]] = {}
    columns = {column.name: column for column in table.columns}
    for solution in answer.rows:
        cells = values.setdefault(tuple(str(solution[place]) for place in key), {})
        for name, term in zip(answer.variables, solution, strict=True):
            if term is not None:
                cells.setdefault(name, set()).add(_cell(term, columns[name], project))
    return sorted(
        tuple(_fold(cells.get(column.name, ()), column) for column in table.columns) for cells in values.values()
    )


def _fold(found: Iterable[str], column: Column) -> str:
    values = sorted(found)
    return SEPARATOR.join(values) if column.list else values[0] if values else ""


def _cell(term: object, column: Column, project: Namespaces) -> str:
    """A term as a table has it: an identifier without what its column says already, a date without a time."""
    if isinstance(term, Literal):
        return term.value.partition("T")[0] if term.datatype == XSD.dateTime else term.value
    assert isinstance(term, NamedNode)
    if term.value.startswith(CASUS.iri):
        return term.value.removeprefix(CASUS.iri)
    return short_identifier(term.value, project, whole=column.path)
