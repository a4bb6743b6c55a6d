"""The one table of RDF and SPARQL result formats: names, suffixes and media types."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.errors import UnknownFormat


@dataclass(frozen=True)
class GraphFormat:
    """A serialisation of RDF graphs; the first suffix and media type are the ones written."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    media_types: tuple[str, ...]
    rdf: RdfFormat


@dataclass(frozen=True)
class ResultFormat:
    """A serialisation of SELECT and ASK results."""

    name: str
    media_types: tuple[str, ...]
    results: QueryResultsFormat


GRAPH_FORMATS = (
    GraphFormat("turtle", "Turtle", (".ttl",), ("text/turtle",), RdfFormat.TURTLE),
    GraphFormat("nt", "N-Triples", (".nt",), ("application/n-triples", "text/plain"), RdfFormat.N_TRIPLES),
    GraphFormat("nq", "N-Quads", (".nq",), ("application/n-quads",), RdfFormat.N_QUADS),
    GraphFormat("trig", "TriG", (".trig",), ("application/trig",), RdfFormat.TRIG),
    GraphFormat(
        "rdfxml", "RDF/XML", (".rdf", ".owl", ".xml"), ("application/rdf+xml", "application/xml"), RdfFormat.RDF_XML
    ),
    GraphFormat(
        "jsonld", "JSON-LD", (".jsonld", ".json"), ("application/ld+json", "application/json"), RdfFormat.JSON_LD
    ),
)

RESULT_FORMATS = (
    ResultFormat("json", ("application/sparql-results+json", "application/json"), QueryResultsFormat.JSON),
    ResultFormat("xml", ("application/sparql-results+xml", "application/xml", "text/xml"), QueryResultsFormat.XML),
    ResultFormat("csv", ("text/csv",), QueryResultsFormat.CSV),
    ResultFormat("tsv", ("text/tab-separated-values",), QueryResultsFormat.TSV),
)


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
    """The RDF format with this name, for example ``turtle`` (KeyError if there is none)."""
    return {candidate.name: candidate for candidate in GRAPH_FORMATS}[name]


def result_format(name: str) -> ResultFormat:
    """The results format with this name, for example ``csv`` (KeyError if there is none)."""
    return {candidate.name: candidate for candidate in RESULT_FORMATS}[name]
