"""Every thing has a document of its own, however odd its IRI: asked for by the IRI's URI (RFC 3987, section 3.1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse
from running import Server, running
from shipped import ID

from kg.terms import RDFS
from kg.web.app import create_app
from kg.web.executor import LocalExecutor
from kg.web.iris import meant_by, spellings, to_uri

LABEL = RDFS.label
TOPIC = "http://xmlns.com/foaf/0.1/primaryTopic"
#: What follows the identifiers' base; those side by side differ by an escape or an ending only.
NAMES = [
    "Армения", "t/Հայաստան", "t/😀", "na%C3%AFve", "naïve", "na%c3%afve", "t/both-%C3%A9-é", "one/two", "one%2Ftwo",
    "notes", "notes.ttl", "notes.ttl.html", "notes.jsonld", "50%25", "50%2525", "a%20b", "a(b)", "a%28b%29", "end/",
    "end", "two//slashes", "/slash", "c'est,ça;=@!*~&+$", "why", "why?because=1&also=2", "why%3F", "%FF", "colon:ed",
]  # fmt: skip


def store_of(names: list[str]) -> Store:
    store = Store()
    store.extend(Quad(NamedNode(ID + name), LABEL, Literal(f"this is {name}")) for name in names)
    return store


@pytest.fixture(scope="module")
def odd() -> FlaskClient:
    return create_app(LocalExecutor(store_of(NAMES))).test_client()


def follow(client: FlaskClient, address: str, accept: str) -> tuple[int, bytes]:
    response = client.get(address, headers={"Accept": accept})
    while response.status_code == 303:
        response = client.get(response.location, headers={"Accept": accept})
    for name, value in response.headers:
        assert value.isascii(), name
    return response.status_code, response.data


@pytest.mark.parametrize("name", NAMES)
def test_an_iri_leads_to_what_is_said_of_it(odd: FlaskClient, name: str) -> None:
    status, body = follow(odd, "/id/" + to_uri(name), "application/n-triples")
    said = {quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)}
    assert status == 200
    assert Triple(NamedNode(ID + name), LABEL, Literal(f"this is {name}")) in said
    topics = {triple.object.value.removeprefix(ID) for triple in said if triple.predicate.value == TOPIC}
    assert name in topics
    # Others are there only if nobody could ask for them by another address.
    assert {to_uri(topic) for topic in topics} == {to_uri(name)}


@pytest.mark.parametrize("name", NAMES)
def test_an_iri_leads_to_its_page(odd: FlaskClient, name: str) -> None:
    status, body = follow(odd, "/id/" + to_uri(name), "text/html")
    shown = body.decode().replace("&amp;", "&").replace("&#39;", "'")
    assert status == 200
    assert ID + name in shown


@pytest.mark.parametrize("name", NAMES)
def test_each_form_of_a_document_has_its_own_address(odd: FlaskClient, name: str) -> None:
    for suffix, form in ((".ttl", RdfFormat.TURTLE), (".nt", RdfFormat.N_TRIPLES), (".jsonld", RdfFormat.JSON_LD)):
        response = odd.get(f"/doc/id/{quote(name)}{suffix}", headers={"Accept": "text/html"})
        said = {quad.subject for quad in parse(response.data, form) if quad.predicate.value == LABEL.value}
        assert NamedNode(ID + name) in said


def test_clients_that_escape_more_than_they_must_are_understood(odd: FlaskClient) -> None:
    assert odd.get("/id/%6E%6F%74%65%73").location == "/doc/id/notes.ttl"
    assert odd.get("/id/colon%3Aed").location == "/doc/id/colon:ed.ttl"
    # But an escaped slash is none.
    assert odd.get("/id/two%2F%2Fslashes").status_code == 404


def test_what_ends_like_a_file_is_itself_before_it_is_a_form_of_another(odd: FlaskClient) -> None:
    assert odd.get("/id/notes.ttl").location == "/doc/id/notes.ttl.ttl"
    assert odd.get("/id/notes.nt").location == "/doc/id/notes.nt"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8", exclude_characters="#?", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_whatever_can_be_an_iri_is_found_at_its_uri(text: str) -> None:
    try:
        node = NamedNode(ID + text)
    except ValueError:
        return
    if any(part in (".", "..") for part in text.split("/")):
        return  # clients take these out of an address
    client = create_app(LocalExecutor(store_of([text]))).test_client()
    status, body = follow(client, to_uri(node.value.removeprefix("https://w3id.org/casus")), "application/n-triples")
    assert status == 200
    assert node in {quad.subject for quad in parse(body, RdfFormat.N_TRIPLES)}


def test_an_iri_is_among_the_spellings_of_its_uri() -> None:
    assert spellings("caf%C3%A9") == ["caf%C3%A9", "café"]
    assert spellings("%C3%A9/%C3%A8") == ["%C3%A9/%C3%A8", "%C3%A9/è", "é/%C3%A8", "é/è"]
    assert spellings("a%2Fb") == ["a%2Fb"]
    assert spellings("%FF") == ["%FF"]
    many = "/".join(["%C3%A9"] * 30)
    assert spellings(many) == [many, "/".join("é" * 30)]
    assert meant_by("a%28b", "c=1") == ["a%28b?c=1", "a%28b", "a(b"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file: Path = tmp_path_factory.mktemp("odd") / "odd.nt"
    lines = [f'<{ID}{name}> <{LABEL.value}> "this is {name}" .\n' for name in NAMES]
    file.write_text("".join(lines), encoding="utf-8")
    with running(file) as server:
        yield server


def test_a_running_server_sees_the_address_as_it_was_sent(server: Server) -> None:
    for name in NAMES:
        url = f"http://127.0.0.1:{server.port}/id/{to_uri(name)}"
        response = httpx.get(url, headers={"Accept": "application/n-triples"}, follow_redirects=True)
        assert response.status_code == 200, name
        assert f'"this is {name}"' in response.text
    assert "Traceback" not in server.log.read_text()
