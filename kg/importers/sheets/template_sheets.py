"""The empty sheets, or filled with an example, as CSV files or as one .xlsx, with what each column holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kg.errors import BadInput, MissingLibrary
from kg.importers.sheets.row_record import csv_text
from kg.importers.sheets.sheet_plan import SheetPlan, sheet_plans
from kg.importers.sheets.vocabulary import ValueList
from kg.rdf.write import write_aside, write_text

#: The second rows of the example, by sheet: what differs from the first.
_SECOND = {
    "sources": {
        "id": "COMMON", "kind": "general", "citation": "What is generally known, not checked against a text",
        "date": "2020", "seen": "",
    },
    "parties": {"state": "USA"},
}  # fmt: skip
_ABOUT = ("sheet", "column", "required", "several values", "holds", "what it is", "values")
_KINDS = {
    "affiliation": "an id of treaties or organizations",
    "article": "an article's number",
    "clause": "TREATY/ARTICLE",
    "date": "a date: YYYY, YYYY-MM or YYYY-MM-DD",
    "flag": "1 or 0",
    "id": "a short name",
    "number": "a whole number",
    "organization": "an id of organizations, or a name",
    "state": "a state",
    "strength": "a number of persons, or text",
    "text": "text",
}


def write_template(place: Path, vocabularies: Mapping[str, ValueList], *, example: bool = False) -> list[Path]:
    """Write the sheets.

    Args:
        place: a folder for CSV files, or a file that ends in .xlsx.
        vocabularies: the values that cells may have, for the description.
        example: whether a treaty is in them.

    Returns:
        The files that were written.

    Raises:
        BadInput: there is something already.
        MissingFile: it cannot be written.
        MissingLibrary: it is an .xlsx and openpyxl is not installed.
    """
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise BadInput("there is something already; the sheets are written to a new place", file=place)
    plans = sheet_plans().values()
    sheets = {plan.name: [list(plan.columns), *(_example(plan) if example else ())] for plan in plans}
    sheets["about"] = [_ABOUT, *_descriptions(plans, vocabularies)]
    return write_sheets(place, sheets)


def write_sheets(place: Path, sheets: Mapping[str, Sequence[Sequence[str]]]) -> list[Path]:
    """Write sheets as CSV files in a folder, or as an .xlsx; errors as for `write_template`."""
    if place.suffix.lower() == ".xlsx":
        _write_xlsx(place, sheets)
        return [place]
    written = []
    for name, rows in sheets.items():
        # What describes the others is for people, and no sheet to be read.
        path = place / (f"{name}.csv" if name != "about" else "about.tsv")
        write_text(path, csv_text(rows) if name != "about" else _tab_separated(rows))
        written.append(path)
    return written


def _example(plan: SheetPlan) -> list[list[str]]:
    first = {name: column.example for name, column in plan.columns.items()}
    if not any(first.values()):
        return []
    rows = [first, *([{**first, **_SECOND[plan.name]}] if plan.name in _SECOND else ())]
    return [[row[name] for name in plan.columns] for row in rows]


def _descriptions(plans: Iterable[SheetPlan], vocabularies: Mapping[str, ValueList]) -> list[list[str]]:
    rows = []
    for plan in plans:
        rows.append([plan.name, "", "" if plan.optional else "yes", "", "", plan.about, ""])
        for column in plan.columns.values():
            values = vocabularies.get(column.holds)
            holds = "one of the values" if values else _KINDS.get(column.holds, f"an id of {column.holds}")
            marks = ["yes" if column.required else "", "yes, with ; between them" if column.many else ""]
            listed = "; ".join(sorted(values.values)) if values else ""
            rows.append([plan.name, column.name, *marks, holds, column.about, listed])
    return rows


def _tab_separated(rows: Iterable[Sequence[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)


def _write_xlsx(place: Path, sheets: Mapping[str, Sequence[Sequence[str]]]) -> None:
    try:
        import openpyxl  # noqa: PLC0415 - slow to import, and an extra
        from openpyxl.styles import Font  # noqa: PLC0415
        from openpyxl.utils import get_column_letter  # noqa: PLC0415
    except ImportError as error:
        raise MissingLibrary(
            "an .xlsx is written where openpyxl is installed: pip install 'casus-kg[sheets]'"
        ) from error
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        # Cells are texts, so that the spreadsheet makes no dates and numbers of what is typed.
        for place_, _ in enumerate(rows[0], 1):
            sheet.column_dimensions[get_column_letter(place_)].number_format = "@"
            sheet.cell(1, place_).font = Font(bold=True)
        for line in sheet.iter_rows():
            for cell in line:
                cell.number_format = "@"
        sheet.freeze_panes = "A2"
    write_aside(place, workbook.save)
