"""Releases: the graphs as Turtle and N-Triples, their description, the ontology's documentation, the Protégé bundle.

All files are sorted, so that the same build gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from pyoxigraph import Quad, Triple

from kg.bundle import merge_for_protege, protege_bundle
from kg.describe import describe, distributions
from kg.docs import pages
from kg.formats import format_of_file
from kg.store import Build
from kg.turtle import format_turtle
from kg.write import write_aside, write_text, write_triples


def export(build: Build, folder: Path) -> list[Path]:
    """Write a release of a build into a folder.

    Args:
        build: what to write.
        folder: where; it is made if it is not there.

    Returns:
        The files: ``casus-asserted`` and ``casus-closed`` as ``.ttl`` and ``.nt``; ``dataset.ttl``, which describes
        these four; ``casus-protege.ttl``, ontology and data in one; the folders ``protege/``, to open as one project,
        and ``docs/``, the ontology's documentation, with ``docs/index.html`` as its first page.

    Raises:
        MissingFile: the folder cannot be written.
    """
    asserted, inferred = list(build.asserted()), list(build.inferred())
    stated = {quad.triple for quad in asserted}
    closed = stated | {quad.triple for quad in inferred}
    graphs = [
        ("casus-asserted.ttl", stated),
        ("casus-asserted.nt", stated),
        ("casus-closed.ttl", closed),
        ("casus-closed.nt", closed),
    ]
    for name, triples in graphs:
        write_aside(folder / name, partial(write_triples, triples, format_of_file(Path(name))))
    description = describe(asserted, inferred)
    released = {name: (folder / name).read_bytes() for name, _ in graphs}
    texts = {
        "dataset.ttl": _turtle([*description, *distributions(description, released)]),
        "casus-protege.ttl": _turtle(merge_for_protege(asserted)),
        **{f"protege/{name}": text for name, text in protege_bundle(asserted, inferred).items()},
        **{f"docs/{name}": text for name, text in pages(asserted, inferred).items()},
    }
    for name, text in texts.items():
        write_text(folder / name, text)
    return [folder / name for name in (*released, *texts)]


def _turtle(triples: Iterable[Triple]) -> str:
    return format_turtle(Quad(*triple) for triple in triples)
