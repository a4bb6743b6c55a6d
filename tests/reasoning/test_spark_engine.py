"""Spark's closure is clingo's: all rules together, from file to file, and statement by statement beside DuckDB."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyoxigraph import RdfFormat, Triple, parse

from kg.errors import ReasonerLimit
from kg.reasoning.closure import close
from kg.reasoning.grounder import ReasoningLimits
from kg.terms import OWL

pyspark = pytest.importorskip("pyspark", reason="Spark is not installed (casus-kg[spark])")
pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java for Spark")

EX = "http://example.org/"
RULES = Path(__file__).parents[1] / "rules"
CASES = sorted(path for path in RULES.glob("*.ttl") if not path.name.endswith(".expected.ttl"))
#: Those in which a thing is the same as a literal, which SQL leaves to clingo.
LEFT = ("dt-diff--one-thing", "dt-diff--tied", "dt-eq--tied", "dt-type2--tied.ttl")


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A cluster of this machine alone, which the closures of this module find running and leave so."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.master": "local[2]",
        "spark.driver.memory": "1g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        # What compiles less is sooner ready, which matters more for graphs as small as these.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
        "spark.ui.enabled": "false",
    }
    builder = SparkSession.builder
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def cases(*, contradictory: bool) -> list[Triple]:
    """The cases of the rules, each of which has names of its own."""
    found = []
    for path in CASES:
        if path.with_suffix(".inconsistency.txt").exists() == contradictory and not path.name.startswith(LEFT):
            text = path.read_text(encoding="utf-8").replace(EX, f"{EX}{path.stem}/")
            found += [quad.triple for quad in parse(text, RdfFormat.TURTLE, rename_blank_nodes=True)]
    return found


def triples(turtle: str) -> list[Triple]:
    return [quad.triple for quad in parse(f"@prefix : <{EX}> . @prefix owl: <{OWL.iri}> . {turtle}", RdfFormat.TURTLE)]


@pytest.mark.usefixtures("spark")
class TestTheClosure:
    def test_has_what_every_rule_concludes(self) -> None:
        graph = cases(contradictory=False)
        by_spark, by_clingo = close(graph, "spark"), close(graph, "clingo")
        assert by_spark.inferred == by_clingo.inferred
        assert (by_spark.inconsistencies, by_spark.notices) == ([], by_clingo.notices)

    def test_has_the_contradictions(self) -> None:
        graph = cases(contradictory=True)
        by_spark, by_clingo = close(graph, "spark"), close(graph, "clingo")
        assert len(by_spark.inconsistencies) > 20
        assert list(map(str, by_spark.inconsistencies)) == list(map(str, by_clingo.inconsistencies))
        assert by_spark.inferred == by_clingo.inferred

    def test_follows_chains_and_what_is_the_same(self) -> None:
        links = " ".join(f":x{n} :in :x{n + 1} ." for n in range(5))
        graph = triples(f":in a owl:TransitiveProperty . :of a owl:FunctionalProperty . {links} :a :of :x0 , :y , :z .")
        assert close(graph, "spark").inferred == close(graph, "clingo").inferred

    def test_is_left_to_clingo_where_sql_has_none(self) -> None:
        graph = triples(":p a owl:FunctionalProperty . :x :p :y , 1 .")
        closure = close(graph, "spark")
        assert closure.notices == ("closed by clingo, for SQL cannot: a thing is the same as a literal",)
        assert closure.inferred == close(graph, "clingo").inferred

    def test_ends_at_a_limit(self) -> None:
        graph = cases(contradictory=False)
        with pytest.raises(ReasonerLimit, match="more than 300 statements"):
            close(graph, "spark", ReasoningLimits(statements=300))
        with pytest.raises(ReasonerLimit, match=r"longer than 0\.5 s"):
            close(graph, "spark", ReasoningLimits(seconds=0.5))


STATEMENTS = """
CREATE TABLE p (r USMALLINT, s UBIGINT, o UBIGINT);
CREATE TABLE word (t VARCHAR, n UTINYINT);
INSERT INTO p SELECT 1, 10, 11;
INSERT INTO p SELECT 1, 11, 12 UNION ALL SELECT 1, 12, 13 UNION ALL SELECT 2, 13, 14;
INSERT INTO word SELECT 'слово', 1 UNION ALL SELECT 'a word', 2 UNION ALL SELECT 'б', 3;
CREATE TABLE other AS SELECT r, s, o FROM p WHERE r = 1 ORDER BY s;
INSERT INTO other FROM p;
DELETE FROM other WHERE s IN (SELECT s FROM p WHERE r = 2) OR o = 11;
UPDATE word SET t = t[1 : 2] || n FROM p WHERE n = p.r AND s IN (10, 13);
CREATE OR REPLACE TEMP TABLE reached AS
WITH RECURSIVE step AS MATERIALIZED (SELECT s, o FROM p WHERE r = 1),
reach(s, o) AS (SELECT s, o FROM step UNION SELECT x.s, e.o FROM reach x JOIN step e ON x.o = e.s)
SELECT 7 r, s, o FROM reach ANTI JOIN step USING (s, o);
TRUNCATE p"""
QUERIES = [
    "FROM p",
    "FROM other",
    "FROM word",
    "FROM reached",
    "SELECT t[1], t[3:], t[2 : len(t) - 1], ends_with(t, 'd'), split_part(t, ' ', 2) FROM word",
    "SELECT t FROM word WHERE regexp_full_match(t, '([a-z]|[а-я])*1', 's')",
    "SELECT list_sort(list(n)), min(t) <> max(t) FROM word GROUP BY n < 3",
    "SELECT hash(s, 0::UBIGINT) = hash(s, 0::UBIGINT), hash(t) = hash(o) FROM other JOIN word ON n = r",
    "SELECT s FROM other SEMI JOIN (SELECT s, r FROM reached) USING (s) WHERE (r, s) IN (SELECT 1, 11) OR s = 10",
]


def test_a_statement_does_to_tables_of_spark_what_it_does_in_duckdb(tmp_path: Path, spark: Any) -> None:
    from kg.reasoning.spark_tables import SparkTables

    with duckdb.connect() as db, duckdb.connect() as local:
        tables = SparkTables(spark, tmp_path, local)
        for one in (db, tables):
            one.execute(STATEMENTS)
            for number in range(40):  # more than a table has parts
                one.execute("INSERT INTO p SELECT unnest(?), unnest(?), unnest(?)", [[4, 5], [number] * 2, [-0, 9]])
        for query in QUERIES:
            assert sorted(tables.execute(query).fetchall()) == sorted(db.execute(query).fetchall()), query
        assert tables.execute("SELECT 1 FROM p WHERE s = ? AND o = 9", [7]).fetchone() == (1,)
        assert tables.execute("SELECT 1 FROM p WHERE s = ?", [70]).fetchone() is None
        answer = tables.execute("SELECT DISTINCT s FROM p")
        assert len([row for size in (30, 30) for row in answer.fetchmany(size)]) == 40


def test_a_pattern_goes_through_text_of_any_length(tmp_path: Path, spark: Any) -> None:
    """Java's own way through a repeated group would be out of stack after some thousand characters."""
    from kg.reasoning.spark_tables import SparkTables

    with duckdb.connect() as local:
        query = "SELECT regexp_full_match(?, '(a|[b-z])*', 's')"
        assert SparkTables(spark, tmp_path, local).execute(query, ["ab" * 100_000]).fetchall() == [(True,)]


