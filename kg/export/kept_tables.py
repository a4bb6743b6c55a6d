"""The tables of a build, kept beside it: each is written when it is first wanted, as a release has it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock, Thread

from kg.build.store import Build
from kg.duties.timeline import Timeline
from kg.errors import BadInput, CasusError
from kg.export.describe import newest_source
from kg.export.parquet import write_parquet
from kg.export.tables import METADATA, metadata_text, table_text, tables
from kg.rdf.write import write_aside, write_text

_PACKAGE = Path(__file__).parent
#: What decides how a build is written as tables: another version of it may write the same build otherwise.
_CODE = (_PACKAGE, _PACKAGE.parent / "sparql")


class KeptTables:
    """The tables of a build as files."""

    def __init__(self, build: Build, timeline: Timeline) -> None:
        """The tables of a build with its duties."""
        self._build, self._timeline = build, timeline
        self._folder = build.folder / "tables" / _version()
        self._tables = {table.file: table for table in tables()}
        self._parquet = {table.parquet: table for table in tables()}
        self._writing = {name: Lock() for name in (*self._tables, METADATA, *self._parquet)}

    @property
    def names(self) -> list[str]:
        """The names of the files: of the tables, of their metadata, and of the tables as Parquet."""
        return list(self._writing)

    def file(self, name: str) -> Path:
        """The file of a name, which is written if it is not there yet: the largest takes some seconds, once.

        Raises:
            BadInput: there is no file of this name, no source has a date, up to which dyad-years are counted, or
                Parquet cannot be written here.
            MissingFile: it cannot be kept.
        """
        if name not in self._writing:
            raise BadInput(f"there is no table {name[:100]!r}; choose from {', '.join(self._writing)}")
        path = self._folder / name
        with self._writing[name]:
            if not path.exists():
                if name in self._parquet:
                    table = self._parquet[name]
                    rows = self.file(table.file)
                    write_aside(path, lambda out: write_parquet(table, rows, out))
                else:
                    write_text(path, self._text(name))
        return path

    def prepare(self) -> None:
        """Write in the background what is not there yet."""
        if not all((self._folder / name).exists() for name in self._writing):
            Thread(target=self._prepare, daemon=True).start()

    def _prepare(self) -> None:
        for name in self._writing:
            with suppress(CasusError):  # what cannot be written is told whoever asks for it
                self.file(name)

    def _text(self, name: str) -> str:
        if name == METADATA:
            return metadata_text(self._build)
        newest = newest_source(self._build.asserted())
        return table_text(self._tables[name], self._build, self._timeline, last_year=newest.year)


@cache
def _version() -> str:
    """A hash of the code and the queries that write tables."""
    digest = hashlib.sha256()
    for file in sorted(path for part in _CODE for path in part.rglob("*") if path.suffix in (".py", ".rq", ".toml")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
