"""Which classes have which properties: as in the build before, where what has changed is of the same kinds as it was.

A partition counts statements by whose they are, of which property, to what thing or to a value of what datatype. So it
is the same where as many of each are new as are gone, as after most changes of a text or a date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from kg.build.build_parts import BuildPart, Changes
from kg.build.former import Former
from kg.build.metadata import class_partitions, is_of_partitions
from kg.build.store import open_store
from kg.errors import MissingFile
from kg.rdf.reread import reread
from kg.terms import Namespaces, Term

#: Changed statements up to which it pays to look each up.
_FEW = 5_000


def partitions_of(
    parts: Mapping[str, BuildPart], triples: Iterable[Triple], names: Namespaces, former: Former | None = None
) -> Iterable[Triple]:
    """What `kg.build.metadata.class_partitions` says of what is stated and derived.

    Args:
        parts: what is stated and what is derived, as the parts of a build.
        triples: the same in triples.
        names: the namespaces of the project.
        former: the build before.
    """
    kept = None if former is None else _kept(parts, names, former)
    return class_partitions(names, triples) if kept is None else kept


def _kept(parts: Mapping[str, BuildPart], names: Namespaces, former: Former) -> list[Triple] | None:
    """What the former build says, if it is the same."""
    with suppress(OSError, MissingFile):  # somebody is removing it, say
        changes = Changes.of(former.changes(name, part) for name, part in parts.items())
        if max(len(changes.gone), len(changes.new)) > _FEW:
            return None
        gone, new = _read(changes.gone), _read(changes.new)
        if _told(gone) == _told(new) and _are_all_of_their_kind(gone, new, names, open_store(former.build.store)):
            described = (quad.triple for quad in former.build.metadata())
            return [triple for triple in described if is_of_partitions(triple, names)]
    return None


def _read(lines: Iterable[bytes]) -> list[Quad]:
    return list(reread(b"\n".join(lines)))


def _told(quads: Iterable[Quad]) -> Counter[tuple[object, ...]]:
    """How often what is told of values but for these themselves."""
    return Counter((quad.subject, quad.predicate, *_kind(quad.object)) for quad in quads)


def _kind(value: Term) -> tuple[bool, Term]:
    """Of a literal its datatype, and of all else itself."""
    return (True, value.datatype) if isinstance(value, Literal) else (False, value)


def _are_all_of_their_kind(gone: list[Quad], new: list[Quad], names: Namespaces, before: Store) -> bool:
    """Whether each that is gone was, and each that is new is stated once: of several the partitions count one."""
    aside = {DefaultGraph(), NamedNode(names.inferred), NamedNode(names.metadata)}
    for quads, expected in ((gone, 1), (new, 0)):
        if len({quad.triple for quad in quads}) < len(quads):
            return False
        for quad in quads:
            found = before.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            if sum(1 for each in found if each.graph_name not in aside) != expected:
                return False
    return True
