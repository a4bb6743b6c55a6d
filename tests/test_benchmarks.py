"""The benchmark runs, and its data is what it says it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_prints_a_table() -> None:
    done = run("tests.benchmarks", "reasoning", "--sizes", "300", "--engines", "casus", "--runs", "1")
    assert done.returncode == 0, done.stderr
    row = [cell.strip() for cell in done.stdout.splitlines()[-1].strip("|").split("|")]
    size, asserted, engine, closure, seconds, ratio, megabytes = row
    assert (size, engine, ratio) == ("300", "casus", "1.0")
    assert 300 < int(asserted) < int(closure)
    assert float(seconds) > 0
    assert float(megabytes) > 10


def test_knows_its_names() -> None:
    assert "reasoning" in run("tests.benchmarks").stderr
    assert "no engine is called magic" in run("tests.benchmarks", "reasoning", "--engines", "magic").stderr


@pytest.mark.parametrize("keys", [True, False], ids=["with keys", "without"])
def test_the_data_is_consistent_and_has_the_size_it_is_asked_for(tmp_path: Path, keys: bool) -> None:
    program = f"""
import sys
from pathlib import Path
from tests.benchmarks.alliances import write_graph
from kg.reasoning.reason import close_ntriples
from kg.vocab import CASUS
path = Path(sys.argv[1])
none = write_graph(path, 0, keys={keys})
terms = {{line.split(" ")[0] for line in path.read_text().splitlines()}}
count = write_graph(path, 3000, keys={keys})
lines = path.read_text().splitlines()
assert count == len(set(lines)) == none + 3000, (count, len(lines))
used = {{word for line in lines for word in line.split(" ")[1:3] if word.startswith("<" + CASUS)}}
assert used <= terms, used - terms
closure = close_ntriples(path.read_text())
assert closure.clashes == []
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
