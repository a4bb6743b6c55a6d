"""DuckDB's closure of files is clingo's: however they are written, whatever is the same or wrong in them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.errors import ReasonerLimit
from kg.reasoning.closure import close
from kg.reasoning.datatypes import value_of
from kg.reasoning.encoded import usual_spelling
from kg.reasoning.grounder import DEFAULT_LIMITS, ReasoningLimits
from kg.reasoning.in_files import Given, closing_files
from kg.terms import OWL, RDF, RDFS, XSD

EX = "http://example.org/"
HEAD = f"@prefix : <{EX}> . @prefix owl: <{OWL.iri}> . @prefix rdfs: <{RDFS.iri}> . @prefix xsd: <{XSD.iri}> .\n"


def triples(turtle: str) -> list[Triple]:
    return [quad.triple for quad in parse(HEAD + turtle, RdfFormat.TURTLE)]


def name(local: str) -> NamedNode:
    return NamedNode(EX + local)


def chain(predicate: NamedNode, links: int) -> list[Triple]:
    return [Triple(name(f"x{n}"), predicate, name(f"x{n + 1}")) for n in range(links)]


def closed(
    tmp_path: Path, *files: Path, engine: str | None = None, limits: ReasoningLimits = DEFAULT_LIMITS
) -> tuple[list[str], list[str], tuple[str, ...]]:
    """The lines, contradictions and notices of the closure of files."""
    with closing_files(Given(files), engine, limits) as closure:
        closure.write(tmp_path / "closed", False, True)
        lines = (tmp_path / "closed").read_text().split("\n")
        return lines, list(map(str, closure.inconsistencies)), closure.notices


def assert_engines_agree(tmp_path: Path, *files: Path) -> tuple[list[str], list[str], tuple[str, ...]]:
    found = closed(tmp_path, *files, engine="duckdb")
    assert found == closed(tmp_path, *files, engine="clingo")
    return found


ONTOLOGY = f"""<{EX}p> <{RDFS.iri}range> <{EX}C> .
<{EX}C> <{RDFS.iri}subClassOf> <{EX}D> .
"""


@pytest.mark.parametrize(
    "line",
    [
        "<http://example.org/a> <http://example.org/p> <http://example.org/b> .",
        "<http://example.org/a>  <http://example.org/p>\t<http://example.org/b>.",
        "# nothing\n\n<urn:x:a> <http://example.org/p> <http://example.org/é> .",
        r'<http://example.org/a> <http://example.org/q> "caf\u00E9, \"quoted\" \\ and\ttabbed" .',
        '<http://example.org/a> <http://example.org/q> "a b . c"@en-GB .',
        '<http://example.org/a> <http://example.org/q> "договор"@ru .',
        f'<http://example.org/a> <http://example.org/q> "same"^^<{XSD.iri}string> .',
        f'<http://example.org/a> <http://example.org/q> "01"^^<{XSD.iri}integer> .',
        "_:z <http://example.org/p> _:y .\n_:y <http://example.org/p> _:x .",
        "<http://example.org/a> <http://example.org/p> <http://example.org/%20> .",
        "<http://example.org/a> <http://example.org/p> <http://example.org/b> .\r",
        "",
    ],
)
def test_lines_are_read_however_they_are_written(tmp_path: Path, line: str) -> None:
    path = tmp_path / "data.nt"
    path.write_text(f"{ONTOLOGY}{line}\n", newline="")
    assert_engines_agree(tmp_path, path)


def test_blank_nodes_of_several_files_are_several(tmp_path: Path) -> None:
    files = [tmp_path / "one.nt", tmp_path / "two.nt"]
    for path in files:
        path.write_text(f"{ONTOLOGY}_:b <{EX}p> _:a .\n_:a <{EX}q> _:b .\n")
    lines, _, _ = assert_engines_agree(tmp_path, *files)
    assert len({line.split(" ")[0] for line in lines if line.startswith("_:")}) == 4


def test_a_file_in_another_format_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    path.write_text(HEAD + ":p rdfs:domain :C . :a :p 'x'@en-GB , 'y'@en-gb , [] .")
    lines, _, notices = assert_engines_agree(tmp_path, path)
    assert any('"x"@en-GB' in line for line in lines)
    assert any("en-gb" in notice for notice in notices)


def test_columns_are_read_and_written(tmp_path: Path) -> None:
    given, columns, closure = tmp_path / "data.nt", tmp_path / "data.parquet", tmp_path / "closure.parquet"
    given.write_text(f'{ONTOLOGY}_:b <{EX}p> _:a .\n_:a <{EX}q> "a \\"b\\" ." .\n')
    for engine in ("clingo", "duckdb"):
        with closing_files(Given([given]), engine, DEFAULT_LIMITS) as closed_files:
            closed_files.write(columns, True, False)
        rows = duckdb.sql(f"SELECT subject || ' ' || predicate || ' ' || object || ' .' FROM '{columns}'").fetchall()
        assert sorted(line for (line,) in rows) == closed(tmp_path, given)[0][:-1]
        # What is closed is closed, but for the names of blank nodes, which are a file's own.
        assert len(assert_engines_agree(tmp_path, columns)[0]) == len(rows) + 1
    assert not closure.exists()


def test_of_two_hashes_that_are_one_none_is_taken_for_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hash of four values stands for one that somebody has forged."""
    connect = duckdb.connect

    def forged(**settings: object) -> duckdb.DuckDBPyConnection:
        db = connect(**settings)
        db.execute("CREATE MACRO hash(t) AS ascii(right(t, 2))::UBIGINT % 4")
        return db

    monkeypatch.setattr("kg.reasoning.duckdb_engine.duckdb.connect", forged)
    path = tmp_path / "data.nt"
    path.write_text(f"{ONTOLOGY}<{EX}a> <{EX}p> <{EX}b> .\n")
    lines, _, notices = closed(tmp_path, path, engine="duckdb")
    assert notices == ("closed by clingo, for SQL cannot: two terms have one hash",)
    monkeypatch.undo()
    assert lines == closed(tmp_path, path, engine="clingo")[0]


