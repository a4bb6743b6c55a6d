"""Builds on disk: asserted, inferred and derived graphs in one read-only store, found again by what they are made of.

A build is a folder named by its project's fingerprint. It is written aside and renamed when whole, so that a build
that was interrupted is never mistaken for one that was not.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from kg.errors import MissingFile
from kg.project import Identity
from kg.terms import Namespaces

try:
    import fcntl
except ImportError:  # Windows has none; there, what processes leave that are killed stays
    fcntl = None  # type: ignore[assignment]

#: Builds kept in the cache; older ones are removed.
_KEPT = 8
#: The file in a build's folder that is written last.
_INFO = "build.json"
#: How the name of a folder begins that is not whole: not yet, or no longer.
_UNFINISHED = "unfinished-"


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

    @cached_property
    def identity(self) -> Identity:
        """Whose it is: the title and the namespaces of its project."""
        return Identity.from_json(self._said["identity"])

    @cached_property
    def ontology_graphs(self) -> frozenset[str]:
        """The named graphs that hold the ontology's modules."""
        return frozenset(self._said["ontology_graphs"])

    @property
    def store(self) -> Path:
        """The folder of the pyoxigraph store."""
        return self.folder / "store"

    @cached_property
    def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads((self.folder / _INFO).read_text(encoding="utf-8"))
        return said

    def asserted(self) -> Iterator[Quad]:
        """The asserted statements as their authors wrote them: the store would turn 01 into 1."""
        return self._part("asserted")

    def inferred(self) -> Iterator[Quad]:
        """What OWL 2 RL infers, in the inferred graph."""
        return self._part("inferred")

    def derived(self) -> Iterator[Quad]:
        """The duties over time and what else follows from them, in the derived graph."""
        return self._part("derived")

    def shapes(self) -> Iterator[Quad]:
        """The shapes that the asserted statements satisfy."""
        return self._part("shapes")

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
    if not (folder / _INFO).is_file():
        return None
    with suppress(FileNotFoundError):  # another process may be removing it
        os.utime(folder)
    return Build(folder)


@contextmanager
def new_build(fingerprint: str) -> Iterator[Path]:
    """A folder to build in; it takes its place when the block ends without an error and vanishes otherwise.

    Raises:
        MissingFile: the cache folder cannot be written.
    """
    cache = cache_folder()
    with ExitStack() as stack:
        try:
            cache.mkdir(parents=True, exist_ok=True)
            aside = stack.enter_context(written_aside(cache / fingerprint))
        except OSError as error:
            hint = "set CASUS_CACHE to a folder that can be written"
            raise MissingFile(f"cannot keep a build here ({error.strerror}); {hint}", file=cache) from error
        yield aside
    keep_latest((path.parent for path in cache.glob(f"*/{_INFO}")), _KEPT)


@contextmanager
def written_aside(folder: Path) -> Iterator[Path]:
    """A folder to write in; it becomes `folder` when the block ends without an error and vanishes otherwise.

    If another process has made the folder meanwhile, that one is kept. What processes have left beside it that were
    killed is removed first.
    """
    for left in folder.parent.glob(_UNFINISHED + "*"):
        with _lock(left, wait=False) as locked:
            if locked:
                shutil.rmtree(left, ignore_errors=True)
    with ExitStack() as stack:
        aside = folder
        while aside == folder or not aside.exists():  # until then, another process may take it for left behind
            aside = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder.parent))
            stack.enter_context(_lock(aside, wait=True))
        try:
            yield aside
            try:
                aside.rename(folder)
            except OSError:
                if not folder.is_dir():
                    raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def keep_latest(folders: Iterable[Path], number: int) -> None:
    """Remove all but the folders that were used last. None is ever found half removed under its own name."""
    used: list[tuple[float, Path]] = []
    for folder in folders:
        if not folder.name.startswith(_UNFINISHED):
            with suppress(FileNotFoundError):  # here and below: another process removes it, too
                used.append((folder.stat().st_mtime, folder))
    for _, folder in sorted(used)[:-number]:
        aside = folder.with_name(_UNFINISHED + folder.name)
        with suppress(OSError):
            folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def write_build(
    folder: Path,
    names: Namespaces,
    asserted: Iterable[Quad],
    inferred: Iterable[Triple],
    derived: Iterable[Triple],
) -> None:
    """Write the statements of a build: as N-Quads, letter by letter, and as a store to query."""
    parts = {
        "asserted": asserted,
        "inferred": in_graph(names.inferred, inferred),
        "derived": in_graph(names.derived, derived),
    }
    store = Store(os.fspath(folder / "store"))
    for name, quads in parts.items():
        file = folder / f"{name}.nq"
        serialize(quads, file, RdfFormat.N_QUADS)
        store.bulk_extend(with_merge(parse(path=file, format=RdfFormat.N_QUADS)))
    store.optimize()


def write_shapes(folder: Path, shapes: Iterable[Quad]) -> None:
    """Write the shapes of a build; they are no part of its graph."""
    serialize(shapes, folder / "shapes.nq", RdfFormat.N_QUADS)


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


@contextmanager
def _lock(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Hold the lock of a folder, if it can be had. The system takes it from a process that ends, however that ends."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        locked = True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            locked = False
        yield locked
    finally:
        os.close(descriptor)
