"""RDF/XML that any XML parser reads, and a word where a graph cannot be said in it."""

from __future__ import annotations

import io

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize
from rdflib.compare import isomorphic

from kg.errors import BadInput
from kg.rdf.formats import graph_format
from kg.terms import RDF

A, P = NamedNode("http://example.org/a"), NamedNode("http://example.org/p")


def written(*triples: Triple) -> bytes:
    out = io.BytesIO()
    graph_format("rdfxml").write(triples, out)
    return out.getvalue()


def is_read_back(*triples: Triple) -> bool:
    """Whether another program's parser, and a strict one of XML, finds the graph that was written."""
    found = rdflib.Graph().parse(data=written(*triples), format="xml")
    return isomorphic(found, rdflib.Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt"))


@pytest.mark.parametrize("label", ["1a", "09b0", "0", "a.b"])
def test_a_blank_node_may_have_any_label(label: str) -> None:
    node, other = BlankNode(label), BlankNode("b0")
    assert is_read_back(Triple(node, P, other), Triple(other, P, node), Triple(other, P, other))


@pytest.mark.parametrize("text", ["a\rb", "a\r\nb", "\r", "\t \n", "a < b & c > d", "]]>", '"', "🏳️‍🌈"])
def test_a_text_keeps_its_white_space_and_signs(text: str) -> None:
    assert is_read_back(Triple(A, P, Literal(text)), Triple(A, P, Literal(text, language="en")))


@pytest.mark.parametrize("character", ["\0", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_character_that_xml_has_not_is_refused(character: str) -> None:
    with pytest.raises(BadInput, match=rf"XML has not the character U\+{ord(character):04X}"):
        written(Triple(A, P, Literal(f"a{character}b")))


@pytest.mark.parametrize("name", ["http://example.org/1", "http://example.org/", "urn:1", "http://example.org/a(b)"])
def test_a_class_may_end_in_what_is_no_name(name: str) -> None:
    thing = NamedNode(name)
    assert is_read_back(Triple(A, RDF.type, thing), Triple(BlankNode("c"), RDF.type, thing))
    assert is_read_back(Triple(A, RDF.type, thing), Triple(A, RDF.type, A), Triple(thing, RDF.type, A))


@pytest.mark.parametrize("name", ["http://example.org/ª", "http://example.org/²", RDF.iri + "li", RDF.iri + "ID"])
def test_a_property_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="cannot"):
        written(Triple(A, NamedNode(name), A))


def test_so_is_that_of_a_triple_within() -> None:
    with pytest.raises(BadInput, match="cannot write the property"):
        written(Triple(A, P, Triple(A, NamedNode("http://example.org/1"), A)))


NODES = st.one_of(
    st.sampled_from(["http://example.org/", "urn:1", "http://example.org/1b", "http://example.org/c"]).map(NamedNode),
    st.sampled_from(["1", "b0", "b1", "0b"]).map(BlankNode),
)
TERMS = st.one_of(NODES, st.text(st.characters(codec="utf-8"), max_size=4).map(Literal))


@given(st.lists(st.builds(Triple, NODES, st.sampled_from([RDF.type, P]), TERMS), max_size=5))
def test_a_graph_is_read_back_or_refused(triples: list[Triple]) -> None:
    try:
        assert is_read_back(*triples)
    except BadInput as error:
        assert "character" in str(error)