SPELLINGS = {
    "1": ("integer", "01", "+1"), "-5": ("integer", "-05"), "true": ("boolean", "1"), "0.5": ("decimal", ".50", "+0.5"),
    "2020-01-01T00:00:00Z": ("dateTime", "2019-12-31T24:00:00Z", "2020-01-01T00:00:00.0Z", "2020-01-01T00:00:00+00:00"),
}  # fmt: skip


@pytest.mark.parametrize("usual", SPELLINGS)
def test_spellings_of_a_value_are_one_value(tmp_path: Path, usual: str) -> None:
    kind, *others = SPELLINGS[usual]
    datatype = XSD[kind]
    assert {usual_spelling(value_of(Literal(text, datatype=datatype))) for text in (usual, *others)} == {
        str(Literal(usual, datatype=datatype))
    }
    graph = triples(":key a owl:InverseFunctionalProperty .")
    graph += [
        Triple(name(f"x{n}"), name("key"), Literal(text, datatype=datatype)) for n, text in enumerate([usual, *others])
    ]
    closure = close(graph, "duckdb")
    assert closure.notices == ()
    assert sum(t.predicate == OWL.sameAs for t in closure.inferred) == len(others) * (len(others) + 1)
    assert closure.inferred == close(graph, "clingo").inferred


class TestEquality:
    def test_of_many_by_a_functional_property_makes_no_pairs_on_the_way(self) -> None:
        graph = triples(":p a owl:FunctionalProperty .") + [
            Triple(name("x"), name("p"), name(f"y{n}")) for n in range(300)
        ]
        closure = close(graph, "duckdb", ReasoningLimits(seconds=60))
        assert sum(t.predicate == OWL.sameAs for t in closure.inferred) == 300 * 299

    def test_as_deep_as_can_be_is_found(self) -> None:
        steps = [Triple(name(f"{side}{n}"), name("next"), name(f"{side}{n + 1}")) for n in range(30) for side in "ab"]
        graph = [*triples(":next a owl:FunctionalProperty . :s :next :a0 , :b0 ."), *steps]
        closure = close(graph, "duckdb")
        assert closure.notices == ()
        assert {Triple(name(f"a{n}"), OWL.sameAs, name(f"b{n}")) for n in range(31)} <= closure.inferred

    @pytest.mark.parametrize(
        "graph",
        [
            ":a a [ owl:oneOf ( :b :c ) ] . :b owl:sameAs :d . :d :p :e .",
            ":C owl:oneOf ( :b :c ) . :b owl:sameAs :c . :c :p :e .",
            ":p rdfs:domain :C . :q owl:sameAs :p . :r owl:sameAs :q . :a :q :b . :c :r :d .",
            ":C rdfs:subClassOf :D . :E owl:sameAs :C . :x a :E . :y a :C .",
            ":n a owl:FunctionalProperty . :s :n :C , :D . :C rdfs:subClassOf :E . :D rdfs:subClassOf :F . :x a :D .",
            ":p a owl:FunctionalProperty . :x :p :y , :z , '2001'^^xsd:gYear . :y :q 1 .",
            ":x owl:sameAs :x . :y owl:sameAs :z . :z owl:sameAs :z .",
        ],
    )
    def test_of_what_the_ontology_names_is_heard(self, graph: str) -> None:
        given = triples(graph)
        closure = close(given, "duckdb")
        assert not [notice for notice in closure.notices if "by clingo" in notice]
        assert closure.inferred == close(given, "clingo").inferred


