"""The server described as data: dataset, examples, prefixes, sitemap, robots, OpenAPI."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from threading import Event
from types import MappingProxyType
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse
from shipped import BASE, PREFIXES
from test_pages import BROWSER, Page

from kg.build.questions import Question
from kg.build.store import Build
from kg.project import Project, open_project
from kg.rdf.load import load_file
from kg.terms import DCAT, DCTERMS, RDF, SH, VOID
from kg.web.app import create_app
from kg.web.executor import LocalExecutor
from kg.web.openapi import entries
from kg.web.site import Site

DATASET = NamedNode(BASE + "data")


def graph(client: FlaskClient, path: str) -> list[Triple]:
    response = client.get(path, headers={"Accept": "application/n-triples"})
    assert response.status_code == 200
    return [quad.triple for quad in parse(response.data, RdfFormat.N_TRIPLES)]


def objects(triples: list[Triple], subject: NamedNode, predicate: str) -> list[object]:
    return [t.object for t in triples if t.subject == subject and t.predicate == NamedNode(predicate)]


def test_the_well_known_address_leads_to_the_dataset(world: FlaskClient) -> None:
    response = world.get("/.well-known/void")
    assert (response.status_code, response.location) == (302, "/dataset")


@pytest.mark.parametrize("path", ["/dataset", "/examples", "/prefixes", "/shapes"])
@pytest.mark.parametrize(
    ("suffix", "accept", "media_type"),
    [
        ("", None, "text/turtle"),
        ("", "application/rdf+xml", "application/rdf+xml"),
        ("", BROWSER["Accept"], "text/html"),
        (".html", None, "text/html"),
        (".jsonld", "text/html", "application/ld+json"),
    ],
)
def test_a_description_in_each_form(
    world: FlaskClient, path: str, suffix: str, accept: str | None, media_type: str
) -> None:
    response = world.get(path + suffix, headers={} if accept is None else {"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert any('rel="license"' in header for header in response.headers.getlist("Link"))


@pytest.mark.parametrize("path", ["/dataset.pdf", "/examples.csv", "/nothing.ttl"])
def test_other_forms_are_not_found(world: FlaskClient, path: str) -> None:
    assert world.get(path).status_code == 404


def test_the_dataset_has_its_numbers_and_the_ways_to_it(world: FlaskClient, shipped: Build) -> None:
    said = graph(world, "/dataset")
    (triples,) = objects(said, DATASET, VOID.triples.value)
    assert isinstance(triples, Literal)
    assert int(triples.value) > shipped.info.asserted
    assert objects(said, DATASET, VOID.sparqlEndpoint.value) == [NamedNode("http://localhost/sparql")]
    assert len(objects(said, DATASET, VOID.classPartition.value)) > 50
    assert len(objects(said, DATASET, VOID.propertyPartition.value)) > 50
    assert NamedNode("https://creativecommons.org/licenses/by/4.0/") in objects(said, DATASET, DCTERMS.iri + "license")
    ways = objects(said, DATASET, DCAT.distribution.value)
    for way in ways:
        assert isinstance(way, NamedNode)
        (address,) = objects(said, way, DCAT.accessURL.value)
        assert isinstance(address, NamedNode)
        assert address.value.startswith("http://localhost/graphs?default&format=")
    assert len(ways) == 6


def test_the_description_is_made_before_anybody_asks(shipped: Build) -> None:
    read = Event()

    class Watched(Build):
        def derived(self) -> Iterator[Quad]:
            yield from super().derived()
            read.set()

    create_app(LocalExecutor(Store()), Site(build=Watched(shipped.folder)))
    assert read.wait(30)


def test_the_examples_are_queries_as_they_are_described(world: FlaskClient) -> None:
    """With the prefixes declared, as an editor on another machine would have it."""
    said = graph(world, "/examples")
    prefixes = {}
    for declaration in (t.object for t in said if t.predicate.value == SH.declare.value):
        (name,) = (t.object.value for t in said if t.subject == declaration and t.predicate.value == SH.prefix.value)
        (iri,) = (t.object.value for t in said if t.subject == declaration and t.predicate.value == SH.namespace.value)
        prefixes[name] = iri
    assert prefixes["casus"] == BASE + "ontology#"
    queries = [t for t in said if t.predicate.value in (SH.select.value, SH.ask.value, SH.construct.value)]
    assert len(queries) > 50
    declared = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes.items())
    for example in queries:
        Store().query(declared + example.object.value)
    commented = {t.subject for t in said if t.predicate.value.endswith("#comment")}
    assert {example.subject for example in queries} == commented
    kinds = {t.object.value.rpartition("#")[2] for t in said if t.predicate.value.endswith("#type")}
    assert {"SPARQLExecutable", "SPARQLSelectExecutable"} <= kinds


def test_the_shapes_are_those_that_the_data_satisfy(world: FlaskClient, project: Project) -> None:
    said = graph(world, "/shapes")
    shapes = [quad for path in project.shapes for quad in load_file(path)]
    assert len(said) == len(shapes)
    page = Page(world.get("/shapes.html").text)
    names = {quad.subject.value.partition("#")[2] for quad in shapes if isinstance(quad.subject, NamedNode)} - {""}
    assert names == {attributes["id"] for attributes in page.attributes("tr")}
    assert ("p", "An organ belongs to an organization, or to two or more states: state casus:organOf, or "
            "casus:jointOrganOf of each state.") in page.texts  # fmt: skip
    assert page.links()["casus:Organ"] == "/ontology/#Organ"


def test_the_prefixes_are_those_of_every_query(world: FlaskClient) -> None:
    said = graph(world, "/prefixes")
    assert {t.object.value for t in said if t.predicate.value == SH.namespace.value} == set(PREFIXES.values())


def test_the_sitemap_lists_pages_that_are_there(world: FlaskClient) -> None:
    response = world.get("/sitemap.xml")
    assert response.mimetype == "application/xml"
    pages = [
        element.text or "" for element in ElementTree.fromstring(response.data).iter() if element.tag.endswith("loc")
    ]
    assert len(pages) > 1000
    assert "http://localhost/doc/id/state/ARM.html" in pages
    for page in [*pages[:5], *pages[5::150]]:
        assert world.get(page.removeprefix("http://localhost")).status_code == 200, page


def test_robots_are_told_where_the_sitemap_is(world: FlaskClient) -> None:
    lines = world.get("/robots.txt").text.splitlines()
    assert "Sitemap: http://localhost/sitemap.xml" in lines
    assert "Disallow: /sparql" in lines


def test_a_server_without_a_build_describes_what_it_can(client: FlaskClient) -> None:
    said = graph(client, "/dataset")
    assert objects(said, DATASET, VOID.sparqlEndpoint.value) == [NamedNode("http://localhost/sparql")]
    assert client.get("/dataset.html").status_code == 200
    assert client.get("/ontology/").status_code == 404
    assert client.get("/shapes").status_code == 404
    assert client.get("/sitemap.xml").status_code == 200


def test_the_api_document_covers_all_routes(client: FlaskClient) -> None:
    document = json.loads(client.get("/openapi.json").data)
    assert document["openapi"] == "3.1.0"
    found: dict[str, set[str]] = {}
    for rule in client.application.url_map.iter_rules():
        path = re.sub(r"<(?:[a-z]+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule.rule)
        found.setdefault(path, set()).update(method.lower() for method in rule.methods or ())
    documented = {path: set(item) for path, item in document["paths"].items()}
    assert documented == {path: methods - {"options"} for path, methods in found.items()}


def test_the_api_document_is_well_formed(client: FlaskClient) -> None:
    document = json.loads(client.get("/openapi.json").data)
    assert {"title", "version"} <= set(document["info"])
    for path, item in document["paths"].items():
        for operation in item.values():
            assert operation["summary"]
            in_path = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
            assert in_path == set(re.findall(r"{(\w+)}", path))
            assert all(re.fullmatch(r"[1-5]\d\d", status) for status in operation["responses"])
            assert all(response["description"] for response in operation["responses"].values())


def test_routes_answer_as_documented(world: FlaskClient) -> None:
    for path, (_, entry) in entries(world.application).items():
        if "{" in path or path == "/sparql":
            continue
        response = world.head(path, query_string="graph=https://w3id.org/casus/graph/graph/states.ttl")
        assert response.status_code in entry.statuses, path
        if response.status_code == 200:
            assert response.mimetype in entry.media_types, path


def test_the_operators_routes_are_documented_where_they_are(client: FlaskClient) -> None:
    assert "/health" not in client.get("/openapi.json").json["paths"]


@pytest.mark.parametrize(
    ("query", "form", "kind", "said"),
    [
        ("# Is it?\nASK {}\n", "ask", "SPARQLAskExecutable", "# Is it?\nASK {}\n"),
        ("PREFIX x: <x:>\nselect * {}", "select", "SPARQLSelectExecutable", "PREFIX x: <x:>\nselect * {}"),
        ("CONSTRUCT WHERE {}", "construct", "SPARQLConstructExecutable", "CONSTRUCT WHERE {}"),
        # An IRI relative to the base of this server's identifiers takes the base along.
        ("ASK { <role/ally> ?p 1 }", "ask", "SPARQLAskExecutable", f"BASE <{BASE}id/>\nASK {{ <role/ally> ?p 1 }}"),
        ("ASK { FILTER(1 < 2 && 3 > 2) }", "ask", "SPARQLAskExecutable", "ASK { FILTER(1 < 2 && 3 > 2) }"),
    ],
)
def test_an_example_is_typed_by_its_form(query: str, form: str, kind: str, said: str) -> None:
    site = Site(questions=(Question("one", "Is it so?", query),))
    triples = graph(create_app(LocalExecutor(Store()), site).test_client(), "/examples")
    example = NamedNode("http://localhost/examples#one")
    assert example in {triple.subject for triple in triples}
    assert objects(triples, example, SH.iri + form) == [Literal(said)]
    assert SH[kind] in objects(triples, example, RDF.iri + "type")


@pytest.mark.parametrize("path", ["/", "/dataset.html", "/sparql"])
def test_search_engines_find_the_dataset_in_pages(world: FlaskClient, path: str) -> None:
    page = world.get(path, headers=BROWSER | {"Accept-Language": "ru"})
    (markup,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    said = json.loads(markup)
    assert (said["@context"], said["@type"], said["@id"]) == ("https://schema.org/", "Dataset", DATASET.value)
    assert said["name"].startswith("Casus: граф знаний")
    assert said["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "НАТО" in said["keywords"]
    assert said["creator"]["name"] == "The Casus authors"


@pytest.mark.slow
def test_what_search_engines_are_told_of_can_be_had(world: FlaskClient) -> None:
    page = world.get("/dataset.html", headers=BROWSER)
    (markup,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    ways = json.loads(markup)["distribution"]
    assert ways
    for way in ways:
        response = world.head(way["contentUrl"].removeprefix("http://localhost"))
        assert (response.status_code, response.mimetype) == (200, way["encodingFormat"])


def test_the_markup_of_a_hostile_dataset_stays_data(client: FlaskClient) -> None:
    hostile = "</script><script>alert(1)</script>"
    identity = replace(open_project().identity, title=hostile, summary=hostile)
    site = Site(identity=identity, build=Nothing())
    text = create_app(LocalExecutor(Store()), site).test_client().get("/").text
    assert text.count("<script") == 1
    (markup,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert json.loads(markup)["name"] == hostile
    # Files that are served as they are are not the dataset.
    assert "<script" not in client.get("/").text


class Nothing:
    """The statements of a build in which there are none."""

    ontology_graphs: frozenset[str] = frozenset()
    versions: Mapping[str, str] = MappingProxyType({})

    def asserted(self) -> list[Quad]:
        return []

    inferred = derived = shapes = asserted


def test_the_page_about_the_data_is_for_people(world: FlaskClient) -> None:
    page = Page(world.get("/dataset.html").text)
    assert page.links()["Armenia"] == "/doc/id/state/ARM.html"
    assert ("span", "2026-11-23") in page.texts


def test_programs_are_told_of_routes_that_answer(world: FlaskClient, project: Project) -> None:
    response = world.get("/llms.txt")
    assert response.content_type == "text/plain; charset=utf-8"
    title, summary, *_ = response.text.split("\n\n")
    assert (title, summary[:2]) == ("# Casus", "> ")
    ways, questions = response.text.split("## Ways in")[1].split("## Optional")
    addresses = re.findall(r"\]\(http://localhost([^)]+)\)", ways)
    assert {"/sparql", "/search", "/proof", "/what-if", "/openapi.json"} <= set(addresses)
    # Without a query, a case or a thing to look for, some say that one is missing.
    assert all(world.get(address, headers=BROWSER).status_code in (200, 400) for address in addresses)
    asked = re.findall(r"\]\(http://localhost(/query[^)]+)\)", questions)
    assert len(asked) == len(project.questions)
    assert world.get(asked[0], headers=BROWSER).status_code == 200


def test_a_server_of_files_tells_programs_of_less(little_world: FlaskClient) -> None:
    text = little_world.get("/llms.txt").text
    assert "/what-if" not in text and "License" not in text
    assert "/sparql" in text
