"""Linked data: what an IRI names is told at the IRI's address, in the form that is asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse
from shipped import BASE
from test_pages import BROWSER, Page
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from kg.build.as_of import snapshot
from kg.build.store import Build, open_store
from kg.project import Project
from kg.web.app import create_app
from kg.web.executor import LocalExecutor, QueryTask, Reply
from kg.web.site import Site

RDFS_LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
SUFFIXES = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
    ".html": "text/html",
}


def links(response: TestResponse) -> dict[tuple[str, str | None], str]:
    """The targets of the Link headers by relation and media type."""
    found = {}
    for header in response.headers.getlist("Link"):
        target, _, rest = header.partition(">;")
        _, options = parse_options_header(f"link; {rest}")
        found[options["rel"], options.get("type")] = target.strip("< ")
    return found


def triples(response: TestResponse) -> set[Triple]:
    form = RdfFormat.from_media_type(response.mimetype)
    assert form is not None
    return {quad.triple for quad in parse(response.data, form)}


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        (None, ".ttl"),
        ("*/*", ".ttl"),
        ("text/turtle", ".ttl"),
        ("application/rdf+xml", ".rdf"),
        ("application/ld+json", ".jsonld"),
        ("application/n-triples", ".nt"),
        ("text/turtle;q=0.4, application/rdf+xml;q=0.6", ".rdf"),
        ("text/html", ".html"),
        (BROWSER["Accept"], ".html"),
    ],
)
def test_a_thing_is_not_a_document(world: FlaskClient, accept: str | None, suffix: str) -> None:
    response = world.get("/id/state/ARM", headers={} if accept is None else {"Accept": accept})
    assert (response.status_code, response.location) == (303, "/doc/id/state/ARM" + suffix)
    assert "Accept" in response.headers["Vary"]
    document = world.get(response.location)
    assert (document.status_code, document.mimetype) == (200, SUFFIXES[suffix])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_suffix_asks_for_a_form(world: FlaskClient, suffix: str) -> None:
    assert world.get("/id/state/ARM" + suffix).location == "/doc/id/state/ARM" + suffix
    response = world.get("/doc/id/state/ARM" + suffix, headers={"Accept": "image/png"})
    assert (response.status_code, response.mimetype) == (200, SUFFIXES[suffix])


def test_the_document_without_a_suffix_is_negotiated(world: FlaskClient) -> None:
    response = world.get("/doc/id/state/ARM", headers={"Accept": "application/ld+json"})
    assert response.mimetype == "application/ld+json"
    assert response.headers["Content-Location"] == "/doc/id/state/ARM.jsonld"
    assert world.get("/doc/id/state/ARM", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    ("name", "suffix"), [("turtle", ".ttl"), ("JSON-LD", ".jsonld"), ("application/rdf+xml", ".rdf"), ("html", ".html")]
)
def test_a_link_can_name_the_form(world: FlaskClient, name: str, suffix: str) -> None:
    asked = {"query_string": {"format": name}, "headers": {"Accept": "image/png"}}
    assert world.get("/id/state/ARM", **asked).location == "/doc/id/state/ARM" + suffix
    assert world.get("/doc/id/state/ARM", **asked).mimetype == SUFFIXES[suffix]
    assert world.get("/dataset", **asked).mimetype == SUFFIXES[suffix]
    # A form by its own address is that form.
    assert world.get("/doc/id/state/ARM.nt", **asked).mimetype == SUFFIXES[".nt"]


@pytest.mark.parametrize("path", ["/id/state/NOBODY", "/doc/id/state/NOBODY.ttl", "/id/state/%3E", "/id/%7B", "/doc/x"])
def test_what_nobody_speaks_of_is_not_found(world: FlaskClient, path: str) -> None:
    response = world.get(path)
    assert (response.status_code, response.mimetype) == (404, "text/plain")
    assert response.text.count("\n") == 1


def test_the_forms_say_the_same(world: FlaskClient) -> None:
    said = [triples(world.get("/doc/id/state/ARM" + suffix)) for suffix in SUFFIXES if suffix != ".html"]
    assert said[0]
    assert all(others == said[0] for others in said)


def test_a_document_describes_its_thing_and_names_what_that_mentions(world: FlaskClient) -> None:
    said = triples(world.get("/doc/id/episode/UZB-CST-1.nt"))
    episode = NamedNode(BASE + "id/episode/UZB-CST-1")
    mentioned = {triple.object for triple in said if triple.subject == episode and isinstance(triple.object, NamedNode)}
    assert NamedNode(BASE + "id/state/UZB") in mentioned
    labeled = {triple.subject for triple in said if triple.predicate == RDFS_LABEL}
    assert {thing for thing in mentioned if thing.value.startswith(BASE)} <= labeled
    document = NamedNode("http://localhost/doc/id/episode/UZB-CST-1")
    assert Triple(document, NamedNode("http://xmlns.com/foaf/0.1/primaryTopic"), episode) in said
    # It tells of nothing else.
    assert {t.predicate for t in said if t.subject not in (episode, document)} <= {
        RDFS_LABEL,
        NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel"),
        NamedNode("http://purl.org/dc/terms/title"),
    }


def test_link_headers_lead_on(world: FlaskClient) -> None:
    found = links(world.get("/doc/id/state/ARM.ttl"))
    assert found["describes", None] == BASE + "id/state/ARM"
    assert found["license", None] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["describedby", None] == "/dataset"
    alternates = {media_type: target for (relation, media_type), target in found.items() if relation == "alternate"}
    assert alternates == {kind: "/doc/id/state/ARM" + suffix for suffix, kind in SUFFIXES.items() if suffix != ".ttl"}
    assert links(world.get("/id/state/ARM"))["describedby", None] == "/doc/id/state/ARM"


def test_the_page_shows_labels_sources_and_what_points_here(world: FlaskClient) -> None:
    page = Page(world.get("/doc/id/episode/UZB-CST-1.html").text)
    assert ("h1", "Uzbekistan in the Collective Security Treaty, 1994–1999") in page.texts
    assert page.links()["Uzbekistan"] == "/doc/id/state/UZB.html"
    assert ("span", "1994-04-20") in page.texts
    assert ("a", "party episode") in page.texts
    assert any(str(link).startswith("/doc/id/source/") for link in page.links().values())
    assert page.of("h2") == [("h2", "Sources"), ("h2", "What points here")]
    article = world.get("/doc/id/treaty/CST/article/4-2010.html").text
    assert "_:" not in article


def test_names_come_with_their_languages_and_lists_in_natural_order(world: FlaskClient) -> None:
    texts = Page(world.get("/doc/id/state/ARM.html?view=properties").text).texts
    languages = [text for tag, text in texts if tag == "span" and text in ("en", "hy", "ru")]
    assert languages[:3] == ["en", "ru", "hy"]  # of the names, which come first
    articles = [
        text
        for tag, text in Page(world.get("/doc/id/treaty/CST.html?view=properties").text).texts
        if ", article " in text
    ]
    names = [f"Collective Security Treaty, article {number}" for number in ("1", "2", "3", "10")]
    assert sorted(names, key=articles.index) == names


@pytest.mark.parametrize(
    ("accepted", "name", "property_name", "first"),
    [
        (None, "Armenia", "begins", "en"),
        ("ru", "Армения", "начало", "ru"),
        ("ru-RU, en;q=0.5", "Армения", "начало", "ru"),
        ("de, ru;q=0.8, en;q=0.5", "Армения", "начало", "ru"),
        ("en-GB, ru;q=0.1", "Armenia", "begins", "en"),
        ("ru;q=0, *", "Armenia", "begins", "en"),
        ("hy", "Հայաստան", "begins", "hy"),
        ("tlh", "Armenia", "begins", "en"),
    ],
)
def test_a_page_speaks_the_readers_language(
    world: FlaskClient, accepted: str | None, name: str, property_name: str, first: str
) -> None:
    headers = {} if accepted is None else {"Accept-Language": accepted}
    response = world.get("/doc/id/state/ARM.html?view=properties", headers=headers)
    page = Page(response.text)
    assert page.of("h1") == [("h1", name)]
    assert {"Accept", "Accept-Language"} <= {
        part.strip() for part in ",".join(response.headers.getlist("Vary")).split(",")
    }
    # Of the names in all languages, those in the reader's come first.
    assert next(text for tag, text in page.texts if tag == "span" and text in ("en", "hy", "ru")) == first
    episode = Page(world.get("/doc/id/episode/UZB-CST-1.html", headers=headers).text)
    assert property_name in {text.lower() for _, text in episode.texts}
    again = world.get("/doc/id/state/ARM.html?view=properties", headers=headers)
    assert again.headers["ETag"] == response.headers["ETag"]


def test_another_language_is_another_page_to_caches(world: FlaskClient) -> None:
    russian, english = (world.get("/doc/id/state", headers={"Accept-Language": tag}) for tag in ("ru", "en"))
    assert russian.status_code == english.status_code == 404
    pages = [world.get("/id/state.html", headers={"Accept-Language": tag}) for tag in ("ru", "en")]
    assert "Армения" in pages[0].text
    assert "Армения" not in pages[1].text
    assert pages[0].headers["ETag"] != pages[1].headers["ETag"]
    known = {"Accept-Language": "en", "If-None-Match": pages[1].headers["ETag"]}
    assert world.get("/id/state.html", headers=known).status_code == 304
    assert world.get("/id/state.html", headers=known | {"Accept-Language": "ru"}).status_code == 200
    # Data are in all languages at once.
    assert "Accept-Language" not in str(world.get("/doc/id/state/ARM.ttl").headers.getlist("Vary"))


def test_the_table_asks_for_a_day_where_there_are_days(world: FlaskClient, client: FlaskClient) -> None:
    asking = {"action": "/doc/id/state/ARM.html", "method": "get"}
    page = Page(world.get("/doc/id/state/ARM.html?view=properties").text)
    assert asking in page.attributes("form")
    assert {"type": "hidden", "name": "view", "value": "properties"} in page.attributes("input")
    assert asking not in Page(client.get("/doc/id/state/ARM.html").text).attributes("form")
    source = Page(world.get("/doc/id/source/CH-KAZ.html?view=properties").text)
    assert "as-of" not in {field.get("name") for field in source.attributes("input")}


def test_a_date_is_shown_as_precisely_as_it_is_known() -> None:
    store = Store()
    store.load(
        """BASE <https://w3id.org/casus/id/> PREFIX casus: <https://w3id.org/casus/ontology#>
        PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        <episode/x> casus:begins "1998-01-01T00:00:00Z"^^xsd:dateTime ; casus:beginPrecision <precision/year> ;
            casus:ends "2004-05-01T00:00:00Z"^^xsd:dateTime ; casus:endPrecision <precision/month> .""",
        format=RdfFormat.TURTLE,
    )
    page = Page(create_app(LocalExecutor(store)).test_client().get("/doc/id/episode/x.html").text)
    assert {"1998", "2004-05"} <= {text for _, text in page.of("span")}


def test_a_thing_without_a_name_is_shown_inside_its_owner() -> None:
    store = Store()
    store.load(
        "PREFIX x: <https://w3id.org/casus/id/> x:a x:has [ x:part [ x:inner 'within' ] ] .", format=RdfFormat.TURTLE
    )
    client = create_app(LocalExecutor(store)).test_client()
    assert ("span", "within") in Page(client.get("/doc/id/a.html").text).texts
    assert len(triples(client.get("/doc/id/a.nt"))) == 6


def test_a_thing_may_be_pointed_at_in_many_ways() -> None:
    store, thing = Store(), NamedNode(BASE + "id/hub")
    for number in range(200):
        store.add(Quad(NamedNode(f"{BASE}id/s{number}"), NamedNode(f"urn:p{number:03d}"), thing))
        store.add(Quad(NamedNode(f"urn:p{number:03d}"), RDFS_LABEL, Literal(f"way {number}")))
    client = create_app(LocalExecutor(store)).test_client()
    texts = Page(client.get("/doc/id/hub.html").text).texts
    assert {f"way {number}" for number in range(200)} <= {text for _, text in texts}


def test_long_lists_of_what_points_here_lead_to_a_query(world: FlaskClient) -> None:
    page = Page(world.get("/doc/id/confidence/verified.html").text)
    more = [link for text, link in page.links().items() if re.fullmatch(r"All \d+", text)]
    assert more
    assert world.get(str(more[0]), headers={"Accept": "text/csv"}).text.count("\n") > 26


def test_data_cannot_speak_html() -> None:
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    store = Store()
    thing, other = NamedNode(BASE + "id/a"), NamedNode("javascript:alert(1)")
    store.add(Quad(thing, RDFS_LABEL, Literal(hostile)))
    store.add(Quad(thing, NamedNode("javascript:p"), other))
    store.add(Quad(other, RDFS_LABEL, Literal(hostile)))
    store.add(Quad(other, NamedNode("http://example.org/p"), thing))
    text = create_app(LocalExecutor(store)).test_client().get("/doc/id/a.html").text
    page = Page(text)
    assert not {"script", "img", "style"} & {tag for tag, _ in page.tags}
    assert hostile in {data for _, data in page.texts}
    assert not any(str(attributes.get("href", "")).startswith("javascript:") for _, attributes in page.tags)


def test_every_kind_of_thing_in_the_project_has_a_page_and_a_document(world: FlaskClient, shipped: Build) -> None:
    """One thing of each folder below the identifiers' base, asserted or derived."""
    subjects = {quad.subject for quads in (shipped.asserted(), shipped.derived()) for quad in quads}
    names = sorted(s.value.removeprefix(BASE) for s in subjects if isinstance(s, NamedNode))
    kinds = {name.split("/")[1]: name for name in names if name.startswith("id/")}
    assert len(kinds) > 20
    for name in kinds.values():
        for suffix in (".html", ".ttl"):
            assert world.get(f"/doc/{name}{suffix}").status_code == 200, name


