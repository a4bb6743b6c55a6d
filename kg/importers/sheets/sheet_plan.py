"""The plan of the sheets: which there are, with which columns, and what their cells hold, as ``columns.toml`` says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("columns.toml")


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet.

    Attributes:
        name: its name, in the first row.
        holds: what its cells hold: one of the kinds that ``columns.toml`` lists.
        about: what it is, for people.
        required: whether no cell may be empty.
        many: whether a cell may have several values, separated by semicolons.
        states: the properties by which its cells are stated, as prefixed names.
        example: the cell of an example.
    """

    name: str
    holds: str
    about: str
    required: bool = False
    many: bool = False
    states: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True)
class SheetPlan:
    """A sheet: its columns by name, what it is, and whether a new project does without it."""

    name: str
    about: str
    columns: Mapping[str, SheetColumn]
    optional: bool = False


@cache
def sheet_plans() -> Mapping[str, SheetPlan]:
    """The sheets by name, in the order in which they are read."""
    said = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: _sheet(name, about) for name, about in said.items()}


def _sheet(name: str, said: Mapping[str, object]) -> SheetPlan:
    columns = said["columns"]
    assert isinstance(columns, dict)
    found = {
        column: SheetColumn(column, **{**about, "states": tuple(about.get("states", ()))})
        for column, about in columns.items()
    }
    return SheetPlan(name, str(said["about"]), found, bool(said.get("optional")))
