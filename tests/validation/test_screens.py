"""What shapes were translated to is asked again instead of them, as far as what has changed can make a difference."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.project import Project
from kg.rdf.load import load_files, load_project, to_ntriples
from kg.terms import XSD
from kg.validation.read_properties import may_name, reads_all
from kg.validation.screens import Screens, noted_screens
from kg.validation.validate import validate

EX = "https://example.org/"
PREFIXES = {"ex": EX, "e": "https://example.org/pa"}

READ_ALL = [
    "SELECT ?this { ?this ?path ?value }",
    "SELECT ?this { ex:thing ?path ?this }",
    "SELECT ?this { ?this ex:part ?v ; $path ?value . FILTER(?path IN (ex:part)) }",
    "SELECT ?this { [] ?path ?this }",
    "SELECT ?this { [ ?path ?this ] ex:part ex:thing }",
    "SELECT ?this { ?this !ex:part ?value }",
    "SELECT ?this { ?this !(ex:part|^ex:whole) ?value }",
    "SELECT ?this { ?this ex:part* ?value }",
    "SELECT ?this { ?this (ex:part/ex:whole)? ?value }",
    "SELECT (?path AS ?this) { ?s ?path ?o } GROUP BY ?path",
    "SELECT ?this { ?this ex:part ?value FILTER NOT EXISTS { ?value ?path ?other } }",
    "SELECT ?this { GRAPH ?graph { ?this ?path ?value } }",
    "SELECT ?this { << ?this ex:part ?value >> ex:whole ?other }",
    "SELECT ?this { ?this ex:part ?value . FILTER(?value < NOW()) }",
    "BASE <https://example.org/> SELECT ?this { ?this <part> ?value }",
    "SELECT ?this { ?this ex:p\\u0061rt ?value }",
]
#: What reads statements of one property, that of parts, and of no other.
READ_PARTS = [
    "SELECT ?this { ?this ex:part ?value }",
    "SELECT ?this { ?this <https://example.org/part> ?value . FILTER(!BOUND(?other) && ?value != ex:b) }",
    "SELECT ?this { ?this e:rt ?value }",
    "PREFIX part: <https://example.org/part> SELECT ?this { ?this part: ?value }",
    "SELECT DISTINCT ?this ?value { ?value ex:part/ex:part* ?this . VALUES ?this { ex:a ex:b } }",
    "SELECT ?this (COUNT(?v) AS ?n) { ?this ^ex:part+ ?v } GROUP BY ?this ORDER BY ?this ?n",
    "SELECT ?this { ?this ex:part* ex:thing MINUS { ?this ex:part ?this, ?other } }",
]


@pytest.mark.parametrize("query", READ_ALL)
def test_a_query_that_may_read_any_statement_is_known(query: str) -> None:
    assert reads_all(query, PREFIXES)


@pytest.mark.parametrize("query", READ_PARTS)
def test_a_query_reads_statements_of_the_properties_that_it_names(query: str) -> None:
    assert not reads_all(query, PREFIXES)
    assert may_name(query, PREFIXES, NamedNode(EX + "part"))
    assert not may_name(query, PREFIXES, NamedNode(EX + "whole"))
    assert not may_name(query, PREFIXES, NamedNode("https://example.com/part"))


@pytest.fixture(scope="module")
def data(project: Project) -> list[Quad]:
    return load_project(project)


@pytest.fixture(scope="module")
def screens(data: list[Quad], project: Project, tmp_path_factory: pytest.TempPathFactory) -> Screens:
    """Those of the shipped shapes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASUS_CACHE", str(tmp_path_factory.mktemp("cache")))
        shapes = load_files(project.shapes)
        assert noted_screens(shapes) is None
        assert validate(data, shapes).unsuspected
        noted = noted_screens(shapes)
    assert noted is not None
    return noted


def passes(screens: Screens, data: Sequence[Quad], changes: Sequence[Quad] | None) -> bool:
    return screens.let_pass(data, to_ntriples(data).encode(), changes)


def changed(data: Sequence[Quad], random: Random) -> tuple[list[Quad], list[Quad]]:
    """Data with one statement less, one of another date or one of another's value, and what differs."""
    quad = random.choice(data)
    kind = random.choice(["date", "less", "other"])
    if kind == "date":
        quad = random.choice(
            [each for each in data if isinstance(each.object, Literal) and each.object.datatype == XSD.dateTime]
        )
        value = Literal(f"{random.randint(1800, 2030)}{quad.object.value[4:]}", datatype=XSD.dateTime)
    else:
        value = random.choice([each.object for each in data if each.predicate == quad.predicate])
    new = [] if kind == "less" else [Quad(quad.subject, quad.predicate, value, quad.graph_name)]
    return [*(each for each in data if each != quad), *new], [quad, *new]


def test_shapes_that_what_has_changed_cannot_make_a_difference_to_are_not_asked(screens: Screens) -> None:
    asked = [
        screen for screen in screens.screens if screen.may_read([NamedNode("https://w3id.org/casus/ontology#begins")])
    ]
    assert 10 < len(asked) < len(screens.screens) / 2


@pytest.mark.parametrize("seed", [1, 2, 3, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 60))])
def test_the_others_find_what_all_find(seed: int, data: list[Quad], screens: Screens) -> None:
    other, changes = changed(data, Random(seed))
    assert passes(screens, other, changes) == passes(screens, other, None)


def test_a_statement_of_any_property_may_be_missed(screens: Screens, data: list[Quad], project: Project) -> None:
    """Each shape is asked after some change: without the statements of one property, one after another."""
    properties = {quad.predicate for quad in data}
    assert all(any(screen.may_read([each]) for each in properties) for screen in screens.screens)
