"""Literals and the values they denote, by the OWL 2 datatype map."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode
from shipped import PREFIXES

from kg.reasoning.datatypes import DATATYPES, IllTyped, contains, value_of
from kg.reasoning.grounder import ground
from kg.reasoning.rules import RULES
from kg.reasoning.symbols import Dictionary
from kg.terms import OWL, RDF, RDFS, XSD


def literal(text: str) -> Literal:
    """A literal written ``lexical form^^prefix:name``, or ``lexical form@language``."""
    if "^^" in text:
        form, _, datatype = text.rpartition("^^")
        prefix, _, name = datatype.partition(":")
        return Literal(form, datatype=NamedNode(PREFIXES[prefix] + name))
    form, _, language = text.rpartition("@")
    return Literal(form, language=language)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1^^xsd:integer", "1.0^^xsd:decimal"),
        ("1^^xsd:integer", "+001^^xsd:byte"),
        ("-0^^xsd:integer", "0^^xsd:nonNegativeInteger"),
        (".5^^xsd:decimal", "2/4^^owl:rational"),
        ("100^^xsd:double", "1.0E2^^xsd:double"),
        ("0.1^^xsd:float", "1e-1^^xsd:float"),
        ("NaN^^xsd:double", "NaN^^xsd:double"),
        ("INF^^xsd:double", "+INF^^xsd:double"),
        ("1e39^^xsd:float", "INF^^xsd:float"),
        ("true^^xsd:boolean", "1^^xsd:boolean"),
        ("pact^^xsd:string", "pact^^xsd:token"),
        ("pact^^xsd:string", "pact@^^rdf:PlainLiteral"),
        ("Pakt@de", "Pakt@DE^^rdf:PlainLiteral"),
        ("1992-05-15T00:00:00Z^^xsd:dateTime", "1992-05-15T00:00:00.000+00:00^^xsd:dateTimeStamp"),
        ("1999-12-31T24:00:00^^xsd:dateTime", "2000-01-01T00:00:00^^xsd:dateTime"),
        ("1900-02-28T24:00:00^^xsd:dateTime", "1900-03-01T00:00:00^^xsd:dateTime"),
        ("0aFf^^xsd:hexBinary", "0AfF^^xsd:hexBinary"),
        ("AQI=^^xsd:base64Binary", "AQ I =^^xsd:base64Binary"),
        ("<b a='1' c='2'/>^^rdf:XMLLiteral", '<b c="2"  a="1"></b>^^rdf:XMLLiteral'),
        ("9" * 5000 + "^^xsd:integer", "9" * 5000 + ".0^^xsd:decimal"),
    ],
)
def test_two_spellings_of_one_value(one: str, other: str) -> None:
    assert value_of(literal(one)) == value_of(literal(other)) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1^^xsd:integer", "1^^xsd:string"),
        ("1^^xsd:integer", "1^^xsd:double"),
        ("1^^xsd:float", "1^^xsd:double"),
        ("0.1^^xsd:decimal", "0.1000000001^^xsd:decimal"),
        ("0^^xsd:double", "-0^^xsd:double"),
        ("Pakt@de", "Pakt@nl"),
        ("Pakt@de", "Pakt^^xsd:string"),
        ("http://example.org/^^xsd:anyURI", "http://example.org/^^xsd:string"),
        ("00^^xsd:hexBinary", "AA==^^xsd:base64Binary"),
        ("1992-05-15T00:00:00Z^^xsd:dateTime", "1992-05-15T00:00:00^^xsd:dateTime"),
        ("1956-06-25T04:00:00-05:00^^xsd:dateTime", "1956-06-25T10:00:00+01:00^^xsd:dateTime"),
    ],
)
def test_two_values(one: str, other: str) -> None:
    assert value_of(literal(one)) != value_of(literal(other))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "many^^xsd:integer",
            "1.0^^xsd:integer",
            " 1^^xsd:integer",
            "^^xsd:integer",
            "١^^xsd:integer",
            "1e3^^xsd:decimal",
        ),
        *(
            "128^^xsd:byte",
            "-1^^xsd:nonNegativeInteger",
            "0^^xsd:positiveInteger",
            "1/0^^owl:rational",
            "inf^^xsd:double",
        ),
        *(
            "TRUE^^xsd:boolean",
            "no language^^rdf:PlainLiteral",
            "two  spaces^^xsd:token",
            "1a^^xsd:NCName",
            "a:b^^xsd:NCName",
        ),
        *("plain English^^xsd:language", "abc^^xsd:hexBinary", "A^^xsd:base64Binary", "<b>^^rdf:XMLLiteral"),
        *("1992-05-15^^xsd:dateTime", "2023-02-29T00:00:00Z^^xsd:dateTime", "2023-04-31T00:00:00Z^^xsd:dateTime"),
        *(
            "1992-05-15T24:00:01Z^^xsd:dateTime",
            "1992-05-15T00:00:00^^xsd:dateTimeStamp",
            "92-05-15T00:00:00Z^^xsd:dateTime",
        ),
        "1992-05-15T00:00:00+14:01^^xsd:dateTime",
    ],
)
def test_no_value(text: str) -> None:
    with pytest.raises(IllTyped):
        value_of(literal(text))


@pytest.mark.parametrize(
    "text", ["1992-05-15^^xsd:date", "1992^^xsd:gYear", "nonsense^^xsd:gYear", "P1Y^^xsd:duration"]
)
def test_datatypes_outside_the_map_say_nothing(text: str) -> None:
    assert value_of(literal(text)) is None


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (
            "5.0^^xsd:decimal",
            "decimal integer byte unsignedByte positiveInteger",
            "double float string negativeInteger",
        ),
        ("300^^xsd:integer", "short unsignedShort", "byte unsignedByte nonPositiveInteger"),
        ("2.5^^xsd:decimal", "decimal", "integer long"),
        ("en-GB^^xsd:string", "string normalizedString token language Name NCName NMTOKEN", "anyURI integer"),
        ("a:b^^xsd:string", "Name NMTOKEN", "NCName language"),
        ("two words^^xsd:string", "token", "NMTOKEN Name"),
        ("a\ttab^^xsd:string", "string", "normalizedString token"),
        ("1992-05-15T00:00:00Z^^xsd:dateTime", "dateTime dateTimeStamp", "string"),
        ("1992-05-15T00:00:00^^xsd:dateTime", "dateTime", "dateTimeStamp"),
    ],
)
def test_the_datatypes_that_contain_a_value(text: str, inside: str, outside: str) -> None:
    value = value_of(literal(text))
    assert value is not None
    assert all(contains(XSD.iri + name, value) for name in inside.split())
    assert not any(contains(XSD.iri + name, value) for name in outside.split())
    assert contains(RDFS.Literal.value, value)


def test_a_third_is_rational_but_not_decimal() -> None:
    third = value_of(literal("1/3^^owl:rational"))
    assert third is not None
    assert contains(OWL.rational.value, third)
    assert contains(OWL.real.value, third)
    assert not contains(XSD.decimal.value, third)


def test_a_language_makes_it_a_plain_literal_but_no_string() -> None:
    pact = value_of(literal("pact@en"))
    assert pact is not None
    assert contains(RDF.PlainLiteral.value, pact)
    assert not contains(XSD.string.value, pact)


def test_the_rules_understand_the_datatypes_that_have_values_here() -> None:
    understood = [atom.removeprefix("understood(").rstrip(").") for atom in ground(RULES, "") if "understood" in atom]
    terms = Dictionary(RULES.read_text()).terms
    assert {terms[name].value for name in understood} == DATATYPES


@given(st.integers(), st.integers(0, 5), st.sampled_from(["", "+"]))
def test_zeros_and_signs_do_not_change_an_integer(number: int, zeros: int, sign: str) -> None:
    spelled = f"{'-' if number < 0 else sign}{'0' * zeros}{abs(number)}"
    assert value_of(Literal(spelled, datatype=XSD.integer)) == value_of(literal(f"{number}^^xsd:integer"))


@given(st.sampled_from(sorted(DATATYPES)), st.text(max_size=12))
def test_a_literal_has_a_value_in_its_datatype_or_none(datatype: str, text: str) -> None:
    if datatype == RDF.langString.value:
        return
    try:
        value = value_of(Literal(text, datatype=NamedNode(datatype)))
    except IllTyped:
        return
    assert value is None or contains(datatype, value)
