"""The tables of a build, kept beside it: each is written when it is first wanted, as a release has it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from threading import Lock, Thread

from kg.build.store import Build
from kg.duties.timeline import Timeline
from kg.errors import BadInput, CasusError
from kg.export.csvw import METADATA, metadata_text
from kg.export.table_codebook import CODEBOOK, codebook_text
from kg.export.table_files import TABLE_FORMATS, TableFormat, table_csv
from kg.export.table_rows import TableRows
from kg.export.tables import Table, tables
from kg.rdf.write import write_aside, write_text

_PACKAGE = Path(__file__).parent
#: What decides how a build is written as tables: another version of it may write the same build otherwise.
_CODE = (_PACKAGE, _PACKAGE.parent / "sparql")


class KeptTables:
    """The tables of a build as files."""

    def __init__(self, build: Build, timeline: Timeline) -> None:
        """The tables of a build with its duties."""
        self._build, self._timeline = build, timeline
        self._rows = TableRows(build, timeline)
        self._folder = build.folder / "tables" / _version()
        self._write: dict[str, Callable[[Path], object]] = {
            METADATA: lambda path: write_text(path, metadata_text(build)),
            CODEBOOK: lambda path: write_text(path, codebook_text(build.identity.title)),
        }
        for form in TABLE_FORMATS.values():
            for table in tables():
                write = self._write_csv if form.name == "csv" else partial(self._write_as, form)
                self._write[form.file(table)] = partial(write, table)
        self._writing = {name: Lock() for name in self._write}

    @property
    def names(self) -> list[str]:
        """The names of the files: of the metadata, of the codebook, and of the tables in each format."""
        return list(self._write)

    def file(self, name: str) -> Path:
        """The file of a name, which is written if it is not there yet: the largest takes some seconds, once.

        Raises:
            BadInput: there is no file of this name, no source has a date, up to which dyad-years are counted, or
                what writes the format is not installed.
            MissingFile: it cannot be kept.
        """
        if name not in self._write:
            raise BadInput(f"there is no table {name[:100]!r}; choose from {', '.join(self._write)}")
        path = self._folder / name
        with self._writing[name]:
            if not path.exists():
                self._write[name](path)
        return path

    def prepare(self) -> None:
        """Write in the background what is not there yet in CSV; other formats are made when they are asked for."""
        if not all((self._folder / table.file).exists() for table in tables()):
            Thread(target=self._prepare, daemon=True).start()

    def _prepare(self) -> None:
        for table in tables():
            with suppress(CasusError):  # what cannot be written is told whoever asks for it
                self.file(table.file)
        self._rows = TableRows(self._build, self._timeline)  # without the dyad-years that the former holds

    def _write_csv(self, table: Table, path: Path) -> None:
        write_text(path, table_csv(table, self._rows.of(table)))

    def _write_as(self, form: TableFormat, table: Table, path: Path) -> None:
        form.require()
        cells = self.file(table.file)
        write_aside(path, partial(form.write, table, cells))


@cache
def _version() -> str:
    """A hash of the code and the queries that write tables."""
    digest = hashlib.sha256()
    for file in sorted(path for part in _CODE for path in part.rglob("*") if path.suffix in (".py", ".rq", ".toml")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
