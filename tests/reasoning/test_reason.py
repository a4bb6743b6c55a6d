"""The closure: what it keeps, what it adds, how it reports contradictions, and whether two engines agree on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from shipped import PREFIXES

from kg.errors import BadInput, CasusError
from kg.reasoning.closure import close
from kg.reasoning.grounder import ground
from kg.reasoning.inconsistency import Statement
from kg.terms import OWL, RDF, RDFS, XSD

EX = "http://example.org/"
TYPE = RDF.type
SAME = OWL.sameAs
SUB_CLASS = RDFS.subClassOf
SUB_PROPERTY = RDFS.subPropertyOf
DOMAIN = RDFS.domain
INVERSE = OWL.inverseOf
TRANSITIVE = OWL.TransitiveProperty


def triples(turtle: str) -> list[Triple]:
    """The triples of a piece of Turtle that uses the project's prefixes and ``:`` for example.org."""
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in {**PREFIXES, "": EX}.items())
    return [quad.triple for quad in parse(prefixes + turtle, RdfFormat.TURTLE)]


def name(local: str) -> NamedNode:
    return NamedNode(EX + local)


LITERALS = triples("""
    :a :says "01"^^xsd:integer , "1.0"^^xsd:decimal , "1"^^xsd:byte , "1E0"^^xsd:double , "-0.0"^^xsd:float .
    :a :says "true"^^xsd:boolean , "1"^^xsd:boolean , "2020-01-01T00:00:00.000Z"^^xsd:dateTime , "2020"^^xsd:gYear .
    :a :says "pakt"@de , "pakt"@nl , "pakt" , "  spaced\\t\\"quoted\\"\\n" , "x"^^:own , "договор"@ru , "" .
    :says rdfs:subPropertyOf :utters . :a owl:sameAs :b .
""")


class TestTheClosure:
    def test_parts_asserted_from_inferred(self) -> None:
        given_ = triples(":a a :Alliance . :Alliance rdfs:subClassOf :Organization .")
        closure = close(given_)
        assert closure.asserted == set(given_)
        assert Triple(name("a"), TYPE, name("Organization")) in closure.inferred
        assert not closure.asserted & closure.inferred

    def test_takes_quads_as_the_union_of_their_graphs(self) -> None:
        fact, axiom = triples(":a a :Alliance . :Alliance rdfs:subClassOf :Organization .")
        quads = [Quad(*fact, name("facts")), Quad(*axiom, name("ontology")), Quad(*fact)]
        assert close(quads) == close([fact, axiom])

    def test_of_nothing_is_what_owl_says_of_itself(self) -> None:
        closure = close([])
        assert Triple(OWL.Thing, TYPE, OWL.Class) in closure.inferred
        assert closure.inconsistencies == []

    @pytest.mark.parametrize("engine", ["clingo", "owlrl"])
    def test_keeps_literals_as_they_are_written(self, engine: str) -> None:
        closure = close(LITERALS, engine)
        values: dict[tuple[object, NamedNode], set[object]] = {}
        for subject, predicate, value in closure.asserted | closure.inferred:
            values.setdefault((subject, predicate), set()).add(value)
        said = {t.object for t in LITERALS if t.predicate == name("says")}
        assert len(said) == 16
        assert all(values[name(s), name(p)] == said for s in ("a", "b") for p in ("says", "utters"))

    def test_does_not_repeat_a_triple_in_other_spellings_of_its_value(self) -> None:
        closure = close(triples(':a :strength 5 . :b :ratio "5.0"^^xsd:decimal .'))
        assert not [t for t in closure.inferred if isinstance(t.object, Literal)]

    def test_keeps_the_labels_of_blank_nodes(self) -> None:
        blank = BlankNode("membership")
        closure = close([Triple(blank, TYPE, name("Episode")), *triples(":Episode rdfs:subClassOf :TemporalEntity .")])
        assert Triple(blank, TYPE, name("TemporalEntity")) in closure.inferred

    def test_holds_rdf_only(self) -> None:
        closure = close(
            triples("""
            :p rdfs:range xsd:integer . :a :p 5 .                       # 5 rdf:type xsd:integer
            :q owl:inverseOf :p .                                       # 5 :q :a
            :r owl:sameAs [ :label "a property without a name" ] . :a :r :b .   # :a _:r :b
        """)
        )
        assert Triple(name("b"), TYPE, name("a")) not in closure.inferred
        assert all(isinstance(t.subject, NamedNode | BlankNode) for t in closure.inferred)

    def test_uses_on_the_way_what_it_leaves_out(self) -> None:
        closure = close(
            triples("""
            :p owl:inverseOf :q . :a :p 5 . :b :p 5.0 .
            [ owl:onProperty :p ; owl:someValuesFrom [ owl:onProperty :q ; owl:hasValue :a ] ] rdfs:subClassOf :Paired .
        """)
        )
        assert Triple(name("a"), TYPE, name("Paired")) in closure.inferred

    def test_does_not_loop_on_a_circular_list(self) -> None:
        circle = triples(":cell rdf:first :C ; rdf:rest :cell . :D owl:intersectionOf :cell . :a a :C .")
        assert Triple(name("a"), TYPE, name("D")) not in close(circle).inferred

    def test_an_observer_is_no_member(self) -> None:
        closure = close(
            triples("""
            :hasMembership owl:inverseOf :member . :hasAffiliation owl:inverseOf :affiliate .
            :member rdfs:subPropertyOf :episodeOf . :affiliate rdfs:subPropertyOf :episodeOf .
            :everMemberOf owl:propertyChainAxiom ( :hasMembership :in ) .
            :e1 :member :Armenia ; :in :CSTO . :e2 :affiliate :Serbia ; :in :CSTO .
        """)
        )
        assert Triple(name("Armenia"), name("everMemberOf"), name("CSTO")) in closure.inferred
        assert Triple(name("Serbia"), name("everMemberOf"), name("CSTO")) not in closure.inferred


