"""What is queried: one of a build, files as they are, and a store elsewhere."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from kg.build.build_parts import with_merge
from kg.build.store import Build, open_store
from kg.project import shipped_names
from kg.rdf.load import load_file
from kg.terms import Namespaces


@dataclass(frozen=True)
class Remote:
    """A store elsewhere to which a build was published.

    Attributes:
        url: where it answers queries.
        graphs: the graphs there that queries can name.
        merged: those that are merged as the default graph: the same, or one that holds the merge of them.
    """

    url: str
    graphs: tuple[str, ...]
    merged: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """What is queried: the store of a build, files, loaded as they are, or a store elsewhere.

    Attributes:
        build: the build, also the one that was published to the store elsewhere; of it there are days to look back to.
        files: the files.
        remote: the store elsewhere.
    """

    build: Build | None = None
    files: tuple[Path, ...] = ()
    remote: Remote | None = None

    @property
    def names(self) -> Namespaces:
        """The namespaces of the project that it is of; files are read in those of the shipped one."""
        return shipped_names() if self.build is None else self.build.identity.names

    def open(self) -> Store:
        """The store of the build or of the files, in this process.

        Raises:
            MissingFile, UnknownFormat, ParseError: a file cannot be loaded, or the build has no store.
        """
        if self.build is not None:
            return open_store(self.build.store)
        store = Store()
        for file in self.files:
            store.bulk_extend(with_merge(load_file(file)))
        return store

    def to_json(self) -> dict[str, Any]:
        """The source as it is told to another process."""
        return {
            "build": None if self.build is None else os.fspath(self.build.folder),
            "files": [os.fspath(file) for file in self.files],
            "remote": None if self.remote is None else asdict(self.remote),
        }

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Source:
        """The source that `to_json` has told."""
        build, remote = said["build"], said["remote"]
        return cls(
            None if build is None else Build(Path(build)),
            tuple(map(Path, said["files"])),
            None if remote is None else Remote(remote["url"], tuple(remote["graphs"]), tuple(remote["merged"])),
        )
