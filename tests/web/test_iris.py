"""Every IRI that the project coins leads on the server to a document which speaks of it."""

from __future__ import annotations

import random
import re
from collections import defaultdict

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse
from shipped import BASE
from test_linked import SUFFIXES, links
from test_pages import BROWSER, Page
from werkzeug.test import TestResponse

from kg.build.store import Build
from kg.project import Project
from kg.rdf.load import load_file

#: How many of a kind are looked up, at the most.
SAMPLE = 8
PROGRAM = {"Accept": "application/n-triples"}


def kind_of(iri: str) -> str:
    """What an IRI is of: the folder of an identifier, a namespace, or itself."""
    found = re.match(r"(id/[^/]+/|[^/#]+[/#])", iri.removeprefix(BASE))
    return found[1] if found else iri


@pytest.fixture(scope="module")
def iris(shipped: Build, project: Project) -> dict[str, list[str]]:
    """The IRIs by kind: all that stand in a statement, asserted, inferred or derived, name a graph or name a shape.

    Former versions are left out: they lead to the ontology as it was published, of which test_linked.py has tests.
    """
    former = tuple(f"/{path.stem}" for path in project.versions)
    shapes = [quad for path in project.shapes for quad in load_file(path)]
    found: dict[str, set[str]] = defaultdict(set)
    for quads in (shipped.asserted(), shipped.inferred(), shipped.derived(), shapes):
        for quad in quads:
            for term in quad:
                if isinstance(term, NamedNode) and term.value.startswith(BASE) and not term.value.endswith(former):
                    iri = term.value.removesuffix("#")  # a namespace is in its document, as the document itself
                    found[kind_of(iri)].add(iri)
    return {kind: sorted(of_kind) for kind, of_kind in found.items()}


@pytest.fixture(scope="module")
def sample(iris: dict[str, list[str]]) -> dict[str, list[str]]:
    """Some of each kind, and all that differ in their fragments only, by the address to which they lead."""
    choice = random.Random(2026)
    found: dict[str, list[str]] = defaultdict(list)
    for kind in sorted(iris):
        some = iris[kind] if kind.endswith("#") else choice.sample(iris[kind], min(SAMPLE, len(iris[kind])))
        for iri in some:
            found["/" + iri.removeprefix(BASE).partition("#")[0]].append(iri)
    return found


def look_up(client: FlaskClient, address: str, headers: dict[str, str]) -> TestResponse:
    """The document to which an address leads."""
    response = client.get(address, headers=headers)
    for _ in range(2):
        if response.status_code == 303:
            response = client.get(response.location, headers=headers)
    return response


def test_the_sample_has_all_kinds(iris: dict[str, list[str]], sample: dict[str, list[str]]) -> None:
    kinds = {"id/state/", "id/duty/", "id/owed-assistance/", "ontology#", "ontology/", "graph/", "shapes#"}
    assert kinds | {BASE, f"{BASE}data", f"{BASE}ontology", f"{BASE}shapes"} <= iris.keys()
    assert len(sample) > 250
    assert sum(map(len, sample.values())) > 600


def test_programs_find_what_is_said_of_an_iri(world: FlaskClient, sample: dict[str, list[str]]) -> None:
    for address, named in sample.items():
        if address == "/":
            continue  # the first page, which is for people
        response = look_up(world, address, PROGRAM)
        assert (response.status_code, response.mimetype) == (200, PROGRAM["Accept"]), address
        if address.startswith("/graph/"):
            # At its address is the graph itself; what is said of it is in another document.
            response = world.get(links(response)["describedby", None], headers=PROGRAM)
        said = {term for quad in parse(response.data, RdfFormat.N_TRIPLES) for term in quad.triple}
        for iri in named:
            assert NamedNode(iri) in said, iri


def test_people_find_a_page_that_speaks_of_an_iri(world: FlaskClient, sample: dict[str, list[str]]) -> None:
    for address, named in sample.items():
        response = look_up(world, address, BROWSER)
        assert (response.status_code, response.mimetype) == (200, "text/html"), address
        anchors = {attributes.get("id") for _, attributes in Page(response.text).tags}
        for iri in named:
            fragment = iri.partition("#")[2]
            assert fragment in anchors if fragment else iri.rpartition("/")[2] in response.text, iri


NAMES = ["id/state/ARM", "graph/graph/states.ttl", "ontology", "ontology/actors", "shapes", "dataset"]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", NAMES)
def test_a_suffix_asks_for_a_form_of_what_is_at_an_iri(world: FlaskClient, name: str, suffix: str) -> None:
    response = look_up(world, f"/{name}{suffix}", {"Accept": "*/*"})
    assert (response.status_code, response.mimetype) == (200, SUFFIXES[suffix])
    assert any(relation == "alternate" for relation, _ in links(response))
