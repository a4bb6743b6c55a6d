"""The rules as the W3C has them, with linear recursion, and specialised and run as SQL: three ways, one closure."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from shipped import PREFIXES

from kg.reasoning.closure import close
from kg.reasoning.specialise import Specialiser
from kg.terms import OWL, RDF, RDFS, XSD

EX = "http://example.org/"
ALLIANCES = """
    :Alliance rdfs:subClassOf :Organization . :Organization owl:disjointWith :State .
    :foundedOn rdfs:domain :Organization . :founded owl:inverseOf :foundedOn .
    :everMemberOf owl:propertyChainAxiom ( :hasEpisode :in ) .
    [ owl:intersectionOf ( :Organization [ owl:onProperty :foundedOn ; owl:someValuesFrom :Pact ] ) ]
        rdfs:subClassOf :Alliance .
    :NATO :foundedOn :NAT . :NAT a :Pact . :Otan owl:sameAs :NATO .
    :Poland :hasEpisode :e . :e :in :NATO ; :begins "1999" .
"""


def triples(turtle: str) -> list[Triple]:
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in {**PREFIXES, "": EX}.items())
    return [quad.triple for quad in parse(prefixes + turtle, RdfFormat.TURTLE)]


def assert_one_closure(graph: Sequence[Triple]) -> None:
    as_stated, general, special = (close(graph, way) for way in ("clingo-tables", "clingo", "duckdb"))
    assert general.inferred == as_stated.inferred
    assert special.inferred == as_stated.inferred
    # What is told of a contradiction among things that are the same may differ, whether there is one may not.
    assert bool(general.inconsistencies) == bool(as_stated.inconsistencies)
    assert list(map(str, special.inconsistencies)) == list(map(str, general.inconsistencies))


def left_to_clingo(turtle: str) -> list[str]:
    """Why DuckDB leaves a graph to clingo; nothing if it does not."""
    return [notice for notice in close(triples(turtle), "duckdb").notices if "by clingo" in notice]


def test_alliances_are_closed_in_tables() -> None:
    assert not left_to_clingo(ALLIANCES)
    assert_one_closure(triples(ALLIANCES))


@pytest.mark.parametrize(
    "individuals",
    [
        ":kind rdfs:subPropertyOf rdf:type . :x :kind :Alliance .",
        ":below rdfs:subPropertyOf rdfs:subClassOf . :League :below :Alliance . :x a :League .",
        "rdf:type rdfs:domain :Thing . :x a :Alliance .",
        "owl:sameAs a owl:SymmetricProperty .",
        ":same rdfs:subPropertyOf owl:sameAs . :x :same :y . :y :in :NATO .",
        "owl:Thing owl:sameAs :Organization .",
        ":NATO :says <<( :x :in :y )>> .",
    ],
)
def test_what_sql_cannot_do_is_left_to_clingo(individuals: str) -> None:
    assert left_to_clingo(ALLIANCES + individuals)
    assert_one_closure(triples(ALLIANCES + individuals))


@pytest.mark.parametrize(
    "more",
    [
        "rdfs:subClassOf a owl:SymmetricProperty . :x a :Organization .",
        "owl:Thing owl:sameAs :Everything .",
        ":Alliance owl:sameAs :League . :x a :Alliance .",
        ":foundedOn owl:sameAs :basedOn .",
        ":foundedOn owl:sameAs _:nameless . _:nameless rdfs:range :Treaty .",
        ":Founded owl:onProperty :foundedOn ; owl:hasValue :NAT . :NAT owl:sameAs :Washington . :x a :Founded .",
        "[ a owl:AllDifferent ; owl:members ( :NATO :CSTO ) ] .",
        ":in a owl:TransitiveProperty . :NATO :in :West . :partOf owl:inverseOf :in .",
        ":State owl:hasKey ( :code :in ) . :a a :State ; :code 1 ; :in :x . :b a :State ; :code 1.0 ; :in :x .",
        "[] owl:sourceIndividual :e ; owl:assertionProperty :in ; owl:targetIndividual :CSTO .",
        "[ a owl:AllDifferent ; owl:members ( :Poland :CSTO ) ] . :a owl:sameAs :b .",
        ":e :count 'many'^^xsd:integer .",
        ":begins rdfs:range xsd:integer .",
        ":foundedOn a owl:FunctionalProperty . :NATO :foundedOn :NAT2 .",
        ":Counted owl:onProperty :begins ; owl:someValuesFrom xsd:string . :Counted rdfs:subClassOf :Known .",
        "rdfs:label rdfs:domain :Named . :NATO rdfs:label 'NATO' .",
        ":Poland a :State . :Otan a :State .",
    ],
)
def test_what_else_an_ontology_says_is_specialised_too(more: str) -> None:
    assert not left_to_clingo(ALLIANCES + more)
    assert_one_closure(triples(ALLIANCES + more))


@pytest.mark.parametrize(
    "ontology",
    [
        " ".join(f":p{number} a owl:ObjectProperty ." for number in range(11_000)),
        f"[ a owl:AllDisjointClasses ; owl:members ( {' '.join(f':C{number}' for number in range(160))} ) ] ."
        + " ".join(f":x{number} a :C{number} ." for number in range(160)),
    ],
    ids=["mostly ontology", "more clauses than triples"],
)
def test_where_specialising_does_not_pay_it_is_left(ontology: str) -> None:
    assert left_to_clingo(ontology)


def test_of_nothing_both_derive_the_same() -> None:
    assert_one_closure([])


def test_clauses_are_those_of_the_ontology() -> None:
    rules = Specialiser("t(X,rdf_type,C2) :- t(C1,rdfs_subClassOf,C2), t(X,rdf_type,C1), C1 != C2.")
    assert rules.concerns_ontology("rdfs_subClassOf", "7")
    assert not rules.concerns_ontology("rdf_type", "7")
    special = rules.specialise(["t(4,rdfs_subClassOf,7).", "_case(0,4,7)."])
    assert special == (["p_rdfs_subClassOf(4,7)."], ["c_7(X) :- c_4(X)."], frozenset())


def name(local: str) -> NamedNode:
    return NamedNode(EX + local)


CLASSES = st.sampled_from([*map(name, "ABCR"), OWL.Thing])
PROPERTIES = st.sampled_from(list(map(name, "pqr")))
THINGS = st.sampled_from(list(map(name, "xyz")))
VALUES = THINGS | st.sampled_from(
    [Literal("1", datatype=XSD[kind]) for kind in ("integer", "byte")]
    + [Literal("1.0", datatype=XSD.decimal), Literal("x"), Literal("x", language="en")]
)
KINDS = st.sampled_from(
    [NamedNode(OWL.iri + kind + "Property") for kind in ("Functional", "InverseFunctional", "Symmetric", "Transitive")]
    + [NamedNode(OWL.iri + kind + "Property") for kind in ("Irreflexive", "Asymmetric", "Object")]
)


def said(subject: st.SearchStrategy, predicate: str, value: st.SearchStrategy) -> st.SearchStrategy:
    return st.builds(lambda s, o: [Triple(s, NamedNode(predicate), o)], subject, value)


def listed(subject: st.SearchStrategy, predicate: str, members: st.SearchStrategy) -> st.SearchStrategy:
    """An axiom whose object is a list of up to three members."""

    def build(owner: NamedNode, items: list[NamedNode], number: int) -> list[Triple]:
        cells = [name(f"cell{number}-{place}") for place in range(len(items))] + [RDF.nil]
        found = [Triple(owner, NamedNode(predicate), cells[0])]
        for place, item in enumerate(items):
            found.append(Triple(cells[place], RDF.first, item))
            found.append(Triple(cells[place], RDF.rest, cells[place + 1]))
        return found

    return st.builds(build, subject, st.lists(members, min_size=1, max_size=3), st.integers(0, 10**9))


def restricted(axiom: str, value: st.SearchStrategy) -> st.SearchStrategy:
    return st.builds(
        lambda p, v: [
            Triple(name("R"), OWL.onProperty, p),
            Triple(name("R"), OWL[axiom], v),
        ],
        PROPERTIES,
        value,
    )


FACTS = st.builds(lambda s, p, o: [Triple(s, p, o)], THINGS, PROPERTIES, VALUES) | said(THINGS, RDF.type.value, CLASSES)
AXIOMS = st.one_of(
    *(said(CLASSES, predicate, CLASSES) for predicate in (RDFS.subClassOf.value, OWL.equivalentClass.value)),
    *(said(CLASSES, OWL.iri + predicate, CLASSES) for predicate in ("disjointWith", "complementOf")),
    *(said(PROPERTIES, RDFS.iri + predicate, CLASSES) for predicate in ("domain", "range")),
    *(said(PROPERTIES, OWL.iri + predicate, PROPERTIES) for predicate in ("inverseOf", "equivalentProperty")),
    said(PROPERTIES, RDFS.subPropertyOf.value, PROPERTIES),
    said(PROPERTIES, OWL.propertyDisjointWith.value, PROPERTIES),
    said(PROPERTIES, RDF.type.value, KINDS),
    said(THINGS | CLASSES, OWL.sameAs.value, THINGS | CLASSES),
    said(THINGS, OWL.differentFrom.value, THINGS),
    *(listed(CLASSES, OWL.iri + predicate, CLASSES) for predicate in ("intersectionOf", "unionOf")),
    listed(CLASSES, OWL.oneOf.value, THINGS),
    listed(CLASSES, OWL.hasKey.value, PROPERTIES),
    listed(PROPERTIES, OWL.propertyChainAxiom.value, PROPERTIES),
    *(restricted(axiom, CLASSES) for axiom in ("someValuesFrom", "allValuesFrom")),
    restricted("hasValue", VALUES),
    restricted("maxCardinality", st.builds(Literal, st.integers(0, 1))),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(FACTS, max_size=8), st.lists(AXIOMS, max_size=8))
def test_random_graphs_have_one_closure(facts: list[list[Triple]], axioms: list[list[Triple]]) -> None:
    assert_one_closure([triple for part in facts + axioms for triple in part])
