"""Terms as people type them."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode
from shipped import ID
from worlds import parse_statement, parse_term

from kg.errors import BadInput
from kg.terms import CASUS, RDF, XSD

ARMENIA = NamedNode(ID + "state/ARM")


@pytest.mark.parametrize(
    "text",
    ["state:ARM", "id:state/ARM", "id/state/ARM", "state/ARM", "<state/ARM>", f"<{ID}state/ARM>", f"{ID}state/ARM"],
)
def test_an_individual_can_be_written_in_many_ways(text: str) -> None:
    assert parse_term(text) == ARMENIA


def test_properties_types_blank_nodes_and_other_schemes() -> None:
    assert parse_term("casus:everMemberOf") == CASUS.everMemberOf
    assert parse_term("a") == RDF.type
    assert parse_term("_:c14n0") == BlankNode("c14n0")
    assert parse_term("<urn:isbn:0451450523>") == NamedNode("urn:isbn:0451450523")


def test_literals_are_written_as_in_turtle() -> None:
    assert parse_term('"Ereván"@hy') == Literal("Ereván", language="hy")
    assert parse_term("42") == Literal("42", datatype=XSD.integer)
    assert parse_term("true") == Literal("true", datatype=XSD.boolean)
    assert parse_term('"1992-05-15T00:00:00Z"^^xsd:dateTime') == Literal("1992-05-15T00:00:00Z", datatype=XSD.dateTime)


def test_an_unknown_prefix_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"unknown prefix 'stat' in 'stat:ARM'; known are .*casus .* state treaty"):
        parse_term("stat:ARM")


@pytest.mark.parametrize("text", ["", "Armenia", "<a b>", '"open', '"a" . <x:s> <x:p> "b"', "_:", ":x"])
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"is not"):
        parse_term(text)


def test_a_statement_has_an_iri_for_property_and_no_literal_for_subject() -> None:
    assert parse_statement("state:ARM", "a", "casus:State") == (
        ARMENIA,
        RDF.type,
        CASUS.State,
    )
    with pytest.raises(BadInput, match="the property must be an IRI"):
        parse_statement("state:ARM", "_:p", "casus:State")
    with pytest.raises(BadInput, match="a literal cannot be the subject"):
        parse_statement('"Armenia"', "a", "casus:State")