def test_every_graph_of_the_project_is_at_its_address(world: FlaskClient, store: Store) -> None:
    for graph in store.named_graphs():
        assert isinstance(graph, NamedNode)
        if not graph.value.endswith("/derived"):
            response = world.get("/" + graph.value.removeprefix(BASE), headers={"Accept": "application/n-triples"})
            assert response.status_code == 200


@pytest.mark.parametrize(
    ("path", "accept", "location"),
    [
        ("/ontology", BROWSER["Accept"], "/ontology/"),
        ("/ontology", "text/turtle", "/ontology.ttl"),
        ("/ontology", "application/rdf+xml", "/ontology.rdf"),
        ("/ontology.html", "*/*", "/ontology/"),
        ("/ontology/?format=ttl", BROWSER["Accept"], "/ontology.ttl"),
        ("/ontology/?output=JSON-LD", "*/*", "/ontology.jsonld"),
        ("/ontology/", "application/n-triples, text/turtle;q=0.5", "/ontology.nt"),
        ("/ontology/actors", BROWSER["Accept"], "/ontology/actors.html"),
        ("/ontology/actors", "text/turtle", "/ontology/actors.ttl"),
        ("/ontology/0.2.0", "*/*", "/ontology"),
        ("/ontology/actors/0.2.0", "*/*", "/ontology/actors"),
        ("/ontology/0.1.0", "*/*", "/ontology/0.1.0.ttl"),
        ("/ontology/0.1.0", BROWSER["Accept"], "/ontology/0.1.0.ttl"),
        ("/ontology/0.1.0", "application/rdf+xml", "/ontology/0.1.0.rdf"),
        ("/ontology/actors/0.1.0", "*/*", "/ontology/0.1.0.ttl"),
        ("/data", "*/*", "/dataset"),
        ("/data/asserted", "*/*", "/dataset"),
    ],
)
def test_the_ontology_and_the_dataset_are_at_their_addresses(
    world: FlaskClient, path: str, accept: str, location: str
) -> None:
    response = world.get(path, headers={"Accept": accept})
    assert (response.status_code, response.location) == (303, location)
    assert world.get(location, headers={"Accept": accept}).status_code in (200, 303)


