"""An IRI that names nothing, but that others begin with, leads to a list of these."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad, Store
from shipped import BASE, ID
from test_linked import SUFFIXES, triples
from test_pages import BROWSER, Page

from kg.terms import RDFS
from kg.web.app import create_app
from kg.web.containers import MAX_LISTED
from kg.web.executor import LocalExecutor

LABEL, MEMBER = RDFS.label, RDFS.member
PROGRAM = {"Accept": "application/n-triples"}


@pytest.mark.parametrize("address", ["/id/state", "/id/state/", "/id/state.nt", "/id/state?format=nt"])
def test_the_states_are_listed(world: FlaskClient, address: str) -> None:
    response = world.get(address, headers=PROGRAM)
    assert response.status_code == 200
    said = triples(response)
    listed = {triple.object.value for triple in said if triple.predicate == MEMBER}
    assert {ID + "state/ARM", ID + "state/KAZ"} <= listed
    assert all(iri.startswith(ID + "state/") for iri in listed)
    assert Literal("Armenia", language="en") in {triple.object for triple in said if triple.predicate == LABEL}


def test_the_kinds_of_things_are_listed(world: FlaskClient) -> None:
    page = Page(world.get("/id/", headers=BROWSER).text)
    kinds = page.links()
    assert kinds["/state"] == "/id/state"
    for address in (address for text, address in kinds.items() if text.startswith("/")):
        assert world.get(str(address), headers=BROWSER).status_code == 200, address


def test_the_page_of_a_list_leads_to_its_things(world: FlaskClient) -> None:
    page = Page(world.get("/id/state", headers=BROWSER).text)
    assert page.links()["Armenia"] == "/doc/id/state/ARM.html"
    for title in ("Turtle", "JSON-LD", "RDF/XML"):
        assert world.get(str(page.links()[title])).mimetype in SUFFIXES.values()


def test_things_and_what_lies_below_them_are_kept_apart(world: FlaskClient) -> None:
    """A treaty is a thing; its articles lie below it, behind a name that is of nothing."""
    assert world.get("/id/treaty/CST").status_code == 303
    articles = {t.object.value for t in triples(world.get("/id/treaty/CST/article", headers=PROGRAM))}
    assert ID + "treaty/CST/article/1" in articles


@pytest.mark.parametrize("path", ["/id/nothing", "/id/sta", "/id/state/ARM/", "/id/state/NOBODY.ttl", '/id/"'])
def test_what_no_iri_begins_with_is_not_found(world: FlaskClient, path: str) -> None:
    assert world.get(path, headers=PROGRAM).status_code == 404


def test_fragments_are_listed_where_they_are_of_nothing() -> None:
    store = Store()
    for name in ("page#a", "page#b"):
        store.add(Quad(NamedNode(ID + name), LABEL, Literal(name)))
    said = triples(create_app(LocalExecutor(store)).test_client().get("/id/page", headers=PROGRAM))
    assert {t.object.value for t in said if t.predicate == MEMBER} == {ID + "page#a", ID + "page#b"}


def test_names_may_be_long() -> None:
    store = Store()
    names = [ID + f"n/{i:04d}" + "x" * 1000 for i in range(200)] + [ID + "n/" + "y" * 200_000]
    store.extend(Quad(NamedNode(name), LABEL, Literal(name[-1] + name[29:40])) for name in names)
    said = triples(create_app(LocalExecutor(store)).test_client().get("/id/n", headers=PROGRAM))
    assert sum(triple.predicate == MEMBER for triple in said) == 201
    assert sum(triple.predicate == LABEL for triple in said) == 200


def test_a_long_list_leads_to_a_query() -> None:
    store = Store()
    store.extend(Quad(NamedNode(f"{BASE}id/n/{i}"), LABEL, Literal(str(i))) for i in range(MAX_LISTED + 5))
    client = create_app(LocalExecutor(store)).test_client()
    page = Page(client.get("/id/n", headers=BROWSER).text)
    more = str(page.links()["All of them"])
    assert client.get(more, headers={"Accept": "text/csv"}).text.count("\n") == MAX_LISTED + 6
