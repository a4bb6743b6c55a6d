"""Builds on disk: asserted, inferred and derived graphs in one read-only store, found again by what they are made of.

A build is a folder named by its project's fingerprint. It is written aside and renamed when whole, so that a build
that was interrupted is never mistaken for one that was not.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

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
from kg.project import Identity, Project, open_copy
from kg.terms import Namespaces

#: Builds kept in the cache besides those in use; older ones are removed.
_KEPT = 8
#: The file in a build's folder that is written last.
_INFO = "build.json"
#: Statements are a twentieth as long when they are compressed, and reading them takes no longer.
_PART = ".nq.gz"
#: The folder in a build's folder that holds the ontology's former versions.
_VERSIONS = "versions"
#: The folder in a build's folder that holds the files it was made of.
_PROJECT = "project"


@dataclass(frozen=True)
class BuildInfo:
    """What a build holds (numbers of triples) and how long each phase took (seconds)."""

    asserted: int
    inferred: int
    derived: int
    warnings: int
    seconds: dict[str, float]


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
        return hold(self.folder / _INFO)

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

    @cached_property
    def ontology_graphs(self) -> frozenset[str]:
        """The named graphs that hold the ontology's modules."""
        return frozenset(self._said["ontology_graphs"])

    @property
    def project(self) -> Project:
        """The project as it was when it was built: proofs lead to lines of its files, whatever became of them since."""
        return open_copy(self.folder / _PROJECT)

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
            said: dict[str, Any] = json.loads((self.folder / _INFO).read_text(encoding="utf-8"))
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
        return {path.stem: path.read_text(encoding="utf-8") for path in sorted((self.folder / _VERSIONS).glob("*.ttl"))}

    def part(self, name: str) -> Iterator[Quad]:
        """The statements of a part of it: asserted, inferred, derived, metadata or shapes."""
        with gzip.open(self.folder / f"{name}{_PART}") as file:
            yield from parse(cast("IO[bytes]", file), format=RdfFormat.N_QUADS)


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
    return Build(folder).hold() if find(folder, _INFO) else None


def all_builds() -> list[Build]:
    """The builds in the cache, the one that was used last first; those that cannot be read are left out.

    Raises:
        CacheError: the cache folder cannot be read.
    """
    return [Build(folder) for folder in by_use(kept()) if os.access(folder / _INFO, os.R_OK)]


def clear_builds() -> None:
    """Remove all builds from the cache, what was noted on the way, and what is left of unfinished ones.

    Raises:
        CacheError: the cache folder cannot be read, or a build not be removed.
    """
    for folder in by_use(kept()):
        if not os.access(folder, os.X_OK) or (folder / _INFO).exists():
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
    keep_latest((build.folder for build in all_builds() if not is_held(build.folder / _INFO)), _KEPT)


def write_build(
    folder: Path,
    names: Namespaces,
    asserted: Iterable[Quad],
    inferred: Iterable[Triple],
    derived: Iterable[Triple],
    metadata: Iterable[Triple] = (),
) -> None:
    """Write the statements of a build: as N-Quads, letter by letter, and as a store to query.

    The store is filled by two loads, one of the named graphs and one of their merge, which share nothing but the terms:
    a load takes memory for all that it is given, and more of them would leave files that overlap.
    """
    parts = {
        "asserted": asserted,
        "inferred": in_graph(names.inferred, inferred),
        "derived": in_graph(names.derived, derived),
        "metadata": in_graph(names.metadata, metadata),
    }
    for name, quads in parts.items():
        _write_part(folder, name, quads)
    store = Store(os.fspath(folder / "store"))
    store.bulk_extend(_written(folder, parts))
    store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in _written(folder, parts))


def write_shapes(folder: Path, shapes: Iterable[Quad]) -> None:
    """Write the shapes of a build; they are no part of its graph."""
    _write_part(folder, "shapes", shapes)


def write_versions(folder: Path, files: Iterable[Path]) -> None:
    """Write the ontology's former versions beside a build, byte by byte; they are no part of its graph."""
    (folder / _VERSIONS).mkdir()
    for file in files:
        shutil.copyfile(file, folder / _VERSIONS / file.name)


def write_project(folder: Path, project: Project) -> None:
    """Keep the files that a build is made of."""
    project.copy_to(folder / _PROJECT)


def write_info(folder: Path, info: BuildInfo, identity: Identity, ontology_graphs: Iterable[str]) -> None:
    """Write what a build holds and whose it is; this makes it a build that `find_build` finds."""
    said = {"info": asdict(info), "identity": identity.to_json(), "ontology_graphs": sorted(ontology_graphs)}
    (folder / _INFO).write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def in_graph(name: str, triples: Iterable[Triple]) -> Iterator[Quad]:
    """Triples as the statements of a named graph."""
    graph = NamedNode(name)
    return (Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples)


def with_merge(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Each statement in its own graph and in the default graph, which thereby is the merge of all.

    pyoxigraph can query the union of all graphs instead, but then counts a triple twice that lies in two of them.
    """
    for quad in quads:
        yield quad
        yield Quad(quad.subject, quad.predicate, quad.object)


def _written(folder: Path, parts: Iterable[str]) -> Iterator[Quad]:
    return chain.from_iterable(map(Build(folder).part, parts))


def _write_part(folder: Path, name: str, quads: Iterable[Quad]) -> None:
    with gzip.open(folder / f"{name}{_PART}", "wb", compresslevel=1) as file:
        serialize(quads, cast("IO[bytes]", file), RdfFormat.N_QUADS)
