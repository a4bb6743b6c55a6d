"""What may violate a shape is found by queries, and pySHACL finds the same in it as in all of the data."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse
from rdflib import BNode
from rdflib.namespace import RDF, SH

from kg.errors import BadInput
from kg.project import Project
from kg.rdf.load import load_file, load_files
from kg.rdf.turtle import rdflib_graph
from kg.terms import XSD, from_rdflib
from kg.validation.candidates import narrow_targets
from kg.validation.literals import DOUBTFUL, RESPELLED, marked_literals
from kg.validation.pyshacl_run import run_pyshacl

PREFIXES = """
@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

A = from_rdflib(RDF.type)
DATA = (SH.focusNode, SH.value)

#: Things of all kinds: of the class T and of one below it, named and not, with values near each limit.
THINGS = """
:T a owl:Class . :Below rdfs:subClassOf :T . :C rdfs:subClassOf :D .
:none a :T . :one a :Below ; :p :x ; :q :x . :two a :T ; :p :x, :y ; :q :y .
:three a :T ; :p :x, :y, :z ; :q :x, :y, :z . :eight a :T ; :p 1, 2, 3, 4, 5, 6, 7, 8 .
:x a :C ; :r :y . :y a :D ; :r :x, 1 ; :s :z . :z :r :z .
:number a :T ; :p 1, 5, 9 ; :q 5 . :decimal a :T ; :p 1.5, 9.25 . :double a :T ; :p 1.5e0, "INF"^^xsd:double .
:spelled a :T ; :p 01 . :respelled a :T ; :p "2.50"^^xsd:decimal .
:spelledTwice a :T ; :p 01, 1 ; :q "01.0"^^xsd:decimal . :yes a :T ; :p true, "1"^^xsd:boolean .
:ill a :T ; :p "abc"^^xsd:integer, "2020-13-45T00:00:00Z"^^xsd:dateTime . :own a :T ; :p "5"^^:type .
:day a :T ; :p "2020-01-01T00:00:00Z"^^xsd:dateTime ; :q "2021-01-01T00:00:00Z"^^xsd:dateTime .
:late a :T ; :p "2022-01-01T00:00:00Z"^^xsd:dateTime ; :q "2021-01-01T00:00:00Z"^^xsd:dateTime .
:zone a :T ; :p "2022-01-01T00:00:00+01:00"^^xsd:dateTime . :local a :T ; :p "2020-01-01T00:00:00"^^xsd:dateTime .
:words a :T ; :p "a", "colour", "Colour"@en, "couleur"@fr, "x\\n" ; :q "a" .
:british a :T ; :p "a"@en-GB, "b"@en-GB, "c"@EN . :emoji a :T ; :p "\U0001f600\U0001f600", "é", "²" .
:empty a :T ; :p "" . :iri a :T ; :p <http://example.org/a/longer/one> .
"""
#: More of them, which pySHACL refuses to compare.
BLANK = """
[] a :T ; :p [ :r :x ], :y ; :q "text" .
"""

#: Those of them whose values Oxigraph and pySHACL see alike.
CERTAIN = "\n".join(
    line for line in THINGS.splitlines() if not re.search(":(re|)(spelled|yes|ill|zone|local|double)", line)
)

