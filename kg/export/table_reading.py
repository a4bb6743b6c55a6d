"""How tables are read in R, Python and Stata, with their types: written out, so that it can be copied as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from textwrap import fill

from kg.export.tables import Table

#: The types of columns as R's read.csv and pandas' read_csv know them.
_R = {"string": "character", "boolean": "logical", "integer": "integer", "gYear": "integer", "indicator": "integer"}
_PANDAS = {"string": "string", "boolean": "boolean", "integer": "Int64", "gYear": "Int64", "indicator": "Int64"}
#: Characters in a line.
_WIDTH = 88


def in_r(table: Table, address: str) -> str:
    """R that reads a table.

    All types are named: by itself, R would take the number 004 for 4, and the code of Namibia for what is not known.
    """
    types = (f"{column.name} = {json.dumps(_R.get(column.type, 'Date'))}" for column in table.columns)
    missing = ", ".join(map(json.dumps, _missing(table)))
    return (
        f"{table.name} <- read.csv(\n"
        f"  {json.dumps(address)},\n"
        f"  na.strings = c({missing}),\n"
        f"  colClasses = c(\n{_lines(types)}\n  )\n)\n"
    )


def in_python(table: Table, address: str) -> str:
    """Python that reads a table into pandas."""
    types = (
        f"{json.dumps(column.name)}: {json.dumps(_PANDAS[column.type])}"
        for column in table.columns
        if column.type in _PANDAS
    )
    dates = [column.name for column in table.columns if column.type not in _PANDAS]
    return (
        "import pandas\n\n"
        f"{table.name} = pandas.read_csv(\n"
        f"    {json.dumps(address)},\n"
        f"    keep_default_na=False,\n"
        f"    na_values={json.dumps(_missing(table))},\n"
        + (f"    parse_dates={json.dumps(dates)},\n" if dates else "")
        + f"    dtype={{\n{_lines(types)}\n    }},\n)\n"
    )


def in_stata(table: Table, address: str) -> str:
    """Stata that reads a table of Stata's own format, which has the types and what is missing in itself."""
    return f"use {json.dumps(address)}, clear\n"


@dataclass(frozen=True)
class TableReader:
    """A language in which the tables are read.

    Attributes:
        name: what it is called.
        file: the file of a release that reads all of its tables.
        suffix: the format that it reads, by its suffix.
        read: what reads a table of an address.
        comment: how a line of comment begins.
    """

    name: str
    file: str
    suffix: str
    read: Callable[[Table, str], str]
    comment: str

    def program(self, tables: Iterable[Table]) -> str:
        """What reads all tables that lie beside it."""
        head = f"{self.comment} Reads the tables of this folder with their types. Run it in this folder.\n\n"
        return head + "\n".join(self.read(table, f"{table.name}.{self.suffix}") for table in tables)


#: The languages, by name. Stata holds one table at a time, so that no file reads them all.
R = TableReader("R", "read.R", "csv", in_r, "#")
PYTHON = TableReader("Python", "read.py", "csv", in_python, "#")


def _missing(table: Table) -> list[str]:
    """What stands in a table where nothing is known."""
    return list(dict.fromkeys(["", *(column.null for column in table.columns if column.null is not None)]))


def _lines(items: Iterable[str]) -> str:
    """Items with commas, broken between them alone."""
    hard = [item.replace(" ", "\N{NO-BREAK SPACE}") for item in items]
    indent = " " * 4
    text = fill(", ".join(hard), _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
    return text.replace("\N{NO-BREAK SPACE}", " ")
