"""Triples to bytes, the same bytes each time, and files that are whole or not there."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO

from pyoxigraph import Quad, Triple, serialize

from kg.errors import BadInput, MissingFile
from kg.rdf.formats import GraphFormat
from kg.terms import PREFIXES

_XML_NAME_AT_END = re.compile(r"[^\W\d][\w.\-]*$")
_XML_ROOT = re.compile(rb"<rdf:RDF( [^>]*)>")


def write_triples(triples: Iterable[Triple], form: GraphFormat, out: IO[bytes]) -> None:
    """Write triples in sorted order, with those of the project's prefixes that they use.

    Raises:
        BadInput: RDF/XML cannot write a property whose IRI does not end in an XML name.
    """
    _write(sorted(triples, key=_order), form, out)


def write_quads(quads: Iterable[Quad], form: GraphFormat, out: IO[bytes]) -> None:
    """Write statements in sorted order: in their named graphs where the format has graphs, else as one graph.

    JSON-LD is written as one graph, which is what its readers expect of a file;
    `kg.rdf.jsonld` writes it with a context.

    Raises:
        BadInput: as `write_triples`.
    """
    if form.name in ("nq", "trig"):
        _write(sorted(set(quads), key=lambda quad: (str(quad.graph_name), *_order(quad))), form, out)
    else:
        write_triples({quad.triple for quad in quads}, form, out)


def _write(ordered: Sequence[Triple] | Sequence[Quad], form: GraphFormat, out: IO[bytes]) -> None:
    if form.name == "rdfxml":
        for statement in ordered:
            if not _XML_NAME_AT_END.search(statement.predicate.value):
                raise BadInput(f"RDF/XML cannot write the property <{statement.predicate.value}>")
    if form.name not in ("turtle", "trig", "rdfxml"):
        serialize(ordered, out, form.rdf)
        return
    text = "\n".join(map(str, ordered))
    # A prefix is left out where a path follows it: its slashes would be escaped, which not every parser reads.
    prefixes = {
        prefix: name
        for prefix, name in PREFIXES.items()
        if f"<{name}" in text and not re.search(f"<{re.escape(name)}[^>]*/", text)
    }
    written = io.BytesIO()
    serialize(ordered, written, form.rdf, prefixes=prefixes)
    # pyoxigraph declares prefixes in another order each time.
    if form.name == "rdfxml":
        out.write(_XML_ROOT.sub(_in_order, written.getvalue(), count=1))
        return
    lines = written.getvalue().splitlines(keepends=True)
    out.writelines(sorted(lines[: len(prefixes)]) + lines[len(prefixes) :])


def _in_order(root: re.Match[bytes]) -> bytes:
    return b"<rdf:RDF " + b" ".join(sorted(root[1].split())) + b">"


def write_aside(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file beside its place and rename it when whole, so that nobody ever reads half of it.

    Raises:
        MissingFile: the file cannot be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # What tempfile.mkstemp does; importing tempfile takes longer than closing a small graph may.
        aside = path.with_name(f".{path.name}-{os.urandom(8).hex()}")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    except OSError as error:
        raise MissingFile(f"cannot be written: {(error.strerror or str(error)).lower()}", file=path) from error
    try:
        with os.fdopen(handle, "wb") as out:
            write(out)
        aside.chmod(0o644)
        aside.replace(path)
    except OSError as error:
        raise MissingFile(f"cannot be written: {(error.strerror or str(error)).lower()}", file=path) from error
    finally:
        aside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file aside and rename it; raises as `write_aside`."""
    write_aside(path, lambda out: out.write(text.encode()))


def _order(triple: Triple | Quad) -> tuple[str, str, str]:
    return str(triple.subject), str(triple.predicate), str(triple.object)
