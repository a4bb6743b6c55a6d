"""The server described as data: the dataset and its ways in, example queries, prefixes, shapes, a sitemap, the API.

VoID; DCAT 3; SHACL, section 5; the sitemap protocol; OpenAPI 3.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from flask import Flask, Response, current_app, make_response, redirect, request, url_for
from pyoxigraph import Literal, NamedNode, Triple
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from kg.build.metadata import declarations, executables
from kg.export.llms import WayIn, llms_text
from kg.rdf.formats import GRAPH_FORMATS
from kg.terms import DCAT, DCTERMS, RDF, SH, VOID, Namespaces
from kg.web import pages
from kg.web.negotiation import HTML, Choice, link_forms, split_suffix, wanted
from kg.web.openapi import FORMAT, GRAPH_TYPES, PLAIN, SUFFIX, Parameter, documented, one_of, openapi
from kg.web.reader import reader_of
from kg.web.service import Service, link, send_graph
from kg.web.site import Library, Site
from kg.web.urls import absolute
from kg.web.views import NAVIGATION

_FORMS = (*GRAPH_TYPES, HTML)
_SCHEMA_TARGET = NamedNode("https://schema.org/target")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
#: A sitemap may list no more (https://www.sitemaps.org/protocol.html).
_SITEMAP = 50_000


def add_descriptions(app: Flask, service: Service) -> None:
    """Add the routes by which the server describes itself."""
    site, library = service.site, service.library
    graphs: dict[str, Callable[[], list[Triple]]] = {
        "dataset": lambda: describe_dataset(site, library),
        "examples": lambda: describe_examples(site),
        "prefixes": lambda: describe_prefixes(site),
        "shapes": lambda: library.shapes,
    }

    def send(name: str, choice: Choice) -> Response:
        if name == "shapes" and not library.shapes:
            raise NotFound("there are no shapes here")
        if choice.format_name is None:
            response = make_response(pages.render_about(site, library, name, reader_of(site, request)))
        else:
            response = send_graph(graphs[name](), choice, site.names)
        link_forms(response, url_for(name), choice)
        if library.license is not None:
            link(response, library.license, "license")
        return response

    @app.get("/dataset")
    @documented(
        "The dataset by VoID and DCAT: what it holds, its license, the ways to it.",
        _FORMS,
        (),
        (200, 304, 406),
    )
    def dataset() -> Response:
        return send("dataset", wanted(request))

    @app.get("/examples")
    @documented("Example queries as SHACL executables.", _FORMS, (FORMAT,), (200, 304, 406))
    def examples() -> Response:
        return send("examples", wanted(request))

    @app.get("/prefixes")
    @documented("The prefixes that queries need not declare.", _FORMS, (FORMAT,), (200, 304, 406))
    def prefixes() -> Response:
        return send("prefixes", wanted(request))

    @app.get("/shapes")
    @documented("What the data must satisfy, in SHACL.", _FORMS, (FORMAT,), (200, 304, 404, 406))
    def shapes() -> Response:
        return send("shapes", wanted(request))

    @app.get("/<any(dataset, examples, prefixes, shapes):name>.<suffix>")
    @documented(
        "Dataset, examples, prefixes or shapes in a form by name.",
        _FORMS,
        (Parameter("name", "What is described.", one_of(*graphs), in_path=True), SUFFIX),
        (200, 304, 404),
    )
    def description(name: str, suffix: str) -> Response:
        _, choice = split_suffix(f"{name}.{suffix}")
        if choice is None:
            raise NotFound(f"/{name} has no form '.{suffix}'")
        return send(name, choice)

    @app.get("/query/terms.<language>.json")
    @documented(
        "The terms that queries can name, for editors to complete: classes, properties and things.",
        ("application/json",),
        (Parameter("language", "The language of their labels.", one_of(*site.identity.languages), "en", in_path=True),),
        (200, 304, 404),
    )
    def query_terms(language: str) -> Response:
        if language not in site.identity.languages:
            raise NotFound(f"the languages here are {' '.join(site.identity.languages)}")
        response: Response = app.json.response(list_terms(library, language))  # type: ignore[assignment]
        return response

    @app.get("/.well-known/void")
    @documented("VoID, section 7.2: see the dataset.", (), (), (302, 304))
    def well_known() -> BaseResponse:
        return redirect(url_for("dataset"), 302)

    @app.get("/sitemap.xml")
    @documented("The pages for search engines.", ("application/xml",))
    def sitemap() -> Response:
        return Response(list_pages(site, library), content_type="application/xml")

    @app.get("/robots.txt")
    @documented("What robots may visit.", (PLAIN,))
    def robots() -> Response:
        return Response(rules_for_robots(site), content_type="text/plain; charset=utf-8")

    @app.get("/llms.txt")
    @documented("What this is, how to ask it and what it does not know, for programs that talk.", (PLAIN,))
    def llms() -> Response:
        return Response(text_for_programs(site, library), content_type="text/plain; charset=utf-8")

    @app.get("/openapi.json")
    @documented("This document.", ("application/json",))
    def api() -> Response:
        response: Response = app.json.response(openapi(app, site, library))  # type: ignore[assignment]
        return response


def describe_dataset(site: Site, library: Library) -> list[Triple]:
    """The dataset with its statistics, and where to query, look up and download it."""
    dataset, endpoint = NamedNode(site.names.dataset), NamedNode(absolute(site, "sparql"))
    everything = absolute(site, "graphs") + "?default"
    service = NamedNode(endpoint.value + "#service")
    triples = [
        *library.description,
        Triple(dataset, RDF.type, VOID.Dataset),
        Triple(dataset, RDF.type, DCAT.Dataset),
        Triple(dataset, VOID.sparqlEndpoint, endpoint),
        Triple(dataset, VOID.rootResource, NamedNode(absolute(site, "home"))),
        Triple(service, RDF.type, DCAT.DataService),
        Triple(service, DCTERMS.title, Literal(f"{site.identity.title}: SPARQL endpoint", language="en")),
        Triple(service, DCAT.endpointURL, endpoint),
        Triple(service, DCAT.endpointDescription, endpoint),
        Triple(service, DCAT.servesDataset, dataset),
    ]
    for form in GRAPH_FORMATS:
        way = NamedNode(f"{absolute(site, 'dataset')}#{form.name}")
        triples += [
            Triple(dataset, DCAT.distribution, way),
            Triple(way, RDF.type, DCAT.Distribution),
            Triple(way, DCTERMS.title, Literal(form.title)),
            Triple(way, DCAT.accessURL, NamedNode(f"{everything}&format={form.name}")),
            Triple(way, DCAT.accessService, service),
            Triple(way, DCAT.mediaType, NamedNode(_MEDIA_TYPES + form.media_types[0])),
        ]
        if library.license is not None:
            triples.append(Triple(way, DCTERMS.license, NamedNode(library.license)))
    return list(dict.fromkeys(triples))


def describe_examples(site: Site) -> list[Triple]:
    """The example questions as SHACL executables, in the layout that query editors read. SHACL has no DESCRIBE."""
    page, endpoint = absolute(site, "examples"), NamedNode(absolute(site, "sparql"))
    declared = NamedNode(absolute(site, "prefixes") + "#prefixes")
    triples = [
        *declarations(declared, used_prefixes(site.names, (question.query for question in site.questions))),
        *executables(page, site.questions, declared, site.names),
    ]
    examples = [triple.subject for triple in triples if triple.object == SH.SPARQLExecutable]
    return [*triples, *(Triple(example, _SCHEMA_TARGET, endpoint) for example in examples)]


def describe_prefixes(site: Site) -> list[Triple]:
    """The prefixes that queries need not declare, by sh:declare."""
    return list(declarations(NamedNode(absolute(site, "prefixes") + "#prefixes"), site.names.prefixes))


def used_prefixes(names: Namespaces, queries: Iterable[str]) -> dict[str, str]:
    """Those of the project's prefixes that occur in some queries."""
    text = "\n".join(queries)
    return {name: namespace for name, namespace in names.prefixes.items() if re.search(rf"\b{name}:", text)}