@pytest.mark.parametrize("accept", ["*/*", "text/turtle, text/html;q=0.5", BROWSER["Accept"]])
def test_who_takes_a_page_gets_the_documentation_at_its_address(world: FlaskClient, accept: str) -> None:
    response = world.get("/ontology/?format=nonsense", headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, "text/html")


def test_a_former_version_is_served_as_it_was_published(world: FlaskClient, project: Project) -> None:
    (file,) = (path for path in project.versions if path.stem == "0.1.0")
    served = world.get("/ontology/0.1.0.ttl")
    assert served.content_type == "text/turtle; charset=utf-8"
    assert served.data == file.read_bytes()
    assert len(triples(world.get("/ontology/0.1.0.nt"))) == len(set(parse(path=file)))
    assert world.get("/ontology/0.1.0.html").status_code == 404
    assert world.get("/ontology/nothing/0.1.0").status_code == 404


def test_every_term_is_in_the_ontology_document_and_its_documentation(world: FlaskClient, store: Store) -> None:
    query = "SELECT DISTINCT ?t { GRAPH ?g { ?t a ?type } FILTER(STRSTARTS(STR(?t), STR(casus:))) }"
    rows = world.get("/sparql", query_string={"query": query, "format": "csv"}).text.split()[1:]
    axioms = triples(world.get("/ontology.nt"))
    anchors = {attributes.get("id") for _, attributes in Page(world.get("/ontology/").text).tags}
    assert len(rows) > 100
    for term in rows:
        assert any(triple.subject == NamedNode(term) for triple in axioms), term
        assert term.partition("#")[2] in anchors


