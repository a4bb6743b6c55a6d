"""The tables of a graph, for R, Stata, pandas and spreadsheets: what each holds, and what its columns mean.

This is data: ``queries/tables.toml`` describes the tables of things, ``queries/coded_tables.toml`` those that are keyed
by the numbers of a list of states and by year.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kg.errors import BadInput

#: Where the tables are described, and the queries that give their rows.
QUERIES = Path(__file__).parent / "queries"


#: What stands where nothing is known, as R and pandas read it. 0 is knowledge, too: that there was none.
NOT_AVAILABLE = "NA"
#: What reads a cell of a type.
_READ: Mapping[str, Callable[[str], object]] = {
    "string": str,
    "boolean": "true".__eq__,
    "integer": int,
    "gYear": int,
    "date": date.fromisoformat,
    "indicator": int,
}
#: What stands between several values in one cell.
SEPARATOR = " "


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: its name, also in the first line of the file.
        about: what it means.
        type: its datatype: string, boolean, integer, gYear, date, or indicator, which is 1 or 0.
        required: whether every row has a value.
        list: whether it may hold several values, separated by spaces.
        refers: the table whose key it holds.
        path: whether identifiers keep the kind of thing, as in ``source/CH-TXT``.
        pattern: what a string has to look like.
        null: what stands where nothing is known, if not an empty cell.
    """

    name: str
    about: str
    type: str = "string"
    required: bool = False
    list: bool = False
    refers: str | None = None
    path: bool = False
    pattern: str | None = None
    null: str | None = None

    @property
    def is_foreign_key(self) -> bool:
        """Whether it can be declared as one: validators take an empty cell for a reference to nothing, and a list for
        one value.
        """
        return self.refers is not None and self.required and not self.list


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        name: its name.
        title: what it holds.
        key: the columns that tell its rows apart.
        columns: its columns.
        about: the IRI a row is about, as a URI template.
        code_list: the list whose numbers of states are in its key: ``cow`` or ``gw``.
    """

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    about: str | None = None
    code_list: str | None = None

    @property
    def file(self) -> str:
        """The name of its file in CSV."""
        return f"{self.name}.csv"

    @property
    def header(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)


#: A row: a text for each column.
Cells = tuple[str, ...]


def tables() -> tuple[Table, ...]:
    """The tables of a release, in the order of their description."""
    described = tomllib.loads((QUERIES / "tables.toml").read_text("utf-8"))
    plain = (_table(name, about, about["columns"]) for name, about in described.items())
    return (*plain, *_coded_tables())


def find_table(name: str, code_list: str | None = None, *, directed: bool = True) -> Table:
    """The table of a name.

    Args:
        name: its name, without that of a list of states.
        code_list: the list whose numbers of states it is keyed by, for the tables that there are for each list.
        directed: whether dyad-years have a row for each direction.

    Raises:
        BadInput: there is no such table.
    """
    full = f"{'' if directed else 'undirected_'}{name}{f'_{code_list}' if code_list else ''}"
    known = {table.name: table for table in tables()}
    if full not in known:
        raise BadInput(f"there is no table {full[:100]!r}; there are {', '.join(known)}")
    return known[full]


def typed_row(table: Table, cells: Cells) -> tuple[object, ...]:
    """A row with the types of its columns; what is not known is None, several values are a tuple."""
    return tuple(typed_cell(cell, column) for cell, column in zip(cells, table.columns, strict=True))


def typed_cell(cell: str, column: Column) -> object:
    """A cell in the type of its column; what is not known is None, several values are a tuple."""
    if column.list:
        return tuple(cell.split(SEPARATOR)) if cell else ()
    return None if cell in ("", column.null) else _READ[column.type](cell)


def _coded_tables() -> Iterator[Table]:
    """The tables that are keyed by the numbers of a list of states, for each list."""
    described = tomllib.loads((QUERIES / "coded_tables.toml").read_text("utf-8"))
    pledges = [_filled(column, pledge=pledge) for pledge in described["pledges"] for column in described["of_pledge"]]
    for code_list, words in described["lists"].items():
        for name, about in described["tables"].items():
            filled = {key: _filled(value, list=code_list, **words) for key, value in about.items()}
            columns = [*filled["columns"], *pledges, *described["after_pledges"]]
            yield _table(_filled(name, list=code_list), filled, columns, code_list)


def _filled(value: Any, **words: str) -> Any:
    """A description with words in the place of what stands in braces."""
    if isinstance(value, str):
        return value.format(**words)
    if isinstance(value, list):
        return [_filled(item, **words) for item in value]
    return {key: _filled(item, **words) for key, item in value.items()} if isinstance(value, dict) else value


def _table(
    name: str, about: Mapping[str, Any], columns: Iterable[Mapping[str, Any]], code_list: str | None = None
) -> Table:
    described = tuple(Column(**column) for column in columns)
    return Table(name, about["title"], tuple(about["key"]), described, about.get("about"), code_list)
