"""Builds on disk: asserted, inferred and derived graphs in one read-only store, found again by what they are made of.

A build is a folder named by its project's fingerprint. It is written aside and renamed when whole, so that a build
that was interrupted is never mistaken for one that was not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import Quad, Store

from kg.cache import (
    by_use,
    cache_folder,
    find,
    forget,
    hold,
    is_held,
    keep_latest,
    kept,
    remove,
    remove_unfinished,
    written_aside,
)
from kg.errors import CacheError, MissingFile
from kg.project import Identity, Project, maker, open_copy
from kg.rdf.reread import reread
from kg.zstandard import zstd

#: Builds kept in the cache besides those in use; older ones are removed.
_KEPT = 8
#: The file in a build's folder that is written last.
INFO_FILE = "build.json"
#: Statements are a twentieth as long when they are compressed, and reading them takes no longer.
PART_SUFFIX = ".nq.zst"
#: The folder in a build's folder that holds the ontology's former versions.
VERSIONS_FOLDER = "versions"
#: The folder in a build's folder that holds the files it was made of.
PROJECT_FOLDER = "project"


@dataclass(frozen=True)
class BuildInfo:
    """What a build holds (numbers of triples), how long each phase took (seconds), and how its store came about.

    `changed` is by how many statements the store has been changed since one was written as a whole, `unsuspected` what
    `Report.unsuspected` is.
    """

    asserted: int
    inferred: int
    derived: int
    warnings: int
    seconds: dict[str, float]
    changed: int = 0
    unsuspected: bool = False


@dataclass(frozen=True)
class Build:
    """A finished build."""

    folder: Path

    @cached_property
    def info(self) -> BuildInfo:
        """What it holds."""
        return BuildInfo(**self._said["info"])

    def hold(self) -> Build:
        """Keep it from being removed for newer ones as long as this object lives; gives itself back."""
        _ = self._held
        return self

    @cached_property
    def _held(self) -> IO[bytes] | None:
        return hold(self.folder / INFO_FILE)

    def __reduce__(self) -> tuple[type[Build], tuple[Path]]:
        return type(self), (self.folder,)  # an open file stays with its process

    @cached_property
    def identity(self) -> Identity:
        """Whose it is: the title and the namespaces of its project."""
        return Identity.from_json(self._said["identity"])

    @property
    def title(self) -> str:
        """The title of its project, also of a build that another version made."""
        title = self._said.get("identity", {}).get("title")
        return title if isinstance(title, str) else "another version's"

    @property
    def maker(self) -> str | None:
        """The code and the engines that made it, as `kg.project.maker` tells them."""
        return self._said.get("maker")

    @cached_property
    def ontology_graphs(self) -> frozenset[str]:
        """The named graphs that hold the ontology's modules."""
        return frozenset(self._said["ontology_graphs"])

    @property
    def project(self) -> Project:
        """The project as it was when it was built: proofs lead to lines of its files, whatever became of them since."""
        return open_copy(self.folder / PROJECT_FOLDER)

    @property
    def size(self) -> int:
        """The bytes that it takes on disk, its snapshots included; what they share with it is counted once."""
        files = [path.lstat() for path in self.folder.rglob("*") if not path.is_dir()]
        return sum({stat.st_ino: stat.st_size for stat in files}.values())

    @property
    def store(self) -> Path:
        """The folder of the pyoxigraph store."""
        return self.folder / "store"

    @cached_property
    def _said(self) -> dict[str, Any]:
        try:
            said: dict[str, Any] = json.loads((self.folder / INFO_FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CacheError(f"not a build: {error}; kg build --clear removes it", file=self.folder) from error
        return said

    def asserted(self) -> Iterator[Quad]:
        """The asserted statements as their authors wrote them: the store would turn 01 into 1."""
        return self.part("asserted")

    def inferred(self) -> Iterator[Quad]:
        """What OWL 2 RL infers, in the inferred graph."""
        return self.part("inferred")

    def derived(self) -> Iterator[Quad]:
        """The duties over time and what else follows from them, in the derived graph."""
        return self.part("derived")

    def metadata(self) -> Iterator[Quad]:
        """What describes the store to those who query it, in the graph of metadata."""
        return self.part("metadata")

    def shapes(self) -> Iterator[Quad]:
        """The shapes that the asserted statements satisfy."""
        return self.part("shapes")

    @property
    def versions(self) -> dict[str, str]:
        """The ontology's former versions in Turtle, as they were published, by number."""
        return {
            path.stem: path.read_text(encoding="utf-8")
            for path in sorted((self.folder / VERSIONS_FOLDER).glob("*.ttl"))
        }

    def part(self, name: str) -> Iterator[Quad]:
        """The statements of a part of it: asserted, inferred, derived, metadata or shapes."""
        with zstd.open(self.folder / f"{name}{PART_SUFFIX}") as file:
            yield from reread(cast("IO[bytes]", file))

    def text(self, name: str) -> bytes:
        """The same as N-Quads."""
        return zstd.decompress((self.folder / f"{name}{PART_SUFFIX}").read_bytes())


def open_store(folder: Path) -> Store:
    """A store on disk, read-only, so that any number of processes can share it.

    Raises:
        MissingFile: there is no store in the folder.
    """
    try:
        return Store.read_only(os.fspath(folder))
    except OSError as error:
        raise MissingFile(f"no store can be opened here: {error}", file=folder) from error


def find_build(fingerprint: str) -> Build | None:
    """The build of this fingerprint, if there is one.

    Raises:
        CacheError: the cache folder cannot be read.
    """
    folder = cache_folder() / fingerprint
    return Build(folder).hold() if find(folder, INFO_FILE) else None


def former_build(project: Project) -> Build | None:
    """The build of a project, as its files were, that was used last of those that this code and these engines made.

    Raises:
        CacheError: the cache folder cannot be read.
    """
    for build in all_builds():
        with suppress(CacheError):
            if build.maker == maker() and build.identity == project.identity:
                return build.hold()
    return None


def all_builds() -> list[Build]:
    """The builds in the cache, the one that was used last first; those that cannot be read are left out.

    Raises:
        CacheError: the cache folder cannot be read.
    """
    return [Build(folder) for folder in by_use(kept()) if os.access(folder / INFO_FILE, os.R_OK)]


def clear_builds() -> None:
    """Remove all builds from the cache, what was noted on the way, and what is left of unfinished ones.

    Raises:
        CacheError: the cache folder cannot be read, or a build not be removed.
    """
    for folder in by_use(kept()):
        if not os.access(folder, os.X_OK) or (folder / INFO_FILE).exists():
            remove(folder)
    forget()
    remove_unfinished(cache_folder())


@contextmanager
def new_build(fingerprint: str) -> Iterator[Path]:
    """A folder to build in; it takes its place when the block ends without an error and vanishes otherwise.

    Raises:
        CacheError: the cache folder cannot be written, or no more be written.
    """
    with written_aside(cache_folder() / fingerprint) as aside:
        yield aside
    keep_latest((build.folder for build in all_builds() if not is_held(build.folder / INFO_FILE)), _KEPT)
