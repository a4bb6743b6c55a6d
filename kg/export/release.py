"""Releases: the graphs in every format, their description and checksums, tables, documentation, the Protégé bundle.

All files are sorted and nothing in them depends on the clock, so that the same build gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO

from pyoxigraph import Quad, Triple

from kg.build.as_of import day_graph
from kg.build.kept_timeline import load_timeline
from kg.build.store import Build
from kg.duties.currency import read_currency
from kg.export.describe import describe, distributions, newest_source, released_file
from kg.export.docs.documentation import documentation
from kg.export.graphml import duties_graphml
from kg.export.llms import llms_text, released_ways
from kg.export.ontology import versions
from kg.export.protege import merge_for_protege, protege_bundle
from kg.export.table_files import write_tables
from kg.rdf.formats import GRAPH_FORMATS
from kg.rdf.syntax import Arranged
from kg.rdf.turtle import format_turtle
from kg.rdf.write import write_aside, write_text
from kg.terms import Namespaces

CHECKSUMS = "SHA256SUMS"


def export(
    build: Build,
    folder: Path,
    *,
    day: date | None = None,
    formats: Collection[str] = ("csv",),
    on_file: Callable[[str], object] = lambda name: None,
) -> list[Path]:
    """Write a release of a build into a folder.

    Args:
        build: what to write.
        folder: where; it is made if it is not there.
        day: the day as of which the graph is written; without it, the release holds what needs no day.
        formats: the formats of the tables, as `write_tables` names them.
        on_file: called with the name of each file before it is written.

    Returns:
        The files, whose names begin with the project's: ``NAME-asserted``, ``NAME-inferred``, ``NAME-derived`` (the
        duties), ``NAME-closed`` (what OWL sees: asserted and inferred) and ``NAME-whole`` in every format of
        `kg.rdf.formats`, N-Quads and TriG with the named graphs; ``dataset.ttl``, which describes them; the folder
        ``tables/``, CSV with its metadata and codebook; ``duties-DATE.graphml``, the duties of the day, or else of the
        day on which the newest source was issued; ``NAME-protege.ttl``, ontology and data in one; the folders
        ``protege/``, to open as one project, and ``docs/``, the ontology's documentation, with ``docs/index.html`` as
        its first page; the folder ``ontology/`` with each version of the ontology as one file; ``llms.txt``; last
        ``SHA256SUMS``, by which ``sha256sum -c`` checks all of them. With a day, ``NAME-as-of-DATE`` holds its plain
        relations and what follows from them; they are in ``NAME-whole`` too, and a file in ``protege/``.

    Raises:
        BadInput: no source has a date, or a format of tables cannot be written.
        Inconsistent: the relations of the day contradict the ontology.
        MissingFile: the folder cannot be written.
    """
    on_day = None if day is None else day_graph(build, day)
    identity = build.identity
    names = identity.names
    asserted, inferred, derived = list(build.asserted()), list(build.inferred()), list(build.derived())
    newest = newest_source(asserted)
    written: list[Path] = []

    def put(name: str, write: Callable[[IO[bytes]], object]) -> None:
        on_file(name)
        write_aside(folder / name, write)
        written.append(folder / name)

    parts = {
        "asserted": asserted,
        "closed": asserted + inferred,
        "derived": derived,
        "inferred": inferred,
        "whole": asserted + inferred + derived,
    }
    if on_day is not None:
        parts["whole"] += on_day.quads
        parts[f"as-of-{on_day.day}"] = list(on_day.quads)
    forms = [form.sharing(parts["whole"], names) for form in GRAPH_FORMATS]
    for part, quads in parts.items():
        arranged = Arranged(quads)
        for form in forms:
            put(f"{identity.name}-{part}{form.suffixes[0]}", partial(form.write, arranged, names=names))
    graphs = {path.name: released_file(path) for path in written}
    description = describe(identity, asserted, inferred, derived, on_day)
    put("dataset.ttl", _text(_turtle([*description, *distributions(description, graphs, names)], names)))
    timeline = load_timeline(build)
    shown = on_day.day if on_day else newest
    put(f"duties-{shown}.graphml", lambda out: duties_graphml(timeline, parts["whole"], shown, out, names))
    written += export_tables(build, folder, formats=formats, on_file=on_file)
    put(f"{identity.name}-protege.ttl", _text(_turtle(merge_for_protege(asserted, names), names)))
    modules = build.ontology_graphs
    for name, text in protege_bundle(identity, modules, asserted, inferred, on_day).items():
        put(f"protege/{name}", _text(text))
    for number, text in versions(asserted, build.versions, names).items():
        put(f"ontology/{number}.ttl", _text(text))
    for name, text in documentation(names, modules, asserted, inferred).items():
        put(f"docs/{name}", _text(text))
    listed = [path.relative_to(folder).as_posix() for path in written]
    known_to = read_currency(quad.triple for quad in asserted).known_to
    put("llms.txt", _text(llms_text(identity, released_ways(listed), description, known_to)))
    write_text(folder / CHECKSUMS, "".join(_checksums(folder, written)))
    return [*written, folder / CHECKSUMS]


def export_tables(
    build: Build,
    folder: Path,
    *,
    formats: Collection[str] = ("csv",),
    on_file: Callable[[str], object] = lambda name: None,
) -> list[Path]:
    """Write the tables of a release alone; arguments and errors are those of `export`."""
    timeline, tables = load_timeline(build), folder / "tables"
    return write_tables(build, timeline, tables, formats=formats, on_file=lambda name: on_file(f"tables/{name}"))


def _checksums(folder: Path, files: Iterable[Path]) -> Iterator[str]:
    """The lines of ``sha256sum``, by name."""
    for path in sorted(files):
        yield f"{released_file(path).sha256}  {path.relative_to(folder).as_posix()}\n"


def _text(text: str) -> Callable[[IO[bytes]], object]:
    return lambda out: out.write(text.encode())


def _turtle(triples: Iterable[Triple], names: Namespaces) -> str:
    return format_turtle((Quad(*triple) for triple in triples), names)
