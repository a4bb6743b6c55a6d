"""Builds on disk: asserted and inferred graphs in one read-only store, found again by what they were built from.

A build is a folder named by its project's fingerprint. It is written aside and renamed when whole, so that a build
that was interrupted is never mistaken for one that was not.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from kg.errors import MissingFile
from kg.vocab import INFERRED_GRAPH

#: Builds kept in the cache; older ones are removed.
_KEPT = 8
#: Seconds after which an unfinished build is taken for the leftover of a process that was killed.
_ABANDONED = 24 * 60 * 60


@dataclass(frozen=True)
class BuildInfo:
    """What a build holds (numbers of triples) and how long each phase took (seconds)."""

    asserted: int
    inferred: int
    warnings: int
    seconds: dict[str, float]


@dataclass(frozen=True)
class Build:
    """A finished build."""

    folder: Path
    info: BuildInfo

    @property
    def store(self) -> Path:
        """The folder of the pyoxigraph store."""
        return self.folder / "store"

    def open(self) -> Store:
        """The store, read-only, so that any number of processes can share it."""
        return Store.read_only(os.fspath(self.store))

    def asserted(self) -> Iterator[Quad]:
        """The asserted statements as their authors wrote them: the store would turn 01 into 1."""
        return parse(path=self.folder / "asserted.nq", format=RdfFormat.N_QUADS)

    def inferred(self) -> Iterator[Quad]:
        """The inferred statements, in the inferred graph."""
        return parse(path=self.folder / "inferred.nq", format=RdfFormat.N_QUADS)


def cache_folder() -> Path:
    """Where builds are kept: ``$CASUS_CACHE``, else ``casus`` in the user's cache folder (XDG base directories)."""
    if "CASUS_CACHE" in os.environ:
        return Path(os.environ["CASUS_CACHE"])
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "casus"


def find_build(fingerprint: str) -> Build | None:
    """The build of this fingerprint, if there is one."""
    folder = cache_folder() / fingerprint
    try:
        info = json.loads((folder / "build.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    os.utime(folder)
    return Build(folder, BuildInfo(**info))


@contextmanager
def new_build(fingerprint: str) -> Iterator[Path]:
    """A folder to build in; it takes its place when the block ends without an error and vanishes otherwise.

    Raises:
        MissingFile: the cache folder cannot be written.
    """
    cache = cache_folder()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix="unfinished-", dir=cache))
    except OSError as error:
        hint = "set CASUS_CACHE to a folder that can be written"
        raise MissingFile(f"cannot keep a build here ({error.strerror}); {hint}", file=cache) from error
    try:
        yield aside
        target = cache / fingerprint
        if not target.exists():  # else another process finished the same build meanwhile
            aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    _remove_old(cache)


def write_build(folder: Path, asserted: Iterable[Quad], inferred: Iterable[Triple]) -> None:
    """Write the statements of a build: as N-Quads, letter by letter, and as a store to query."""
    graph = NamedNode(INFERRED_GRAPH)
    serialize(asserted, folder / "asserted.nq", RdfFormat.N_QUADS)
    serialize(
        (Quad(triple.subject, triple.predicate, triple.object, graph) for triple in inferred),
        folder / "inferred.nq",
        RdfFormat.N_QUADS,
    )
    store = Store(os.fspath(folder / "store"))
    for name in ("asserted.nq", "inferred.nq"):
        store.bulk_extend(with_merge(parse(path=folder / name, format=RdfFormat.N_QUADS)))
    store.optimize()


def write_info(folder: Path, info: BuildInfo) -> None:
    """Write what a build holds; this makes it a build that `find_build` finds."""
    (folder / "build.json").write_text(json.dumps(asdict(info), indent=2) + "\n", encoding="utf-8")


def with_merge(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Each statement in its own graph and in the default graph, which thereby is the merge of all.

    pyoxigraph can query the union of all graphs instead, but then counts a triple twice that lies in two of them.
    """
    for quad in quads:
        yield quad
        yield Quad(quad.subject, quad.predicate, quad.object)


def _remove_old(cache: Path) -> None:
    builds = sorted((path.parent for path in cache.glob("*/build.json")), key=lambda path: path.stat().st_mtime)
    abandoned = [path for path in cache.glob("unfinished-*") if path.stat().st_mtime < time.time() - _ABANDONED]
    for folder in builds[:-_KEPT] + abandoned:
        shutil.rmtree(folder, ignore_errors=True)
