"""The graph as it stood on a date: a build's store, with the plain relations of that day and what follows from them.

A snapshot is made when it is first asked for and kept beside its build, the latest few of them.
"""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from datetime import date
from pathlib import Path

from pyoxigraph import Quad, Store

from kg.duties.calendar import parse_day, show_day
from kg.duties.timeline import Timeline
from kg.reasoning.consistency import require_consistency
from kg.reasoning.reason import close
from kg.store import Build, in_graph, with_merge
from kg.vocab import GRAPH

#: Snapshots kept with a build. They share what is the same with its store.
_KEPT = 8
_TIMELINE = "timeline.pickle"


def save_timeline(folder: Path, timeline: Timeline) -> None:
    """Keep the timeline of a build, so that a snapshot need not derive it again."""
    (folder / _TIMELINE).write_bytes(pickle.dumps(timeline))


def load_timeline(build: Build) -> Timeline:
    """The timeline of a build. The file is the cache's own, written by `save_timeline`."""
    timeline = pickle.loads((build.folder / _TIMELINE).read_bytes())
    assert isinstance(timeline, Timeline)
    return timeline


def snapshot_graph(day: str | date) -> str:
    """The IRI of the named graph that holds what is true of one day only."""
    return f"{GRAPH}as-of/{show_day(parse_day(day))}"


def snapshot(build: Build, day: str | date) -> Path:
    """The folder of the store that holds a build and the relations of a day, closed under OWL 2 RL.

    Args:
        build: the build.
        day: a date, or its ISO 8601 form ``YYYY-MM-DD``.

    Raises:
        BadInput: it is no day.
        Inconsistent: the relations of the day contradict the ontology.
    """
    present = find_snapshot(build, day)
    if present is not None:
        return present
    folder = _folder(build, day)
    _make(build, day, folder)
    return folder


def find_snapshot(build: Build, day: str | date) -> Path | None:
    """The folder of a snapshot that has been made already, if it has; errors as for `snapshot`."""
    folder = _folder(build, day)
    try:
        os.utime(folder)
    except FileNotFoundError:
        return None
    return folder


def _folder(build: Build, day: str | date) -> Path:
    return build.folder / "as-of" / show_day(parse_day(day))


def _share(source: str, target: str) -> None:
    """Give a file of the store a second name, or copy it: RocksDB never changes an .sst file once it is written."""
    if source.endswith(".sst"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def _make(build: Build, day: str | date, folder: Path) -> None:
    relations = set(load_timeline(build).as_of(day))
    ontology = [quad for quad in build.asserted() if str(quad.graph_name).startswith(f"<{GRAPH}ontology/")]
    closure = close([*ontology, *in_graph(snapshot_graph(day), sorted(relations, key=str))])
    require_consistency(closure.clashes, ())
    folder.parent.mkdir(exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix="unfinished-", dir=folder.parent))
    try:
        shutil.copytree(build.store, aside, dirs_exist_ok=True, copy_function=_share)
        store = Store(os.fspath(aside))
        found = relations | closure.inferred
        new = [triple for triple in found if Quad(triple.subject, triple.predicate, triple.object) not in store]
        store.bulk_extend(with_merge(in_graph(snapshot_graph(day), new)))
        del store
        if not folder.exists():
            aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    made = sorted(folder.parent.glob("[0-9]*"), key=lambda path: path.stat().st_mtime)
    for old in made[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
