"""What is wrong with sheets: where, by sheet, row and column, and what to do."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches

from kg.errors import InvalidData

#: How many values are named that come near to one, and how near they must come (`difflib`), from 0 to 1.
_NEAREST, _LIKENESS = 3, 0.55


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong with a cell, a row or a sheet.

    Attributes:
        sheet: the name of the sheet, as the user calls it; empty if it is about all.
        row: the row as the spreadsheet numbers it, from 1; 0 if it is about the sheet.
        column: the column, as the user calls it; empty if it is about the row.
        value: what the cell holds.
        message: what is wrong with it and what to do.
        severity: ``error``, or ``warning`` for what is brought in nevertheless.
    """

    sheet: str
    row: int
    column: str
    value: str
    message: str
    severity: str = "error"

    def __str__(self) -> str:
        """The line that a person reads."""
        place = [self.sheet] if self.sheet else []
        place += [f"row {self.row}"] if self.row else []
        place += [self.column] if self.column else []
        value = f"{self.value!r}: " if self.value else ""
        warning = "warning: " if self.severity == "warning" else ""
        return f"{', '.join(place)}: {warning}{value}{self.message}" if place else f"{warning}{value}{self.message}"


def as_warning(problem: Problem) -> Problem:
    """The same, where it is brought in nevertheless."""
    return replace(problem, severity="warning")


class SheetErrors(InvalidData):
    """Sheets cannot be brought in, for what their problems say."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """The problems, in the order of the sheets."""
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def nearest_hint(value: str, known: Iterable[str], meant: Mapping[str, str] | None = None) -> str:
    """The values that come nearest to one, as a hint in words; empty if none does.

    Args:
        value: what was written.
        known: what could have been meant.
        meant: what to name instead of some of these.
    """
    names = {name.casefold(): name for name in known}
    found = (names[one] for one in get_close_matches(value.casefold(), names, n=_NEAREST, cutoff=_LIKENESS))
    told = dict.fromkeys((meant or {}).get(name, name) for name in found)
    return f"; nearest: {', '.join(told)}" if told else ""


def problems_as_text(problems: Iterable[Problem]) -> str:
    """A line for each problem."""
    return "".join(f"{problem}\n" for problem in problems)


def problems_as_json(problems: Iterable[Problem]) -> str:
    """A JSON array of objects."""
    return json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=2) + "\n"


def problems_as_csv(problems: Iterable[Problem]) -> str:
    """A table with a header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [field.name for field in fields(Problem)])
    writer.writeheader()
    writer.writerows(map(asdict, problems))
    return out.getvalue()


#: For each format that problems can be shown in, the function that does so.
PROBLEM_FORMATS: Mapping[str, Callable[[Iterable[Problem]], str]] = {
    "text": problems_as_text,
    "json": problems_as_json,
    "csv": problems_as_csv,
}
