"""Linked data: what an IRI of the data names is told at that IRI's address.

Cool URIs for the Semantic Web, https://www.w3.org/TR/cooluris/, section 4.2: a thing is not a document, so its address
answers 303 with the address of a document about it. Documents come in the forms of `kg.web.negotiation.SUFFIXES`. The
address of a document has the IRI of its thing escaped once more, so that each IRI has a document of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import Flask, Response, make_response, request, url_for
from pyoxigraph import Literal, NamedNode, Triple
from werkzeug.exceptions import NotFound

from kg.terms import DCTERMS, FOAF, RDF, RDFS, VOID, XSD, Labels
from kg.web import pages
from kg.web.cbd import Description, bounded_description, read_description
from kg.web.client import Asker, nodes
from kg.web.containers import read_container
from kg.web.iris import meant_by, raw_path, spellings, to_uri
from kg.web.negotiation import HTML, Choice, link_forms, split_suffix, suffix_of, wanted
from kg.web.openapi import AS_OF, FORMAT, GRAPH_TYPES, QUERY_ERRORS, Parameter, documented, path_parameter
from kg.web.operation import requested_day
from kg.web.reader import Property, Reader, ShownValue, reader_of
from kg.web.service import Service, date_sources, link, see_other, send_graph
from kg.web.urls import absolute, day_of, on_day
from kg.web.views.thing import PROPERTIES, VIEW
from kg.web.views.things import page_of_thing

#: Things listed on the page about a graph.
_LISTED = 500

_VIEW = Parameter(
    VIEW,
    f"{PROPERTIES}: instead of the page of its kind, all that is said of the thing, as a table.",
    example=PROPERTIES,
)


def add_linked_data(app: Flask, service: Service) -> None:
    """Add the routes by which things are looked up."""
    base = service.site.base

    @app.get("/id/")
    @app.get("/id/<rest:path>")
    @documented(
        "A thing at its own IRI: see the document about it. Where an IRI only begins like others, these are listed.",
        (*GRAPH_TYPES, HTML),
        (path_parameter("state/ARM"), AS_OF, FORMAT),
        (200, 303, 304, 404, *QUERY_ERRORS),
    )
    def resource(path: str = "") -> Response:
        asker = service.asker(requested_day(request))
        sent = raw_path(request)
        stem, choice = split_suffix(sent)
        # What ends like a file may be a thing's own name; only else does the ending ask for a form.
        readings = [(meant_by(sent, request.query_string.decode("latin-1")), None), (meant_by(stem), choice)]
        found = _first_known(asker, base, readings)
        if found is None:
            return _list(service, asker, stem, choice)
        name = found[0].value.removeprefix(base)
        response = see_other(url_for("document", path=name + suffix_of(found[1] or wanted(request))), asker.day)
        link(response, on_day(url_for("document", path=_unformed(name)), asker.day), "describedby")
        return response

    @app.get("/doc/<rest:path>")
    @documented(
        "The document about a thing: a page of its kind, and for programs its concise bounded description with labels.",
        (*GRAPH_TYPES, HTML),
        (path_parameter("id/state/ARM.ttl"), AS_OF, FORMAT, _VIEW),
        (200, 303, 304, 404, *QUERY_ERRORS),
    )
    def document(path: str) -> Response:
        if (day := day_of(path)) is not None and "as-of" not in request.args:
            return see_other(url_for("document", path=path), day)
        asker = service.asker(requested_day(request))
        stem, suffix = split_suffix(path)
        readings = [([stem], suffix), ([path], None)]
        timeless = _first_known(service.asker(), base, readings)
        page = _page(service, timeless, asker.day)
        # What there is on a day only is found in the graph of that day, which a page of its own kind does without.
        found = timeless if page is not None or asker.day is None else _first_known(asker, base, readings)
        if found is None:
            raise NotFound(f"nothing is known here of {base}{path}")
        subject, choice = found[0], found[1] or wanted(request)
        name = subject.value.removeprefix(base)
        response = _document(service, asker, subject, choice) if page is None else make_response(page)
        link_forms(response, url_for("document", path=name), choice, asker.day)
        date_sources(response, service.library.currency, asker.day)
        link(response, subject.value, "describes")
        link(response, url_for("dataset"), "describedby")
        if service.library.license is not None:
            link(response, service.library.license, "license")
        if found[1] is None:
            response.content_location = on_day(url_for("document", path=name + suffix_of(choice)), asker.day)
        return response

    @app.get("/data")
    @app.get("/data/<path:path>")
    @documented(
        "The dataset, or a part of it, at its IRI: see its description.", (), (path_parameter(),), (303, 304, 404)
    )
    def data(path: str = "") -> Response:
        return see_other(url_for("dataset"))


def _first_known(
    asker: Asker, base: str, readings: Iterable[tuple[list[str], Choice | None]]
) -> tuple[NamedNode, Choice | None] | None:
    """The first thing that is known, or graph that is there, of those that an address may mean, with its form."""
    for names, choice in readings:
        asked = list(nodes(base + name for name in names if name.startswith(("id/", "graph/"))))
        is_graph = any(name.startswith("graph/") for name in names)
        for found in (asker.graphs(asked) if is_graph else asker.mentioned(asked)) if asked else ():
            return found, choice
    return None


def _unformed(name: str) -> str:
    """The path of a document whose form is negotiated; what ends like a file would ask for a form of another thing."""
    return name + ".ttl" if name.startswith("id/") and split_suffix(name)[1] is not None else name


def _page(service: Service, found: tuple[NamedNode, Choice | None] | None, day: date | None) -> str | None:
    """The page that a thing gets by its kind, if a page is asked for, and not all that is said of the thing."""
    if found is None or service.site.build is None or request.args.get(VIEW) == PROPERTIES:
        return None
    subject, choice = found[0], found[1] or wanted(request)
    name = subject.value.removeprefix(service.site.base)
    if choice.format_name is not None or name.startswith("graph/"):
        return None
    return page_of_thing(service, subject, day, _namesakes(service.asker(), service.site.base, name))


def _namesakes(asker: Asker, base: str, name: str) -> list[NamedNode]:
    """The other things whose IRIs have the same URI."""
    others = [other for other in spellings(to_uri(name)) if other != name and to_uri(other) == to_uri(name)]
    return asker.mentioned(nodes(base + other for other in others)) if others else []


def _document(service: Service, asker: Asker, subject: NamedNode, choice: Choice) -> Response:
    """What is said of a thing or of a graph, and of the other things whose IRIs have the same URI."""
    name = subject.value.removeprefix(service.site.base)
    is_graph = name.startswith("graph/")
    namesakes = [] if is_graph else _namesakes(asker, service.site.base, name)
    if choice.format_name is None:
        reader = reader_of(service.site, request)
        shown = _graph_page(asker, subject, reader) if is_graph else read_description(asker, subject, reader)
        return make_response(
            pages.render_resource(service.site, shown, namesakes, reader, asker.day, service.library.completeness)
        )
    triples = (
        _graph_description(asker, subject, service.site.names.dataset)
        if is_graph
        else bounded_description(asker, subject)
    )
    triples += _about_document(service, subject)
    for namesake in namesakes:
        triples += [*bounded_description(asker, namesake), *_about_document(service, namesake)]
    return send_graph(triples, choice, service.site.names)


def _list(service: Service, asker: Asker, path: str, suffix: Choice | None) -> Response:
    """The things whose IRIs begin with a path.

    Raises:
        NotFound: there are none.
    """
    choice = suffix or wanted(request)
    iris = nodes(service.site.base + name.rstrip("/") for name in meant_by(path))
    subjects = service.library.subjects
    container = next(filter(None, (read_container(asker, iri, subjects) for iri in iris)), None)
    if container is None:
        raise NotFound(f"nothing is known here of {service.site.base}{path}")
    if choice.format_name is None:
        return make_response(
            pages.render_container(service.site, container, reader_of(service.site, request), asker.day)
        )
    return send_graph(container.triples(), choice, service.site.names)


def _about_document(service: Service, subject: NamedNode) -> list[Triple]:
    """What a document says of itself: what it is about, under which license, from which dataset."""
    path = _unformed(subject.value.removeprefix(service.site.base))
    document = NamedNode(absolute(service.site, "document", path=path))
    triples = [
        Triple(document, RDF.type, FOAF.Document),
        Triple(document, FOAF.primaryTopic, subject),
        Triple(document, VOID.inDataset, NamedNode(service.site.names.dataset)),
    ]
    if service.library.license is not None:
        license_ = NamedNode(service.library.license)
        triples.append(Triple(document, DCTERMS.license, license_))
    return triples


def _graph_size(asker: Asker, graph: NamedNode) -> Literal:
    ((count,),) = asker.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
    assert isinstance(count, Literal)
    return Literal(count.value, datatype=XSD.integer)


def _graph_description(asker: Asker, graph: NamedNode, dataset: str) -> list[Triple]:
    return [
        Triple(graph, RDF.type, VOID.Dataset),
        Triple(graph, VOID.triples, _graph_size(asker, graph)),
        Triple(NamedNode(dataset), VOID.subset, graph),
    ]


def _graph_page(asker: Asker, graph: NamedNode, reader: Reader) -> Description:
    """A graph as its page shows it: how large it is and what it speaks of."""
    things = (
        f"SELECT DISTINCT ?s WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} FILTER(isIRI(?s)) }} ORDER BY ?s LIMIT {_LISTED}"
    )
    subjects = [subject for (subject,) in asker.select(things)]
    labels = Labels(asker.labels(subject for subject in subjects if isinstance(subject, NamedNode)))
    values = [reader.value(subject, labels) for subject in subjects]
    return Description(
        graph.value,
        f"Graph {graph.value.removeprefix(reader.names.graph)}",
        [],
        [Property("statements", VOID.triples.value, [ShownValue(_graph_size(asker, graph).value)])],
        [],
        [Property("speaks of", RDFS.member.value, values, len(values))] if values else [],
    )
