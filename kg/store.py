"""Builds on disk: asserted, inferred and derived graphs in one read-only store, found again by what they are made of.

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
from kg.vocab import DERIVED_GRAPH, INFERRED_GRAPH

#: Builds kept in the cache; older ones are removed.
_KEPT = 8
#: Seconds after which an unfinished build is taken for the leftover of a process that was killed.
_ABANDONED = 24 * 60 * 60


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
    info: BuildInfo

    @property
    def store(self) -> Path:
        """The folder of the pyoxigraph store."""
        return self.folder / "store"

    def asserted(self) -> Iterator[Quad]:
        """The asserted statements as their authors wrote them: the store would turn 01 into 1."""
        return self._part("asserted")

    def inferred(self) -> Iterator[Quad]:
        """What OWL 2 RL infers, in the inferred graph."""
        return self._part("inferred")

    def derived(self) -> Iterator[Quad]:
        """The duties over time and what else follows from them, in the derived graph."""
        return self._part("derived")

    def _part(self, name: str) -> Iterator[Quad]:
        return parse(path=self.folder / f"{name}.nq", format=RdfFormat.N_QUADS)


def open_store(folder: Path) -> Store:
    """A store on disk, read-only, so that any number of processes can share it.

    Raises:
        MissingFile: there is no store in the folder.
    """
    try:
        return Store.read_only(os.fspath(folder))
    except OSError as error:
        raise MissingFile(f"no store can be opened here: {error}", file=folder) from error


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


def write_build(folder: Path, asserted: Iterable[Quad], inferred: Iterable[Triple], derived: Iterable[Triple]) -> None:
    """Write the statements of a build: as N-Quads, letter by letter, and as a store to query."""
    parts = {
        "asserted": asserted,
        "inferred": in_graph(INFERRED_GRAPH, inferred),
        "derived": in_graph(DERIVED_GRAPH, derived),
    }
    store = Store(os.fspath(folder / "store"))
    for name, quads in parts.items():
        file = folder / f"{name}.nq"
        serialize(quads, file, RdfFormat.N_QUADS)
        store.bulk_extend(with_merge(parse(path=file, format=RdfFormat.N_QUADS)))
    store.optimize()


def write_info(folder: Path, info: BuildInfo) -> None:
    """Write what a build holds; this makes it a build that `find_build` finds."""
    (folder / "build.json").write_text(json.dumps(asdict(info), indent=2) + "\n", encoding="utf-8")


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


def _remove_old(cache: Path) -> None:
    builds = sorted((path.parent for path in cache.glob("*/build.json")), key=lambda path: path.stat().st_mtime)
    abandoned = [path for path in cache.glob("unfinished-*") if path.stat().st_mtime < time.time() - _ABANDONED]
    for folder in builds[:-_KEPT] + abandoned:
        shutil.rmtree(folder, ignore_errors=True)
