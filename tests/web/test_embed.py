"""Answers in frames and as pictures: alone in a page that others may frame, and as files that need nothing else."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from test_pages import BROWSER, Page

QUERY = """# Question: Who <was> in "it"?
SELECT ?state ?from ?until {
  ?episode casus:inOrganization organization:CSTO ; casus:member ?state ; casus:begins ?from
  OPTIONAL { ?episode casus:ends ?until }
}"""


def policy_of(client: FlaskClient, address: str) -> str:
    (policy,) = client.get(address, headers=BROWSER).headers.getlist("Content-Security-Policy")
    return policy


def test_only_the_embedded_page_may_be_framed(world: FlaskClient) -> None:
    assert "frame-ancestors *" in policy_of(world, "/embed?query=ASK{}")
    for address in ("/", "/query", "/sparql?query=ASK{}", "/sparql", "/static/style.css", "/embed", "/embed?query=x"):
        assert "frame-ancestors 'none'" in policy_of(world, address), address


def test_the_embedded_page_has_the_answer_and_nothing_to_do_but_to_follow_links(world: FlaskClient) -> None:
    response = world.get("/embed", query_string={"query": QUERY, "view": "timeline"})
    assert response.status_code == 200
    page = Page(response.text)
    tags = {tag for tag, _ in page.tags}
    assert "svg" in tags and not {"nav", "form", "script", "header", "style"} & tags
    assert page.of("h1") == [("h1", 'Who <was> in "it"?')]
    assert page.attributes("base") == [{"target": "_blank"}]
    assert "script-src" not in response.headers["Content-Security-Policy"]
    source = page.links()["Casus"]
    assert source is not None and source.startswith("http://localhost/sparql?query=") and "view=timeline" in source


def test_tables_and_truths_can_be_embedded_too(world: FlaskClient) -> None:
    table = Page(world.get("/embed", query_string={"query": QUERY}).text)
    assert any(text == "state:ARM" for _, text in table.texts)
    assert ("strong", "Yes") in Page(world.get("/embed?query=ASK{}&lang=en").text).texts
    misfit = world.get("/embed", query_string={"query": "SELECT ?x { VALUES ?x { 'a' } }", "view": "map"})
    assert "A map needs a column of states" in misfit.text
    empty = world.get("/embed", query_string={"query": "SELECT ?x { FILTER (false) }", "view": "map", "lang": "en"})
    assert "0 rows" in empty.text


def test_the_page_of_an_answer_has_what_to_copy(world: FlaskClient) -> None:
    html = world.get("/sparql", query_string={"query": QUERY, "view": "map"}, headers=BROWSER)
    (code,) = re.findall(r"<code>(&lt;iframe.*?)</code>", html.text)
    (frame,) = Page(unescape(code)).attributes("iframe")
    assert frame["title"] == 'Who <was> in "it"?'
    assert str(frame["src"]).startswith("http://localhost/embed?query=")
    framed = world.get(str(frame["src"]).removeprefix("http://localhost"))
    assert framed.status_code == 200 and 'class="drawing map' in framed.text
    image = Page(html.text).links()["The picture as a file (SVG)"]
    assert image is not None
    assert world.get(image.removeprefix("http://localhost")).mimetype == "image/svg+xml"


@pytest.mark.parametrize("view", ["timeline", "map", "graph"])
def test_a_picture_is_a_file_that_needs_nothing_else(world: FlaskClient, view: str) -> None:
    query = QUERY.replace("SELECT ?state", "SELECT ?state (organization:CSTO AS ?of)")
    response = world.get("/picture.svg", query_string={"query": query, "view": view})
    assert (response.status_code, response.mimetype) == (200, "image/svg+xml")
    root = ElementTree.fromstring(response.text)
    (style,) = root.iter("{http://www.w3.org/2000/svg}style")
    digest = b64encode(sha256(str(style.text).encode()).digest()).decode()
    assert response.headers["Content-Security-Policy"] == f"default-src 'none'; style-src 'sha256-{digest}'"
    links = [link.attrib["href"] for link in root.iter("{http://www.w3.org/2000/svg}a")]
    assert links and all(link.startswith("http://localhost/") for link in links)
    assert root.attrib["aria-label"] == 'Who <was> in "it"?'


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"query": "ASK {}", "view": "map"}, "this answer cannot be drawn as a map"),
        ({"query": QUERY, "view": "bar"}, "this answer cannot be drawn as a bar"),
        ({"query": QUERY}, "this answer cannot be drawn as a table"),
        ({"view": "map"}, "the parameter 'query' is missing"),
        ({"query": QUERY, "view": "pie"}, "view must be one of"),
    ],
)
def test_what_cannot_be_drawn_is_refused(world: FlaskClient, parameters: dict[str, str], message: str) -> None:
    response = world.get("/picture.svg", query_string=parameters)
    assert response.status_code == 400
    assert message in response.text
