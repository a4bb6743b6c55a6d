"""Turtle with lists: the same graph, whatever is or looks like a list."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, Triple, parse

from kg.rdf.formats import graph_format
from kg.rdf.lists import write_with_lists
from kg.terms import RDF

TURTLE = graph_format("turtle")


def written(triples: set[Triple]) -> str:
    out = io.BytesIO()
    write_with_lists(triples, TURTLE, out)
    return out.getvalue().decode()


def read(text: str) -> set[Triple]:
    return {quad.triple for quad in parse(text.encode(), RdfFormat.TURTLE)}


def canonical(triples: set[Triple]) -> set[Quad]:
    dataset = Dataset(Quad(*triple) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        ("<x:a> <x:p> ( <x:b> <x:c> ) .", "( <x:b> <x:c> )"),
        ('<x:a> <x:p> ( 1 "two words"@en ( ) _:b ) . _:b <x:q> _:b .', '"two words"@en'),
        ("<x:a> <x:p> ( ( <x:b> ) ( ( <x:c> ) <x:d> ) ) .", "( ( <x:b> ) ( ( <x:c> ) <x:d> ) )"),
        (
            "@prefix owl: <http://www.w3.org/2002/07/owl#> . [] a owl:AllDifferent ; owl:members ( owl:Thing ) .",
            "owl:members ( owl:Thing )",
        ),
        ("_:a <x:p> ( <x:b> ) . ( <x:c> ) <x:p> <x:d> .", "( <x:b> )"),
    ],
)
def test_a_list_is_written_as_one(text: str, lists: str) -> None:
    graph = read(text)
    assert lists in written(graph)
    assert canonical(read(written(graph))) == canonical(graph)


def test_lists_may_hold_lists_a_thousand_deep() -> None:
    graph = read(f"<x:a> <x:p> {'( ' * 5000}1 2{' )' * 5000} .")
    text = written(graph)
    assert text.count("(") == text.count(")") == 5000
    assert len(read(text)) == len(graph)


@pytest.mark.parametrize(
    "text",
    [
        "_:l rdf:first <x:b> ; rdf:rest _:l . <x:a> <x:p> _:l .",
        "_:l rdf:first _:l ; rdf:rest rdf:nil . ",
        "_:l rdf:first _:m ; rdf:rest rdf:nil . _:m rdf:first _:l ; rdf:rest rdf:nil .",
        "<x:a> <x:p> _:l . <x:b> <x:p> _:l . _:l rdf:first <x:b> ; rdf:rest rdf:nil .",
        "<x:a> <x:p> _:l . _:l rdf:first <x:b> , <x:c> ; rdf:rest rdf:nil .",
        "<x:a> <x:p> _:l . _:l rdf:first <x:b> ; rdf:rest rdf:nil ; <x:q> <x:c> .",
        "<x:a> <x:p> _:l . _:l rdf:first <x:b> .",
    ],
)
def test_what_only_looks_like_a_list_stays_as_it_is(text: str) -> None:
    graph = read(f"@prefix rdf: <{RDF.iri}> . {text}")
    assert "( " not in written(graph)
    assert canonical(read(written(graph))) == canonical(graph)


_NODES = st.sampled_from([BlankNode(f"b{n}") for n in range(5)] + [NamedNode("x:a"), RDF.nil])
_SUBJECTS = st.sampled_from([BlankNode(f"b{n}") for n in range(5)] + [NamedNode("x:a")])
_PREDICATES = st.sampled_from([RDF.first, RDF.rest, NamedNode("x:p")])


@settings(max_examples=200, deadline=None)
@given(st.sets(st.builds(Triple, _SUBJECTS, _PREDICATES, _NODES), max_size=10))
def test_the_graph_is_the_same(graph: set[Triple]) -> None:
    assert canonical(read(written(graph))) == canonical(graph)
