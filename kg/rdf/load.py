"""Files to quads: offline, one named graph per file, errors with file and line.

Parsing is pyoxigraph's. It never follows an import, a context or an entity out of the file. It keeps lexical forms
as they are and writes language tags in lower case, as RDF 1.1 Concepts section 3.3 allows. It does replace entities
inside of entities, which can make gigabytes of a few lines, so RDF/XML may declare only entities without.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TypeVar

from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, Triple, serialize

from kg.errors import BadInput, ParseError, join_errors
from kg.project import Project
from kg.rdf.blank_nodes import with_labels
from kg.rdf.content import explained, read_content
from kg.rdf.formats import GraphFormat
from kg.rdf.reread import reread
from kg.rdf.syntax import relabelled

try:  # the function alone, for hashlib loads OpenSSL as well, which takes as long as reading a small graph
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

#: How N-Triples write that a triple is a term.
_TRIPLE_TERM = "<<("
_Read = TypeVar("_Read")


def load_file(path: Path, graph_name: str | None = None, form: GraphFormat | None = None) -> list[Quad]:
    """The statements of one RDF file.

    Args:
        path: a file in any format of `kg.rdf.formats`, compressed by gzip if it ends in .gz; - is standard input.
        graph_name: the graph to put its triples in; without it they keep the graphs the file gives them.
        form: its format, if that is not to be told by its suffix and by how it begins.

    Raises:
        MissingFile, UnknownFormat, ParseError: each with the file, the last with the line.
    """
    content, rdf_format = read_content(path, form)
    try:
        quads = _labelled(rdf_format.read(content, path.resolve().as_uri()), path)
        if graph_name is None:
            return list(quads)
        graph = NamedNode(graph_name)
        return [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads]
    except SyntaxError:
        # Line by line it takes three times as long, but an error can say in which.
        return [quad for _, quad in statements(path, graph_name, form)]


def statements(
    path: Path, graph_name: str | None = None, form: GraphFormat | None = None
) -> Iterator[tuple[int, Quad]]:
    """The statements of one RDF file, each with the line it ends on; arguments and errors as for `load_file`."""
    content, rdf_format = read_content(path, form)
    lines = _Lines(content)
    try:
        for quad in _labelled(rdf_format.read(lines, path.resolve().as_uri()), path):
            graph = quad.graph_name if graph_name is None else NamedNode(graph_name)
            yield lines.number, Quad(quad.subject, quad.predicate, quad.object, graph)
    except SyntaxError as error:
        cause = re.sub(r"^Parser error at .*?: | \(line \d+\)$", "", error.msg)
        raise ParseError(explained(rdf_format, cause, content), file=path, line=error.lineno or lines.number) from error


def load_files(
    paths: Iterable[Path],
    graph_name: Callable[[Path], str | None] = lambda path: None,
    form: GraphFormat | None = None,
) -> list[Quad]:
    """The statements of several files, in the graphs the files give them or in one of their own.

    Raises:
        MissingFile, UnknownFormat, ParseError: each with the file, the last with the line; if it is more than one file
            that cannot be read, a line for each.
    """
    loaded = _read_each(paths, lambda path: load_file(path, graph_name(path), form))
    return list(chain.from_iterable(quads for _, quads in loaded))


def _read_each(paths: Iterable[Path], read: Callable[[Path], _Read]) -> list[tuple[Path, _Read]]:
    """What each of some files has; of all that cannot be read one error tells."""
    found: list[tuple[Path, _Read]] = []
    errors: list[BadInput] = []
    for path in paths:
        try:
            found.append((path, read(path)))
        except BadInput as error:
            errors.append(error)
    if errors:
        raise join_errors(errors)
    return found


def load_ntriples(paths: Iterable[Path], form: GraphFormat | None = None) -> str:
    """The statements of several files as N-Triples text, which graphs they are in forgotten.

    The way for large files: it takes a fifth of the time of `load_files`.

    Raises:
        MissingFile, UnknownFormat, ParseError: each with the file, the last with the line.
    """
    texts = []
    for path in paths:
        content, rdf_format = read_content(path, form)
        try:
            texts.append(_labelled_text(rdf_format.read(content, path.resolve().as_uri()), path, rdf_format))
        except SyntaxError:
            load_file(path, form=form)  # reads line by line, so that its error says in which
            raise
    return "".join(texts)


def _labelled_text(quads: Iterable[Quad], path: Path, form: GraphFormat) -> str:
    """What `_labelled` gives, as N-Triples."""
    if form.rdf.supports_datasets:  # blank nodes that name graphs are counted, too
        return to_ntriples(_labelled(quads, path))
    written = io.BytesIO()
    serialize(quads, written, RdfFormat.N_QUADS)  # which of one graph are N-Triples
    content = written.getvalue()
    if _TRIPLE_TERM.encode() in content:
        return to_ntriples(_labelled(reread(content, RdfFormat.N_TRIPLES), path))
    return with_labels(content.decode(), blank_nodes_of(path))


def to_ntriples(statements: Iterable[Quad | Triple]) -> str:
    """Statements as N-Triples text, which graphs they are in forgotten."""
    text = io.BytesIO()
    triples = (item.triple if isinstance(item, Quad) else item for item in statements)
    serialize(triples, text, RdfFormat.N_TRIPLES)
    return text.getvalue().decode()


def load_project(project: Project) -> list[Quad]:
    """The asserted statements of a project, each in its file's named graph.

    Blank nodes get RDFC-1.0 labels (https://www.w3.org/TR/rdf-canon/), so that two builds of the same files agree.

    Raises:
        MissingFile, ParseError: with file and line.
    """
    # As text, which spares an object for each term: an escape keeps the end of a line out of literals.
    lines: set[str] = set()
    for path, text in _read_each(project.sources, lambda path: load_ntriples([path])):
        end = f" {NamedNode(project.graph_name(path))} ."
        lines.update(line + end for line in text.split(" .\n")[:-1])
    unnamed = {line for line in lines if "_:" in line or _TRIPLE_TERM in line}  # or has such in a literal
    labelled = Dataset(_parsed(unnamed))  # labels follow from the statements that have some alone
    labelled.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return _parsed(sorted([*(lines - unnamed), *(f"{quad} ." for quad in labelled)]))


def _parsed(lines: Iterable[str]) -> list[Quad]:
    return list(reread("\n".join(lines)))


def blank_nodes_of(path: Path) -> str:
    """How the labels of a file's blank nodes begin; their number follows, in the order in which they come."""
    # RDF/XML wants a letter at the beginning.
    return f"b{blake2b(str(path.resolve()).encode(), digest_size=8).hexdigest()}n"


def _labelled(quads: Iterable[Quad], path: Path) -> Iterator[Quad]:
    """The statements of a file with labels for its blank nodes that no other file has, the same at each reading."""
    return relabelled(quads, blank_nodes_of(path))


class _Lines(io.BytesIO):
    """A file that hands its parser one line at a time, so that each statement is known to end on the last line read.

    A line that is longer than the parser's buffer comes in pieces.
    """

    number = 0
    _ended = True

    def read(self, size: int | None = -1) -> bytes:
        piece = self.readline(-1 if size is None else size)
        self.number += self._ended and bool(piece)
        self._ended = piece.endswith(b"\n")
        return piece