def reason(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """What the command does where nobody has set up Spark."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))}
    command = [sys.executable, "-m", "kg", "reason", *map(str, arguments)]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


def test_the_command_starts_spark_by_itself_and_writes_as_duckdb_does(tmp_path: Path) -> None:
    data, more, closed = tmp_path / "it's.nt", tmp_path / "data.parquet", tmp_path / "closure.parquet"
    data.write_text(f"<{EX}p> <{OWL.inverseOf.value}> <{EX}q> .\n_:b <{EX}p> _:a .\n_:a <{EX}q> <{EX}c> .\n")
    duckdb.sql(f"""COPY (SELECT '<{EX}x>' subject, '<{EX}q>' predicate, '"é \\"a\\" ."@fr' object)
                   TO '{more}' (FORMAT parquet)""")
    told = reason(tmp_path, data, more, "--engine", "spark", "--limit-memory", 1500, "-o", closed)
    assert told.returncode == 0, told.stderr
    rows = duckdb.sql(f"SELECT subject || ' ' || predicate || ' ' || object || ' .' FROM '{closed}'").fetchall()
    lines = sorted(f"{line}\n" for (line,) in rows)
    assert "".join(lines) == reason(tmp_path, data, more, "--engine", "duckdb", "--sorted").stdout
    assert any(line.startswith(f"<{EX}c> <{EX}p> _:") for line in lines)
    assert {path.name for path in tmp_path.iterdir()} == {data.name, more.name, closed.name}
