"""Inputs whose closure a careless reasoner forms in a time out of all proportion to it.

What each is held to is a number of statements that the grounder may derive on its way: about what the closure has.
"""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.reasoning.closure import Closure, close
from kg.reasoning.grounder import ReasoningLimits
from kg.terms import OWL, RDF, RDFS, XSD

EX = "http://example.org/"


def name(local: str) -> NamedNode:
    return NamedNode(EX + local)


def turtle(text: str) -> list[Triple]:
    prefixes = f"@prefix : <{EX}> . @prefix owl: <{OWL.iri}> . @prefix rdfs: <{RDFS.iri}> .\n"
    return [quad.triple for quad in parse(prefixes + text, RdfFormat.TURTLE)]


def chain(predicate: NamedNode, links: int) -> list[Triple]:
    return [Triple(name(f"x{n}"), predicate, name(f"x{n + 1}")) for n in range(links)]


def about(closure: Closure, predicate: NamedNode) -> set[tuple[str, str]]:
    """The pairs that a property relates, by their local names."""
    found = closure.asserted | closure.inferred
    return {
        (t.subject.value.removeprefix(EX), t.object.value.removeprefix(EX)) for t in found if t.predicate == predicate
    }


@pytest.mark.parametrize("way", ["clingo", "duckdb"])
@pytest.mark.parametrize(
    "axioms",
    [
        ":p a owl:TransitiveProperty .",
        ":p a owl:TransitiveProperty ; owl:inverseOf :q . :q a owl:TransitiveProperty .",
        ":p rdfs:subPropertyOf :q . :q a owl:TransitiveProperty ; owl:equivalentProperty :p .",
        ":p owl:propertyChainAxiom ( :p :p ) .",
        ":q a owl:TransitiveProperty . :p owl:inverseOf :q .",
    ],
)
def test_a_transitive_chain_has_each_pair(axioms: str, way: str) -> None:
    closure = close([*turtle(axioms), *chain(name("p"), 40)], way)
    assert about(closure, name("p")) == {(f"x{one}", f"x{other}") for one in range(41) for other in range(one + 1, 41)}


@pytest.mark.parametrize("predicate", [RDFS.subClassOf, RDFS.subPropertyOf])
def test_a_hierarchy_has_each_pair(predicate: NamedNode) -> None:
    pairs = {(f"x{one}", f"x{other}") for one in range(41) for other in range(one + 1, 41)}
    assert about(close(chain(predicate, 40)), predicate) >= pairs


@pytest.mark.parametrize("predicate", [OWL.equivalentClass, OWL.equivalentProperty, OWL.sameAs])
def test_what_is_equal_is_so_both_ways(predicate: NamedNode) -> None:
    pairs = {(f"x{one}", f"x{other}") for one in range(31) for other in range(31) if one != other}
    assert about(close(chain(predicate, 30)), predicate) >= pairs


def test_things_that_are_the_same_share_what_is_said_of_each() -> None:
    marks = [Triple(name(f"x{n}"), name("mark"), name(f"m{n}")) for n in range(0, 31, 3)]
    closure = close([*chain(OWL.sameAs, 30), *marks])
    assert about(closure, name("mark")) == {(f"x{n}", f"m{m}") for n in range(31) for m in range(0, 31, 3)}


def test_a_literal_among_things_that_are_the_same_is_one_of_them() -> None:
    number, other = (Literal(text, datatype=XSD.decimal) for text in ("5", "5.0"))
    graph = [*chain(OWL.sameAs, 30), Triple(name("x7"), OWL.sameAs, number), Triple(name("y"), name("size"), other)]
    closure = close(graph)
    assert about(closure, name("size")) == {("y", "5"), ("y", "5.0"), *(("y", f"x{n}") for n in range(31))}
    assert {Triple(name(f"x{n}"), RDF.type, XSD.decimal) for n in range(31)} <= closure.inferred


def test_what_is_no_value_is_missed_by_nobody_that_is_the_same() -> None:
    graph = turtle(f':a owl:sameAs "x"^^<{XSD.iri}integer> . :b :p "x"^^<{XSD.iri}integer> .')
    assert "dt-not-type" in {found.rule for found in close(graph).inconsistencies}


def test_merging_may_lead_to_more_merging() -> None:
    """Deeper than things are merged in rounds: then the tables' rules do it."""
    steps = [Triple(name(f"{side}{n}"), name("next"), name(f"{side}{n + 1}")) for n in range(12) for side in "ab"]
    start = turtle(":next a owl:FunctionalProperty . :s :next :a0 , :b0 .")
    assert {(f"a{n}", f"b{n}") for n in range(13)} <= about(close([*start, *steps]), OWL.sameAs)