#: Constraints of a property shape with the path :p, or of a shape as they stand.
CONSTRAINTS = {
    "class": ["sh:class :D", "sh:class :C, :D"],
    "datatype": [f"sh:datatype {name}" for name in (
        "xsd:integer", "xsd:boolean", "xsd:dateTime", "xsd:string", "rdf:langString", "rdfs:Literal", ":type",
        "xsd:double")],
    "nodeKind": [f"sh:nodeKind sh:{name}" for name in (
        "IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")],
    "count": [f"sh:{name} {number}" for name in ("minCount", "maxCount") for number in (0, 1, 2, 3, 6, 7, 8, 9)],
    "range": [f"sh:{name} {value}" for name in ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive")
        for value in ("5", "1.5", "5.0e0", '"b"', '"2020-01-01T00:00:00Z"^^xsd:dateTime', "01")],
    "length": [f"sh:{name} {number}" for name in ("minLength", "maxLength") for number in (0, 1, 2, 3, 6)],
    "pattern": ['sh:pattern "^c"', 'sh:pattern "^C" ; sh:flags "i"', 'sh:pattern "\\\\d$"', 'sh:pattern "x$"',
        'sh:pattern "^(?!c)"', 'sh:pattern "^0"',
        'sh:pattern "^([^2]|2.5$)"', 'sh:pattern "o", "u"'],
    "languageIn": [f"sh:languageIn ( {tags} )" for tags in ('"en"', '"en-GB" "FR"', '"*"', "")],
    "uniqueLang": ["sh:uniqueLang true", "sh:uniqueLang false"],
    "pairs": ["sh:equals :q", "sh:equals :q, :s", "sh:disjoint :q", "sh:lessThan :q", "sh:lessThanOrEquals :q"],
    "in": ["sh:in ( :x :y :z )", "sh:in ( :x 1 5 9 )", "sh:in ( 01 )", "sh:in ( 2.5 )",
        'sh:in ( "a" "colour"@en )', "sh:in ()"],
    "hasValue": ["sh:hasValue :x", "sh:hasValue 1", "sh:hasValue 01", "sh:hasValue 2.5", 'sh:hasValue "a", :x'],
    "not": ["sh:not [ sh:class :D ]", "sh:not [ sh:minInclusive 5 ]", "sh:not [ sh:path :r ; sh:minCount 2 ]",
        "sh:not [ sh:nodeKind sh:IRI ], [ sh:datatype xsd:integer ]", "sh:not [ sh:pattern '^0' ]"],
    "and": ["sh:and ( [ sh:class :D ] [ sh:path :r ; sh:minCount 1 ] )"],
    "or": ["sh:or ( [ sh:class :D ] [ sh:nodeKind sh:Literal ] )", "sh:or ( [ sh:maxInclusive 5 ] [ sh:in ( :x ) ] )"],
    "xone": ["sh:xone ( [ sh:class :D ] [ sh:path :r ; sh:minCount 1 ] [ sh:nodeKind sh:Literal ] )"],
    "node": ["sh:node [ sh:class :D ; sh:property [ sh:path :r ; sh:maxCount 1 ] ]"],
    "property": ["sh:property [ sh:path :r ; sh:minCount 1 ; sh:property [ sh:path :s ; sh:maxCount 0 ] ]"],
    "qualified": ["sh:qualifiedValueShape [ sh:class :D ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 2",
        "sh:qualifiedValueShape [ sh:datatype xsd:integer ] ; sh:qualifiedMinCount 2",
        "sh:qualifiedValueShape [ sh:maxInclusive 5 ] ; sh:qualifiedMaxCount 1"],
    "closed": ["sh:closed true ; sh:ignoredProperties ( rdf:type :q )", "sh:closed false"],
    "deactivated": ["sh:minCount 9 ; sh:deactivated true", "sh:not [ sh:class :D ; sh:deactivated true ]"],
}  # fmt: skip

PATHS = [
    ":p", "[ sh:inversePath :r ]", "( :p :r )", "( :p [ sh:inversePath :r ] )", "[ sh:alternativePath ( :p :q ) ]",
    "[ sh:zeroOrMorePath :r ]", "[ sh:oneOrMorePath :r ]", "[ sh:zeroOrOnePath :p ]", "( [ sh:zeroOrMorePath :p ] :r )",
    "[ sh:inversePath ( :p :r ) ]", "[ sh:alternativePath ( :p [ sh:zeroOrOnePath :q ] ) ]",
    "( :r :r :r :r :r :r :r :r :r )", "( :r :r )",
    "( [ sh:zeroOrOnePath :r ] [ sh:zeroOrMorePath :s ] )",
]  # fmt: skip

TARGETS = [
    "sh:targetClass :T", "sh:targetClass :D", "sh:targetNode :one, :absent, 1, 01, 'text'", "sh:targetSubjectsOf :q",
    "sh:targetObjectsOf :p", "sh:targetClass :T ; sh:targetObjectsOf :q", "a rdfs:Class",
    "sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this { ?any <http://example.org/p> ?this }' ]",
    "sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT (?p AS ?this) { ?s ?p ?o } GROUP BY ?p' ]",
]  # fmt: skip