@pytest.mark.parametrize("path", ["/ontology.pdf", "/ontology/absent", "/ontology/absent.ttl", "/ontology/../x"])
def test_what_the_ontology_does_not_have_is_not_found(world: FlaskClient, path: str) -> None:
    assert world.get(path).status_code == 404


def test_the_documentation_is_safe_and_complete(world: FlaskClient) -> None:
    for path in ("/ontology/", "/ontology/actors.html"):
        page = Page(world.get(path).text)
        assert not {"script", "style"} & {tag for tag, _ in page.tags}
    assert world.get("/ontology/style.css").mimetype == "text/css"


class Days:
    """Answers from a build, as it stands and as it stood on a day."""

    ready = True

    def __init__(self, build: Build) -> None:
        self._build = build

    def run(self, task: QueryTask) -> Reply:
        folder: Path = self._build.store if task.day is None else snapshot(self._build, task.day)
        there = QueryTask(task.text, task.formats, task.default_graphs, task.named_graphs, rows=task.rows)
        return LocalExecutor(open_store(folder)).run(there)


def test_a_thing_as_it_stood_on_a_day(shipped: Build) -> None:
    client = create_app(Days(shipped), Site(build=shipped)).test_client()
    owes = NamedNode(BASE + "ontology#owesDefenseTo")
    response = client.get("/id/state/ARM?as-of=2010-01-01", headers={"Accept": "application/n-triples"})
    assert response.location == "/doc/id/state/ARM.nt?as-of=2010-01-01"
    assert owes in {triple.predicate for triple in triples(client.get(response.location))}
    assert owes not in {triple.predicate for triple in triples(client.get("/doc/id/state/ARM.nt"))}
    page = Page(client.get("/doc/id/state/ARM.html?as-of=2010-01-01&view=properties").text)
    assert ("strong", "as of 2010-01-01") in page.texts
    assert page.links()["Belarus"] == "/doc/id/state/BLR.html?as-of=2010-01-01"
    ask = {"query": "ASK { state:ARM casus:owesDefenseTo state:RUS }"}
    assert client.get("/sparql", query_string={**ask, "as-of": "2010-01-01"}).json == {"head": {}, "boolean": True}
    assert client.get("/sparql", query_string=ask).json == {"head": {}, "boolean": False}
    stated = {"query": f"# As of: 2010-01-01\n{ask['query']}"}
    assert client.get("/sparql", query_string=stated).json == {"head": {}, "boolean": True}
    assert client.get("/sparql", query_string=stated | {"as-of": "1990-01-01"}).json == {"head": {}, "boolean": False}