def test_differences_are_not_stated_of_all_pairs() -> None:
    people = [Triple(name(f"x{n}"), name("sex"), name("fm"[n % 2])) for n in range(400)]
    closure = close([*turtle(":sex a owl:FunctionalProperty . :f owl:differentFrom :m ."), *people])
    assert len(closure.inferred) < 200


@pytest.mark.parametrize("way", ["clingo-tables", "clingo", "duckdb"])
@pytest.mark.parametrize(
    "axioms",
    [
        ":p a owl:FunctionalProperty .",
        ":x a [ owl:onProperty :p ; owl:maxCardinality 1 ] .",
        ":x a [ owl:onProperty :p ; owl:maxQualifiedCardinality 1 ; owl:onClass owl:Thing ] .",
        ":p rdfs:subPropertyOf :q . :q owl:equivalentProperty :r . :r a owl:FunctionalProperty .",
    ],
)
def test_many_values_where_one_may_be_are_one_contradiction_with_a_count(axioms: str, way: str) -> None:
    values = [Triple(name("x"), name("p"), Literal(str(number), datatype=XSD.integer)) for number in range(300)]
    [found] = close([*turtle(axioms), *values], way, ReasoningLimits(statements=3_000)).inconsistencies
    assert (found.rule, found.alike) == ("eq-diff1", 298)


@pytest.mark.parametrize("way", ["clingo-tables", "clingo", "duckdb"])
def test_what_has_one_value_in_two_spellings_and_another_value_is_still_a_contradiction(way: str) -> None:
    graph = turtle(':p a owl:FunctionalProperty . :x :p 5 , 5.0 , "2001-01-01"^^<http://example.org/day> , 05 , 6 .')
    assert {found.rule for found in close(graph, way).inconsistencies} == {"eq-diff1"}


def test_two_things_with_two_values_each_are_two_contradictions() -> None:
    graph = turtle(":p a owl:FunctionalProperty . :x :p 1 , 2 . :y :p 2 , 1 . :z :p 1 .")
    assert [found.alike for found in close(graph).inconsistencies] == [0, 0]


def test_things_with_two_values_that_turn_out_to_be_the_same_thing_have_them() -> None:
    graph = turtle(":p a owl:FunctionalProperty . :x :p 1 ; owl:sameAs :y . :y :p 2 .")
    assert {found.rule for found in close(graph).inconsistencies} == {"eq-diff1"}


def test_a_key_of_many_properties_with_many_values_is_compared_one_after_the_other() -> None:
    properties = [f":k{n}" for n in range(20)]
    values = " ".join(f":{who} {key} 1 , 2 ." for who in "ab" for key in properties)
    other = " ".join(f":c {key} {3 if key == ':k0' else 1} ." for key in properties)
    graph = turtle(f":C owl:hasKey ( {' '.join(properties)} ) . :a a :C . :b a :C . :c a :C . {values} {other}")
    assert about(close(graph, limits=ReasoningLimits(memory=1 << 30)), OWL.sameAs) == {("a", "b"), ("b", "a")}


@pytest.mark.parametrize("hub_at", [1, 2], ids=["near the end", "in the middle"])
def test_a_chain_through_a_hub_forms_no_pairs_that_it_does_not_begin_with(hub_at: int) -> None:
    into = [Triple(name(f"in{n}"), name("q"), name("hub")) for n in range(2_000)]
    out = [Triple(name("hub"), name("r" if hub_at == 1 else "q"), name(f"out{n}")) for n in range(2_000)]
    begin = [Triple(name("x"), name("p"), name("in0")), Triple(name("out7"), name("r"), name("y"))]
    closure = close(
        [*turtle(":c owl:propertyChainAxiom ( :p :q :r ) ."), *into, *out, *begin],
        limits=ReasoningLimits(memory=1 << 30),
    )
    assert len(about(closure, name("c"))) == (2_000 if hub_at == 1 else 0)


def test_a_long_number_is_a_value_as_any() -> None:
    digits = "0" * 100_000
    long, longer = (Literal(f"{form}", datatype=XSD.decimal) for form in (f"0.{digits}1", f"00.{digits}10"))
    graph = [*turtle(":p a owl:InverseFunctionalProperty ."), Triple(name("a"), name("p"), long)]
    closure = close([*graph, Triple(name("b"), name("p"), longer)])
    assert about(closure, OWL.sameAs) == {("a", "b"), ("b", "a")}


def test_a_statement_that_is_inferred_of_things_that_are_the_same_is_cited_as_it_stands() -> None:
    graph = turtle(":C owl:disjointWith :D . :x a :C . :y a :D . :x owl:sameAs :y .")
    [found] = close(graph).inconsistencies
    assert {statement.triple() for statement in found.triples} == set(graph)
    assert Triple(name("x"), RDF.type, name("C")) in {statement.triple() for statement in found.triples}