QUERIES = [
    "SELECT $this ?value { $this :p ?value . ?value :r ?any }",
    "SELECT $this { $this a ?any FILTER NOT EXISTS { $this :q ?value } }",
    "SELECT $this (COUNT(?v) AS ?value) { $this :p ?v } GROUP BY $this HAVING (COUNT(?v) > 2)",
    "SELECT $this ?value { { $this :p ?value } UNION { ?value :r ?other FILTER($this = :one) } }",
    "SELECT $this { FILTER(BOUND($this) && STRENDS(STR($this), 'o')) }",
    "SELECT $this ($this AS ?value) { $this :q ?any }",
    "SELECT ?value { $this :p ?value . OPTIONAL { ?value :s ?s FILTER($this != :two) } FILTER(!BOUND(?s)) }",
]


def read(turtle: str) -> list[Quad]:
    return list(parse(PREFIXES + turtle, RdfFormat.TURTLE))


def said(report: rdflib.Graph) -> list[tuple[str, ...]]:
    """What a report says of each result; a blank node that is no node of the data counts as any other."""
    return sorted(
        tuple(
            sorted(
                f"{name} {value.n3() if name in DATA or not isinstance(value, BNode) else 'a blank node'}"
                for name, value in report.predicate_objects(node)
            )
        )
        for node in report.subjects(RDF.type, SH.ValidationResult)
    )


def assert_same(data: Iterable[Quad], shapes: Iterable[Quad]) -> rdflib.Graph:
    """Hold what is found in the candidates against what is found in all nodes; both may be an error."""
    statements, shapes = list(data), list(shapes)
    try:
        whole, _ = run_pyshacl(statements, rdflib_graph(shapes), advanced=True, narrowed=False)
    except BadInput as error:
        with pytest.raises(BadInput) as caught:
            run_pyshacl(statements, rdflib_graph(shapes), advanced=True)
        assert caught.value.message == error.message
        raise
    narrowed, _ = run_pyshacl(statements, rdflib_graph(shapes), advanced=True)
    assert said(narrowed) == said(whole)
    return whole


def shape(constraint: str, target: str = "sh:targetClass :T", path: str | None = ":p") -> str:
    """A shape for some targets; with a message, since a default one lists blank nodes in any order."""
    constraint = f"sh:property [ sh:path {path} ; sh:message 'wrong' ; {constraint} ]" if path else constraint
    return f":S a sh:NodeShape ; sh:message 'wrong' ; {target} ; {constraint} ."


def is_narrow(data: Iterable[Quad], shapes: rdflib.Graph) -> bool:
    """Whether pySHACL has nothing left to look at."""
    triples = {quad.triple for quad in data}
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    marked = marked_literals(triple.object for triple in triples)
    is_any, _ = narrow_targets(shapes, store, marked, advanced=True)
    return not is_any


@pytest.mark.parametrize("constraint", [each for group in CONSTRAINTS.values() for each in group])
def test_a_constraint_is_violated_by_the_same_values(constraint: str) -> None:
    assert_same(read(THINGS if "lessThan" in constraint else THINGS + BLANK), read(shape(constraint)))


@pytest.mark.parametrize("constraint", [
    each for name, group in CONSTRAINTS.items() for each in group
    if name not in ("count", "uniqueLang", "qualified", "deactivated") and "lessThan" not in each
])  # fmt: skip
def test_a_constraint_on_the_focus_node_itself_is_violated_by_the_same(constraint: str) -> None:
    for target in ("sh:targetClass :T", "sh:targetObjectsOf :p"):
        assert_same(read(THINGS + BLANK), read(shape(constraint, target, path=None)))


@pytest.mark.parametrize("path", PATHS)
def test_a_path_leads_to_the_same_values(path: str) -> None:
    for constraint in ("sh:minCount 2", "sh:maxCount 0", "sh:class :D", "sh:hasValue :x"):
        for target in ("sh:targetClass :T", "sh:targetNode :absent, 'text', :y"):
            assert_same(read(THINGS + BLANK), read(shape(constraint, target, path)))


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_has_the_same_focus_nodes(target: str) -> None:
    for constraint in ("sh:minCount 1", "sh:nodeKind sh:IRI ; sh:minCount 2"):
        assert_same(read(THINGS + BLANK + ":i a :S ."), read(shape(constraint, target)))
    assert_same(read(THINGS + BLANK), read(shape("sh:nodeKind sh:BlankNode", target, path=None)))


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_has_rows_for_the_same_nodes(query: str) -> None:
    query = query.replace(" :", " ex:")
    declared = ": sh:declare [ sh:prefix 'ex' ; sh:namespace 'http://example.org/'^^xsd:anyURI ] ."
    stated = f'sh:sparql [ sh:prefixes : ; sh:select "{query}" ]'
    assert_same(read(THINGS + BLANK), read(shape(stated, path=None) + declared))


