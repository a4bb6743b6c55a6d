"""Reading the sheets of an .xlsx as texts: a whole number without its fraction, a date as it is written in ISO 8601."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import BadInput, MissingLibrary
from kg.importers.sheets.problem import Problem

if TYPE_CHECKING:
    from openpyxl import Workbook as ExcelWorkbook


#: More than this no sheet of treaties has; a stray cell at the far end makes millions.
_MOST_CELLS = 3_000_000


def read_xlsx(path: Path) -> Iterator[tuple[str, list[tuple[int, list[str]]], list[tuple[int, Problem]]]]:
    """Each sheet with its numbered rows, and the problems of cells that have no value of their own, each by its column.

    Raises:
        BadInput: it is no workbook.
        MissingLibrary: openpyxl is not installed.
    """
    values, formulas = _open(path, values=True), _open(path, values=False)
    for sheet in values.worksheets:
        written = formulas[sheet.title]
        problems: list[tuple[int, Problem]] = []
        if sheet.max_row * sheet.max_column > _MOST_CELLS:
            message = f"the sheet reaches to row {sheet.max_row}; delete the empty rows and columns around the table"
            yield sheet.title, [], [(0, Problem(sheet.title, 0, "", "", message))]
            continue

        def tell(cell: Any, value: str, message: str, *, title: str = sheet.title, told: Any = problems) -> None:
            told.append((cell.column, Problem(title, cell.row, cell.column_letter, value, message)))

        for merged in sheet.merged_cells.ranges:
            message = f"the cells {merged.coord} are merged; unmerge them and fill each"
            tell(merged.start_cell, _text(merged.start_cell.value), message)
        rows: list[tuple[int, list[str]]] = []
        for number, cells in enumerate(sheet.iter_rows(), 1):
            rows.append((number, [_text(cell.value) for cell in cells]))
            for cell in cells:
                formula = written.cell(number, cell.column)
                if formula.data_type == "f" and cell.value is None:
                    message = "the formula has no value; save the workbook in a spreadsheet, or write the value"
                    tell(formula, str(formula.value), message)
                elif cell.data_type == "e":
                    message = "the cell holds an error of the spreadsheet; mend its formula, or empty it"
                    tell(cell, _text(cell.value), message)
        yield sheet.title, rows, problems


def _open(path: Path, *, values: bool) -> ExcelWorkbook:
    try:
        import openpyxl  # noqa: PLC0415
    except ImportError as error:
        raise MissingLibrary("an .xlsx is read where openpyxl is installed: pip install 'casus-kg[sheets]'") from error
    try:
        with warnings.catch_warnings(action="ignore"):  # of what else is in the workbook: charts, validations
            return openpyxl.load_workbook(path, data_only=values)
    except Exception as error:  # whatever its parsers stumble over
        raise BadInput("it is no workbook that can be read; save it again as .xlsx", file=path) from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
