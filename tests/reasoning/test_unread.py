"""Statements that no rule reads are closed without the rules, which changes no closure."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from shipped import PREFIXES

from kg.reasoning.closure import close
from kg.reasoning.program import TRIPLE, read_program
from kg.reasoning.rules import RULES, closing_rules
from kg.reasoning.symbols import Tokens
from kg.reasoning.unread import BUILT_IN, part
from kg.terms import OWL, RDF, RDFS, XSD

EX = "http://example.org/"
NOTED = ":x :note 'a note' . :x :in :y . "


def triples(turtle: str) -> list[Triple]:
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in {**PREFIXES, "": EX}.items())
    return [quad.triple for quad in parse(prefixes + turtle, RdfFormat.TURTLE)]


def unread(turtle: str) -> set[str]:
    """The properties, by their local names, whose statements no rule reads."""
    tokens = Tokens(RULES.read_text("utf-8"))
    encoded = tokens.read("".join(f"{triple} .\n" for triple in triples(turtle)))
    ill_typed = {tokens[token] for token in tokens if token.startswith('"many"')}
    return {
        tokens.terms[p].strip("<>").rpartition("/")[2].rpartition("#")[2] for _, p, _ in part(encoded, ill_typed)[1]
    }


@pytest.mark.parametrize(
    "said",
    [
        "",
        ":note a owl:AnnotationProperty .",
        ":note rdfs:label 'note' . rdfs:label rdfs:label 'label' .",
        ":note :comment 'what is noted' . :comment a owl:AnnotationProperty ; :note 'a comment' .",
        "owl:AnnotationProperty rdfs:label 'annotation property' .",
    ],
)
def test_no_rule_reads_statements_with_properties_of_which_nothing_is_said(said: str) -> None:
    assert "note" in unread(NOTED + said)


@pytest.mark.parametrize(
    "said",
    [
        ":note a owl:ObjectProperty .",
        ":note rdfs:domain :Thing .",
        ":more rdfs:subPropertyOf :note .",
        ":note :kind :special . :kind rdfs:range owl:FunctionalProperty .",
        ":list rdf:first :note .",
        ":note a owl:AnnotationProperty . owl:AnnotationProperty rdfs:subClassOf owl:FunctionalProperty .",
        ":note a owl:AnnotationProperty . rdf:type owl:inverseOf :instance .",
        ":x :note 'many'^^xsd:integer .",
    ],
)
def test_of_others_it_may(said: str) -> None:
    found = unread(said + (":x :in :y ." if "many" in said else NOTED))
    assert "note" not in found
    assert "in" in found


def test_the_rules_say_which_annotation_properties_there_are() -> None:
    [clause] = [text for text in RULES.read_text("utf-8").split("\n\n") if "owl_AnnotationProperty)." in text]
    assert (
        set(clause[clause.index("((") + 2 : clause.index("),")].replace("\n", " ").replace("; ", " ").split())
        == BUILT_IN
    )


def test_no_rule_looks_at_statements_with_any_property_or_any_class() -> None:
    """But for one that concludes what it has read, and one that looks at ill-typed literals only."""
    for clause in read_program(closing_rules()).clauses:
        for premise in clause.premises:
            subject, predicate, value = (*premise.text.partition("(")[2].split(","), "", "")[:3]
            named = predicate if predicate != "rdf_type" else f"{subject} {value.removesuffix(')')}"
            others = " ".join(other.text for other in clause.premises if other is not premise)
            assert (
                premise.predicate != TRIPLE
                or not all(name[:1].isupper() for name in named.split())
                or any(name in others.replace("(", ",").replace(")", ",").split(",") for name in named.split())
                or "ill_typed(" in others
            ), clause.head.text


@pytest.mark.parametrize(
    "axiom",
    [
        "xsd:boolean rdfs:subClassOf :Answer . :Answer owl:disjointWith xsd:boolean .",
        ":Answer owl:unionOf ( xsd:boolean ) ; owl:complementOf :Said . xsd:boolean owl:equivalentClass :Said .",
        "xsd:boolean owl:disjointWith xsd:boolean .",
    ],
)
def test_what_is_said_of_a_datatype_holds_of_the_values_of_annotations(axiom: str) -> None:
    graph = triples(f":x rdfs:comment true . {axiom}")
    assert unread(f":x rdfs:comment true . {axiom}") == {"comment"}
    for engine in ("clingo", "duckdb", "clingo-tables"):
        assert close(graph, engine).inconsistencies, engine


def name(local: str) -> NamedNode:
    return NamedNode(EX + local)


NOTES = st.sampled_from([name("note"), name("remark"), RDFS.label])
THINGS = st.sampled_from([*map(name, "xyz"), name("note"), name("remark")])
VALUES = THINGS | st.sampled_from(
    [
        *(
            Literal(one, datatype=XSD[kind])
            for one, kind in (("1", "integer"), ("1.0", "decimal"), ("many", "integer"))
        ),
        *(Literal("x", language="en"), Literal("x@en", datatype=RDF.PlainLiteral)),
    ]
)
CLASSES = st.sampled_from([OWL.AnnotationProperty, OWL.FunctionalProperty, OWL.ObjectProperty, name("C")])
SAID = st.one_of(
    st.builds(Triple, THINGS, NOTES, VALUES),
    st.builds(Triple, THINGS, NOTES, VALUES),
    st.builds(Triple, NOTES | CLASSES, st.just(RDF.type), CLASSES),
    st.builds(Triple, NOTES | CLASSES, st.just(RDFS.subClassOf), CLASSES),
    st.builds(Triple, NOTES, st.just(RDFS.subPropertyOf) | NOTES, NOTES),
    st.builds(Triple, NOTES, st.sampled_from([RDFS.domain, RDFS.range]), CLASSES),
    st.builds(Triple, NOTES, st.just(OWL.inverseOf), NOTES),
    st.builds(Triple, THINGS, st.just(OWL.sameAs), VALUES),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(SAID, max_size=10))
def test_whatever_is_said_of_them_the_closure_is_that_of_the_rules_as_stated(graph: Sequence[Triple]) -> None:
    general, as_stated = close(graph, "clingo"), close(graph, "clingo-tables")
    assert general.inferred == as_stated.inferred
    assert bool(general.inconsistencies) == bool(as_stated.inconsistencies)