@pytest.mark.parametrize(
    "constraint", ["sh:minLength 2", "sh:minCount 2", "sh:severity sh:Warning", "sh:severity sh:Info"]
)
def test_shapes_without_a_name_and_other_severities_are_reported_alike(constraint: str) -> None:
    shapes = read(f"[] a sh:PropertyShape ; sh:targetClass :T ; sh:path :p ; sh:datatype xsd:string ; {constraint} .")
    assert said(assert_same(read(THINGS + BLANK), shapes))


def test_disjoint_qualified_value_shapes_count_the_same_values() -> None:
    part = "[ sh:path :p ; sh:qualifiedValueShapesDisjoint true ; sh:qualifiedValueShape [ %s ] ; %s ; sh:message '' ]"
    first, second = part % ("sh:class :D", "sh:qualifiedMinCount 1"), part % ("sh:class :C", "sh:qualifiedMaxCount 0")
    assert_same(read(THINGS + BLANK), read(shape(f"sh:property {first}, {second}", path=None)))


@pytest.mark.parametrize("constraint", [
    "sh:sparql [ sh:message 'no query' ]", "sh:sparql [ sh:select 'SELECT $this { $this ?p ?o MINUS { ?o a ?o } }' ]",
    "sh:property [ sh:path :p ; sh:lessThan :q ]", "sh:or ( [ sh:path :p ; sh:lessThan :q ] [ sh:class :T ] )",
    "sh:property [ sh:path ( :p :r :r :r :r :r :r :r :r :r :r :r ) ]", "sh:node :Nothing, [ sh:path :p ]",
])  # fmt: skip
def test_what_pyshacl_refuses_stays_refused(constraint: str) -> None:
    with pytest.raises(BadInput):
        assert_same(read(THINGS + BLANK), read(shape(constraint, path=None)))


def random_shape(chance: random.Random, depth: int) -> str:
    """A node shape or a property shape, in which others are nested."""
    constraints = [each for group in CONSTRAINTS.values() for each in group if "lessThan" not in each]
    if chance.random() < 0.4:
        return f"[ sh:path {chance.choice(PATHS[:9])} ; {chance.choice(constraints)} ]"
    if not depth:
        return f"[ {chance.choice(CONSTRAINTS['nodeKind'] + CONSTRAINTS['class'] + CONSTRAINTS['datatype'])} ]"
    parts = [random_shape(chance, depth - 1) for _ in range(chance.randint(1, 3))]
    counted = f"sh:qualifiedValueShape {parts[0]} ; sh:qualified{chance.choice(['Min', 'Max'])}Count {len(parts)}"
    return chance.choice([
        f"[ sh:not {parts[0]} ]", f"[ sh:or ( {' '.join(parts)} ) ]", f"[ sh:xone ( {' '.join(parts)} ) ]",
        f"[ sh:and ( {' '.join(parts)} ) ]", f"[ sh:path {chance.choice(PATHS[:9])} ; {counted} ]",
    ])  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_shapes_nested_at_random_are_violated_by_the_same(seed: int) -> None:
    chance = random.Random(seed)
    stated = f"sh:or ( {random_shape(chance, 2)} ) ; sh:not {random_shape(chance, 2)}"
    data = THINGS + BLANK if seed % 2 else CERTAIN
    assert_same(
        read(data), read(shape(stated, chance.choice(["sh:targetClass :T", "sh:targetObjectsOf :p"]), path=None))
    )


def test_shapes_that_refer_to_themselves_are_left_to_pyshacl() -> None:
    assert_same(read(THINGS), read(shape("sh:node :S ; sh:minCount 2")))
    assert_same(read(THINGS + ":r :q :r ."), read(shape("sh:property [ sh:path :r ; sh:node :S ] ; sh:minCount 1")))


