"""The pipeline from files to a store, and what stops it."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from shipped import DERIVED_GRAPH, INFERRED_GRAPH
from worlds import PACT, PREFIXES, party, write_project

from kg.build.as_of import find_snapshot, snapshot
from kg.build.pipeline import build, load_asserted
from kg.build.store import Build, find_build, open_store
from kg.day import read_day
from kg.errors import Inconsistent, InvalidData, ParseError
from kg.graph import Graph
from kg.project import Project, open_project
from kg.rdf.load import load_project


@pytest.fixture
def copy(tmp_path: Path, project: Project) -> Project:
    """A copy of the shipped project, to break."""
    for folder in ("ontology", "graph", "shapes"):
        shutil.copytree(project.root / folder, tmp_path / folder)
    return open_project(tmp_path)


def edit(file: Path, old: str, new: str) -> int:
    """Replace a text that occurs in a file and return its line."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def test_the_shipped_project_builds_without_a_warning(shipped) -> None:
    assert shipped.info.warnings == 0
    assert shipped.info.asserted > 10_000
    assert shipped.info.inferred > 1_000
    assert list(shipped.info.seconds) == ["load", "reason", "derive", "store", "validate"]


def test_unchanged_files_are_answered_from_the_last_build(project, shipped) -> None:
    phases: list[str] = []
    assert build(project, lambda phase, seconds: phases.append(phase)) == shipped
    assert phases == []


def test_a_build_asserts_what_its_files_do(small: Project) -> None:
    before = list(build(small).asserted())
    assert load_asserted(small) == load_project(small) == before
    edit(small.root / "graph" / "graph.ttl", "1990", "1991")
    assert load_asserted(small) == load_project(small) != before


def test_each_file_is_a_graph_and_so_is_what_follows_and_what_describes_it(project, store) -> None:
    graphs = {graph.value for graph in store.named_graphs()}
    others = {INFERRED_GRAPH, DERIVED_GRAPH, project.names.metadata}
    assert graphs == {project.graph_name(path) for path in project.sources} | others


def test_nothing_is_inferred_that_is_asserted(shipped) -> None:
    asserted = {quad.triple for quad in shipped.asserted()}
    assert not asserted & {quad.triple for quad in shipped.inferred()}


def test_a_syntax_error_stops_the_build(copy: Project) -> None:
    file = copy.root / "graph" / "states.ttl"
    line = edit(file, "<state/ARM> a casus:State ;", "<state/ARM> a casus:State ;;;, ")
    with pytest.raises(ParseError) as caught:
        build(copy)
    assert (caught.value.file, caught.value.line) == (str(file), line)


@pytest.mark.slow
def test_a_state_that_is_an_organization_stops_the_build(copy: Project) -> None:
    file = copy.root / "graph" / "states.ttl"
    line = edit(file, "<state/ARM> a casus:State ;", "<state/ARM> a casus:State, casus:Organization ;")
    with pytest.raises(Inconsistent, match=r"rule cax-dw: .*casus:disjointWith|rule cax-dw: .*disjointWith") as caught:
        build(copy)
    message = str(caught.value)
    assert f"state:ARM rdf:type casus:State ({file}:{line})" in message
    assert f"state:ARM rdf:type casus:Organization ({file}:{line})" in message
    assert "actors.ttl:" in message
    assert len(message.splitlines()) == 1


def test_all_that_is_wrong_is_said_at_once(small: Project) -> None:
    """The shapes and the rules each have their say, and an author need not build as often as there are mistakes."""
    (small.root / "shapes" / "named.ttl").write_text(
        PREFIXES
        + "<S> a sh:NodeShape ; sh:targetClass casus:State ; sh:property [ sh:path rdfs:label ; sh:minCount 1 ] ."
    )
    (small.root / "ontology" / "apart.ttl").write_text(PREFIXES + "casus:State owl:disjointWith casus:Organization .")
    (small.root / "graph" / "wrong.ttl").write_text(
        PREFIXES + "<state/X> a casus:State . <state/Y> a casus:State .\n<state/Z> a casus:State, casus:Organization ."
    )
    with pytest.raises(InvalidData) as caught:
        build(small)
    lines = str(caught.value).splitlines()
    assert [name for name in ("state:X", "state:Y", "state:Z") if any(name in line for line in lines)] == [
        "state:X",
        "state:Y",
        "state:Z",
    ]
    assert lines[-1].startswith("inconsistent by rule cax-dw: ")
    report = Graph(small).validate()
    assert [*map(str, report.violations), *report.contradictions] == lines


