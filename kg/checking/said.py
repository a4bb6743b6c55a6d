"""What is to be checked, as people write it: a sentence, a statement of names, or the rows of a table."""

from __future__ import annotations

import csv
import io
import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.day import read_day
from kg.errors import BadInput, MissingFile, ParseError

#: What a table calls the parts of a statement; the first is what it must be called, the others are names for it.
_COLUMNS = {
    "id": ("id", "identifier"),
    "subject": ("subject", "s"),
    "predicate": ("predicate", "property", "p"),
    "object": ("object", "value", "o"),
    "when": ("date", "time", "on", "as_of", "year"),
}
_NEEDED = ("subject", "predicate", "object")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
#: A date at the end of a sentence, with the word before it.
_LAST = re.compile(r"[\s,]+(?:(?:in|on|as of|since|в|на|с)\s+)?(\d{4}(?:-\d{2}){0,2})\.?$", re.IGNORECASE)
_SEPARATORS = ("|", "\t", ";")


@dataclass(frozen=True)
class Assertion:
    """A statement as somebody made it.

    Attributes:
        text: the whole of it.
        subject: of what it speaks; empty in a sentence that is not divided yet.
        predicate: what it says of it.
        object: the other side.
        when: the date on which it is said to hold, as it was written; empty if nothing is said of that.
        name: what its table calls it.
    """

    text: str
    subject: str = ""
    predicate: str = ""
    object: str = ""
    when: str = ""
    name: str = ""

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day that the date may mean, None without one, or if it is in other words.

        Raises:
            BadInput: it is no day of the calendar.
        """
        found = _DATE.fullmatch(self.when)
        if found is None:
            return None
        year, month, day = found.groups()
        last_month = month or "12"
        read_day(f"{year}-{last_month}-01")
        last = day or str(monthrange(int(year), int(last_month))[1])
        return read_day(f"{year}-{month or '01'}-{day or '01'}"), read_day(f"{year}-{last_month}-{last}")


def read_text(text: str) -> Assertion:
    """What one text says: parts divided by ``|``, tabs or semicolons, or a sentence, with a date at its end or none.

    Raises:
        BadInput: it is empty, or divided into another number of parts.
    """
    text = text.strip()
    if not text:
        raise BadInput("there is nothing to check")
    separator = next((sign for sign in _SEPARATORS if sign in text), None)
    if separator is None:
        dated = _LAST.search(text)
        return Assertion(text[: dated.start()], when=dated[1]) if dated else Assertion(text.removesuffix("."))
    parts = [part.strip() for part in text.split(separator)]
    if len(parts) not in (3, 4) or not all(parts[:3]):
        raise BadInput(f"{text!r}: a statement has a subject, a predicate, an object and perhaps a date")
    return Assertion(" ".join(parts[:3]), *parts)


def read_table(path: Path) -> list[Assertion]:
    """The statements of a table in CSV, divided by commas, semicolons or tabs, in UTF-8.

    Raises:
        MissingFile: it cannot be read.
        ParseError: it has no column for a part of a statement, or a row lacks one.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParseError(f"not UTF-8: byte {error.start}", file=path) from error
    except OSError as error:
        raise MissingFile(error.strerror or "cannot be read", file=path) from error
    head = content.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    columns = _columns(next(rows, []), path)
    return list(_read_rows(rows, columns, path))


def _columns(header: list[str], path: Path) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    columns = {
        part: names.index(found)
        for part, known in _COLUMNS.items()
        if (found := next((name for name in known if name in names), None)) is not None
    }
    missing = [part for part in _NEEDED if part not in columns]
    if missing:
        raise ParseError(f"the table has no column {missing[0]}; it needs {', '.join(_NEEDED)}", file=path, line=1)
    return columns


def _read_rows(rows: Iterable[list[str]], columns: dict[str, int], path: Path) -> Iterator[Assertion]:
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        cells = {part: row[index].strip() if index < len(row) else "" for part, index in columns.items()}
        empty = next((part for part in _NEEDED if not cells[part]), None)
        if empty is not None:
            raise ParseError(f"the row has no {empty}", file=path, line=number)
        name = cells.pop("id", "")
        yield Assertion(" ".join(cells[part] for part in _NEEDED), **cells, name=name)