def test_all_links_of_a_document_are_of_its_day(shipped: Build) -> None:
    client = create_app(Days(shipped), Site(build=shipped)).test_client()
    day, turtle = "as-of=2010-01-01", {"Accept": "text/turtle"}
    thing = client.get(f"/id/state/ARM?{day}", headers=turtle)
    assert links(thing)["describedby", None] == f"/doc/id/state/ARM?{day}"
    response = client.get(f"/doc/id/state/ARM?{day}", headers=turtle)
    assert response.headers["Content-Location"] == f"/doc/id/state/ARM.ttl?{day}"
    assert client.get(response.headers["Content-Location"]).data == response.data
    others = [target for (relation, _), target in links(response).items() if relation == "alternate"]
    assert len(others) == len(SUFFIXES) - 1
    assert all(target.endswith(f"?{day}") for target in others)
    assert triples(client.get(links(response)["alternate", "application/n-triples"])) == triples(response)
    page = Page(client.get(f"/doc/id/state/ARM.html?{day}").text)
    heads = [str(link["href"]) for link in page.attributes("link") if link.get("title")]
    assert heads
    assert all(address.endswith(f"?{day}") for address in heads)
    graph = client.get(f"/graph/graph/states.ttl?{day}", headers=turtle)
    assert all(day in target for (relation, _), target in links(graph).items() if relation != "license")


