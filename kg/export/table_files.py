"""The tables of a build as files: CSV with its metadata, Parquet, Stata's format, and the codebook."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from kg.build.store import Build
from kg.duties.timeline import Timeline
from kg.errors import BadInput
from kg.export.csvw import METADATA, metadata_text
from kg.export.parquet import can_write_parquet, write_parquet
from kg.export.stata import can_write_stata, write_stata
from kg.export.table_codebook import CODEBOOK, codebook_text
from kg.export.table_reading import PYTHON, R
from kg.export.table_rows import TableRows
from kg.export.tables import Cells, Table, tables
from kg.rdf.write import write_aside, write_text


@dataclass(frozen=True)
class TableFormat:
    """A format of tables.

    Attributes:
        name: its name, which is the suffix of its files.
        title: what people call it.
        media_type: as registered, or as is used.
        write: writes a table whose CSV is given.
        extra: what brings the library that it takes, None if it takes none.
        is_installed: whether that library is there.
    """

    name: str
    title: str
    media_type: str
    write: Callable[[Table, Path, IO[bytes]], object]
    extra: str | None = None
    is_installed: Callable[[], bool] = lambda: True

    def file(self, table: Table) -> str:
        """The name of a table's file."""
        return f"{table.name}.{self.name}"

    def require(self) -> None:
        """Raise BadInput if what it takes is not installed."""
        if not self.is_installed():
            raise BadInput(
                f"{self.title} cannot be written here; pip install 'casus-kg[{self.extra}]' brings what it takes"
            )


#: By name. Media types: RFC 4180; https://www.iana.org/assignments/media-types/application/vnd.apache.parquet; that of
#: Stata is not registered.
TABLE_FORMATS = {
    form.name: form
    for form in (
        TableFormat("csv", "CSV", "text/csv", lambda table, rows, out: out.write(rows.read_bytes())),
        TableFormat(
            "parquet", "Parquet", "application/vnd.apache.parquet", write_parquet, "parquet", can_write_parquet
        ),
        TableFormat("dta", "Stata", "application/x-stata-dta", write_stata, "pandas", can_write_stata),
    )
}


def write_tables(
    build: Build,
    timeline: Timeline,
    folder: Path,
    *,
    formats: Collection[str] = ("csv",),
    on_file: Callable[[str], object] = lambda name: None,
) -> list[Path]:
    """Write the tables of a build into a folder, their codebook, and what reads them.

    Args:
        build: what to write.
        timeline: its duties, from which the dyad-years are counted, to the year of the newest source.
        folder: where to; it is made if it is not there.
        formats: names of `TABLE_FORMATS`.
        on_file: called with the name of each file before it is written.

    Raises:
        BadInput: no source has a date, there is no such format, or what it takes is not installed.
        MissingFile: the folder cannot be written.
    """
    chosen = [table_format(name) for name in formats]
    rows, written = TableRows(build, timeline), []

    def put(name: str, write: Callable[[IO[bytes]], object]) -> None:
        on_file(name)
        write_aside(folder / name, write)
        written.append(folder / name)

    with TemporaryDirectory() as aside:  # each format is made of the CSV, wanted or not
        for table in tables():
            cells = Path(aside) / table.file
            write_text(cells, table_csv(table, rows.of(table)))
            for form in chosen:
                put(form.file(table), partial(form.write, table, cells))
    texts = {CODEBOOK: codebook_text(build.identity.title)}
    if "csv" in formats:
        texts |= {METADATA: metadata_text(build), **{way.file: way.program(tables()) for way in (R, PYTHON)}}
    for name, text in texts.items():
        put(name, lambda out, text=text: out.write(text.encode()))  # type: ignore[misc]
    return written


def table_format(name: str) -> TableFormat:
    """The format of a name.

    Raises:
        BadInput: there is no such format, or what it takes is not installed.
    """
    if name not in TABLE_FORMATS:
        raise BadInput(f"there is no format {name!r} of tables; choose from {', '.join(TABLE_FORMATS)}")
    TABLE_FORMATS[name].require()
    return TABLE_FORMATS[name]


def table_csv(table: Table, rows: Iterable[Cells]) -> str:
    """A table as CSV: UTF-8, a line of names."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(rows)
    return text.getvalue()