class TestContradictions:
    def test_name_the_rule_and_the_triples(self) -> None:
        [found] = close(triples(":Member owl:disjointWith :Observer . :a a :Member , :Observer .")).inconsistencies
        assert found.rule == "cax-dw"
        assert set(found.triples) == {
            Statement(name("Member"), OWL.disjointWith, name("Observer")),
            Statement(name("a"), TYPE, name("Member")),
            Statement(name("a"), TYPE, name("Observer")),
        }

    def test_are_told_in_one_line(self) -> None:
        [found] = close(
            triples('state:ARM casus:isoAlpha3 "ARM"@en . casus:isoAlpha3 rdfs:range xsd:string .')
        ).inconsistencies
        assert str(found) == (
            'dt-not-type: "ARM"@en rdf:type xsd:string; state:ARM casus:isoAlpha3 "ARM"@en; '
            "casus:isoAlpha3 rdfs:range xsd:string"
        )

    def test_may_rest_on_statements_that_rdf_cannot_make(self) -> None:
        [found] = close(triples(':a :count "many"^^xsd:integer .')).inconsistencies
        assert [statement.triple() for statement in found.triples] == [
            None,
            Triple(name("a"), name("count"), Literal("many", datatype=XSD.integer)),
        ]

    def test_are_reported_once_and_as_they_were_asserted(self) -> None:
        given_ = triples(":b owl:differentFrom :a . :a owl:sameAs :b .")
        [found] = close(given_).inconsistencies
        assert {statement.triple() for statement in found.triples} == set(given_)

    def test_that_rest_on_asserted_triples_come_first(self) -> None:
        inconsistencies = close(
            triples("""
            :Observer owl:disjointWith :Member . :FullMember rdfs:subClassOf :Member .
            :a a :FullMember , :Observer . :z a :Member , :Observer .
        """)
        ).inconsistencies
        assert [found.triples[-1].subject for found in inconsistencies] == [name("z"), name("a")]

    def test_are_found_among_inferred_triples(self) -> None:
        inconsistencies = close(
            triples("""
            :party rdfs:domain :State . :State rdfs:subClassOf :Actor . :Treaty owl:disjointWith :Actor .
            :t a :Treaty ; :party :u .
        """)
        ).inconsistencies
        assert [found.rule for found in inconsistencies] == ["cax-dw"]

    def test_of_a_functional_property_cite_both_values(self) -> None:
        [found] = close(triples(":begins a owl:FunctionalProperty . :e :begins 1992 , 1994 .")).inconsistencies
        stated = {statement.triple() for statement in found.triples} - {None}
        assert found.rule == "eq-diff1"
        assert stated == set(triples(":begins a owl:FunctionalProperty . :e :begins 1992 , 1994 ."))

    def test_come_in_the_same_order_each_time(self) -> None:
        given_ = triples(":C owl:disjointWith :D . " + " ".join(f":x{i} a :C , :D ." for i in range(20)))
        assert close(given_).inconsistencies == close(given_).inconsistencies

    def test_of_owlrl_have_its_message(self) -> None:
        [found] = close(
            triples(":Member owl:disjointWith :Observer . :a a :Member , :Observer ."), "owlrl"
        ).inconsistencies
        assert found.rule == "owlrl"
        assert str(found).startswith("owlrl: Disjoint classes")