def test_nothing_is_left_to_look_at_where_all_conforms() -> None:
    constraints = """sh:class :D ; sh:nodeKind sh:IRI ; sh:minCount 1 ; sh:maxCount 3 ; sh:minLength 3 ;
        sh:hasValue :x ; sh:pattern "^http" ; sh:in ( :x :y :z ) ; sh:not [ sh:datatype xsd:string ] ;
        sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:class :C ] ;
        sh:or ( [ sh:class :C ] [ sh:hasValue :y ] )"""
    conforming = ":C rdfs:subClassOf :D . :x a :C . :y a :D . :a a :T ; :p :x, :y . :b a :T ; :p :x ."
    assert is_narrow(read(conforming), rdflib_graph(read(shape(constraints))))
    assert not is_narrow(read(conforming + ":b :p :c ."), rdflib_graph(read(shape(constraints))))


def test_nothing_of_the_shipped_project_is_left_to_look_at(project: Project) -> None:
    assert is_narrow(load_files(project.sources), rdflib_graph(load_files(project.shapes)))


def test_literals_are_marked_that_are_not_kept_as_they_are_written() -> None:
    written = [
        quad.object for quad in read(':a :p 1, 01, "1.50"^^xsd:decimal, "x"^^xsd:integer, "é"@fr, 2.5, "y"^^:type .')
    ]
    marks = {str(literal).partition("^")[0]: mark for literal, mark in marked_literals(written).items()}
    assert marks == {'"1"': DOUBTFUL, '"1.5"': RESPELLED, '"x"': DOUBTFUL}


def test_triples_as_terms_are_refused_even_where_no_shape_looks_at_them() -> None:
    with pytest.raises(BadInput, match="a statement about a statement"):
        run_pyshacl(read(":a :p <<( :b :p :c )>> ."), rdflib_graph(read(shape("sh:minCount 1"))))


# The shipped project, spoilt.


def spoil(quads: Sequence[Quad], chance: random.Random) -> list[Quad]:
    """Take statements of some things out, double some values, and change others."""
    things = defaultdict(list)
    for quad in quads:
        things[quad.subject].append(quad)
    classes = [quad.object for quad in quads if quad.predicate == A]
    spoilt: list[Quad] = []
    for stated in things.values():
        at_fault = chance.choice(stated)
        spoilt += [quad for quad in stated if quad is not at_fault]
        subject, predicate, value = at_fault.triple
        match chance.randrange(7):
            case 0:
                pass
            case 1:
                spoilt += [at_fault, Quad(subject, predicate, chance.choice(quads).object)]
            case 2:
                spoilt.append(Quad(subject, predicate, chance.choice(quads).object))
            case 3:
                spoilt += [at_fault, Quad(subject, A, chance.choice(classes or [A]))]
            case 4:
                spoilt.append(Quad(subject, chance.choice(quads).predicate, value))
            case 5 if isinstance(value, Literal):
                datatype = XSD.integer if value.language else value.datatype
                spoilt.append(Quad(subject, predicate, Literal(f"0{value.value}", datatype=datatype)))
            case _:
                spoilt += [at_fault, Quad(subject, predicate, NamedNode("https://w3id.org/casus/id/nothing/X"))]
    return spoilt


def assert_same_of_spoilt(
    project: Project, files: Sequence[Path], spoilt: Iterable[Path], chance: random.Random
) -> None:
    """Spoil some files of the project, and hold the reports against each other."""
    shapes = load_files(project.shapes)
    quads = {file: load_file(file) for file in files}
    for file in spoilt:
        quads[file] = spoil(quads[file], chance)
    data = [quad for stated in quads.values() for quad in stated]
    report = assert_same(data, shapes)
    assert len({*report.objects(None, SH.sourceShape)}) > 30


def test_a_spoilt_part_of_the_project_is_reported_alike(project: Project) -> None:
    cases = sorted((Path(__file__).parents[1] / "shapes").glob("*.ttl"))
    concepts = project.root / "graph" / "concepts.ttl"
    assert_same_of_spoilt(project, [*project.ontology, concepts, *cases], cases, random.Random(1))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_the_spoilt_project_is_reported_alike(project: Project, seed: int) -> None:
    assert_same_of_spoilt(project, project.sources, project.sources, random.Random(seed))