def list_terms(library: Library, language: str) -> list[dict[str, str | int]]:
    """The terms of the graph with their kinds, labels and counts."""
    listed = []
    for term in library.terms:
        label = library.labels.find(term.node, language)
        said = {"name": term.name, "kind": term.kind, "label": label.value if label else None, "count": term.count}
        listed.append({key: value for key, value in said.items() if value is not None})
    return listed


def list_pages(site: Site, library: Library) -> str:
    """The pages a search engine should know, by the sitemap protocol."""
    leading = ("home", *(endpoint for endpoint, _ in NAVIGATION), "cite", "examples", "dataset", "ontology_index")
    pages = [absolute(site, endpoint) for endpoint in leading if endpoint in current_app.view_functions]
    things = [iri.removeprefix(site.base) for iri in library.identifiers if iri.startswith(site.base)]
    pages += [absolute(site, "document", path=path + ".html") for path in things]
    urls = "".join(f"  <url><loc>{escape(page)}</loc></url>\n" for page in pages[:_SITEMAP])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
    )


#: What programs are told of the routes: the parameters that matter, and what comes.
_WAYS = (
    ("search", "Names and codes in all languages to IRIs: `q`, with `format=json`."),
    (
        "sparql",
        "SPARQL 1.1 Query: `query`, and `as-of=YYYY-MM-DD` for the graph of a day. JSON, CSV or Turtle by Accept.",
    ),
    ("owed", "Who owed whom what on a day: `by`, `to`, `type`, `on`, with `format=json`."),
    ("case", "Who must help if one state attacks another: `attacker`, `victim`, `on`, `in`, with `format=json`."),
    ("what_if", "What would change: `without`, perhaps `in` one organization or treaty, `from`, with `format=json`."),
    ("proof", "Why a statement holds, or what it lacks: `s`, `p`, `o`, `as-of`, with `format=json`."),
    ("compare", "Two alliances or treaties side by side: `a`, `b`."),
    ("claims", "The statements of the source article with their verdicts: `status`, `section`."),
    ("tables", "Tables for R, Stata and pandas, with a codebook."),
    ("ontology_index", "The ontology: classes, properties, definitions, examples."),
    ("examples", "Competency questions as SHACL executables, also as Turtle."),
    ("dataset", "The dataset by VoID and DCAT: sizes, classes, properties, license."),
    ("shapes", "What the data satisfy, in SHACL."),
    ("api", "All routes with their parameters (OpenAPI)."),
    ("cite", "How to cite the data or a view of them."),
)


def text_for_programs(site: Site, library: Library) -> str:
    """``llms.txt`` with the routes that there are, and the questions."""
    ways = [
        WayIn(urlsplit(absolute(site, endpoint)).path, absolute(site, endpoint), about)
        for endpoint, about in _WAYS
        if endpoint in current_app.view_functions
    ]
    asked = [(one.text, absolute(site, "query_page", question=one.name)) for one in site.questions]
    return llms_text(site.identity, ways, library.about, library.currency.known_to, asked)


def rules_for_robots(site: Site) -> str:
    """What robots may visit: all but the query service, where every link is work."""
    work = (urlsplit(absolute(site, endpoint)).path for endpoint in ("sparql", "graphs"))
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in work), f"Sitemap: {absolute(site, 'sitemap')}"]
    return "\n".join(lines) + "\n"
