"""The page of a proof: what it tells is what the graph explains, in all forms and languages."""

from __future__ import annotations

import json
import re
import signal
import time
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse
from running import running
from test_pages import BROWSER, Page
from worlds import PACT, party, write_project

from kg.build.store import Build, open_store
from kg.graph import Graph
from kg.proofs.proof import NotEntailed, Proof
from kg.proofs.render import RENDERERS
from kg.proofs.step import is_cell
from kg.web.app import create_app
from kg.web.executor import LocalExecutor
from kg.web.site import Site

OWES = "/proof?s=state:RUS&p=casus:owesDefenseTo&o=state:KAZ&as-of=2020-01-01"
NOT = "/proof?s=state:RUS&p=casus:alliedWith&o=state:FRA&as-of=2020-01-01"


@pytest.fixture(scope="module")
def graph(shipped: Build) -> Graph:
    return Graph.of(shipped)


def test_each_step_and_statement_of_the_proof_is_on_the_page(world: FlaskClient, graph: Graph) -> None:
    proof = graph.explain("state:RUS", "casus:owesDefenseTo", "state:KAZ", as_of="2020-01-01")
    assert isinstance(proof, Proof)
    page = world.get(OWES, headers=BROWSER).text
    nodes = [node for node in proof.nodes() if not is_cell(node)]
    steps = [node for node in nodes if node not in proof.leaves]
    assert f"It follows in {len(steps)} steps from {len(nodes) - len(steps)} statements on record." in page
    assert page.count("<details") == len(steps)
    for leaf in proof.leaves:
        assert leaf.place in page
    assert "<h1>Russia owes defense to Kazakhstan" in page
    assert 'href="/doc/graph/graph/treaties/RUKAZ-1992.ttl.html"' in page
    assert world.get("/doc/graph/graph/treaties/RUKAZ-1992.ttl.html").status_code == 200


def test_the_first_levels_are_open(world: FlaskClient) -> None:
    page = Page(world.get(OWES, headers=BROWSER).text)
    unfolded = ["open" in attributes for attributes in page.attributes("details")]
    assert unfolded[0] and not all(unfolded)


@pytest.mark.parametrize(
    ("form", "media_type"),
    [("json", "application/json"), ("text", "text/plain"), ("turtle", "text/turtle"), ("dot", "text/vnd.graphviz")],
)
def test_the_forms_are_those_of_the_command(world: FlaskClient, graph: Graph, form: str, media_type: str) -> None:
    expected = RENDERERS[form](graph.explain("state:RUS", "casus:owesDefenseTo", "state:KAZ", as_of="2020-01-01"))
    named, asked = world.get(f"{OWES}&format={form}"), world.get(OWES, headers={"Accept": media_type})
    assert named.text == asked.text == expected
    assert named.mimetype == asked.mimetype == media_type
    if form == "turtle":
        assert list(parse(named.data, RdfFormat.TURTLE))


def test_what_nobody_can_write_is_not_acceptable(world: FlaskClient) -> None:
    assert world.get(OWES, headers={"Accept": "image/png"}).status_code == 406


def test_what_does_not_hold_shows_what_is_missing_nearest_to_it(world: FlaskClient, graph: Graph) -> None:
    miss = graph.explain("state:RUS", "casus:alliedWith", "state:FRA", as_of="2020-01-01")
    assert isinstance(miss, NotEntailed) and miss.attempts
    page = world.get(NOT, headers=BROWSER).text
    assert "It does not follow." in page
    assert page.count('<div class="card">') == len(miss.attempts)
    assert page.count('<span class="tag open">missing</span>') == sum(len(one.missing) for one in miss.attempts)
    assert page.count('<span class="tag">holds</span>') == sum(len(one.present) for one in miss.attempts)


def test_what_held_on_other_days_is_told(world: FlaskClient, graph: Graph) -> None:
    miss = graph.explain("state:UZB", "casus:memberOf", "organization:CSTO", as_of="2020-01-01")
    assert isinstance(miss, NotEntailed) and miss.other_days
    page = unescape(world.get("/proof?s=state:UZB&p=casus:memberOf&o=organization:CSTO&as-of=2020-01-01").text)
    assert all(finding.text in page for finding in miss.other_days)


def test_what_is_stated_shows_where_and_by_which_source(world: FlaskClient, graph: Graph) -> None:
    leaf = graph.explain("state:ARM", "a", "casus:State").leaves[0]
    page = world.get("/proof?s=state/ARM&p=a&o=casus:State", headers=BROWSER).text
    assert "It is stated as it is." in page
    assert leaf.place in page
    assert all(f'href="/doc/id/{source.iri.partition("/id/")[2]}.html"' in page for source in leaf.sources)


def test_what_nothing_mentions_is_said(world: FlaskClient) -> None:
    page = world.get("/proof?s=urn:nothing&p=a&o=casus:State", headers=BROWSER).text
    assert "No statement mentions:" in page


