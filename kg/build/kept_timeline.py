"""The duties over time of a build: derived, or those of the build before where nothing has changed that they rest on.

What the rules find rests on few of the statements, and what the derived graph says of it on how the things in it are
called. Most changes are of other statements, and then a build takes over what the one before has in its files.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import NamedNode, Triple

from kg.build.build_parts import BuildPart
from kg.build.former import Former
from kg.build.store import Build
from kg.collector import collector_paused
from kg.duties.as_rdf import AskedNames, DutyNames, derived_text
from kg.duties.by_property import ByProperty
from kg.duties.currency import Currency
from kg.duties.kinds import KIND_PROPERTIES, read_kinds
from kg.duties.rules import bearing
from kg.duties.timeline import RuleFindings, Said, Timeline, find_by_rules, read_said
from kg.rdf.load import to_ntriples
from kg.rdf.reread import reread
from kg.terms import Namespaces, Resource
from kg.zstandard import zstd

#: The files in a build's folder that have what the rules found, what the graph says besides, and what both rest on.
_FOUND, _SAID, _BASIS = "found.pickle.zst", "said.pickle.zst", "basis.pickle.zst"


class _Basis(NamedTuple):
    """What the derived graph rests on, but for what all builds of one project by the same code have alike.

    Attributes:
        read: a hash of what the rules read.
        currency: to which day the sources reach.
        asked: how things are called, as `AskedNames` has it.
    """

    read: str
    currency: Currency
    asked: Mapping[tuple[Resource, str | None], str]


class DutiesOverTime(NamedTuple):
    """The duties over time of a graph.

    Attributes:
        derived: the derived graph.
        files: what a build keeps besides, by the names of its files.
    """

    derived: BuildPart
    files: Mapping[str, bytes]

    @property
    def triples(self) -> Iterator[Triple]:
        """The derived graph in triples."""
        return (quad.triple for quad in reread(self.derived.quads))

    def write(self, folder: Path) -> None:
        """Keep them in the folder of a build, but for the derived graph."""
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


def duties_over_time(closure: Iterable[Triple], names: Namespaces, former: Former | None = None) -> DutiesOverTime:
    """The duties over time of a project.

    Args:
        closure: all that is asserted and inferred.
        names: the project's namespaces.
        former: the build before.

    Raises:
        ReasonerError: clingo failed.
    """
    graph = ByProperty(closure)
    read = bearing(graph)
    stated = to_ntriples([*read, *sorted(graph.of(KIND_PROPERTIES), key=str)])
    rests_on = hashlib.sha256(stated.encode()).hexdigest()
    said = read_said(tuple(read_kinds(graph.of(KIND_PROPERTIES)).values()), graph)
    kept = None if former is None else _Kept.of(former.build, rests_on)
    if kept is not None and kept.basis.currency == said.currency and _called_alike(kept.basis, said.labels):
        basis, found, derived = kept
    else:
        timeline = Timeline(*(find_by_rules(read, graph, names) if kept is None else _found(kept.found)), *said)
        found = _packed(timeline.found) if kept is None else kept.found
        asked = AskedNames(said.labels)
        text = derived_text(timeline.derived, asked, said.currency, NamedNode(names.derived))
        derived = BuildPart(text, names.derived)
        basis = _Basis(rests_on, said.currency, asked.asked)
    return DutiesOverTime(derived, {_FOUND: found, _SAID: _packed(said), _BASIS: _packed(basis)})


def has_timeline(build: Build) -> bool:
    """Whether the duties over time of a build are kept with it, as they are with each that is made whole."""
    return (build.folder / _FOUND).is_file()


@collector_paused()
def load_timeline(build: Build) -> Timeline:
    """The timeline of a build. The files are the cache's own, written by `DutiesOverTime.write`."""
    said: Said = _unpacked((build.folder / _SAID).read_bytes())
    return Timeline(*_found((build.folder / _FOUND).read_bytes()), *said)


class _Kept(NamedTuple):
    """What a build has kept."""

    basis: _Basis
    found: bytes
    derived: BuildPart

    @classmethod
    def of(cls, build: Build, rests_on: str) -> _Kept | None:
        """What a build has kept, if its rules read the same and nobody is removing it."""
        with suppress(OSError):
            basis = _unpacked((build.folder / _BASIS).read_bytes())
            if basis.read == rests_on:
                derived = BuildPart(build.text("derived"), build.identity.names.derived)
                return cls(basis, (build.folder / _FOUND).read_bytes(), derived)
        return None


def _called_alike(basis: _Basis, names: DutyNames) -> bool:
    """Whether all that was asked has the same answer."""
    return all(names.answer(*question) == answer for question, answer in basis.asked.items())


def _found(content: bytes) -> RuleFindings:
    found: RuleFindings = _unpacked(content)
    return found


def _packed(value: object) -> bytes:
    return zstd.compress(pickle.dumps(value), 1)


def _unpacked(content: bytes) -> Any:
    return pickle.loads(zstd.decompress(content))
