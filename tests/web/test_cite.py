"""How to cite: what is cited has version, date, address and license, and no address breaks out of it."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Store
from test_pages import BROWSER, Page

from kg.sparql.query import run


def fetched(client: FlaskClient, of: str | None = None, language: str = "en") -> str:
    response = client.get(
        "/cite", query_string={"of": of} if of else {}, headers=BROWSER | {"Accept-Language": language}
    )
    assert response.status_code == 200
    return response.text


def bibtex(page: str) -> str:
    return unescape(re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)[0])


def test_the_whole_has_what_the_graph_says_of_itself(world: FlaskClient, store: Store) -> None:
    (row,) = run(
        store,
        "SELECT ?title ?creator ?version ?modified ?license { <https://w3id.org/casus/data> dcterms:title ?title ; "
        "dcterms:creator ?creator ; dcat:version ?version ; dcterms:modified ?modified ; dcterms:license ?license "
        'FILTER (lang(?title) = "en") }',
    ).rows
    values = [term.value for term in row if term is not None]
    page = fetched(world)
    for form in (*(text for tag, text in Page(page).texts if tag == "p"), bibtex(page)):
        if "The Casus authors" in form:
            assert all(value in form for value in values[:4])
    entry = bibtex(page)
    assert all(value in entry for value in values)
    assert "url = {https://w3id.org/casus/}" in entry
    assert entry.count("{") == entry.count("}")


def test_a_view_is_cited_by_its_address(world: FlaskClient) -> None:
    page = fetched(world, "/claims?status=disputed&section=3")
    assert "url = {http://localhost/claims?status=disputed&section=3}" in bibtex(page)
    assert "http://localhost/claims?status=disputed&section=3" in Page(page).links().values()
    assert '<link rel="canonical" href="http://localhost/cite?of=' in page


def test_every_page_leads_to_its_citation(world: FlaskClient) -> None:
    address = Page(world.get("/claims?section=3", headers=BROWSER).text).links()["How to cite"]
    page = world.get(str(address), headers=BROWSER).text
    assert "url = {http://localhost/claims?section=3}" in bibtex(page)
    assert Page(page).links()["How to cite"] == "/cite"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "//example.org/", "https://example.org/", "data:text/html,x", "claims", "/" * 3000],
)
def test_only_addresses_of_this_server_are_cited(world: FlaskClient, address: str) -> None:
    response = world.get("/cite", query_string={"of": address})
    assert response.status_code == 400
    assert response.text.startswith("of: not an address of this server")
    assert (response.text.count("\n"), len(response.text) < 300) == (1, True)


@pytest.mark.parametrize("hostile", ["}, evil = {x", '"><script>alert(1)</script>', "\\end{document}", "a b\nc", "é"])
def test_no_address_ends_a_field_or_an_attribute(world: FlaskClient, hostile: str) -> None:
    page = fetched(world, f"/search?q={hostile}")
    assert "<script>alert" not in page
    entry = bibtex(page)
    assert entry.count("{") == entry.count("}") == entry.count(" = ") + 3
    assert f"http://localhost/search?q={quote(hostile, safe=',=()/')}" in entry


def test_it_speaks_russian(world: FlaskClient) -> None:
    page = fetched(world, language="ru")
    assert "Как цитировать" in page
    assert "Casus: граф знаний" in bibtex(page)


def test_what_the_data_do_not_say_is_left_out(little_world: FlaskClient) -> None:
    page = fetched(little_world)
    assert "None" not in bibtex(page)
    assert "author" not in bibtex(page)
