"""The pages for people: complete without scripts, and proof against what the data or a query may contain."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Store
from werkzeug.test import TestResponse

from kg.build.questions import Question, read_questions
from kg.errors import MissingFile
from kg.web.answers import MAX_ROWS
from kg.web.app import create_app
from kg.web.executor import LocalExecutor
from kg.web.questions import GENERAL
from kg.web.site import Site

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


class Page(HTMLParser):
    """What a page holds: its tags with their attributes, its links, its texts by the tag around them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._inside = ""
        self._links: dict[str, str | None] = {}
        self._link: str | None = None
        self._name = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        self._inside = tag
        if tag == "a":
            self._link = dict(attributes)["href"]
            self._name = ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""
        if tag == "a":
            self._links[self._name] = self._link

    def handle_data(self, data: str) -> None:
        self._name += data
        if data.strip():
            self.texts.append((self._inside, data.strip()))

    def links(self) -> dict[str, str | None]:
        return self._links

    def tags_of_its_text(self) -> set[str]:
        """The tags, without the scripts that are files of our own."""
        return {tag for tag, known in self.tags if tag != "script" or not str(known.get("src")).startswith("/static/")}

    def attributes(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]

    def of(self, name: str) -> list[tuple[str, str]]:
        return [(tag, text) for tag, text in self.texts if tag == name]


def ask(client: FlaskClient, query: str) -> TestResponse:
    return client.get("/sparql", query_string={"query": query}, headers=BROWSER)


def test_the_first_page_says_what_this_is_and_offers_a_form(client: FlaskClient) -> None:
    page = Page(client.get("/").text)
    assert ("a", "Casus") in page.texts
    assert any("a knowledge graph of alliances" in text for tag, text in page.texts if tag == "p")
    assert {"action": "/sparql#answer", "method": "get"} in page.attributes("form")
    assert page.of("textarea") == [("textarea", "SELECT ?state WHERE { ?state a casus:State }")]


def test_a_question_fills_the_form(client: FlaskClient) -> None:
    links = Page(client.get("/").text).links()
    assert links["Which states are there?"] == "/query?question=01-states"
    page = Page(client.get(str(links["What if 1 < 2 & <b>?"])).text)
    assert page.of("textarea") == [("textarea", "ASK { FILTER (1 < 2) } # </textarea><script>alert(1)</script>")]


def test_the_query_page_leads_to_the_things_of_the_project(world: FlaskClient, client: FlaskClient) -> None:
    links = Page(world.get("/query").text).links()
    listed = Page(world.get(str(links["States"]), headers=BROWSER).text)
    assert listed.links()["state:ARM"] == "/doc/id/state/ARM.html"
    assert ("a", "Armenia") in listed.texts
    for plural in ("Organizations", "Treaties", "Obligations", "Events", "Claims", "Sources"):
        assert len(Page(world.get(str(links[plural]), headers=BROWSER).text).attributes("td")) > 20
    assert "States" not in Page(client.get("/query").text).links()


def test_an_unknown_question_is_not_found(client: FlaskClient) -> None:
    response = client.get("/query", query_string={"question": "<script>"}, headers=BROWSER)
    assert response.status_code == 404
    assert "there is no question &#39;&lt;script&gt;&#39;" in response.text


def test_the_former_address_of_a_question_leads_to_it(client: FlaskClient) -> None:
    response = client.get("/?question=01-states")
    assert (response.status_code, response.location) == (303, "/query?question=01-states")
    assert client.get("/?question=nope", headers=BROWSER, follow_redirects=True).status_code == 404


def test_rows_are_a_table_below_the_query(client: FlaskClient) -> None:
    query = "SELECT ?state ?begins ?absent { ?state casus:begins ?begins }"
    page = Page(ask(client, query).text)
    assert page.of("textarea") == [("textarea", query)]
    assert [text for _, text in page.of("th") if text in ("state", "begins", "absent")] == ["state", "begins", "absent"]
    assert page.of("td") == [("td", "1991-09-21")]
    assert page.links()["state:ARM"] == "/doc/id/state/ARM.html"
    assert {"title": "xsd:dateTime", "class": "short"} in page.attributes("td")
    assert "1 row" in " ".join(text for tag, text in page.texts if tag == "p")


