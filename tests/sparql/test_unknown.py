"""Terms of a query that the graph does not know, and what was meant instead."""

from __future__ import annotations

import pytest
from pyoxigraph import Store
from shipped import ID

from kg.sparql.unknown import unknown_terms
from kg.terms import CASUS, RDFS


@pytest.mark.parametrize(
    ("query", "unknown", "near"),
    [
        ("SELECT * { ?s casus:isMemberOf ?o }", CASUS.isMemberOf.value, CASUS.memberOf.value),
        ("ASK { ?s a casus:Sate }", CASUS.Sate.value, CASUS.State.value),
        ("SELECT * { ?s rdfs:Label ?l }", RDFS.Label.value, RDFS.label.value),
        ("SELECT * { ?s casus:label ?l }", CASUS.label.value, RDFS.label.value),
        ("SELECT * { <state/ARMN> ?p ?o }", ID + "state/ARMN", ID + "state/ARM"),
        ("DESCRIBE state:ARMN", ID + "state/ARMN", ID + "state/ARM"),
        ("CONSTRUCT WHERE { ?s casus:isMemberOf ?o }", CASUS.isMemberOf.value, CASUS.memberOf.value),
    ],
)
def test_a_mistyped_term_is_told_with_the_one_that_was_meant(store: Store, query: str, unknown: str, near: str) -> None:
    (found,) = unknown_terms(store, query)
    assert found.iri == unknown
    assert near in found.near


def test_what_is_like_nothing_is_told_alone(store: Store) -> None:
    assert unknown_terms(store, "ASK { ?s <http://ex.org/qqq> ?o }") == [("http://ex.org/qqq", ())]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { state:ARM casus:isoAlpha3 ?o }",
        "SELECT * { ?s ?p '1'^^<http://ex.org/own> FILTER (xsd:integer(?p) > '2'^^xsd:byte) }",
        "PREFIX ex: <http://ex.org/> CONSTRUCT { ?s ex:new [ ex:own ?o ] } WHERE { ?s rdfs:label ?o }",
        "SELECT * FROM <http://ex.org/g> { GRAPH <http://ex.org/h> { ?s rdfs:label ?o } }",
    ],
)
def test_what_need_not_be_in_the_graph_is_not_told(store: Store, query: str) -> None:
    assert unknown_terms(store, query) == []


def test_the_command_tells_them_beside_the_answer(kg, shipped) -> None:
    result = kg("query", "SELECT ?s { ?s casus:isMemberOf ?o }", "--format", "csv")
    assert (result.exit_code, result.stdout) == (0, "s\n")
    assert result.stderr.startswith("the graph does not know casus:isMemberOf; near it are casus:memberOf")