def test_the_graph_of_a_day_is_had_by_its_name(little: Build) -> None:
    client = create_app(Days(little), Site(build=little)).test_client()
    name = BASE + "graph/as-of/2010-01-01"
    there = client.get("/graph/as-of/2010-01-01", follow_redirects=True)
    assert triples(client.get("/graphs", query_string={"graph": name})) == triples(there)
    assert client.get("/graphs", query_string={"graph": BASE + "graph/as-of/2010-13-01"}).status_code == 400
    # Another day does not have it.
    assert client.get("/graphs", query_string={"graph": name, "as-of": "2011-01-01"}).status_code == 404


def test_the_graph_of_a_day_is_at_its_address(little: Build) -> None:
    client = create_app(Days(little), Site(build=little)).test_client()
    name = "graph/as-of/2010-01-01"
    response = client.get("/" + name, headers={"Accept": "application/n-triples"}, follow_redirects=True)
    assert NamedNode(BASE + "ontology#owesDefenseTo") in {triple.predicate for triple in triples(response)}
    described = client.get(links(response)["describedby", None] + ".nt", follow_redirects=True)
    assert NamedNode(BASE + name) in {triple.subject for triple in triples(described)}
    browser = client.get("/" + name, headers=BROWSER, follow_redirects=True)
    assert (browser.status_code, browser.mimetype) == (200, "text/html")
