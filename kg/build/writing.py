"""Writing a build into its folder: its statements as text and as a store, its files, what it holds."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from itertools import chain
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Store

from kg.build.build_parts import BuildPart, Changes
from kg.build.former import Former
from kg.build.shared_store import change_store, copy_store
from kg.build.store import INFO_FILE, PART_SUFFIX, PROJECT_FOLDER, VERSIONS_FOLDER, BuildInfo
from kg.project import Identity, Project, maker
from kg.rdf.reread import reread
from kg.zstandard import zstd

#: The share of a store's statements up to which it is changed rather than written anew: what was taken out of it stays
#: in its files, and the more there is to write, the quicker it is to write all at once.
_CHANGED = 0.1


def write_build(folder: Path, parts: Mapping[str, BuildPart], former: Former | None = None) -> int:
    """Write the statements of a build: as N-Quads, letter by letter, and as a store to query.

    Args:
        folder: the folder of the build.
        parts: the statements, as `kg.build.build_parts.all_parts` has them.
        former: the build before, whose store is changed if it has most of them.

    Returns:
        By how many statements the store was changed, all times together, since one was written as a whole.
    """
    for name, part in parts.items():
        _write_part(folder, name, part.quads)
    place = folder / "store"
    if former is not None:
        with suppress(OSError):  # somebody is removing it, say
            found = Changes.of(former.changes(name, part) for name, part in parts.items())
            changed = former.build.info.changed + len(found.gone) + len(found.new)
            if changed <= sum(map(len, parts.values())) * _CHANGED:
                copy_store(former.build.store, place)
                change_store(place, found)
                return changed
        shutil.rmtree(place, ignore_errors=True)
    store = Store(os.fspath(place))
    # A load takes memory for all that it is given, and what shares nothing but terms leaves files that do not overlap.
    store.bulk_extend(chain.from_iterable(reread(part.quads) for part in parts.values()))
    store.bulk_extend(chain.from_iterable(reread(part.triples, RdfFormat.N_TRIPLES) for part in parts.values()))
    return 0


def write_shapes(folder: Path, shapes: Iterable[Quad]) -> None:
    """Write the shapes of a build; they are no part of its graph."""
    _write_part(folder, "shapes", BuildPart.of(shapes).quads)


def write_versions(folder: Path, files: Iterable[Path]) -> None:
    """Write the ontology's former versions beside a build, byte by byte; they are no part of its graph."""
    (folder / VERSIONS_FOLDER).mkdir()
    for file in files:
        shutil.copyfile(file, folder / VERSIONS_FOLDER / file.name)


def write_project(folder: Path, project: Project) -> None:
    """Keep the files that a build is made of."""
    project.copy_to(folder / PROJECT_FOLDER)


def write_info(folder: Path, info: BuildInfo, identity: Identity, ontology_graphs: Iterable[str]) -> None:
    """Write what a build holds and whose it is; this makes it a build that `find_build` finds."""
    said = {
        "info": asdict(info),
        "identity": identity.to_json(),
        "ontology_graphs": sorted(ontology_graphs),
        "maker": maker(),
    }
    (folder / INFO_FILE).write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_part(folder: Path, name: str, text: bytes) -> None:
    (folder / f"{name}{PART_SUFFIX}").write_bytes(zstd.compress(text, 1))
