"""Stores that share with others what is the same: RocksDB never changes an .sst file once it is written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad, Store

from kg.build.build_parts import Changes
from kg.rdf.reread import reread

_MERGE = DefaultGraph()


def copy_store(store: Path, folder: Path) -> None:
    """Copy a store, but for RocksDB's log and lock, into a folder. What is large gets a second name.

    Args:
        store: the store's folder.
        folder: the folder of the copy, which may be there and empty.

    Raises:
        OSError: it cannot be read or written.
    """
    shutil.copytree(
        store, folder, dirs_exist_ok=True, copy_function=_share, ignore=shutil.ignore_patterns("LOG*", "LOCK")
    )


def change_store(folder: Path, changes: Changes) -> None:
    """Make a store one that holds other statements, each in its own graph and in the default graph, their merge.

    Raises:
        OSError: it cannot be written.
    """
    store = Store(os.fspath(folder))
    gone = list(_read(changes.gone))
    for quad in gone:
        store.remove(quad)
    put_in = list(_read([*changes.new, *changes.kept]))
    store.bulk_extend(put_in)
    for quad in gone:
        if all(
            found.graph_name == _MERGE
            for found in store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        ):
            store.remove(_merged(quad))
    store.bulk_extend(map(_merged, put_in))
    for graph in {quad.graph_name for quad in gone}:
        if next(store.quads_for_pattern(None, None, None, graph), None) is None:
            store.remove_graph(graph)  # whose name it would keep
    store.flush()


def _merged(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object)


def _read(lines: Iterable[bytes]) -> Iterable[Quad]:
    return reread(b"".join(line + b"\n" for line in lines))


def _share(source: str, target: str) -> None:
    """Give a file of the store a second name, or copy it."""
    if source.endswith(".sst"):
        with suppress(OSError):  # the system may refuse a second name for another user's file
            os.link(source, target)
            return
    shutil.copyfile(source, target)
