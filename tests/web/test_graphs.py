"""The SPARQL 1.1 Graph Store HTTP Protocol: graphs by parameter and by their own addresses, for reading only."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, Store, parse
from sites import site_at

from kg.web.app import create_app
from kg.web.executor import LocalExecutor

STATES = "/graphs?graph=" + quote("http://example.org/states", safe="")
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("path", "subjects"),
    [
        ("/graphs?default", {"https://w3id.org/casus/id/state/ARM", "http://example.org/thing"}),
        (STATES, {"https://w3id.org/casus/id/state/ARM"}),
        ("/graphs?graph=http://example.org/hostile", {"http://example.org/thing"}),
    ],
)
def test_a_graph_by_its_name(client: FlaskClient, path: str, subjects: set[str]) -> None:
    response = client.get(path)
    assert (response.status_code, response.content_type) == (200, "text/turtle; charset=utf-8")
    assert {quad.subject.value for quad in parse(response.data, RdfFormat.TURTLE)} == subjects


@pytest.mark.parametrize(
    ("accept", "media_type", "form"),
    [
        ("application/n-triples", "application/n-triples", RdfFormat.N_TRIPLES),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.1", "application/rdf+xml", RdfFormat.RDF_XML),
        ("application/ld+json", "application/ld+json", RdfFormat.JSON_LD),
        ("application/trig", "application/trig", RdfFormat.TRIG),
        ("application/n-quads", "application/n-quads", RdfFormat.N_QUADS),
    ],
)
def test_a_graph_in_each_format(client: FlaskClient, accept: str, media_type: str, form: RdfFormat) -> None:
    response = client.get(STATES, headers={"Accept": accept})
    assert response.mimetype == media_type
    assert len(list(parse(response.data, form))) == 5


@pytest.mark.parametrize(
    ("path", "status", "cause"),
    [
        ("/graphs", 400, "name one graph"),
        ("/graphs?default&graph=http://example.org/states", 400, "name one graph"),
        ("/graphs?graph=states", 400, "a graph's name must be an absolute IRI, and 'states' is none"),
        ("/graphs?graph=http://example.org/%3E", 400, "a graph's name must be an absolute IRI"),
        ("/graphs?graph=http://example.org/absent", 404, "there is no graph <http://example.org/absent> here"),
        ("/graphs?default&as-of=today", 400, "not a date: 'today'"),
        ("/graph/absent", 404, "there is no graph <https://w3id.org/casus/graph/absent> here"),
        ("/graph/%3E", 404, "there is no graph <https://w3id.org/casus/graph/%3E> here"),
        ("/graph/%", 400, "a graph's name must be an absolute IRI"),
    ],
)
def test_mistakes_are_one_line(client: FlaskClient, path: str, status: int, cause: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (status, "text/plain")
    assert response.text.startswith(cause)
    assert response.text.count("\n") == 1


@pytest.mark.parametrize("name", ["nt", "ntriples", "N-Triples", "application/n-triples", "format=csv&format=nt"])
def test_a_link_names_the_format_as_it_likes(client: FlaskClient, name: str) -> None:
    asked = name if "=" in name else f"format={name}"
    response = client.get(f"{STATES}&{asked}", headers=BROWSER)
    assert (response.status_code, response.mimetype) == (200, "application/n-triples")


def test_what_cannot_be_had_is_not_acceptable(client: FlaskClient) -> None:
    assert client.get(STATES, headers={"Accept": "text/csv"}).status_code == 406


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", [STATES, "/graphs?default", "/graph/states"])
def test_nothing_is_written(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method, data="<a:a> <b:b> <c:c> .", content_type="text/turtle")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.fixture(scope="module")
def named() -> FlaskClient:
    """Graphs below the server's own base, one of them with the name of a file."""
    store = Store()
    store.load(
        "BASE <http://graphs.example/graph/> GRAPH <a.ttl> { <s> <p> 1 } GRAPH <b> { <s> <p> 2 , 3 }",
        format=RdfFormat.TRIG,
    )
    return create_app(LocalExecutor(store), site_at("http://graphs.example/")).test_client()


@pytest.mark.parametrize(
    ("path", "media_type", "size"),
    [
        ("/graph/a.ttl", "text/turtle", 1),
        ("/graph/a.ttl.nt", "application/n-triples", 1),
        ("/graph/b", "text/turtle", 2),
        ("/graph/b.nt", "application/n-triples", 2),
    ],
)
def test_a_graph_at_its_own_address(named: FlaskClient, path: str, media_type: str, size: int) -> None:
    response = named.get(path)
    assert (response.status_code, response.mimetype) == (200, media_type)
    form = RdfFormat.from_media_type(media_type)
    assert form is not None
    assert len(list(parse(response.data, form))) == size


def test_a_browser_is_sent_to_the_page_about_a_graph(named: FlaskClient) -> None:
    response = named.get("/graph/a.ttl", headers=BROWSER)
    assert (response.status_code, response.location) == (303, "/doc/graph/a.ttl.html")
    page = named.get(response.location)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "http://graphs.example/graph/a.ttl" in page.text


def test_a_graph_is_described(named: FlaskClient) -> None:
    response = named.get("/doc/graph/b.nt")
    statement = '<http://graphs.example/graph/b> <http://rdfs.org/ns/void#triples> "2"'
    assert statement in response.text
