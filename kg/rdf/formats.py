"""The one table of formats. Each row is all that is to be known of one: its names, its reader and its writer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import TypeVar

from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.errors import UnknownFormat
from kg.rdf.rdfxml import RdfXml
from kg.rdf.syntax import Format, GraphFormat, JsonLd, Prefixed
from kg.rdf.tabular import Json, ResultFormat, Separated, Xml

__all__ = ["GRAPH_FORMATS", "RESULT_FORMATS", "Format", "GraphFormat", "ResultFormat"]

GRAPH_FORMATS: tuple[GraphFormat, ...] = (
    Prefixed(
        "turtle", "Turtle", (".ttl", ".turtle", ".n3"), ("text/turtle",),
        ("n3", "text/n3", "text/rdf+n3", "application/x-turtle", "application/turtle"), RdfFormat.TURTLE,
    ),
    GraphFormat(
        "nt", "N-Triples", (".nt",), ("application/n-triples", "text/plain"),
        ("ntriples", "n-triples", "nt11"), RdfFormat.N_TRIPLES,
    ),
    GraphFormat(
        "nq", "N-Quads", (".nq",), ("application/n-quads",),
        ("nquads", "n-quads", "text/x-nquads"), RdfFormat.N_QUADS,
    ),
    Prefixed("trig", "TriG", (".trig",), ("application/trig",), ("application/x-trig",), RdfFormat.TRIG),
    RdfXml(
        "rdfxml", "RDF/XML", (".rdf", ".owl", ".xml"), ("application/rdf+xml", "application/xml"),
        ("rdf/xml", "rdf-xml", "rdf+xml", "pretty-xml", "text/xml"), RdfFormat.RDF_XML,
    ),
    JsonLd(
        "jsonld", "JSON-LD", (".jsonld", ".json"), ("application/ld+json", "application/json"),
        ("json-ld", "ld+json"), RdfFormat.JSON_LD,
    ),
)  # fmt: skip

RESULT_FORMATS: tuple[ResultFormat, ...] = (
    # Its marks stand between rows.
    Json(
        "json", "JSON", (".srj", ".json"), ("application/sparql-results+json", "application/json"),
        ("sparql-results+json",), QueryResultsFormat.JSON, (b'},{"', b"},{}"), 1,
    ),
    Xml(
        "xml", "XML", (".srx", ".xml"), ("application/sparql-results+xml", "application/xml", "text/xml"),
        ("sparql-results+xml",), QueryResultsFormat.XML, (b"<result>",),
    ),
    # The first line names the columns.
    Separated("csv", "CSV", (".csv",), ("text/csv",), (), QueryResultsFormat.CSV, (b"\r\n",), -1),
    Separated(
        "tsv", "TSV", (".tsv",), ("text/tab-separated-values",), (), QueryResultsFormat.TSV, (b"\n",), -1,
    ),
)  # fmt: skip

_AnyFormat = TypeVar("_AnyFormat", bound=Format)


def find_format(forms: Iterable[_AnyFormat], name: str) -> _AnyFormat | None:
    """The format that goes by a name, a media type or a suffix, if one of these does."""
    return next((form for form in forms if form.goes_by(name)), None)


def format_of_file(path: PurePath) -> GraphFormat:
    """The RDF format that a file's suffix stands for.

    Raises:
        UnknownFormat: no RDF format has this suffix.
    """
    for candidate in GRAPH_FORMATS:
        if path.suffix.lower() in candidate.suffixes:
            return candidate
    known = " ".join(suffix for candidate in GRAPH_FORMATS for suffix in candidate.suffixes)
    raise UnknownFormat(f"no RDF format has the suffix '{path.suffix}'; known are {known}", file=path)


def graph_format(name: str) -> GraphFormat:
    """The RDF format that goes by a name, for example ``turtle``.

    Raises:
        UnknownFormat: there is none.
    """
    found = find_format(GRAPH_FORMATS, name)
    if found is None:
        known = ", ".join(form.name for form in GRAPH_FORMATS)
        raise UnknownFormat(f"there is no format '{name}'; choose from {known}")
    return found
