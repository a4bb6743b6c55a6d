"""The benchmark runs, and its data is what it says it is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg.build.store import Build
from tests.benchmarks.commands import TASKS

ROOT = Path(__file__).parent.parent


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    variables = os.environ | environment
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False, timeout=300)


def test_prints_a_table() -> None:
    done = run("tests.benchmarks", "reasoning", "--sizes", "300,9k", "--engines", "casus", "--runs", "1")
    assert done.returncode == 0, done.stderr
    small, large = ([cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines()[-2:])
    size, asserted, engine, closure, cpu, ratio, doubling, seconds, megabytes = small
    assert (size, engine, ratio, doubling) == ("300", "casus", "1.00", "-")
    assert 300 < int(asserted) < int(closure)
    assert large[0] == "9000"
    assert 0 < float(large[6]) < float(large[4]) / float(cpu)  # it is more than twice as many
    assert float(seconds) > 0
    assert float(megabytes) > 10


@pytest.mark.parametrize(("data", "pairs"), [("chain", 41 * 40 // 2), ("cluster", 41 * 40)])
def test_counts_the_pairs_of_chains_and_clusters(data: str, pairs: int) -> None:
    done = run("tests.benchmarks", "reasoning", "--data", data, "--sizes", "40", "--engines", "casus", "--runs", "1")
    assert done.returncode == 0, done.stderr
    closure = int(done.stdout.splitlines()[-1].split("|")[4])
    assert pairs < closure < pairs + 60


@pytest.mark.slow
def test_measures_commands_beside_those_of_another_checkout() -> None:
    done = run("tests.benchmarks", "commands", "--rounds", "1", "--kg", f"beside={shutil.which('kg')}")
    assert done.returncode == 0, done.stderr
    first, _, _, *rows = done.stdout.splitlines()
    assert re.search(r"a build keeps \d\d+ MB \(casus\), \d\d+ MB \(beside\)$", first)
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [cell[:2] for cell in cells] == [[task, name] for task in TASKS for name in ("casus", "beside")]
    for _, name, cpu, ratio, seconds, megabytes in cells:
        assert min(map(float, (cpu, ratio, seconds))) > 0
        assert name != "casus" or ratio == "1.00"
        assert float(megabytes) > 30


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk, which asks, is not installed")
def test_counts_what_a_server_answers() -> None:
    options = ("--size", "300", "--rows", "10", "--servers", "casus,beside", "--rounds", "1", "--seconds", "1")
    done = run("tests.benchmarks", "serving", *options, "--kg", f"beside={shutil.which('kg')}")
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines()[3:]]
    cases = ("point, never asked before", "point, asked again", "10 rows")
    assert [row[:2] for row in rows] == [[case, server] for case in cases for server in ("casus", "beside")]
    for _, server, rate, ratio, microseconds, median, slowest in rows:
        assert float(rate.replace(",", "")) > 0  # and nothing was refused
        assert server != "casus" or ratio == "1.00"
        assert float(microseconds.replace(",", "")) > 0
        assert 0 < float(median) <= float(slowest)


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk, which asks, is not installed")
def test_says_which_server_is_not_there() -> None:
    done = run("tests.benchmarks", "serving", "--size", "10", "--servers", "ours", "--kg", "ours=./kg-of-nobody")
    assert "ours is not installed: there is no command ./kg-of-nobody" in done.stderr


def test_says_that_wrk_is_missing() -> None:
    assert "wrk is not installed" in run("tests.benchmarks", "serving", PATH="").stderr


def test_knows_its_names() -> None:
    assert "no server is called magic" in run("tests.benchmarks", "serving", "--servers", "magic").stderr
    assert "reasoning" in run("tests.benchmarks").stderr
    assert "no engine is called magic" in run("tests.benchmarks", "reasoning", "--engines", "magic").stderr


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="reads memory from /proc")
def test_no_ordinary_request_fails_under_load(shipped: Build) -> None:
    done = run("tests.benchmarks", "load", "--seconds", "1", "--clients", "2", "--hostile", "0")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^ordinary requests: [\d,]+, .* failed: 0$", done.stdout, re.MULTILINE), done.stdout
    assert done.stdout.count(" MiB (server ") == 3


@pytest.mark.slow
def test_odd_files_and_requests_do_no_harm(shipped: Build) -> None:
    done = run("tests.benchmarks", "fuzz", "--minutes", "0.01", "--seed", "1", "--only", "format", "request")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"format \d+ \(0: .*; request \d+ \(200: ", done.stdout), done.stdout
    assert done.stdout.endswith("faults: 0\n")


def test_tells_why_a_pledge_is_only_on_one_side(tmp_path: Path) -> None:
    """A and B are bound in both until 1950; ATOP counts them from signature, has C as a party, and an alliance more."""
    tables = {
        "states": "id,cow_code\nA,1\nB,2\nD,255\n",
        "treaties": "id,atop_id\nPACT,7\nOWN,\n",
        "duties": "holder,beneficiary,kind,treaty,possibly_from,possibly_until,suspended_by\n"
        "A,B,DefenseObligation,PACT,1948-05-01,1950-01-01,\n"
        "B,A,DefenseObligation,OWN,1949-01-01,1949-12-31,\n"
        "A,D,DefenseObligation,PACT,1949-01-01,1949-12-31,\n",
        "dyad_years": _dyad_years(
            "1948,A,B,1,2,1", "1949,A,B,1,2,1", "1949,A,D,1,260,1", "1949,B,A,2,1,1", "1950,A,B,1,2,1"
        ),
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    members = [
        "7,1,1947,1,1,1950,1,1,1,0,0,0,0",
        "7,2,1947,1,1,1950,1,1,0,0,0,0,0",
        "7,3,1949,1,1,1949,2,1,0,0,0,0,0",
        "7,260,1949,1,1,1949,2,1,0,0,0,0,0",
        "8,1,1948,1,1,1948,2,1,0,0,0,0,1",
        "8,2,1948,1,1,1948,2,1,0,0,0,0,0",
    ]
    header = "atopid,member,yrent,moent,dayent,yrexit,moexit,dayexit,defense,offense,neutral,nonagg,consul"
    (tmp_path / "atop_4.01_member.csv").write_text("\n".join([header, *members]) + "\n")
    done = run("tests.benchmarks", "atop", "--atop", str(tmp_path), "--tables", str(tmp_path))
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert "| defense | 6 | 5 | 4 | 66.7 (80.0) | 80.0 (80.0) | 66.7 |" in said, "the signature explains one"
    assert "(Vienna Convention, article 24) | 1 | 0 | 0 | 0 | 0 |" in said
    assert "| 7 | party not there | 1 defense | 1949-1949 | 1 to 3 |" in said
    assert "| 8 | alliance not there | 1 consultation | 1948-1948 | 1 to 2 |" in said
    assert "| OWN | alliance not there | 1 defense | 1949-1949 | 2 to 1 |" in said
    assert said.endswith("under another code than ATOP's: 0\n"), "the table has the code of the year"


def _dyad_years(*rows: str) -> str:
    """A table with the pledges of defense that rows state, all of them certain."""
    kinds = ("defense", "offense", "neutrality", "nonaggression", "consultation")
    header = ["year,holder,beneficiary,holder_cow,beneficiary_cow", *kinds, *(f"possible_{kind}" for kind in kinds)]
    return "\n".join([",".join(header), *(f"{row},0,0,0,0,1,0,0,0,0" for row in rows)]) + "\n"


def test_says_that_atop_is_not_where_it_was_sought(tmp_path: Path) -> None:
    assert f"{tmp_path} has no atop_4.01_member.csv" in run("tests.benchmarks", "atop", "--atop", str(tmp_path)).stderr


@pytest.mark.parametrize("keys", [True, False], ids=["with keys", "without"])
def test_the_data_is_consistent_and_has_the_size_it_is_asked_for(tmp_path: Path, keys: bool) -> None:
    program = f"""
