"""`kg reason` on people's own files: limits, contradictions, what is passed over, formats, Ctrl-C."""

from __future__ import annotations

import gzip
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from click.testing import Result

PREFIXES = """@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CHAIN = ":p a owl:TransitiveProperty .\n" + "".join(f":x{n} :p :x{n + 1} .\n" for n in range(1_500))


@pytest.fixture
def file(tmp_path: Path):
    def create(text: str, name: str = "data.ttl", prefixes: str = PREFIXES) -> Path:
        path = tmp_path / name
        path.write_text(prefixes + text, encoding="utf-8")
        return path

    return create


def told(result: Result) -> list[str]:
    """What a command says on standard error, less what grows, of which a busy machine has time to speak."""
    return [line for line in result.stderr.splitlines() if not line.startswith("reasoning: ")]


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--limit-seconds", "0.5", "kg: reasoning takes longer than 0.5 s"),
        ("--limit-statements", "5000", "kg: the closure has more than 5,000 statements"),
        ("--limit-memory", "150", "kg: reasoning would take more memory than 150 MB"),
    ],
)
def test_a_limit_ends_it_with_a_line_and_a_status(kg, file, tmp_path: Path, option: str, value: str, says: str) -> None:
    out = tmp_path / "closure.nt"
    result = kg("reason", file(CHAIN), option, value, "-o", out)
    last = result.stderr.splitlines()[-1]
    assert (result.exit_code, last.startswith(says)) == (7, True), result.stderr
    # Of what grows nothing can be said before anything has: a busy machine may take that long.
    assert "of late mostly <http://example.org/p>" in last or option == "--limit-seconds"
    assert not list(tmp_path.glob(".*")) + list(tmp_path.glob("closure*"))


@pytest.mark.parametrize("value", ["0", "-1", "many", "nan"])
def test_a_limit_is_a_number_above_nothing(kg, file, value: str) -> None:
    assert kg("reason", file(""), "--limit-seconds", value).exit_code == 2


def test_a_build_has_the_limits_too(kg, write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CASUS_CACHE", str(tmp_path / "cache"))
    write("ontology/none.ttl", "")
    write("graph/states.ttl", "<state/A> a casus:State .\n")
    write("shapes/none.ttl", "")
    result = kg("build", "--project", tmp_path, "--limit-statements", "10")
    assert (result.exit_code, "more than 10 statements" in result.stderr) == (7, True)


@pytest.mark.skipif(not Path("/proc").exists(), reason="the system does not tell which processes run")
def test_ctrl_c_ends_it_while_the_rules_run(file, tmp_path: Path) -> None:
    out = tmp_path / "closure.nt"
    program = [sys.executable, "-c", "from kg.cli import main; main(prog_name='kg')"]
    long = CHAIN.replace(".\n:x0", ".\n" + "".join(f":y{n} :p :y{n + 1} .\n" for n in range(9_000)) + ":x0", 1)
    process = subprocess.Popen([*program, "reason", file(long), "-o", out], stderr=subprocess.PIPE, env={**os.environ})
    assert process.stderr is not None
    process.stderr.readline()  # it has begun to say what grows
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.splitlines()[-1]) == (130, b"kg: interrupted")
    assert not list(tmp_path.glob(".*")) + list(tmp_path.glob("closure*"))


TWO_MISTAKES = """
:x :modified "2025-10-6T18:00:00"^^xsd:dateTime .
[] a owl:AllDifferent ; owl:distinctMembers ( :a :b ) .
:a owl:sameAs :b .
:A rdfs:subClassOf :B . :x a :A .
"""


def test_all_contradictions_are_told_with_the_lines_that_assert_them(kg, file) -> None:
    path = file(TWO_MISTAKES)
    result = kg("reason", path)
    assert (result.exit_code, result.stdout) == (3, "")
    first, second = sorted(line.removeprefix("kg: ") for line in told(result))
    assert first.startswith("inconsistent by rule dt-not-type: ")
    assert f"({path}:6)" in first
    assert second.startswith("inconsistent by rule eq-diff3: ")
    assert f"rdf:type owl:AllDifferent ({path}:7)" in second
    assert "inferred" not in second


def test_values_that_cannot_all_be_are_told_once_with_a_count(kg, file) -> None:
    path = file(f":p a owl:FunctionalProperty .\n:x :p {' , '.join(map(str, range(100)))} .")
    [line] = told(kg("reason", path))
    assert line.startswith("kg: inconsistent by rule eq-diff1: ")
    assert f"rdf:type owl:FunctionalProperty ({path}:5); and 98 more with other values; for the proof: " in line
    proof = kg("explain", "--inconsistency", path).stdout
    assert "contradiction 1 of 1" in proof
    assert "can have only one <http://example.org/p>. And 98 more with other values" in proof


@pytest.mark.parametrize("form", ["nt", "turtle"])
def test_who_keeps_going_gets_the_closure_and_the_status(kg, file, form: str) -> None:
    result = kg("reason", file(TWO_MISTAKES), "--keep-going", "--format", form)
    assert result.exit_code == 3
    assert "<http://example.org/B>" in result.stdout
    assert result.stderr.count("inconsistent by rule") == 2


@pytest.mark.parametrize("engine", ["clingo", "duckdb"])
def test_columns_go_in_and_out(kg, file, tmp_path: Path, engine: str) -> None:
    columns, again = tmp_path / "closure.parquet", tmp_path / "again.nt"
    assert kg("reason", file(":A rdfs:subClassOf :B . :x a :A ."), "--engine", engine, "-o", columns).exit_code == 0
    assert kg("reason", columns, "--engine", engine, "--sorted", "-o", again).exit_code == 0
    lines = again.read_text().splitlines()
    assert lines == sorted(lines)
    assert "<http://example.org/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/B> ." in lines


@pytest.mark.parametrize("engine", ["clingo", "duckdb"])
@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("'<x:a>' s, '<x:p>' p, '<x:b>' o", "there is no column subject, predicate, object; there are s, p, o"),
        (
            "'<x:a>' subject, '<x:p>' predicate, 5 object",
            "not text, as N-Triples writes terms: column object (INT",
        ),
        ("'<x:a>' subject, '<x:p>' predicate, NULL::VARCHAR object", "this row has no object"),
    ],
)
def test_columns_that_hold_no_statements_are_refused(kg, tmp_path: Path, engine: str, columns: str, said: str) -> None:
    path = tmp_path / "table.parquet"
    duckdb.execute(f"COPY (SELECT {columns}) TO '{path}' (FORMAT parquet)")
    result = kg("reason", path, "--engine", engine)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_what_duckdb_leaves_to_clingo_is_told_in_a_line(kg, file) -> None:
    result = kg("reason", file(":x owl:sameAs 5 . :x :p :y ."), "--engine", "duckdb")
    assert told(result) == ["closed by clingo, for SQL cannot: a thing is the same as a literal"]
    assert "<http://example.org/x>" in result.stdout


def test_contradictions_that_sql_finds_are_told_with_their_lines(kg, file) -> None:
    path = file(TWO_MISTAKES)
    by_clingo, by_duckdb = (kg("reason", path, "--engine", engine) for engine in ("clingo", "duckdb"))
    assert (by_duckdb.exit_code, sorted(told(by_duckdb))) == (3, sorted(told(by_clingo)))


def test_imports_that_are_not_there_are_named_once(kg, file, tmp_path: Path) -> None:
    other = file("<http://example.org/other> a owl:Ontology .", "other.ttl")
    path = file(
        "<http://example.org/o> a owl:Ontology ; owl:imports <http://example.org/other> , <http://example.org/far> ."
    )
    assert told(kg("reason", path, other)) == [
        "owl:imports <http://example.org/far> is not among the files and not followed (1)"
    ]


@pytest.mark.parametrize(
    ("axioms", "named"),
    [
        (
            ":C owl:minCardinality 1 . :D owl:minCardinality 2 .",
            ["owl:minCardinality is outside OWL 2 RL and passed over (2)"],
        ),
        (":C owl:maxCardinality 3 .", ["owl:maxCardinality of more than 1 is outside OWL 2 RL and passed over (1)"]),
        (":C owl:maxCardinality 1 .", []),
        (":p a owl:ReflexiveProperty .", ["owl:ReflexiveProperty is outside OWL 2 RL and passed over (1)"]),
        (
            ":A rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :B ] .",
            ["owl:someValuesFrom in a superclass is outside OWL 2 RL and passed over (1)"],
        ),
        ("[ owl:onProperty :p ; owl:someValuesFrom :B ] rdfs:subClassOf :A .", []),
        (
            ":A owl:equivalentClass [ owl:onProperty :p ; owl:allValuesFrom :B ] .",
            ["owl:allValuesFrom in a subclass is outside OWL 2 RL and passed over (1)"],
        ),
    ],
)
def test_axioms_outside_the_profile_are_named_with_a_count(kg, file, axioms: str, named: list[str]) -> None:
    facts = " ".join(f":x :q :y{number} ." for number in range(9))  # of ontology alone SQL makes nothing
    for engine in ("clingo", "duckdb"):
        assert told(kg("reason", file(f"{axioms} {facts}"), "--engine", engine)) == named


def test_values_that_nobody_can_tell_apart_are_not_merged_without_a_word(kg, file) -> None:
    path = file(':born a owl:FunctionalProperty . :x :born "1990-01-01"^^xsd:date , "1991-01-01"^^xsd:date .')
    result = kg("reason", path)
    assert result.exit_code == 0
    assert "values outside the OWL 2 datatype map are taken to be one" in result.stderr
    assert '"1990-01-01"' in result.stderr
    assert '"1991-01-01"' in result.stderr


TURTLE = ':A rdfs:subClassOf :B . :x a :A ; rdfs:label "Straße"@de .\n'


@pytest.mark.parametrize("name", ["data.ttl", "data.owl", "data.n3", "data.rdf", "data.ttl.gz", "data.owl.gz"])
def test_turtle_is_read_whatever_the_file_is_called(kg, file, tmp_path: Path, name: str) -> None:
    expected = kg("reason", file(TURTLE)).stdout
    path = tmp_path / name
    content = b"\xef\xbb\xbf" + (PREFIXES + TURTLE).encode()  # with a byte order mark, as editors on Windows have it
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert kg("reason", path).stdout == expected
    assert kg("reason", path, "--from", "turtle").stdout == expected


def test_standard_input_is_read(kg, file) -> None:
    expected = kg("reason", file(TURTLE)).stdout
    assert kg("reason", "-", input=PREFIXES + TURTLE).stdout == expected
    assert kg("reason", "-", "--from", "ttl", input=PREFIXES + TURTLE).stdout == expected


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "data.owl",
            '<?xml version="1.0"?>\n<!-- x -->\n<Ontology xmlns="http://www.w3.org/2002/07/owl#"/>',
            "OWL/XML",
        ),
        ("data.owx", '<Ontology xmlns="http://www.w3.org/2002/07/owl#"/>', "OWL/XML"),
        ("data.ofn", "Prefix(:=<http://example.org/>)\nOntology()", "OWL's functional syntax"),
        ("data.owl", "Ontology(<http://example.org/>)", "OWL's functional syntax"),
        ("data.omn", "Prefix: : <http://example.org/>\nOntology:", "Manchester syntax"),
    ],
)
def test_an_ontology_that_is_no_rdf_is_called_what_it_is(kg, file, name: str, text: str, says: str) -> None:
    result = kg("reason", file(text, name, prefixes=""))
    assert result.exit_code == 2
    assert f"{name}: this is {says}, which is no RDF; convert it, for example by `robot convert" in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "data.jsonld",
            b'{"@context": "https://example.org/c", "@id": "http://e/x", "http://e/p": 1}',
            "its context is at https://example.org/c, and nothing is fetched: write the context into the file",
        ),
        (
            "data.jsonld",
            b'{"@context": [{"a": "http://e/a"}, {"@import": "https://example.org/d"}], "a": 1}',
            "its context is at https://example.org/d, and nothing is fetched",
        ),
        ("data.owl", b"<!DOCTYPE html>\n<html><body>Not found<br></body></html>", "this is HTML, a page that shows"),
        ("data.owl", b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "this is HTML"),
        ("data.ttl", b"\n\n<HTML>\n", "this is HTML"),
        ("data.jsonld", b"<!doctype html>", "this is HTML"),
        ("data.owl", b"PK\x03\x04\0", "this is a ZIP archive"),
        ("data.ttl", b"%PDF-1.7", "this is PDF"),
        ("data.ttl", b"# A name:\n<x:x> <x:p> 'Stra\xdfe' .", ":2: this is not UTF-8; convert it, for example by"),
        ("data.jsonld", b'{"http://e/p": "Stra\xdfe"}', "this is not UTF-8"),
        (
            "data.rdf",
            b'<?xml version="1.0" encoding="windows-1251"?>\n<rdf:RDF/>',
            "convert it and its XML declaration, for example by `iconv -f windows-1251 -t UTF-8`",
        ),
        ("data.ttl", b'{"@id": "http://e/x"}', "it begins like JSON-LD, whose files end in .jsonld"),
        ("data.ttl", b'<?xml version="1.0"?>\n<rdf:RDF/>', "it begins like RDF/XML, whose files end in .rdf"),
        ("data.ttl", b"<x:a> <x:p> " + b"x" * 9_000 + b" .", "(9,0"),
        ("data.ttl", b"\xff\xfe@\0p\0", "this is UTF-16; save it as UTF-8"),
        ("data.ttl.gz", b"no gzip", "not gzip"),
        ("data.unheard", b"", "--from says which it is"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_do(kg, tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    result = kg("reason", path)
    assert (result.exit_code, says in result.stderr) == (2, True), result.stderr


def test_what_is_very_long_is_shortened_where_it_is_told(kg, file) -> None:
    digits = "1" * 100_000
    illtyped = file(f':x :p "{digits}x"^^xsd:decimal .', "illtyped.ttl")
    untold = file(f':p a owl:FunctionalProperty . :x :p "{digits}"^^xsd:date , "1"^^xsd:date .', "untold.ttl")
    clash = file(f":A owl:disjointWith :B . <http://example.org/{digits}> a :A , :B .", "clash.ttl")
    for command in (
        ["reason", illtyped],
        ["explain", "--inconsistency", illtyped],
        ["reason", untold, "-o", untold.with_suffix(".nt")],
        ["reason", clash],
        ["explain", "--inconsistency", clash],
    ):
        said = kg(*command).output
        assert len(said) < 9_000
        assert re.search(r"11 … 1+.* \(100,0\d\d characters\)", said)


@pytest.mark.parametrize("command", ["reason", "format"])
def test_two_spellings_of_a_language_tag_are_named(kg, file, command: str) -> None:
    *_, said = told(kg(command, file(':x rdfs:label "colour"@EN ; rdfs:comment "grey"@en .')))
    assert said.endswith("language tags differ in case only and are written alike: @en as @EN")


def test_without_spark_the_command_says_what_brings_it(kg, file, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("pyspark", "kg.reasoning.spark"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    result = kg("reason", file(""), "--engine", "spark")
    assert result.exit_code == 2
    assert "pip install 'casus-kg[spark]'" in result.stderr
