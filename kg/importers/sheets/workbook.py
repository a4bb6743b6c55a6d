"""Reading sheets: a folder of CSV files, or an .xlsx, becomes tables of texts; what cannot be read is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg.errors import BadInput, MissingFile
from kg.importers.sheets.csv_table import read_csv_table
from kg.importers.sheets.problem import Problem

#: What stands for an empty cell.
_EMPTY = ("", "NA")
#: Sheets that are for people.
_FOR_PEOPLE = ("about",)
_WORKBOOKS = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class SheetRow:
    """A row of a sheet: its number as the spreadsheet has it, and its cells in the order of the columns."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class SheetTable:
    """A sheet as it stands.

    Attributes:
        name: its name.
        columns: the names of its columns.
        rows: the rows that are not blank, below the first.
        header: the first row as it stands.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    header: tuple[str, ...]


@dataclass
class Workbook:
    """The sheets of a file or folder.

    Attributes:
        name: how things are called that are made of it: the file's name without its ending.
        label: how people know it: the file's name, or the folder's.
        is_file: whether the sheets are in one file.
        tables: the sheets by name.
        problems: what could not be read.
    """

    name: str
    label: str
    is_file: bool = True
    tables: dict[str, SheetTable] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, name: str, lines: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Add a sheet of numbered rows of cells, the first of which has the names of the columns."""
        rows = [(number, tuple(cells)) for number, cells in lines]
        filled = [(number, cells) for number, cells in rows if any(not is_empty(cell) for cell in cells)]
        if not filled:
            message = "the sheet is empty; its first row has the names of the columns"
            self.problems.append(Problem(name, 0, "", "", message))
            return
        (first, header), *others = filled
        if others and _filled(header) == 1 < _filled(others[0][1]) - 1:  # a title, and not the names of the columns
            message = f"the names of the columns stand in row {others[0][0]}; take out the rows above it"
            self.problems.append(Problem(name, first, "", header[0], message))
            (first, header), *others = others
            first = 1  # which has been told
        header = header[: max(_width(header), 1)]
        columns = tuple(cell.strip() for cell in header)
        if first != 1:
            self.problems.append(Problem(name, first, "", "", "the names of the columns stand in the first row"))
        for number, cells in others:
            if _width(cells) > len(columns):
                extra = f"the row has {_width(cells)} cells, and there are {len(columns)} columns"
                self.problems.append(
                    Problem(name, number, "", cells[len(columns)], f"{extra}; put quotes around a cell with a comma")
                )
        padded = (SheetRow(number, (cells + ("",) * len(columns))[: len(columns)]) for number, cells in others)
        self.tables[name] = SheetTable(name, columns, tuple(padded), header)


def is_empty(cell: str) -> bool:
    """Whether a cell says nothing: there is nothing in it but space, or NA."""
    return cell.strip() in _EMPTY


def read_workbook(path: Path) -> Workbook:
    """The sheets of a folder of CSV files, each a sheet by its name, or of an .xlsx.

    Raises:
        MissingFile: there is no such file, or it cannot be read.
        BadInput: it is neither.
        MissingLibrary: it is an .xlsx and openpyxl is not installed.
    """
    if path.is_dir():
        found = sorted(entry for entry in path.iterdir() if entry.suffix.lower() == ".csv" and _is_read(entry.stem))
        if not found:
            raise BadInput("there is no .csv in the folder; kg template writes the sheets", file=path)
        workbook = Workbook(path.resolve().name, path.resolve().name, is_file=False)
        for file in found:
            _add_csv(workbook, file)
        return workbook
    if not path.exists():
        raise MissingFile("there is no such file", file=path)
    if path.suffix.lower() in _WORKBOOKS:
        from kg.importers.sheets.xlsx import read_xlsx  # noqa: PLC0415 - openpyxl is slow to import

        workbook = Workbook(path.stem, path.name)
        for name, lines, problems in read_xlsx(path):
            if _is_read(name):
                workbook.add(name, lines)
                header = lines[0][1] if lines else []
                for place, problem in problems:  # a column goes by its name, where it has one
                    named = header[place - 1].strip() if 0 < place <= len(header) else ""
                    workbook.problems.append(replace(problem, column=named or problem.column))
        return workbook
    raise BadInput("sheets are a folder of .csv files or one .xlsx; save it as one of these", file=path)


def _add_csv(workbook: Workbook, file: Path) -> None:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise MissingFile(f"cannot be read: {(error.strerror or str(error)).lower()}", file=file) from error
    lines = read_csv_table(file.stem, content, workbook.problems)
    if lines is not None:
        workbook.add(file.stem, lines)


def _is_read(sheet: str) -> bool:
    return sheet.strip().casefold() not in _FOR_PEOPLE


def _filled(cells: Sequence[str]) -> int:
    """How many cells are not blank."""
    return sum(bool(cell.strip()) for cell in cells)


def _width(cells: Sequence[str]) -> int:
    """How many cells there are up to the last that is not blank."""
    return max((place + 1 for place, cell in enumerate(cells) if cell.strip()), default=0)
