"""Writing the sheets again that were brought into a project, from the rows that its graph keeps."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Triple

from kg.errors import BadInput
from kg.importers.sheets.row_record import recorded_sheets
from kg.importers.sheets.template_sheets import write_sheets
from kg.terms import Namespaces


def export_sheets(statements: Iterable[Triple], names: Namespaces, place: Path) -> list[Path]:
    """Write the sheets whose rows are among some statements, with the cells that they had.

    Args:
        statements: those of a project.
        names: how it names things.
        place: a folder, which gets one for each workbook, or an .xlsx if there is one workbook.

    Returns:
        The files that were written.

    Raises:
        BadInput: there are no such rows, or those of several workbooks for one file.
        MissingFile: it cannot be written.
        MissingLibrary: it is an .xlsx and openpyxl is not installed.
    """
    workbooks = recorded_sheets(statements, names)
    if not workbooks:
        raise BadInput("no sheets were brought in; kg import sheets does so")
    if place.suffix.lower() != ".xlsx":
        return [path for name, sheets in workbooks.items() for path in write_sheets(place / name, sheets)]
    if len(workbooks) > 1:
        raise BadInput(f"there are several workbooks, {', '.join(workbooks)}; write them into a folder", file=place)
    return write_sheets(place, next(iter(workbooks.values())))
