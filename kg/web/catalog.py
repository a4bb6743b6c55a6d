"""The server described as data: the SPARQL service, the dataset and its ways in, example queries, prefixes, a sitemap.

SPARQL 1.1 Service Description, https://www.w3.org/TR/sparql11-service-description/; VoID; DCAT 3; SHACL, section 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.export.describe import DATASET
from kg.rdf.formats import GRAPH_FORMATS, RESULT_FORMATS
from kg.terms import ID, PREFIXES, RDF, SH, XSD
from kg.web.client import Asker
from kg.web.site import Library, Site
from kg.web.urls import absolute

_SD = "http://www.w3.org/ns/sparql-service-description#"
_SCHEMA_TARGET = NamedNode("https://schema.org/target")
_TYPE = NamedNode(RDF + "type")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_FORM = re.compile(r"^\s*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE | re.MULTILINE)
_RELATIVE = re.compile(r"<(?![\w+.-]+:)[^<>\s=]+>")
#: A sitemap may list no more (https://www.sitemaps.org/protocol.html).
_SITEMAP = 50_000

_SIZES = "SELECT ?graph (COUNT(*) AS ?triples) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"


def service(site: Site, library: Library, asker: Asker) -> list[Triple]:
    """What the endpoint is and can do, with the graphs that queries can name."""
    endpoint = NamedNode(absolute(site, "sparql"))
    this, dataset, default = (NamedNode(f"{endpoint.value}#{part}") for part in ("service", "dataset", "default"))
    triples = [
        Triple(this, _TYPE, _sd("Service")),
        Triple(this, _term("dcterms", "title"), Literal(site.title)),
        Triple(this, _term("dcterms", "description"), Literal(site.summary, language="en")),
        Triple(this, _sd("endpoint"), endpoint),
        Triple(this, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        Triple(this, _sd("feature"), _sd("UnionDefaultGraph")),
        Triple(this, _sd("defaultDataset"), dataset),
        Triple(dataset, _TYPE, _sd("Dataset")),
        Triple(dataset, _sd("defaultGraph"), default),
        Triple(default, _TYPE, _sd("Graph")),
    ]
    triples += [Triple(this, _sd("resultFormat"), NamedNode(form.results.iri)) for form in RESULT_FORMATS]
    triples += [Triple(this, _sd("resultFormat"), NamedNode(form.rdf.iri)) for form in GRAPH_FORMATS]
    if library.license is not None:
        triples.append(Triple(this, _term("dcterms", "license"), NamedNode(library.license)))
    for number, (graph, count) in enumerate(asker.select(_SIZES)):
        assert isinstance(graph, NamedNode)
        assert isinstance(count, Literal)
        named, content = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        triples += [
            Triple(dataset, _sd("namedGraph"), named),
            Triple(named, _TYPE, _sd("NamedGraph")),
            Triple(named, _sd("name"), graph),
            Triple(named, _sd("graph"), content),
            Triple(content, _TYPE, _sd("Graph")),
            Triple(content, _term("void", "triples"), count),
        ]
    return triples


def dataset(site: Site, library: Library) -> list[Triple]:
    """The dataset with its statistics, and where to query, look up and download it."""
    endpoint, everything = NamedNode(absolute(site, "sparql")), absolute(site, "graphs") + "?default"
    service = NamedNode(endpoint.value + "#service")
    triples = [
        *library.description,
        Triple(DATASET, _TYPE, _term("void", "Dataset")),
        Triple(DATASET, _TYPE, _term("dcat", "Dataset")),
        Triple(DATASET, _term("void", "sparqlEndpoint"), endpoint),
        Triple(DATASET, _term("void", "rootResource"), NamedNode(absolute(site, "home"))),
        Triple(service, _TYPE, _term("dcat", "DataService")),
        Triple(service, _term("dcterms", "title"), Literal(f"{site.title}: SPARQL endpoint", language="en")),
        Triple(service, _term("dcat", "endpointURL"), endpoint),
        Triple(service, _term("dcat", "endpointDescription"), endpoint),
        Triple(service, _term("dcat", "servesDataset"), DATASET),
    ]
    for form in GRAPH_FORMATS:
        way = NamedNode(f"{absolute(site, 'dataset')}#{form.name}")
        triples += [
            Triple(DATASET, _term("dcat", "distribution"), way),
            Triple(way, _TYPE, _term("dcat", "Distribution")),
            Triple(way, _term("dcterms", "title"), Literal(form.title)),
            Triple(way, _term("dcat", "accessURL"), NamedNode(f"{everything}&format={form.name}")),
            Triple(way, _term("dcat", "accessService"), service),
            Triple(way, _term("dcat", "mediaType"), NamedNode(_MEDIA_TYPES + form.media_types[0])),
        ]
        if library.license is not None:
            triples.append(Triple(way, _term("dcterms", "license"), NamedNode(library.license)))
    return list(dict.fromkeys(triples))


def examples(site: Site) -> list[Triple]:
    """The example questions as SHACL executables, in the layout that query editors read. SHACL has no DESCRIBE."""
    page, endpoint = absolute(site, "examples"), NamedNode(absolute(site, "sparql"))
    declared = NamedNode(absolute(site, "prefixes") + "#prefixes")
    triples = list(_declarations(declared, used_prefixes(question.query for question in site.questions)))
    for question in site.questions:
        example = NamedNode(f"{page}#{question.name}")
        kind = query_form(question.query)
        if kind == "describe":
            continue
        triples += [
            Triple(example, _TYPE, NamedNode(SH + "SPARQLExecutable")),
            Triple(example, _TYPE, NamedNode(f"{SH}SPARQL{kind.capitalize()}Executable")),
            Triple(example, _term("rdfs", "comment"), Literal(question.text, language="en")),
            Triple(example, NamedNode(SH + kind), Literal(_with_base(question.query))),
            Triple(example, NamedNode(SH + "prefixes"), declared),
            Triple(example, _SCHEMA_TARGET, endpoint),
        ]
    return triples


def prefixes(site: Site) -> list[Triple]:
    """The prefixes that queries need not declare, by sh:declare."""
    return list(_declarations(NamedNode(absolute(site, "prefixes") + "#prefixes"), PREFIXES))


def used_prefixes(queries: Iterable[str]) -> dict[str, str]:
    """Those of the project's prefixes that occur in some queries."""
    text = "\n".join(queries)
    return {name: namespace for name, namespace in PREFIXES.items() if re.search(rf"\b{name}:", text)}