def test_only_web_addresses_become_links(client: FlaskClient) -> None:
    page = Page(ask(client, "SELECT ?about { state:ARM rdfs:seeAlso ?about }").text)
    assert page.links()["http://example.org/armenia"] == "http://example.org/armenia"
    assert ("td", "javascript:alert(1)") in page.texts


def test_a_graph_is_a_table_of_statements(client: FlaskClient) -> None:
    page = Page(ask(client, "DESCRIBE state:ARM").text)
    assert [text for _, text in page.of("th")][-3:] == ["subject", "predicate", "object"]
    assert {"lang": "en", "class": "short"} in page.attributes("td")


@pytest.mark.parametrize(("query", "word"), [("ASK {}", "Yes"), ("ASK { FILTER(false) }", "No")])
def test_ask_is_answered_with_a_word(client: FlaskClient, query: str, word: str) -> None:
    assert ("strong", word) in Page(ask(client, query).text).texts


def test_downloads_give_the_same_answer_in_each_format(client: FlaskClient) -> None:
    links = Page(ask(client, "SELECT ?name { state:ARM rdfs:label ?name }").text).links()
    assert client.get(str(links["CSV"]), headers=BROWSER).text == "name\r\nArmenia\r\n"
    graph = Page(ask(client, "CONSTRUCT WHERE { ?s a casus:State }").text).links()
    assert client.get(str(graph["N-Triples"]), headers=BROWSER).mimetype == "application/n-triples"


def test_long_answers_are_cut_on_the_page_only(client: FlaskClient) -> None:
    numbers = " ".join(map(str, range(MAX_ROWS + 1)))
    page = Page(ask(client, f"SELECT ?n {{ VALUES ?n {{ {numbers} }} }}").text)
    assert len(page.of("td")) == MAX_ROWS
    assert any(f"The first {MAX_ROWS} rows; the downloads have all." in text for _, text in page.texts)


def test_data_cannot_speak_html(client: FlaskClient) -> None:
    text = ask(client, "SELECT ?label { ?thing rdfs:label ?label }").text
    page = Page(text)
    assert ("td", "<script>alert(1)</script>") in page.texts
    assert ("td", '"><img src=x onerror=alert(1)>') in page.texts
    assert not {"script", "img"} & page.tags_of_its_text()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x { BIND('</textarea><script>alert(1)</script>' AS ?x) }",
        "SELECT ?x { <script>alert(1)</script>",
        "ASK { ?s ?p '\"><svg onload=alert(1)>' } LIMIT <script>",
        "SELECT (1 AS ?é) (2 AS ?x·y) { }",
        "PREFIX script: <javascript:> SELECT ?x { VALUES ?x { script:alert } }",
    ],
)
def test_queries_cannot_speak_html(client: FlaskClient, query: str) -> None:
    page = Page(ask(client, query).text)
    assert page.of("textarea") == [("textarea", query)]
    assert not {"script", "img", "svg"} & page.tags_of_its_text()
    assert not any(str(attributes.get("href", "")).startswith("javascript:") for _, attributes in page.tags)


def test_no_tag_carries_script_or_style_and_nothing_comes_from_elsewhere(client: FlaskClient) -> None:
    for html in (client.get("/").text, ask(client, "DESCRIBE state:ARM").text, ask(client, "SELECT").text):
        page = Page(html)
        assert not {"script", "style", "iframe"} & page.tags_of_its_text()
        names = {name for _, attributes in page.tags for name in attributes}
        assert not [name for name in names if name.startswith("on") or name == "style"]
        for link in page.attributes("link"):
            assert str(link["href"]).startswith("/static/") or link.get("hreflang") == "ru"


def test_the_page_is_labeled(client: FlaskClient) -> None:
    page = Page(ask(client, "DESCRIBE state:ARM").text)
    assert page.attributes("html") == [{"lang": "en"}]
    assert page.attributes("label")[0]["for"] == page.attributes("textarea")[0]["id"]
    identifiers = {attributes.get("id") for _, attributes in page.tags}
    assert {a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a} <= identifiers
    assert all(attributes["scope"] in ("col", "row") for attributes in page.attributes("th"))


def test_every_response_carries_the_security_headers(client: FlaskClient) -> None:
    addresses = ("/", "/static/style.css", "/sparql?query=ASK{}", "/sparql?query=ASK", "/absent")
    for response in map(client.get, addresses):
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"


