"""The one layout: stable, lossless, and the layout of every shipped file."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
    serialize,
)
from shipped import ID

from kg.project import open_project
from kg.rdf.load import load_file
from kg.rdf.turtle import comments_below, format_file, format_turtle
from kg.terms import RDF, XSD

SHIPPED = open_project()


def canonical(quads: list[Quad]) -> Dataset:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@pytest.mark.parametrize("path", SHIPPED.sources + SHIPPED.shapes, ids=lambda path: path.name)
def test_shipped_files_are_in_the_layout(path: Path) -> None:
    present, wanted = format_file(path)
    assert present == wanted, "run `kg format`"


def test_subjects_are_in_natural_order_and_comments_at_the_top_stay(write) -> None:
    path = write("a.ttl", "<article/10> a casus:Provision .\n<article/2> a casus:Provision .\n")
    path.write_text("# What this is.\n" + path.read_text())
    _, text = format_file(path)
    assert text.startswith("# What this is.\n\n@base <https://w3id.org/casus/id/> .")
    assert text.index("<article/2>") < text.index("<article/10>")


def test_formatting_loses_nothing_and_is_stable(write) -> None:
    path = write(
        "a.ttl",
        """
        <state/ARM> casus:p "01"^^xsd:integer, 1.50, "a \\"quoted\\"\\nline"@en, "Армения"@ru, <organization/CSTO>,
            <http://example.org/elsewhere?a=b#c>, <https://w3id.org/casus/id/> .
        casus:p owl:propertyChainAxiom ( casus:q casus:r ), ( casus:s casus:t casus:u ) .
        [ a owl:Restriction ; owl:onProperty casus:p ; owl:someValuesFrom [ owl:unionOf ( casus:A casus:B ) ] ]
            rdfs:subClassOf casus:C .
        [ a owl:Restriction ; owl:onProperty casus:o ; owl:hasValue 1 ] rdfs:subClassOf casus:C .
        """,
    )
    _, text = format_file(path)
    again = write("b.ttl", "")
    again.write_text(text)
    assert canonical(load_file(again)) == canonical(load_file(path))
    assert format_file(again) == (text, text)
    assert format_turtle(load_file(path)).partition("\n\n")[2] == text.partition("\n\n")[2]


def formatted(write, text: str) -> str:
    """A file that has no prefixes but its own, formatted."""
    path = write("a.ttl", "")
    path.write_text(text, encoding="utf-8")
    present, wanted = format_file(path)
    assert present == text
    path.write_text(wanted, encoding="utf-8")
    assert format_file(path) == (wanted, wanted), "formatting again changes it"
    return wanted


EX = "@prefix ex: <http://ex.org/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"


@pytest.mark.parametrize(
    ("literal", "wanted"),
    [
        ('"none"^^xsd:boolean', '"none"^^xsd:boolean'),
        ('"TRUE"^^xsd:boolean', '"TRUE"^^xsd:boolean'),
        ('"1"^^xsd:boolean', '"1"^^xsd:boolean'),
        ("true", "true"),
        ("1.50e0", "1.50e0"),
        ("1.e3", "1.e3"),
        ('"1e"^^xsd:double', '"1e"^^xsd:double'),
        ('"INF"^^xsd:double', '"INF"^^xsd:double'),
        ("01", "01"),
        ('"001"^^xsd:integer', "001"),
        ('" 1"^^xsd:integer', '" 1"^^xsd:integer'),
        ("+1.0", "+1.0"),
        ('"1."^^xsd:decimal', '"1."^^xsd:decimal'),
        ('"1"^^xsd:decimal', '"1"^^xsd:decimal'),
        ('"٣"^^xsd:integer', '"٣"^^xsd:integer'),
        ('"x"@en-GB', '"x"@en-GB'),
        ('"x"@sr-Latn-RS', '"x"@sr-Latn-RS'),
        ('"x"^^ex:own', '"x"^^ex:own'),
        ('"x"^^xsd:string', '"x"'),
    ],
)
def test_a_literal_stays_as_it_was_written(write, literal: str, wanted: str) -> None:
    assert formatted(write, f"{EX}ex:a ex:p {literal} .\n").splitlines()[-1] == f"ex:a ex:p {wanted} ."


def test_a_files_prefixes_go_before_the_houses(write) -> None:
    own = "@prefix k: <http://www.w3.org/2004/02/skos/core#> .\n@prefix org: <http://other.org/> .\n"
    text = formatted(write, f"{EX}{own}ex:a ex:p k:Concept, org:x ; ex:q-1 ex:b .\n")
    assert "ex:a ex:p org:x,\n        k:Concept ;\n" in text
    assert "ns1:" not in text


@pytest.mark.parametrize(
    "text",
    [
        # A base and prefixes that nothing uses.
        "@base <http://example.org/> .\n@prefix ex: <http://ex.org/> .\n\n<a> <p> <http://ex.org/b/c> .\n",
        "@base <http://example.org/> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n",
        # A base that ends in no slash has only fragments below it.
        "@base <http://ex.org/o> .\n@prefix : <http://ex.org/o#> .\n\n:a :p <http://ex.org/ob> .\n\n<> a :T .\n",
        "@base <http://ex.org/o#> .\n\n<> <#p> <http://ex.org/b> .\n",
        # Prefixes that are relative to the file.
        "@prefix : <#> .\n@prefix at: <at/> .\n\n:a :p <b> .\n",
        "@prefix : <#> .\n@prefix ex: <http://ex.org/> .\n\nex:a ex:p ex:b .\n",
    ],
)
def test_what_a_file_declares_is_kept(write, text: str) -> None:
    assert formatted(write, text) == text


def test_of_several_bases_the_last_is_kept(write) -> None:
    text = "@base <http://a.org/> .\n<a> <p> 'x' .\n@base <http://b.org/> .\n<b> <p> 'x' .\n"
    written = formatted(write, text)
    assert written.startswith("@base <http://b.org/> .\n")
    assert "<http://a.org/a> <http://a.org/p> " in written
    assert "\n<b> <p> " in written


@pytest.mark.parametrize(
    "iri", ["http://ex.org/a%20b", "http://ex.org/x.", "http://ex.org/a/b", "http://ex.org/-", "u:x"]
)
def test_an_iri_that_is_no_prefixed_name_is_written_out(write, iri: str) -> None:
    assert f"<{iri}>" in formatted(write, f"{EX}ex:a ex:p <{iri}> .\n")


def test_what_is_relative_to_the_file_stays_so(write) -> None:
    text = formatted(write, "<> a <http://www.w3.org/2002/07/owl#Ontology> .\n<#a> <http://ex.org/p> <b/c>, <?q> .\n")
    assert "@base" not in text
    assert "file:" not in text
    assert "<> a owl:Ontology" in text
    assert "<#a> <http://ex.org/p> <?q>,\n" in text


def test_labels_of_blank_nodes_do_not_change_from_run_to_run(write) -> None:
    text = formatted(write, f"{EX}ex:a ex:p _:x . ex:b ex:p _:x . _:x ex:q _:y . _:y ex:q _:x .\n")
    assert set(re.findall(r"_:\w+", text)) <= {"_:b0", "_:b1"}


@pytest.mark.parametrize(
    "nodes",
    [
        "ex:a ex:p _:l . _:l rdf:rest _:l ; rdf:first 1 .",
        "ex:a ex:p _:l . _:l rdf:first 1, 2 .",
        "ex:a ex:p _:l . _:l rdf:first 1, 2 ; rdf:rest () .",
        "ex:a ex:p _:l . _:l rdf:first 1 ; rdf:rest () ; a rdf:List .",
        "ex:a ex:p _:l, _:m . _:l rdf:first 1 ; rdf:rest _:t . _:m rdf:first 2 ; rdf:rest _:t . _:t rdf:first 3 .",
        "ex:a ex:p _:l . _:l rdf:first 1 ; rdf:rest ex:t . ex:t rdf:first 2 ; rdf:rest () .",
        "ex:a ex:p _:l . _:l rdf:first 1 .",
        "ex:a rdf:nil rdf:nil . () ex:p ( 1 ( 2 ) [ ex:q () ] ) .",
        "[] ex:p [ ex:p [] ] . _:a ex:p _:b . _:b ex:p _:a .",
    ],
)
def test_lists_and_blank_nodes_of_any_shape_stay_what_they_are(write, nodes: str) -> None:
    text = f"{EX}@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n{nodes}\n"
    assert canonical(parse(formatted(write, text), format=RdfFormat.TURTLE)) == canonical(
        parse(text, format=RdfFormat.TURTLE)
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("# At the top.\n\n<a:s> <a:p> 1 .", 0),
        ("# At the top.\n<a:s> <a:p> 1 . # One # and no more\n#\n", 2),
        ('<a:s#t> <a:p#> \'# no\', """a "#" b\n# no""", \'\'\'it\'s\n# no\'\'\', "\\"# no" .', 0),
        ("@prefix ex: <http://ex.org/> .#yes\nex:a\\#b <a:p> 1 .", 1),
    ],
)
def test_comments_that_are_not_kept_are_counted(kg, write, text: str, number: int) -> None:
    path = write("a.ttl", "")
    path.write_text(text)
    assert comments_below(text) == number
    lost = f"{path}: comments below the first statement are not kept: {number}\n"
    assert kg("format", "--check", path).stderr == (lost if number else "")


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.nt", "<a:s> <a:p> <a:o> ."), ("a.trig", "<a:g> { <a:s> <a:p> <a:o> }"), ("a.xml", "<x/>")],
)
def test_what_is_not_turtle_is_left_alone(kg, tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    result = kg("format", path)
    assert (result.exit_code, result.stderr) == (2, f"kg: {path}: not Turtle, which is what kg format writes\n")
    assert path.read_text() == text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<a:s> <a:p> 1 .\n# Stra\xdfe\n", ":2: this is not UTF-8; convert it, for example by `iconv -f ISO-8859-1"),
        (gzip.compress(b"<a:s> <a:p> 1 .\n"), ": this is compressed; decompress it, for only text can be written anew"),
    ],
    ids=["a comment in another encoding", "compressed"],
)
def test_what_is_read_but_no_text_throughout_is_left_alone(kg, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(content)
    assert len(load_file(path)) == 1
    result = kg("format", path)
    assert (result.exit_code, result.stderr.startswith(f"kg: {path}{said}")) == (2, True), result.stderr
    assert path.read_bytes() == content


@pytest.mark.parametrize("text", ["<a:s> <a:p> <<( <a:s> <a:p> <a:o> )>> .", '<a:s> <a:p> "x"@en--ltr .'])
def test_what_cannot_be_written_in_the_layout_is_refused_and_left_alone(kg, write, text: str) -> None:
    path = write("a.ttl", text)
    before = path.read_text()
    result = kg("format", path)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"kg: {path}: ")
    assert len(result.stderr.splitlines()) == 1
    assert path.read_text() == before


