"""The user's tables: CSV or Stata files, told apart by their columns and not by their names, which versions change."""

from __future__ import annotations

import csv
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from kg.errors import BadInput, MissingFile, MissingLibrary
from kg.importers.atop.codebook import Codebook

#: What tells the tables apart: all columns that a table must have, in small letters.
_MEMBERS = ("atopid", "member", "yrent", "moent", "dayent", "yrexit", "moexit", "dayexit")
_ALLIANCES = ("atopid", "begyr", "begmo", "begday", "endyr", "endmo", "endday", "mem1")
_SUFFIXES = (".csv", ".dta")
_MISSING = ("NA", "NAN", ".")
#: Rows between two reports of progress.
_STRIDE = 5_000


@dataclass(frozen=True)
class DataRow:
    """A row of a table.

    Attributes:
        file: the name of the table's file.
        number: its number as spreadsheets count, the header being 1; in a Stata file, which has none, from 1.
        values: what its columns hold, by their names in small letters; a value that is missing is empty.
    """

    file: str
    number: int
    values: Mapping[str, str] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        """What a column holds, empty if it is missing or there is no such column."""
        return self.values.get(name, "")

    def says(self, name: str) -> bool:
        """Whether a column that says yes or no holds 1.

        Raises:
            BadInput: it holds neither 1 nor 0, nor nothing.
        """
        value = self[name]
        if value not in ("", "0", "1"):
            raise BadInput(f"{name} is {value}, and takes 0 or 1")
        return value == "1"


@dataclass(frozen=True)
class DataFile:
    """A table of the user's.

    Attributes:
        path: its file.
        columns: the names of its columns, in small letters.
    """

    path: Path
    columns: tuple[str, ...]

    def rows(self, on_row: Callable[[int], None] = lambda number: None) -> Iterator[DataRow]:
        """The rows, one after the other.

        Args:
            on_row: called with the number of rows now and then.

        Raises:
            BadInput: the file is broken.
        """
        first = 2 if self.path.suffix.lower() == ".csv" else 1
        for number, values in enumerate(_read(self.path), first - 1):
            if number == first - 1 or not values:
                continue  # the header, or a blank line
            if len(values) != len(self.columns):
                wrong = f"row {number} has {len(values)} values, and the table has {len(self.columns)} columns"
                raise BadInput(wrong, file=self.path, line=number)
            if number % _STRIDE == 0:
                on_row(number)
            yield DataRow(self.path.name, number, dict(zip(self.columns, map(_plain, values), strict=True)))


@dataclass(frozen=True)
class DataFiles:
    """The tables of a folder.

    Attributes:
        members: the table of members, a row for each stay.
        alliances: the table of alliances, if it is there.
    """

    members: DataFile
    alliances: DataFile | None


def find_tables(folder: Path, codebook: Codebook) -> DataFiles:
    """The tables of a folder, by their columns.

    Raises:
        MissingFile: there is no such folder, or no table of members in it.
        MissingLibrary: one is a Stata file, and pandas is not installed.
        BadInput: there are two of a kind, or one cannot be read.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES and path.is_file())
    except OSError as error:
        raise MissingFile(f"cannot be read: {(error.strerror or str(error)).lower()}", file=folder) from error
    found: dict[Sequence[str], list[DataFile]] = {_MEMBERS: [], _ALLIANCES: []}
    for path in paths:
        table = open_table(path)
        kind = next((kind for kind in found if set(kind) <= set(table.columns)), None)
        if kind is not None:
            found[kind].append(table)
    for kind, what in ((_MEMBERS, "members"), (_ALLIANCES, "alliances")):
        if len(found[kind]) > 1:
            names = ", ".join(table.path.name for table in found[kind])
            raise BadInput(f"several tables of {what}: {names}; leave one of them in the folder", file=folder)
    if not found[_MEMBERS]:
        wanted = "a CSV or Stata file with the columns " + ", ".join(_MEMBERS)
        seen = f"; there are {', '.join(path.name for path in paths)}" if paths else ""
        raise MissingFile(f"no table of ATOP's members, which is {wanted}{seen}", file=folder)
    (members,) = found[_MEMBERS]
    lacking = [variable.name for variable in codebook.kinds.values() if variable.name not in members.columns]
    if lacking:
        raise BadInput(f"the table of members lacks the columns {', '.join(lacking)}", file=members.path, line=1)
    return DataFiles(members, next(iter(found[_ALLIANCES]), None))


def open_table(path: Path) -> DataFile:
    """A table, of which the header is read.

    Raises:
        MissingFile, MissingLibrary, BadInput: it cannot be read.
    """
    header = next(_read(path), None)
    if not header:
        raise BadInput("the table does not begin with the names of its columns", file=path, line=1)
    columns = tuple(name.strip().lower() for name in header)
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise BadInput(f"two columns are called {twice[0]}", file=path, line=1)
    return DataFile(path, columns)


def _plain(value: str) -> str:
    """A value without the decimals that whole numbers get in a column with gaps; nothing if it is missing."""
    value = value.strip().removesuffix(".0")
    return "" if value.upper() in _MISSING else value


def _read(path: Path) -> Iterator[Sequence[str]]:
    """The header and the rows of a file."""
    try:
        yield from _read_stata(path) if path.suffix.lower() == ".dta" else _read_csv(path)
    except OSError as error:
        raise MissingFile(f"cannot be read: {(error.strerror or str(error)).lower()}", file=path) from error


def _read_csv(path: Path) -> Iterator[Sequence[str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines, _dialect(lines), strict=True)
        try:
            yield from reader
        except (csv.Error, UnicodeDecodeError) as error:
            raise BadInput(f"not a table in CSV: {error}", file=path, line=reader.line_num + 1) from error


def _dialect(lines: IO[str]) -> type[csv.Dialect]:
    """The dialect by which separator the header has more of."""
    start = lines.tell()
    try:
        header = lines.readline()
    except UnicodeDecodeError:
        header = ""
    lines.seek(start)

    class Dialect(csv.excel):
        delimiter = max(",;\t", key=header.count)

    return Dialect


def _read_stata(path: Path) -> Iterator[Sequence[str]]:
    try:
        import pandas  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise MissingLibrary(f"{path}: Stata files are read by pandas: pip install 'casus-kg[pandas]'") from error
    try:
        with pandas.read_stata(path, chunksize=_STRIDE, convert_categoricals=False) as chunks:
            header: list[str] | None = None
            for chunk in chunks:
                if header is None:
                    header = list(map(str, chunk.columns))
                    yield header
                missing = chunk.isna()
                for values, gaps in zip(chunk.itertuples(index=False), missing.itertuples(index=False), strict=True):
                    yield ["" if gap else str(value) for value, gap in zip(values, gaps, strict=True)]
    except (ValueError, KeyError, struct.error) as error:
        raise BadInput(f"not a Stata file: {error}", file=path) from error
