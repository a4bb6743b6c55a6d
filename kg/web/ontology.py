"""The ontology at its address: for people its documentation, for programs its axioms.

Best Practice Recipes for Publishing RDF Vocabularies, https://www.w3.org/TR/swbp-vocab-pub/, recipe 3.
"""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath

from flask import Flask, Response, request, url_for
from pyoxigraph import NamedNode, RdfFormat, parse
from werkzeug.exceptions import NotFound

from kg.terms import OWL
from kg.web.client import nodes
from kg.web.executor import QueryTask
from kg.web.negotiation import HTML, PAGE, SUFFIXES, Choice, link_forms, split_suffix, suffix_of, wanted
from kg.web.openapi import FORMAT, GRAPH_TYPES, SUFFIX, UNANSWERED, documented, path_parameter
from kg.web.service import Service, link, see_other, send_graph, stream

_VERSION_OF = f"SELECT ?ontology WHERE {{ ?ontology <{OWL.iri}versionIRI> %s }}"


def add_documentation(app: Flask, service: Service) -> None:
    """Add the routes of the ontology."""
    own = service.site.names.ontology

    @app.get("/ontology")
    @documented("The ontology: see its documentation, or its axioms.", (), (FORMAT,), (303, 304, 406))
    def ontology() -> Response:
        choice = wanted(request)
        return see_other(_document("", choice))

    @app.get("/ontology.<suffix>")
    @documented("The axioms of the ontology.", GRAPH_TYPES, (SUFFIX,), (200, 303, 304, 404, *UNANSWERED))
    def ontology_file(suffix: str) -> Response:
        _, choice = split_suffix("ontology." + suffix)
        if choice is None:
            raise NotFound(f"the ontology has no form '.{suffix}'")
        if choice.format_name is None:
            return see_other(url_for("ontology_index"))
        return _send(service, axioms(_whole(service)), choice, url_for("ontology"))

    @app.get("/ontology/")
    @documented("The ontology's documentation, or the way to axioms.", (HTML,), (FORMAT,), (200, 303, 304, 404, 406))
    def ontology_index() -> Response:
        choice = wanted(request, prefer_page=True)
        return _page(service, "index.html") if choice.format_name is None else see_other(_document("", choice))

    @app.get("/ontology/<path:path>")
    @documented(
        "A page of the documentation, a module's axioms, or a version.",
        (HTML, "text/css", "image/svg+xml", *GRAPH_TYPES),
        (path_parameter(), FORMAT),
        (200, 303, 304, 404, 406, *UNANSWERED),
    )
    def ontology_part(path: str) -> Response:
        if path in service.library.documentation:
            return _page(service, path)
        name, choice = split_suffix(path)
        if _module(service, name) is not None:
            if choice is None:
                return see_other(_document(name, wanted(request)))
            if choice.format_name is None:
                raise NotFound(f"there is no page about {own}/{name}")
            return _send(service, str(_module(service, name)), choice, url_for("ontology_part", path=name))
        former = _former_version(service, path)
        if former is not None:
            return former
        for version in nodes([f"{own}/{path}"]):
            for (current,) in service.asker().select(_VERSION_OF % version):
                if isinstance(current, NamedNode) and current.value.startswith(own):
                    part = current.value.removeprefix(own).strip("/")
                    return see_other(url_for("ontology_part", path=part) if part else url_for("ontology"))
        raise NotFound(f"there is no module, page or version {path} of the ontology")


def _document(name: str, choice: Choice) -> str:
    """The address of the ontology, or of a module, in a form."""
    if choice.format_name is None:
        return url_for("ontology_part", path=name + ".html") if name else url_for("ontology_index")
    suffix = suffix_of(choice)
    if name:
        return url_for("ontology_part", path=name + suffix)
    return url_for("ontology_file", suffix=suffix.removeprefix("."))


def _page(service: Service, name: str) -> Response:
    text = service.library.documentation.get(name)
    if text is None:
        raise NotFound("there is no documentation of an ontology here")
    response = Response(text, content_type=f"{_media_type(name)}; charset=utf-8")
    if name.endswith(".html"):
        module = "" if name == "index.html" else f"/{PurePosixPath(name).stem}"
        link_forms(response, url_for("ontology") + module, PAGE)
    return response


def _whole(service: Service) -> list[NamedNode]:
    if not service.library.ontology_graphs:
        raise NotFound("there is no ontology here")
    return service.library.ontology_graphs


def _module(service: Service, name: str) -> str | None:
    """The query for the axioms of a module, or None if there is none of this name."""
    graphs = service.asker().graphs(nodes([f"{service.site.names.ontology_graphs}{name}.ttl"]))
    return axioms(graphs) if graphs else None


def axioms(graphs: list[NamedNode]) -> str:
    """The query for what some graphs of the ontology say."""
    named = " ".join(map(str, graphs))
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?graph {{ {named} }} GRAPH ?graph {{ ?s ?p ?o }} }}"


def _send(service: Service, query: str, choice: Choice, address: str) -> Response:
    assert choice.format_name is not None
    response = stream(service.run(QueryTask(query, {"graph": choice.format_name})), choice)
    link_forms(response, address, choice)
    if service.library.license is not None:
        link(response, service.library.license, "license")
    return response


def _former_version(service: Service, path: str) -> Response | None:
    """A former version of the ontology, in Turtle byte by byte as it was published; None if there is none at a path.

    A module's version is in the version of the whole.
    """
    name, choice = split_suffix(path)
    module, _, number = name.rpartition("/")
    text = service.library.versions.get(number)
    if text is None or (module and _module(service, module) is None):
        return None
    if choice is None or module:
        asked = choice or wanted(request)
        # There is no page about it: a browser shows the text.
        return see_other(_document(number, SUFFIXES[".ttl"] if asked.format_name is None else asked))
    if choice.format_name is None:
        raise NotFound(f"there is no page about {service.site.names.ontology}/{number}")
    if choice.format_name == "turtle":
        response = Response(text, content_type=choice.content_type)
    else:
        response = send_graph(parse(text, format=RdfFormat.TURTLE), choice, service.site.names)
    link_forms(response, url_for("ontology_part", path=number), choice)
    return response


def _media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