class TestEngines:
    def test_are_three_one_of_which_has_two_ways(self) -> None:
        known = "there are clingo, clingo-tables, duckdb, spark and owlrl"
        with pytest.raises(BadInput, match=f"no reasoner is called 'hermit'; {known}"):
            close([], engine="hermit")

    @pytest.mark.parametrize(
        "turtle",
        [
            """
            :Alliance a owl:Class ; rdfs:subClassOf :Organization . :Organization a owl:Class . :State a owl:Class .
            :member a owl:ObjectProperty ; rdfs:domain :Episode ; rdfs:range :State ; owl:inverseOf :hasEpisode .
            :in a owl:ObjectProperty ; rdfs:range :Organization . :Episode a owl:Class ; owl:disjointWith :State .
            :everMemberOf a owl:ObjectProperty ; owl:propertyChainAxiom ( :hasEpisode :in ) .
            :e1 :member :a ; :in :x . :e2 :member :b ; :in :x . :x a :Alliance . :a owl:sameAs :aa .
            """,
            """
            :Pact owl:equivalentClass [ owl:intersectionOf ( :Treaty
                [ owl:onProperty :creates ; owl:someValuesFrom :Defense ] ) ] .
            :creates owl:propertyChainAxiom ( :hasProvision :creates ) ; owl:inverseOf :arisesFrom .
            :Duty owl:unionOf ( :Defense :Offense ) . :Aggressive owl:onProperty :creates ; owl:hasValue :o .
            :t a :Treaty ; :hasProvision :p . :p :creates :d . :d a :Defense . :p :creates :o . :o a :Offense .
            """,
            """
            :next rdfs:subPropertyOf :later . :later a owl:TransitiveProperty . :capital a owl:FunctionalProperty .
            :borders a owl:SymmetricProperty , owl:IrreflexiveProperty . :code a owl:InverseFunctionalProperty .
            :e1 :next :e2 . :e2 :next :e3 . :e3 :later :e4 .
            :a :capital :k , :l ; :borders :b . :k :code :c . :m :code :c .
            """,
        ],
        ids=["memberships", "pacts", "properties"],
    )
    def test_agree(self, turtle: str) -> None:
        given_ = triples(turtle)
        assert informative(close(given_, "clingo").inferred) == informative(close(given_, "owlrl").inferred)

    def test_owlrl_reads_no_triples_about_triples(self) -> None:
        fact = Triple(name("a"), name("knows"), name("b"))
        with pytest.raises(BadInput, match="statement about a statement"):
            close([Triple(name("c"), name("says"), fact)], "owlrl")

    def test_a_failure_of_clingo_is_an_error_of_ours(self, tmp_path: Path) -> None:
        rules = tmp_path / "rules.lp"
        rules.write_text("a :- b")
        with pytest.raises(CasusError, match=r"clingo failed: .*syntax error"):
            ground(rules, "")

    def test_the_folder_one_works_in_does_not_matter(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "clingo.py").write_text("raise SystemExit('not this one')")
        monkeypatch.chdir(tmp_path)
        assert close([]).inferred


def informative(inferred: Iterable[Triple]) -> set[Triple]:
    """Triples less what owlrl and the rules here state differently about single terms.

    owlrl applies eq-ref, types two more datatypes, and leaves out some reflexive schema triples.
    """
    return {t for t in inferred if t.object not in (t.subject, RDFS.Datatype)}


Fact = tuple[str, str, str]