def test_a_mistake_is_shown_above_the_query_to_mend(client: FlaskClient) -> None:
    response = ask(client, "SELECT * { ?s ?p }")
    assert (response.status_code, response.mimetype) == (400, "text/html")
    page = Page(response.text)
    assert page.of("textarea") == [("textarea", "SELECT * { ?s ?p }")]
    assert any(text.startswith("line 1, column 18: unexpected '}'") for _, text in page.texts)


def test_the_endpoint_without_a_query_shows_a_browser_the_form(client: FlaskClient) -> None:
    response = client.get("/sparql", headers=BROWSER)
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert len(Page(response.text).attributes("textarea")) == 1


def test_an_unknown_address_is_not_found(client: FlaskClient) -> None:
    plain, page = client.get("/nothing"), client.get("/nothing", headers=BROWSER)
    assert (plain.status_code, plain.mimetype) == (404, "text/plain")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert Page(page.text).links()["To the first page"] == "/"


def test_without_questions_of_its_own_a_site_asks_general_ones() -> None:
    client = create_app(LocalExecutor(Store())).test_client()
    for question in GENERAL:
        assert question.text in client.get("/").text
        assert client.get("/sparql", query_string={"query": question.query}).status_code == 200


def test_questions_are_read_from_their_files(tmp_path: Path) -> None:
    asked = tmp_path / "01-asked.rq"
    asked.write_text("# Question: Is it so?\n# Difficulty: hard\n\nASK {}\n", encoding="utf-8")
    bare = tmp_path / "02-bare.rq"
    bare.write_text("ASK {}", encoding="utf-8")
    first, second = read_questions([asked, bare])
    assert (first.name, first.text, first.difficulty) == ("01-asked", "Is it so?", "hard")
    assert re.match(r"# Question: Is it so\?\n.*\nASK \{\}\n", first.query, re.DOTALL)
    assert (second.text, second.query, second.difficulty) == ("02-bare", "ASK {}\n", "")
    with pytest.raises(MissingFile):
        read_questions([tmp_path / "absent.rq"])


def test_the_form_of_a_question_about_a_day_has_the_day() -> None:
    asked = Question("then", "Was it so?", "# As of: 2010-01-01\nASK {}\n")
    client = create_app(LocalExecutor(Store()), Site(questions=(asked,))).test_client()
    page = Page(client.get("/query?question=then").text)
    (field,) = (attributes for attributes in page.attributes("input") if attributes["name"] == "as-of")
    assert field["value"] == "2010-01-01"


def test_a_page_is_not_longer_where_another_kind_of_answer_would_not_be_a_page(client: FlaskClient) -> None:
    numbers = " ".join(map(str, range(5 * MAX_ROWS)))
    query = {"query": f"SELECT ?n {{ VALUES ?n {{ {numbers} }} }}"}
    response = client.get("/sparql", query_string=query, headers={"Accept": "text/html;q=0.5, text/turtle"})
    assert response.mimetype == "text/html"
    assert len(Page(response.text).of("td")) == MAX_ROWS


def test_a_reader_can_choose_the_language(client: FlaskClient) -> None:
    """By a link of the page; the choice is remembered, and goes before what the browser says."""
    browser = client.application.test_client()
    english = Page(browser.get("/query?question=01-states").text)
    switch = english.links()["Русский"]
    assert switch == "/query?question=01-states&lang=ru"
    chosen = browser.get(switch)
    assert '<html lang="ru">' in chosen.text
    again = browser.get("/query", headers={"Accept-Language": "en"})
    assert '<html lang="ru">' in again.text
    assert again.headers["ETag"] != client.get("/query", headers={"Accept-Language": "en"}).headers["ETag"]
    assert "Cookie" in again.headers["Vary"]
    assert '<html lang="en">' in browser.get("/query?lang=en").text
    assert '<html lang="en">' in client.get("/query?lang=tlh").text


def test_the_form_at_the_endpoint_can_be_read_in_another_language(client: FlaskClient) -> None:
    form = client.get("/sparql?lang=ru", headers=BROWSER)
    assert (form.status_code, '<html lang="ru">' in form.text) == (200, True)
