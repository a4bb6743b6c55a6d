"""Linked data: what an IRI of the data names is told at that IRI's address.

Cool URIs for the Semantic Web, https://www.w3.org/TR/cooluris/, section 4.2: a thing is not a document, so its address
answers 303 with the address of a document about it. Documents come in the forms of `kg.web.negotiation.SUFFIXES`.
"""

from __future__ import annotations

from flask import Flask, Response, make_response, request, url_for
from pyoxigraph import Literal, NamedNode, Triple
from werkzeug.exceptions import NotFound

from kg.export.describe import DATASET
from kg.terms import BASE, DCTERMS, FOAF, PREFIXES, RDF, RDFS, VOID, XSD
from kg.web import pages
from kg.web.cbd import Property, Resource, Value, best_labels, describe_resource, read_resource
from kg.web.client import Asker, node
from kg.web.negotiation import HTML, Choice, accepted, link_forms, require, split_suffix, suffix_of
from kg.web.openapi import AS_OF, GRAPH_TYPES, QUERY_ERRORS, documented, path_parameter
from kg.web.operation import read_day
from kg.web.service import Service, link, see_other, send_graph
from kg.web.urls import absolute, day_of, on_day

#: Things listed on the page about a graph.
_LISTED = 500


def add_linked_data(app: Flask, service: Service) -> None:
    """Add the routes by which things are looked up."""

    @app.get("/id/<path:path>")
    @documented(
        "A thing at its own IRI: see the document about it.",
        (),
        (path_parameter("state/ARM"), AS_OF),
        (303, 304, 404, *QUERY_ERRORS),
    )
    def resource(path: str) -> Response:
        found, choice = _find(service, "id/" + path)
        name = found.removeprefix(service.site.base)
        document = url_for("document", path=name)
        response = see_other(document + suffix_of(choice or require("graph", accepted(request))))
        link(response, document, "describedby")
        return response

    @app.get("/doc/<path:path>")
    @documented(
        "The document about a thing: its concise bounded description with labels.",
        (*GRAPH_TYPES, HTML),
        (path_parameter("id/state/ARM.ttl"), AS_OF),
        (200, 303, 304, 404, *QUERY_ERRORS),
    )
    def document(path: str) -> Response:
        day = day_of(path)
        if day is not None and "as-of" not in request.args:
            return see_other(on_day(url_for("document", path=path), day))
        found, suffix = _find(service, path)
        choice = suffix or require("graph", accepted(request))
        asker = service.asker(read_day(request))
        subject = NamedNode(found)
        name = found.removeprefix(service.site.base)
        is_graph = name.startswith("graph/")
        if choice.format_name is None:
            shown = _graph_page(asker, subject) if is_graph else read_resource(asker, subject)
            response = make_response(pages.resource(service.site, shown, url_for("document", path=name), asker.day))
        else:
            triples = _graph_description(asker, subject) if is_graph else describe_resource(asker, subject)
            response = send_graph([*triples, *_about_document(service, name, subject)], choice)
        _head(response, service, name, found, choice)
        if suffix is None:
            response.content_location = url_for("document", path=name + suffix_of(choice))
        return response

    @app.get("/data")
    @app.get("/data/<path:path>")
    @documented(
        "The dataset, or a part of it, at its IRI: see its description.", (), (path_parameter(),), (303, 304, 404)
    )
    def data(path: str = "") -> Response:
        return see_other(url_for("dataset"))


def _find(service: Service, path: str) -> tuple[str, Choice | None]:
    """The IRI that a path stands for and the form that its suffix asks for.

    Raises:
        NotFound: nothing is known of it.
    """
    asker = service.asker(read_day(request))
    if path.startswith(("id/", "graph/")):
        stem, choice = split_suffix(path)
        for candidate, form in ((stem, choice), (path, None)):
            name = node(service.site.base + candidate)
            if name is not None and (asker.holds(name) if path.startswith("graph/") else asker.knows(name)):
                return name.value, form
    raise NotFound(f"nothing is known here of {service.site.base}{path}")


def _head(response: Response, service: Service, name: str, iri: str, choice: Choice) -> None:
    link_forms(response, url_for("document", path=name), choice)
    link(response, iri, "describes")
    link(response, url_for("dataset"), "describedby")
    if service.library.license is not None:
        link(response, service.library.license, "license")


def _about_document(service: Service, name: str, subject: NamedNode) -> list[Triple]:
    """What a document says of itself: what it is about, under which license, from which dataset."""
    document = NamedNode(absolute(service.site, "document", path=name))
    triples = [
        Triple(document, RDF.type, FOAF.Document),
        Triple(document, FOAF.primaryTopic, subject),
        Triple(document, VOID.inDataset, DATASET),
    ]
    if service.library.license is not None:
        license_ = NamedNode(service.library.license)
        triples.append(Triple(document, DCTERMS.license, license_))
    return triples


def _graph_size(asker: Asker, graph: NamedNode) -> Literal:
    ((count,),) = asker.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
    assert isinstance(count, Literal)
    return Literal(count.value, datatype=XSD.integer)


def _graph_description(asker: Asker, graph: NamedNode) -> list[Triple]:
    void = VOID.iri
    return [
        Triple(graph, RDF.type, NamedNode(void + "Dataset")),
        Triple(graph, NamedNode(void + "triples"), _graph_size(asker, graph)),
        Triple(DATASET, NamedNode(void + "subset"), graph),
    ]


def _graph_page(asker: Asker, graph: NamedNode) -> Resource:
    """A graph as its page shows it: how large it is and what it speaks of."""
    things = (
        f"SELECT DISTINCT ?s WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} FILTER(isIRI(?s)) }} ORDER BY ?s LIMIT {_LISTED}"
    )
    label = f"<{PREFIXES['rdfs']}label>"
    labels = best_labels(asker.graph(f"CONSTRUCT {{ ?s {label} ?l }} WHERE {{ {{ {things} }} ?s {label} ?l }}"))
    subjects = [row[0] for row in asker.select(things)]
    values = [
        Value(labels[s].value if s in labels else s.value.removeprefix(BASE), s.value)
        for s in subjects
        if isinstance(s, NamedNode)
    ]
    return Resource(
        graph.value,
        f"Graph {graph.value.removeprefix(BASE + 'graph/')}",
        [],
        [Property("statements", VOID.iri + "triples", [Value(_graph_size(asker, graph).value)])],
        [],
        [Property("speaks of", RDFS.iri + "member", values, len(values))] if values else [],
    )
