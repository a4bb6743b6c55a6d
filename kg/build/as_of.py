"""The graph as it stood on a date: a build's store, with the plain relations of that day, what follows from them, and
the duties that were due.

A snapshot is made when it is first asked for and kept beside its build, the latest few of them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store

from kg.build.build_parts import in_graph, with_merge
from kg.build.kept_timeline import load_timeline
from kg.build.shared_store import copy_store
from kg.build.store import Build, open_store
from kg.cache import find, keep_latest, written_aside
from kg.collector import collector_paused
from kg.reasoning.closure import close
from kg.reasoning.inconsistency import require_consistency

#: Snapshots kept with a build. They share what is the same with its store.
_KEPT = 8


def snapshot(build: Build, day: date) -> Path:
    """The folder of the store that holds a build and the relations of a day, closed under OWL 2 RL.

    Args:
        build: the build.
        day: the day.

    Raises:
        Inconsistent: the relations of the day contradict the ontology.
        CacheError: it cannot be kept.
    """
    present = find_snapshot(build, day)
    if present is not None:
        return present
    folder = _folder(build, day)
    _make(build, day, folder)
    return folder


def find_snapshot(build: Build, day: date) -> Path | None:
    """The folder of a snapshot that has been made already, if it has; errors as for `snapshot`."""
    folder = _folder(build, day)
    return folder if find(folder, "CURRENT") else None


@dataclass(frozen=True)
class DayGraph:
    """What holds on one day beyond what a build holds: the plain relations of the day and what follows from them.

    Attributes:
        day: the day.
        name: the IRI of its graph.
        quads: the statements, in this graph.
    """

    day: date
    name: str
    quads: tuple[Quad, ...]


def day_graph(build: Build, day: date) -> DayGraph:
    """The graph of a day; arguments and errors as for `snapshot`."""
    name = build.identity.names.day_graph(day)
    store = open_store(snapshot(build, day))
    quads = store.quads_for_pattern(None, None, None, NamedNode(name))
    return DayGraph(day, name, tuple(quads))


def _folder(build: Build, day: date) -> Path:
    return build.folder / "as-of" / day.isoformat()


@collector_paused()
def _make(build: Build, day: date, folder: Path) -> None:
    timeline, modules = load_timeline(build), build.ontology_graphs
    relations = set(timeline.as_of(day))
    name = build.identity.names.day_graph(day)
    ontology = [q for q in build.asserted() if isinstance(q.graph_name, NamedNode) and q.graph_name.value in modules]
    closure = close([*ontology, *in_graph(name, sorted(relations, key=str))])
    require_consistency(closure.inconsistencies, (), namespaces=build.identity.names)
    with written_aside(folder) as aside:
        copy_store(build.store, aside)
        store = Store(os.fspath(aside))
        # The view of the due duties stays out of the closure: its terms imply nothing that the build does not hold.
        found = relations | closure.inferred | set(timeline.view(day))
        new = [triple for triple in found if Quad(triple.subject, triple.predicate, triple.object) not in store]
        store.bulk_extend(with_merge(in_graph(name, new)))
        del store
    keep_latest(folder.parent.iterdir(), _KEPT)
