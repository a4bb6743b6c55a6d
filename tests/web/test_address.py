"""Where the world finds the server: at a public address, below a path, behind a proxy."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, Store
from sites import site_at
from test_pages import Page

from kg.web.app import create_app
from kg.web.executor import LocalExecutor
from kg.web.site import Site

FORWARDED = {
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "data.example.org",
    "X-Forwarded-Prefix": "/casus",
}


def serve(site: Site) -> FlaskClient:
    store = Store()
    store.load(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "GRAPH <http://data.example.org/graph/g> { <http://data.example.org/id/Zoë> rdfs:label 'Zoë' ; "
        "rdfs:seeAlso <http://data.example.org/id/other> , <https://w3id.org/casus/id/state/ARM> . "
        "<https://w3id.org/casus/id/state/ARM> rdfs:label 'Armenia' }",
        format=RdfFormat.TRIG,
    )
    return create_app(LocalExecutor(store), site).test_client()


def endpoint(client: FlaskClient, path: str = "/sparql", **headers: dict[str, str]) -> str:
    text = client.get(path, headers={"Accept": "application/n-triples"} | headers.get("headers", {})).text
    return text.partition("service-description#endpoint> <")[2].partition(">")[0]


def test_without_a_setting_the_server_is_where_it_is_asked() -> None:
    client = serve(Site())
    assert endpoint(client) == "http://localhost/sparql"
    assert endpoint(client, headers={"Host": "other.example:8080"}) == "http://other.example:8080/sparql"


@pytest.mark.parametrize("prefix", ["", "/casus"], ids=["the proxy takes the path off", "the proxy leaves it"])
def test_a_public_address_below_a_path(prefix: str) -> None:
    client = serve(Site(public_url="https://data.example.org/casus/"))
    assert endpoint(client, prefix + "/sparql") == "https://data.example.org/casus/sparql"
    page = Page(client.get(prefix + "/").text)
    assert page.attributes("form")[0]["action"] == "/casus/sparql#answer"
    assert {str(link["href"]).split("/")[1] for link in page.attributes("link")} == {"casus"}
    assert client.get(prefix + "/id/state/ARM").location == "/casus/doc/id/state/ARM.ttl"
    assert "https://data.example.org/casus/dataset" in client.get(prefix + "/sitemap.xml").text
    assert "Disallow: /casus/sparql" in client.get(prefix + "/robots.txt").text
    document = json.loads(client.get(prefix + "/openapi.json").data)
    assert document["servers"] == [{"url": "https://data.example.org/casus"}]
    assert client.get(prefix + "/static/style.css").status_code == 200


def test_what_only_begins_like_the_path_is_not_below_it() -> None:
    assert serve(Site(public_url="https://data.example.org/casus/")).get("/casusx/sparql").status_code == 404


def test_a_proxy_is_believed_only_if_told() -> None:
    assert endpoint(serve(Site()), headers=FORWARDED) == "http://localhost/sparql"
    trusting = serve(Site(trust_proxy=True))
    assert endpoint(trusting, headers=FORWARDED) == "https://data.example.org/casus/sparql"


def test_identifiers_below_another_base_dereference() -> None:
    client = serve(site_at("http://data.example.org/"))
    response = client.get("/id/Zoë", headers={"Accept": "text/html"})
    assert (response.status_code, response.location) == (303, "/doc/id/Zo%C3%AB.html")
    page = Page(client.get(response.location).text)
    assert ("h1", "Zoë") in page.texts
    links = page.links()
    assert links["other"] == "/doc/id/other.html"
    # What lies below another base is elsewhere.
    assert links["Armenia"] == "https://w3id.org/casus/id/state/ARM"
    assert client.get("/graph/g").status_code == 200
    assert client.get("/id/state/ARM").status_code == 404