def test_the_address_to_cite_is_the_same_however_it_was_asked(world: FlaskClient) -> None:
    base = "https://w3id.org/casus"
    other = f"/proof?p=%3C{base}/ontology%23owesDefenseTo%3E&s={base}/id/state/RUS&o=id/state/KAZ&as-of=2020-01-01&x=1"
    links = [re.findall('rel="canonical" href="([^"]*)"', world.get(address).text) for address in (OWES, other)]
    assert links[0] == links[1]
    assert len(links[0]) == 1 and links[0][0].startswith("http://localhost/proof?")
    assert world.get(links[0][0].replace("&amp;", "&")).status_code == 200


def test_the_page_speaks_russian(world: FlaskClient) -> None:
    page = world.get(OWES, headers=BROWSER | {"Accept-Language": "ru"}).text
    assert '<html lang="ru">' in page
    assert "Россия" in page and "Казахстан" in page and "Следует по шагам" in page
    assert "It follows in" not in page


def test_without_a_statement_there_is_a_form_with_an_example_that_holds(world: FlaskClient) -> None:
    page = Page(world.get("/proof", headers=BROWSER).text)
    (example,) = [link for link in page.links().values() if link and link.startswith("/proof?s=")]
    assert "It follows in" in world.get(example).text


@pytest.mark.parametrize(
    "query",
    [
        "s=state:ARM", "s=state:ARM&p=a", "format=json", "s=nope:x&p=a&o=casus:State", "s=%22&p=a&o=%22",
        "s=urn:%25zz&p=a&o=urn:x", "s=http://[&p=a&o=urn:x", "s=state:ARM&p=%22x%22&o=%22y%22",
        "s=state:ARM&p=a&o=casus:State&as-of=2020-02-30", "s=%00&p=%00&o=%00", "s=%22a%22@&p=a&o=a",
    ],
)  # fmt: skip
def test_what_is_no_statement_is_one_line_that_says_so(world: FlaskClient, query: str) -> None:
    answer = world.get(f"/proof?{query}")
    assert answer.status_code == 400
    assert len(answer.text.splitlines()) == 1
    assert world.get(f"/proof?{query}", headers=BROWSER).status_code == 400


def test_script_stays_text(world: FlaskClient) -> None:
    page = world.get("/proof?s=state:ARM&p=rdfs:label&o=%22%3Cscript%3Ealert(1)%3C/script%3E%22", headers=BROWSER)
    assert page.status_code == 200
    assert "<script>alert" not in page.text and "&lt;script&gt;" in page.text


def test_where_nothing_was_built_nothing_is_proved(client: FlaskClient) -> None:
    answer = client.get("/proof?s=state:ARM&p=a&o=casus:State")
    assert answer.status_code == 404
    assert "not built as a project" in answer.text
    assert client.get("/case").status_code == client.get("/what-if").status_code == 404


def test_a_reload_proves_by_the_new_build(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project", PACT, party("A"), party("B", ends="2012-12-31"))
    query = "/proof?s=state:A&p=casus:owesDefenseTo&o=state:B&as-of=2020-01-01&format=json"
    with running(project=folder) as server:
        assert json.loads(server.send(query).text)["outcome"] == "not entailed"
        write_project(folder, PACT, party("A"), party("B"))
        # The build that is served does not change with the files.
        assert "does not follow" in server.send(query.replace("json", "text")).text
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 60
        while json.loads(server.send(query).text)["outcome"] != "inferred":
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_an_application_without_a_desk_says_so(shipped: Build) -> None:
    app = create_app(LocalExecutor(open_store(shipped.store)), Site(build=shipped))
    assert app.test_client().get(OWES).status_code == 404


def test_what_is_inferred_of_a_thing_leads_to_its_proof(world: FlaskClient, shipped: Build) -> None:
    """From the table of its properties, for what points at it as well; what is asserted leads to its file and line."""
    page = Page(world.get("/doc/id/treaty/CST.html?view=properties", headers=BROWSER).text)
    ways = {str(link["href"]) for link in page.attributes("a") if link.get("class") == "why"}
    names = shipped.identity.names
    told = {parse_qs(urlsplit(way).query)["p"][0] + " " + parse_qs(urlsplit(way).query)["o"][0]: way for way in ways}
    treaty = names.read("treaty:CST")
    inferred = [
        quad
        for quad in shipped.inferred()
        if quad.subject == treaty and isinstance(quad.object, NamedNode) and "sameAs" not in quad.predicate.value
    ]
    shown = [told[key] for quad in inferred if (key := f"{quad.predicate.value} {names.show(quad.object)}") in told]
    assert len(shown) > 5
    for way in sorted(shown)[:3]:
        assert "It follows in" in world.get(way, headers=BROWSER).text
