"""How a user's own sheets, columns and values are called here: what a mapping file says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import BadInput, MissingFile
from kg.importers.sheets.problem import nearest_hint
from kg.importers.sheets.sheet_plan import sheet_plans

#: What stands for a sheet or column that is carried along as it is, and not read.
CARRIED = ""
#: What stands for a value that has its whole row carried along and not read.
ROW_CARRIED = "-"


@dataclass(frozen=True)
class SheetMapping:
    """Names of the user's, and ours for them; an empty one of ours means that it is carried along and not read.

    Attributes:
        sheets: our names of sheets by the user's.
        columns: for each sheet, by the user's name, our names of columns by the user's.
        values: for each of the user's sheets and columns, what to read for a value: nothing, or nothing of its row.
    """

    sheets: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)

    def sheet(self, name: str) -> str:
        """Our name of a sheet."""
        return self.sheets.get(name, name.strip().casefold())

    def column(self, sheet: str, name: str) -> str:
        """Our name of a column."""
        return self.columns.get(sheet, {}).get(name, name.strip().casefold())

    def value(self, sheet: str, column: str, text: str) -> str:
        """What to read for a value; it may be empty, or `ROW_CARRIED`."""
        return self.values.get(sheet, {}).get(column, {}).get(text, text)


def read_mapping(path: Path) -> SheetMapping:
    """The mapping that a TOML file states.

    Raises:
        MissingFile: it cannot be read.
        BadInput: it is no TOML, or names what there is not.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"not TOML: {error}", file=path) from error
    except OSError as error:
        raise MissingFile(f"cannot be read: {(error.strerror or str(error)).lower()}", file=path) from error
    unknown = said.keys() - {"sheets", "columns", "values"}
    if unknown:
        raise BadInput(f"unknown: {', '.join(sorted(unknown))}; there are [sheets], [columns] and [values]", file=path)
    plans = sheet_plans()
    sheets = _texts(said.get("sheets", {}), "[sheets]", path)
    for ours in sheets.values():
        _require(ours, plans, "sheet", path)
    columns: dict[str, Mapping[str, str]] = {}
    for sheet, names in _tables(said.get("columns", {}), "[columns]", path).items():
        columns[sheet] = _texts(names, f"[columns.{sheet}]", path)
        ours = sheets.get(sheet, sheet)
        _require(ours, plans, "sheet", path)
        for name in columns[sheet].values():
            _require(name, plans[ours].columns if ours else {}, f"column of {ours}", path)
    values = {
        sheet: {
            column: _texts(names, f"[values.{sheet}.{column}]", path)
            for column, names in _tables(below, f"[values.{sheet}]", path).items()
        }
        for sheet, below in _tables(said.get("values", {}), "[values]", path).items()
    }
    return SheetMapping(sheets, columns, values)


def _require(name: str, known: Mapping[str, object], what: str, path: Path) -> None:
    if name != CARRIED and name not in known:
        raise BadInput(f"there is no {what} {name!r}{nearest_hint(name, known)}", file=path)


def _tables(said: Any, where: str, path: Path) -> Mapping[str, Any]:
    if not isinstance(said, dict) or not all(isinstance(value, dict) for value in said.values()):
        raise BadInput(f"{where} must be a table of tables", file=path)
    return said


def _texts(said: Any, where: str, path: Path) -> Mapping[str, str]:
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise BadInput(f"{where} must be a table of texts", file=path)
    return said
