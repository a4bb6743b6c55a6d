"""The closure as text: the same as that of triples, however their terms are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize
from shipped import PREFIXES

from kg.errors import MissingFile, ParseError, UnknownFormat
from kg.proofs.explainer import Explainer
from kg.rdf.load import load_file, load_ntriples, to_ntriples
from kg.reasoning.closure import close, close_ntriples

TURTLE = """
    :a :says "01"^^xsd:integer , 1.0 , "tab\\tquote\\"back\\\\line\\nend" , "договор"@ru , "" , "a b . c" .
    :a :says "\\u0000\\u0085" .
    :says rdfs:subPropertyOf :utters . :utters owl:inverseOf :utteredBy . :a owl:sameAs :b .
    _:x a :Episode . :Episode rdfs:subClassOf :TemporalEntity . <http://example.org/ü/ö> a :Episode .
    :r owl:sameAs [ rdfs:label "a property without a name" ] . :a :r :b .
"""


def triples(turtle: str) -> list[Triple]:
    prefixes = {**PREFIXES, "": "http://example.org/"}
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes.items())
    return [quad.triple for quad in parse(head + turtle, RdfFormat.TURTLE)]


def as_text(graph: list[Triple]) -> str:
    return to_ntriples(Quad(*triple) for triple in graph)


def closed_lines(graph: list[Triple]) -> set[str]:
    """The closure of the triples, written as text."""
    closure = close(graph)
    # A line ends with a line feed only: splitlines would split within a literal.
    return {line + "\n" for line in as_text([*closure.asserted, *closure.inferred]).split("\n") if line}


def test_the_closure_is_that_of_the_triples() -> None:
    graph = triples(TURTLE)
    assert set(close_ntriples(as_text(graph)).lines) == closed_lines(graph)


def test_lines_are_in_order_and_each_once() -> None:
    lines = close_ntriples(as_text(triples(TURTLE) * 2)).lines
    assert lines == sorted(set(lines))


def test_triples_about_triples_pass_through() -> None:
    fact = Triple(NamedNode("x:a"), NamedNode("x:knows"), NamedNode("x:b"))
    graph = [Triple(NamedNode("x:c"), NamedNode("x:says"), fact), *triples("<x:says> owl:inverseOf <x:saidBy> .")]
    lines = close_ntriples(as_text(graph)).lines
    assert "<x:c> <x:says> <<( <x:a> <x:knows> <x:b> )>> .\n" in lines
    assert not [line for line in lines if line.startswith("<<(")]
    assert set(lines) == closed_lines(graph)


@pytest.mark.parametrize("use", [":a :p :b", ":p :q :b"], ids=["as a property", "as a subject"])
def test_what_is_the_same_as_a_triple_makes_none_that_rdf_has_not(use: str) -> None:
    """No triple is a subject or a property of another."""
    graph = triples(f":p owl:sameAs <<( :a :q :b )>> . {use} .")
    lines = close_ntriples(as_text(graph)).lines
    assert set(lines) == closed_lines(graph)
    assert len(list(parse("".join(lines), RdfFormat.N_TRIPLES))) == len(lines)
    inferred = Explainer(Quad(*triple) for triple in graph).inferred()
    assert any(statement.triple() is None for statement in inferred)


def test_contradictions_are_the_same() -> None:
    graph = triples(
        ":C owl:disjointWith :D . :x a :C , :D . _:y a :C , :D . :p rdfs:range xsd:integer . :x :p 'a b'@en ."
    )
    told = [
        list(map(str, close_of(graph).inconsistencies)) for close_of in (close, lambda g: close_ntriples(as_text(g)))
    ]
    assert told[0] == told[1]
    assert len(told[0]) == 3


def test_statements_of_contradictions_have_terms() -> None:
    [found] = close_ntriples(as_text(triples(":count rdfs:range xsd:string . _:b :count 5 ."))).inconsistencies
    assert Literal(5) in {statement.object for statement in found.triples}
    assert any(isinstance(statement.subject, BlankNode) for statement in found.triples)


@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".rdf", ".jsonld", ".nq", ".trig"])
def test_files_give_the_statements_that_they_give_one_by_one(tmp_path: Path, suffix: str) -> None:
    forms = {
        ".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".rdf": RdfFormat.RDF_XML,
        ".jsonld": RdfFormat.JSON_LD, ".nq": RdfFormat.N_QUADS, ".trig": RdfFormat.TRIG,
    }  # fmt: skip
    graph = triples(":a rdfs:label 'one'@en , 'два'@ru ; :p 5 , true . :b a :C .")
    path = tmp_path / f"data{suffix}"
    path.write_bytes(serialize(graph, format=forms[suffix]) or b"")
    assert sorted(load_ntriples([path]).splitlines()) == sorted(to_ntriples(load_file(path)).splitlines())


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    paths = [tmp_path / "one.nt", tmp_path / "two.nt"]
    for path in paths:
        path.write_text("_:same <x:p> <x:o> .\n")
    assert len(set(load_ntriples(paths).splitlines())) == 2


@pytest.mark.parametrize(
    ("file", "text", "error", "says"),
    [
        ("bad.nt", "<x:a> <x:p> <x:b> .\n<x:a> p <x:b> .\n", ParseError, "bad.nt:2: not N-Triples"),
        ("bad.ttl", "<x:a> <x:p> <x:b> .\n\n<x:a> p .\n", ParseError, "bad.ttl:3: not Turtle"),
        ("bad.txt", "", UnknownFormat, "no RDF format has the suffix"),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, file: str, text: str, error: type[Exception], says: str) -> None:
    path = tmp_path / file
    path.write_text(text)
    with pytest.raises(error, match=says):
        load_ntriples([path])


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="no such file"):
        load_ntriples([tmp_path / "absent.nt"])
