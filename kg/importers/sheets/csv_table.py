"""Reading one sheet from CSV: in UTF-8, with commas, semicolons or tabs, with a byte order mark or without."""

from __future__ import annotations

import csv
import io

from kg.importers.sheets.problem import Problem

_DELIMITERS = ",;\t"
_SAVE = "save the sheet as CSV in UTF-8"


def read_csv_table(sheet: str, content: bytes, problems: list[Problem]) -> list[tuple[int, list[str]]] | None:
    """The rows of a CSV file with their numbers, or None if it cannot be read, which `problems` is told.

    A row's number is that of a spreadsheet: a cell of several lines is in one row.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.append(Problem(sheet, 0, "", "", f"it is in UTF-16; {_SAVE}"))
        return None
    if content.startswith(b"PK\x03\x04"):
        problems.append(Problem(sheet, 0, "", "", "it is no CSV but a workbook; give it the ending .xlsx"))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        message = f"the byte {error.start + 1} of the file is not UTF-8; {_SAVE}"
        problems.append(
            Problem(sheet, before.count(b"\n") + 1, "", repr(content[error.start : error.end])[2:-1], message)
        )
        return None
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        problems.append(Problem(sheet, row, "", "", f"there is a null character; {_SAVE}"))
        return None
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        rows += enumerate(reader, 1)
    except csv.Error:
        # What is wrong is a quotation mark: in the row that was not ended, and seldom in the last line of it.
        message = "a quotation mark is not closed, or stands within a cell; write it twice within quotes"
        problems.append(Problem(sheet, len(rows) + 1, "", "", message))
        return None
    if rows:
        _require_as_many_cells(sheet, rows, problems)
    return rows


def _require_as_many_cells(sheet: str, rows: list[tuple[int, list[str]]], problems: list[Problem]) -> None:
    """A row with fewer cells than columns was cut off; one with more is told where tables are made."""
    columns = len(rows[0][1])
    for number, cells in rows[1:]:
        if cells and any(cell.strip() for cell in cells) and len(cells) < columns:
            message = f"the row has {len(cells)} cells, and there are {columns} columns; is a delimiter missing?"
            problems.append(Problem(sheet, number, "", cells[0], message))


def _delimiter(text: str) -> str:
    """What stands most often in the first line outside of quotes; a comma if nothing does."""
    line, quoted = "", False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif character in "\r\n" and not quoted and line:
            break
        elif not quoted:
            line += character
    return max(_DELIMITERS, key=line.count)