def naive_closure(facts: set[Fact]) -> set[Fact]:
    """The closure under a few of the rules, found by applying each to everything until nothing is new."""
    rules: list[Callable[[Fact, Fact], Fact | None]] = [
        lambda a, b: (a[0], "sub", b[2]) if a[1] == b[1] == "sub" and a[2] == b[0] else None,
        lambda a, b: (b[0], "type", a[2]) if a[1] == "sub" and b[1] == "type" and b[2] == a[0] else None,
        lambda a, b: (a[0], "subp", b[2]) if a[1] == b[1] == "subp" and a[2] == b[0] else None,
        lambda a, b: (b[0], a[2], b[2]) if a[1] == "subp" and b[1] == a[0] else None,
        lambda a, b: (b[0], "type", a[2]) if a[1] == "domain" and b[1] == a[0] else None,
        lambda a, b: (a[0], "domain", b[2]) if a[1] == "domain" and b[1] == "sub" and a[2] == b[0] else None,
        lambda a, b: (a[0], "domain", b[2]) if a[1] == "subp" and b[1] == "domain" and a[2] == b[0] else None,
        lambda a, b: (b[2], a[2], b[0]) if a[1] == "inverse" and b[1] == a[0] else None,
        lambda a, b: (b[2], a[0], b[0]) if a[1] == "inverse" and b[1] == a[2] else None,
        lambda a, b: (a[0], a[1], b[2]) if a[1] == b[1] and a[2] == b[0] and (a[1], "type", "trans") in facts else None,
    ]
    while True:
        new = {rule(a, b) for a in facts for b in facts for rule in rules} - facts - {None}
        if not new:
            return facts
        facts = facts | new


VOCABULARY = {
    "sub": SUB_CLASS,
    "subp": SUB_PROPERTY,
    "type": TYPE,
    "domain": DOMAIN,
    "inverse": INVERSE,
    "trans": TRANSITIVE,
}

CLASSES, PROPERTIES, THINGS = (st.sampled_from(names) for names in ("ABC", "pqr", "xyz"))
FACTS = st.sets(
    st.one_of(
        st.tuples(CLASSES, st.just("sub"), CLASSES),
        st.tuples(PROPERTIES, st.just("subp"), PROPERTIES),
        st.tuples(PROPERTIES, st.just("domain"), CLASSES),
        st.tuples(PROPERTIES, st.just("inverse"), PROPERTIES),
        st.tuples(PROPERTIES, st.just("type"), st.just("trans")),
        st.tuples(THINGS, st.just("type"), CLASSES),
        st.tuples(THINGS, PROPERTIES, THINGS),
    ),
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(FACTS)
def test_hierarchies_close_as_the_naive_fixpoint_does(facts: set[Fact]) -> None:
    def term(symbol: str) -> NamedNode:
        return VOCABULARY.get(symbol) or name(symbol)

    mine = {t for t in close([Triple(*map(term, fact)) for fact in facts]).inferred if t.subject.value.startswith(EX)}
    about_single_terms = {OWL.equivalentClass, OWL.equivalentProperty}
    assert {t for t in mine if t.predicate not in about_single_terms} == {
        Triple(*map(term, fact)) for fact in naive_closure(facts) - facts
    }


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=8))
def test_same_things_share_everything(pairs: list[tuple[int, int]]) -> None:
    marks = [Triple(name(f"x{i}"), name("mark"), name(f"m{i}")) for i in range(10)]
    closure = close([*marks, *(Triple(name(f"x{i}"), SAME, name(f"x{j}")) for i, j in pairs)])
    groups = [{i} for i in range(10)]
    for i, j in pairs:
        merged = groups[i] | groups[j]
        for member in merged:
            groups[member] = merged
    marked = {(t.subject, t.object) for t in closure.asserted | closure.inferred if t.predicate == name("mark")}
    assert marked == {(name(f"x{i}"), name(f"m{j}")) for i in range(10) for j in groups[i]}


@settings(max_examples=20, deadline=None)
@given(FACTS)
def test_closing_twice_adds_nothing(facts: set[Fact]) -> None:
    once = close([Triple(*(VOCABULARY.get(part) or name(part) for part in fact)) for fact in facts])
    assert not close(once.asserted | once.inferred).inferred