import sys
from pathlib import Path
from tests.benchmarks.alliances import write_graph
from kg.reasoning.closure import close_ntriples
from kg.terms import CASUS
path = Path(sys.argv[1])
none = write_graph(path, 0, keys={keys})
terms = {{line.split(" ")[0] for line in path.read_text().splitlines()}}
count = write_graph(path, 3000, keys={keys})
lines = path.read_text().splitlines()
assert count == len(set(lines)) == none + 3000, (count, len(lines))
used = {{word for line in lines for word in line.split(" ")[1:3] if word.startswith("<" + CASUS.iri)}}
assert used <= terms, used - terms
closure = close_ntriples(path.read_text())
assert closure.inconsistencies == []
told_by_key = sum("other/7> <http://www.w3.org/2002/07/owl#sameAs>" in line for line in closure.lines)
assert told_by_key == {int(keys)}, told_by_key
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "graph.nt")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_right_answers_to_the_plain_questions_are_what_independent_queries_find(shipped: Build) -> None:
    from kg.graph import Graph
    from tests.benchmarks.answering import read_plain_questions

    graph, questions = Graph.of(shipped), read_plain_questions()
    assert len(questions) == len({one.ask for one in questions}) == 60
    for one in questions:
        found = {row["answer"].value for row in graph.query(one.by, as_of=one.as_of)}
        assert found == set(one.answer) != set(), one.ask


PROGRAM = """\
import json, sys
asked = json.loads(input())
assert {tool["name"] for tool in asked["tools"]} & {"sparql", "query"}, asked
tool, query = ("query", "sparql") if len(asked["tools"]) > 1 else ("sparql", "query")
print(json.dumps({"call": tool, "arguments": {query: "SELECT nonsense"}}), flush=True)
assert "unexpected" in json.loads(input())["error"]
print(json.dumps({"call": tool, "arguments": {query: "ASK { state:ARM a casus:State }"}}), flush=True)
assert json.loads(input())["result"]["boolean"] is True
print(json.dumps({"answer": ["Belgium"]}), flush=True)
"""


def test_counts_what_a_program_answers_with_each_toolbox(shipped: Build, tmp_path: Path) -> None:
    program = tmp_path / "model.py"
    program.write_text(PROGRAM, encoding="utf-8")
    command = f"{sys.executable} {program}"
    done = run("tests.benchmarks", "mcp", "--questions", "1", "--model-command", command)
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines()[2:]]
    assert [row[:6] for row in rows] == [
        ["model", "tools", "0", "1", "0", "2.0"],
        ["model", "bare SPARQL", "0", "1", "0", "2.0"],
    ]


def test_the_script_answers_more_by_the_tools_than_by_sparql_alone(shipped: Build) -> None:
    done = run("tests.benchmarks", "mcp", "--questions", "6")
    assert done.returncode == 0, done.stderr
    tools, bare = ([int(cell) for cell in line.split("|")[3:6]] for line in done.stdout.splitlines()[2:])
    assert sum(tools) == sum(bare) == 6
    assert tools[0] > bare[0]