def query_form(query: str) -> str:
    """The form of a query in lower case, which is the name of its property in SHACL."""
    match = _FORM.search(query)
    return match.group(1).lower() if match else "select"


def sitemap(site: Site, library: Library) -> str:
    """The pages a search engine should know, by the sitemap protocol."""
    pages = [absolute(site, endpoint) for endpoint in ("home", "examples", "dataset", "ontology_index")]
    things = [iri.removeprefix(site.base) for iri in library.identifiers if iri.startswith(site.base)]
    pages += [absolute(site, "document", path=path + ".html") for path in things]
    urls = "".join(f"  <url><loc>{escape(page)}</loc></url>\n" for page in pages[:_SITEMAP])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
    )


def robots(site: Site) -> str:
    """What robots may visit: all but the query service, where every link is work."""
    work = (urlsplit(absolute(site, endpoint)).path for endpoint in ("sparql", "graphs"))
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in work), f"Sitemap: {absolute(site, 'sitemap')}"]
    return "\n".join(lines) + "\n"


def _with_base(query: str) -> str:
    """A query that another endpoint understands too: relative IRIs need their base."""
    return f"BASE <{ID}>\n{query}" if _RELATIVE.search(query) else query


def _declarations(node: NamedNode, declared: dict[str, str]) -> Iterator[Triple]:
    for prefix, namespace in declared.items():
        declaration = BlankNode(f"prefix-{prefix}")
        yield Triple(node, NamedNode(SH + "declare"), declaration)
        yield Triple(declaration, _TYPE, NamedNode(SH + "PrefixDeclaration"))
        yield Triple(declaration, NamedNode(SH + "prefix"), Literal(prefix))
        yield Triple(declaration, NamedNode(SH + "namespace"), Literal(namespace, datatype=NamedNode(XSD + "anyURI")))


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)


def _term(prefix: str, name: str) -> NamedNode:
    return NamedNode(PREFIXES[prefix] + name)
