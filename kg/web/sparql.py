"""The query service: the SPARQL 1.1 Protocol at ``/sparql``, and there without a query what the service can do.

https://www.w3.org/TR/sparql11-protocol/, https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from flask import Flask, Response, g, make_response, request
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from werkzeug.exceptions import BadRequest, HTTPException, NotAcceptable

from kg.pool.task import Reply
from kg.rdf.formats import GRAPH_FORMATS, RESULT_FORMATS
from kg.sparql.answer import AnswerKind
from kg.terms import DCTERMS, RDF, VOID, Vocabulary
from kg.web import pages
from kg.web.answers import MAX_ROWS, ShownAnswer
from kg.web.client import Asker, read_rows
from kg.web.iris import to_uri
from kg.web.negotiation import HTML, PAGE, accepted, offers, prefers_page, wanted
from kg.web.openapi import (
    AS_OF,
    FORMAT,
    GRAPH_TYPES,
    QUERY_ERRORS,
    RESULT_TYPES,
    VIEW,
    Parameter,
    documented,
)
from kg.web.protocol_query import ProtocolQuery, protocol_query_of, reply_of
from kg.web.reader import reader_of
from kg.web.service import Service, date_sources, send_graph, stream
from kg.web.site import Library, Site
from kg.web.urls import absolute

#: The header that names a graph which is not there, and so counts as empty; many get one each, up to a number.
ABSENT_GRAPH = "Absent-Graph"
_NAMED = 20
_SD = Vocabulary("http://www.w3.org/ns/sparql-service-description#")
#: A version of SPARQL and of RDF, as the drafts of SPARQL 1.2 name it (https://www.w3.org/TR/sparql12-service-description/).
_VERSION = "http://www.w3.org/ns/sparql#version-"
_CONFORMS_TO = (
    "https://www.w3.org/TR/sparql11-protocol/",
    "https://www.w3.org/TR/sparql12-query/",
    "https://www.w3.org/TR/rdf12-concepts/",
)
_SIZES = "SELECT ?graph (COUNT(*) AS ?triples) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"


def add_sparql(app: Flask, service: Service) -> None:
    """Add the route of the query service."""

    @app.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
    @documented(
        "SPARQL 1.1 Protocol: query. Without a query, the service description.",
        (*RESULT_TYPES, *GRAPH_TYPES, HTML),
        (
            Parameter("query", "A query in SPARQL 1.1.", example="SELECT * { ?s ?p ?o } LIMIT 10"),
            Parameter("default-graph-uri", "A graph to merge into the default graph.", many=True),
            Parameter("named-graph-uri", "A graph that GRAPH can name.", many=True),
            AS_OF,
            VIEW,
            FORMAT,
        ),
        (200, 304, *QUERY_ERRORS),
    )
    def sparql() -> Response:
        asked = protocol_query_of(request)
        if asked.task is not None:
            g.query = asked.task.text
            return present(service, asked, service.run(asked.task, reply_of(request)))
        if not asked.operation.bare:
            raise BadRequest("the parameter 'query' is missing")
        if prefers_page(accepted(request)):
            reader = reader_of(service.site, request)
            return make_response(pages.render_query(service.site, service.library, reader))
        choice = wanted(request, page=False)
        return send_graph(describe_service(service.site, service.library, service.asker()), choice, service.site.names)


def describe_service(site: Site, library: Library, asker: Asker) -> list[Triple]:
    """What the endpoint is and can do, with the graphs that queries can name."""
    endpoint = NamedNode(absolute(site, "sparql"))
    this, dataset, default = (NamedNode(f"{endpoint.value}#{part}") for part in ("service", "dataset", "default"))
    triples = [
        Triple(this, RDF.type, _SD.Service),
        Triple(this, DCTERMS.title, Literal(site.identity.title)),
        Triple(this, DCTERMS.description, Literal(site.identity.summary, language="en")),
        Triple(this, _SD.endpoint, endpoint),
        *(Triple(this, _SD.supportedLanguage, language) for language in (_SD.SPARQL11Query, _SD.SPARQL12Query)),
        *(Triple(this, _SD.supportedVersion, NamedNode(_VERSION + number)) for number in ("1.1", "1.2")),
        *(Triple(this, DCTERMS.conformsTo, NamedNode(specification)) for specification in _CONFORMS_TO),
        Triple(this, _SD.feature, _SD.UnionDefaultGraph),
        Triple(this, _SD.defaultDataset, dataset),
        Triple(dataset, RDF.type, _SD.Dataset),
        Triple(dataset, _SD.defaultGraph, default),
        Triple(default, RDF.type, _SD.Graph),
    ]
    triples += [Triple(this, _SD.resultFormat, NamedNode(form.results.iri)) for form in RESULT_FORMATS]
    triples += [Triple(this, _SD.resultFormat, NamedNode(form.rdf.iri)) for form in GRAPH_FORMATS]
    if library.license is not None:
        triples.append(Triple(this, DCTERMS.license, NamedNode(library.license)))
    for number, (graph, count) in enumerate(asker.select(_SIZES)):
        assert isinstance(graph, NamedNode)
        assert isinstance(count, Literal)
        named, content = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        triples += [
            Triple(dataset, _SD.namedGraph, named),
            Triple(named, RDF.type, _SD.NamedGraph),
            Triple(named, _SD.name, graph),
            Triple(named, _SD.graph, content),
            Triple(content, RDF.type, _SD.Graph),
            Triple(content, VOID.triples, count),
        ]
    return triples


def present(service: Service, asked: ProtocolQuery, reply: Reply) -> Response:
    """A reply as a response, in the form that the client likes best for an answer of its kind.

    Raises:
        NotAcceptable: there is no such form.
    """
    operation, choices = asked.operation, asked.choices
    choice = choices[reply.kind]
    if choice is None:
        reply.close()
        raise _not_offered(reply.kind)
    if choice == PAGE:
        rows = read_rows(reply, MAX_ROWS + 1)
        reader = reader_of(service.site, request)
        response = make_response(ShownAnswer(service, operation, rows, reply.absent_graphs, reader).page())
    else:
        response = stream(reply, choice)
    for graph in reply.absent_graphs[:_NAMED]:
        response.headers.add(ABSENT_GRAPH, f"<{to_uri(graph)}>")
    date_sources(response, service.library.currency, operation.day)
    return response


def _not_offered(kind: AnswerKind) -> HTTPException:
    known = ", ".join(offer.media_type for offer in [*offers(kind), PAGE])
    return NotAcceptable(f"this answer can be had as {known}")