def test_all_files_that_cannot_be_read_are_named_at_once(small: Project) -> None:
    for name in ("one", "two"):
        (small.root / "graph" / f"{name}.ttl").write_text(PREFIXES + "<state/X> a casus:State\n, .")
    with pytest.raises(ParseError) as caught:
        build(small)
    line = PREFIXES.count("\n") + 2
    named = [said.split(": ")[0].rsplit("/", 1)[-1] for said in str(caught.value).splitlines()]
    assert named == [f"one.ttl:{line}", f"two.ttl:{line}"]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project that is built in a moment, in a cache of its own."""
    monkeypatch.setenv("CASUS_CACHE", str(tmp_path / "cache"))
    return open_project(write_project(tmp_path, PACT, *(party(f"S{number}") for number in range(12))))


#: Says which phase begins, and goes on when it is told to.
BUILD = """
from kg.build.pipeline import build
def on_phase(phase, seconds):
    if seconds is None:
        print(phase, flush=True)
        sys.stdin.readline()
build(open_project(Path(sys.argv[1])), on_phase)
"""
SNAPSHOT = """
from datetime import date
from kg.build.as_of import snapshot
from kg.build.store import find_build
found = find_build(open_project(Path(sys.argv[1])).fingerprint())
print("ready", flush=True)
sys.stdin.readline()
snapshot(found, date(2000, 1, 1))
"""


def kill(program: str, project: Project, until: str, seconds: float) -> None:
    """Run a program until it says a word, and so many seconds on; then kill it."""
    head = f"import sys; sys.path[:] = {sys.path!r}\nfrom pathlib import Path; from kg.project import open_project\n"
    command = [sys.executable, "-c", head + program, str(project.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            while process.stdout.readline().strip() != until:
                process.stdin.write("on\n")
                process.stdin.flush()
            if seconds:
                process.stdin.write("on\n")
                process.stdin.flush()
                time.sleep(seconds)
        finally:
            process.kill()


def contents(build: Build) -> list[list[str]]:
    """All that a build holds."""
    parts = [build.asserted(), build.inferred(), build.derived(), open_store(build.store)]
    return [sorted(map(str, part)) for part in parts]


def unfinished(folder: Path) -> list[Path]:
    return list(folder.glob("unfinished-*"))


def test_a_build_that_is_killed_is_never_taken_for_a_whole_one(
    small: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = contents(build(small))
    cache = tmp_path / "other"
    monkeypatch.setenv("CASUS_CACHE", str(cache))
    moments = random.Random(1)
    kill(BUILD, small, "reason", moments.uniform(0, 0.05))
    assert len(unfinished(cache)) == 1
    kill(BUILD, small, "store", 0)
    assert len(unfinished(cache)) == 1
    for _ in range(4):
        kill(BUILD, small, "store", moments.uniform(0, 0.08))
        found = find_build(small.fingerprint())
        assert found is None or contents(found) == whole
        # Killed again and again, it does not fill the disk: each removes what the one before has left.
        assert len(unfinished(cache)) <= 1
        shutil.rmtree(cache / small.fingerprint(), ignore_errors=True)
    assert contents(build(small)) == whole
    assert {path.name for path in cache.iterdir()} == {small.fingerprint(), "notes"}


def test_a_snapshot_that_is_killed_is_never_taken_for_a_whole_one(small: Project) -> None:
    finished = build(small)
    day = "2000-01-01"
    whole = sorted(map(str, open_store(snapshot(finished, read_day(day)))))
    assert len(whole) > len(open_store(finished.store))
    folder = finished.folder / "as-of"
    moments = random.Random(1)
    for _ in range(5):
        shutil.rmtree(folder / day, ignore_errors=True)
        kill(SNAPSHOT, small, "ready", moments.uniform(0.01, 0.2))
        found = find_snapshot(finished, read_day(day))
        assert found is None or sorted(map(str, open_store(found))) == whole
        assert len(unfinished(folder)) <= 1
    shutil.rmtree(folder / day, ignore_errors=True)
    assert sorted(map(str, open_store(snapshot(finished, read_day(day))))) == whole
    assert [path.name for path in folder.iterdir()] == [day]
