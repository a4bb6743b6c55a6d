"""Class expressions read as in OWL 2 Manchester syntax (https://www.w3.org/TR/owl2-manchester-syntax/, section 2.4)."""

from __future__ import annotations

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDFS

from kg.rdf.manchester import chain, expression, general_axioms, terms_in

PREFIXES = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def graph_of(turtle: str) -> Graph:
    return Graph().parse(data=PREFIXES + turtle, format="turtle")


def text(parts: list) -> str:
    return "".join(part.rpartition("/")[2] if isinstance(part, URIRef) else str(part) for part in parts)


@pytest.mark.parametrize(
    ("turtle", "manchester"),
    [
        (":A", "A"),
        ("[ owl:intersectionOf ( :A :B ) ]", "A and B"),
        ("[ owl:unionOf ( :A [ owl:intersectionOf ( :B :C ) ] ) ]", "A or (B and C)"),
        ("[ owl:complementOf [ owl:unionOf ( :A :B ) ] ]", "not (A or B)"),
        ("[ owl:oneOf ( :a :b ) ]", "{a, b}"),
        ("[ owl:onProperty :p ; owl:someValuesFrom :A ]", "p some A"),
        ("[ owl:onProperty :p ; owl:allValuesFrom [ owl:complementOf :A ] ]", "p only (not A)"),
        ("[ owl:onProperty [ owl:inverseOf :p ] ; owl:someValuesFrom :A ]", "inverse p some A"),
        ("[ owl:onProperty :p ; owl:hasValue :a ]", "p value a"),
        ("[ owl:onProperty :p ; owl:hasSelf true ]", "p Self"),
        ("[ owl:onProperty :p ; owl:minCardinality 2 ]", "p min 2"),
        ("[ owl:onProperty :p ; owl:maxQualifiedCardinality 1 ; owl:onClass :A ]", "p max 1 A"),
        ("[ owl:onProperty :p ; owl:qualifiedCardinality 3 ; owl:onDataRange :d ]", "p exactly 3 d"),
        ("[ a owl:Class ]", "an expression that has no name"),
    ],
)
def test_expressions(turtle: str, manchester: str) -> None:
    graph = graph_of(f":X rdfs:subClassOf {turtle} .")
    node = graph.value(URIRef("https://example.org/X"), RDFS.subClassOf)
    assert node is not None
    assert text(expression(graph, node)) == manchester


def test_a_chain_is_joined_by_o() -> None:
    graph = graph_of(":p owl:propertyChainAxiom ( :q :r ) .")
    parts = chain(graph, next(graph.objects(None, OWL.propertyChainAxiom)))
    assert text(parts) == "q o r"
    assert terms_in(parts) == {URIRef("https://example.org/q"), URIRef("https://example.org/r")}


def test_a_general_axiom_is_about_an_unnamed_class() -> None:
    graph = graph_of(":A rdfs:subClassOf :B . [ owl:onProperty :p ; owl:someValuesFrom :A ] rdfs:subClassOf :C .")
    ((parts, wider),) = general_axioms(graph)
    assert (text(parts), wider) == ("p some A", URIRef("https://example.org/C"))