class TestContradictions:
    @pytest.mark.parametrize(
        "wrong",
        [
            ":a a :C , :D .",
            ":a a :E . :b a :D ; owl:sameAs :a .",
            ":a :p :b . :b :p :c . :c :p :a .",
            ":a :f 1 , 2 , 3 . :b :g 4 ; :f 5 .",
            ":a :k 1 ; a :C . :b :k 1 ; a :D . :k a owl:InverseFunctionalProperty .",
            ":a :n 'many'^^xsd:integer .",
            ":a :n 'many' . :n rdfs:range xsd:integer .",
            ":a owl:differentFrom :b . :s :o :a , :b . :o a owl:FunctionalProperty .",
            ":s :o :a , :b , :c . :o a owl:FunctionalProperty . [] a owl:AllDifferent ; owl:members ( :a :b ) .",
            ":a a owl:Nothing .",
        ],
    )
    def test_are_told_as_clingo_tells_them(self, wrong: str) -> None:
        ontology = """
            :C owl:disjointWith :D . :E rdfs:subClassOf :C . :f a owl:FunctionalProperty . :g rdfs:subPropertyOf :f .
            :p a owl:TransitiveProperty , owl:IrreflexiveProperty .
        """
        rest = [Triple(name(f"y{n}"), name("q"), name(f"z{n}")) for n in range(50)]
        graph = [*triples(ontology + wrong), *rest]
        found = close(graph, "duckdb")
        assert found.inconsistencies
        assert found.notices == ()
        assert list(map(str, found.inconsistencies)) == list(map(str, close(graph, "clingo").inconsistencies))


def large(path: Path) -> Path:
    """A file of more statements than there is memory for, below."""
    with path.open("w") as out:
        out.write(ONTOLOGY + f"<{EX}p> <{OWL.iri}inverseOf> <{EX}q> .\n")
        out.writelines(f"<{EX}thing/{n}> <{EX}p> <{EX}thing/{n * 7 % 400_000}> .\n" for n in range(400_000))
    return path


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (ReasoningLimits(seconds=0.2), "takes longer than 0.2 s"),
        (ReasoningLimits(statements=500_000), "more than 500,000 statements"),
    ],
)
def test_a_limit_ends_it(tmp_path: Path, limits: ReasoningLimits, says: str) -> None:
    path = large(tmp_path / "large.nt")
    with pytest.raises(ReasonerLimit, match=says):
        closed(tmp_path, path, limits=limits)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals to send")
def test_ctrl_c_ends_it_within_a_statement_of_sql(tmp_path: Path) -> None:
    path = tmp_path / "chains.nt"
    with path.open("w") as out:
        out.write(f"<{EX}p> <{RDF.iri}type> <{OWL.iri}TransitiveProperty> .\n")
        out.writelines(f"<{EX}{n}> <{EX}p> <{EX}{n + 1}> .\n" for n in range(30_000))
    program = [sys.executable, "-c", "from kg.cli import main; main(prog_name='kg')"]
    command = [*program, "reason", path, "-o", tmp_path / "closure.nt", "--limit-statements", "1000000000"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ})
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said.splitlines()[-1]) == (130, b"kg: interrupted")
    assert {item.name for item in tmp_path.iterdir()} == {"chains.nt"}
