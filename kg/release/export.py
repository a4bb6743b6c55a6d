"""Releases: the graphs in every format, their description and checksums, tables, documentation, the Protégé bundle.

All files are sorted and nothing in them depends on the clock, so that the same build gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO

from pyoxigraph import Quad, Triple

from kg.duties.calendar import parse_day, show_day
from kg.formats import GRAPH_FORMATS, GraphFormat
from kg.release.bundle import merge_for_protege, protege_bundle
from kg.release.describe import describe, distributions, newest_source, released_file
from kg.release.docs import pages
from kg.release.graphml import duties_graphml
from kg.release.jsonld import Context, context_of, write_jsonld
from kg.release.tables import write_tables
from kg.snapshot import load_timeline
from kg.store import Build
from kg.turtle import format_turtle
from kg.write import write_aside, write_quads, write_text

CHECKSUMS = "SHA256SUMS"


def export(
    build: Build,
    folder: Path,
    *,
    day: str | date | None = None,
    on_file: Callable[[str], object] = lambda name: None,
) -> list[Path]:
    """Write a release of a build into a folder.

    Args:
        build: what to write.
        folder: where; it is made if it is not there.
        day: the day of the graph of duties; without it, the day on which the newest source was issued.
        on_file: called with the name of each file before it is written.

    Returns:
        The files: ``casus-asserted``, ``casus-inferred``, ``casus-derived`` (the duties), ``casus-closed`` (what OWL
        sees: asserted and inferred) and ``casus-whole`` in every format of `kg.formats`, N-Quads and TriG with the
        named graphs; ``dataset.ttl``, which describes them; the folder ``tables/``, CSV with its metadata;
        ``duties-DATE.graphml``; ``casus-protege.ttl``, ontology and data in one; the folders ``protege/``, to open as
        one project, and ``docs/``, the ontology's documentation, with ``docs/index.html`` as its first page; last
        ``SHA256SUMS``, by which ``sha256sum -c`` checks all of them.

    Raises:
        BadInput: the day is no day, or none is given and no source has a date.
        MissingFile: the folder cannot be written.
    """
    if day is not None:
        parse_day(day)  # so that a bad date is told before the work is done
    asserted, inferred, derived = list(build.asserted()), list(build.inferred()), list(build.derived())
    day = newest_source(asserted) if day is None else day
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
    context = context_of(parts["whole"])
    for part, quads in parts.items():
        for form in GRAPH_FORMATS:
            put(f"casus-{part}{form.suffixes[0]}", partial(_write_part, quads, form, context))
    graphs = {path.name: released_file(path) for path in written}
    description = describe(asserted, inferred, derived)
    put("dataset.ttl", _text(_turtle([*description, *distributions(description, graphs)])))
    timeline = load_timeline(build)
    graph_of_duties = f"duties-{show_day(parse_day(day))}.graphml"
    put(graph_of_duties, lambda out: duties_graphml(timeline, parts["whole"], day, out))
    last_year = newest_source(asserted).year
    written += write_tables(
        build, timeline, folder / "tables", last_year=last_year, on_file=lambda name: on_file(f"tables/{name}")
    )
    put("casus-protege.ttl", _text(_turtle(merge_for_protege(asserted))))
    for name, text in {
        **{f"protege/{name}": text for name, text in protege_bundle(asserted, inferred).items()},
        **{f"docs/{name}": text for name, text in pages(asserted, inferred).items()},
    }.items():
        put(name, _text(text))
    write_text(folder / CHECKSUMS, "".join(_checksums(folder, written)))
    return [*written, folder / CHECKSUMS]


def _write_part(quads: Iterable[Quad], form: GraphFormat, context: Context, out: IO[bytes]) -> None:
    if form.name == "jsonld":
        write_jsonld({quad.triple for quad in quads}, context, out)
    else:
        write_quads(quads, form, out)


def _checksums(folder: Path, files: Iterable[Path]) -> Iterator[str]:
    """The lines of ``sha256sum``, by name."""
    for path in sorted(files):
        yield f"{released_file(path).sha256}  {path.relative_to(folder).as_posix()}\n"


def _text(text: str) -> Callable[[IO[bytes]], object]:
    return lambda out: out.write(text.encode())


def _turtle(triples: Iterable[Triple]) -> str:
    return format_turtle(Quad(*triple) for triple in triples)