def test_blank_nodes_within_blank_nodes_without_end_are_refused(kg, write) -> None:
    path = write("a.ttl", "<a:s> <a:p> " + "[ <a:p> " * 5000 + "1" + " ]" * 5000 + " .")
    result = kg("format", path)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)


TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\\n\r\t'), max_size=12)
STARTS = [ID, ID + "state/", "http://ex.org/", "http://ex.org/#", "http://www.w3.org/2004/02/skos/core#", "urn:x:"]
IRIS = st.builds(
    lambda start, rest: NamedNode(start + rest), st.sampled_from(STARTS), st.text("aé0_-.~/?:@!'()*+,;=&", max_size=6)
)
NODES = IRIS | st.sampled_from([RDF.nil]) | st.sampled_from("xyz").map(BlankNode)
TYPES = [XSD.boolean, XSD.integer, XSD.decimal, XSD.double, XSD.float, XSD.dateTime, XSD.string]
LITERALS = st.one_of(
    st.builds(lambda text, tag: Literal(text, language=tag), TEXT, st.sampled_from(["en", "en-GB", "sr-Latn"])),
    st.builds(
        lambda text, datatype: Literal(text, datatype=datatype),
        TEXT | st.text("+-0123456789.eEtrufalsINFN", max_size=6),
        st.sampled_from(TYPES) | IRIS,
    ),
)
PROPERTIES = IRIS | st.sampled_from([RDF.type, RDF.first, RDF.rest, RDF.nil])
QUADS = st.lists(st.builds(Quad, NODES, PROPERTIES, NODES | LITERALS), max_size=8)


@given(quads=QUADS)
def test_no_graph_is_changed_by_formatting(tmp_path_factory, quads: list[Quad]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.ttl"
    path.write_bytes(serialize(quads, format=RdfFormat.TURTLE, prefixes={"ex": "http://ex.org/"}))
    _, text = format_file(path)
    assert canonical(parse(text, format=RdfFormat.TURTLE)) == canonical(quads)
    path.write_text(text, encoding="utf-8", newline="")
    assert format_file(path) == (text, text)
