"""Builds: whole or not there at all, kept apart by fingerprint, graphs for asserted and inferred."""

from __future__ import annotations

import gc
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple
from shipped import DERIVED_GRAPH, INFERRED_GRAPH

from kg.build.build_parts import all_parts
from kg.build.store import BuildInfo, find_build, new_build, open_store
from kg.build.writing import write_build, write_info
from kg.errors import CacheError
from kg.project import open_project

S, P, G = (NamedNode("http://example.org/" + name) for name in "spg")
ASSERTED = Quad(S, P, Literal("01", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")), G)
WHO = open_project().identity
INFERRED, DERIVED = Triple(S, P, S), Triple(S, P, P)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CASUS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def make(fingerprint: str) -> None:
    with new_build(fingerprint) as folder:
        write_build(folder, all_parts(WHO.names, [ASSERTED], [INFERRED], [DERIVED]))
        write_info(
            folder, BuildInfo(asserted=1, inferred=1, derived=1, warnings=0, seconds={"load": 0.1}), WHO, [G.value]
        )


def test_a_build_is_found_by_its_fingerprint_and_keeps_literals_as_written() -> None:
    assert find_build("one") is None
    make("one")
    build = find_build("one")
    assert build is not None
    assert build.info == BuildInfo(1, 1, 1, 0, {"load": 0.1})
    assert (build.identity, build.ontology_graphs) == (WHO, {G.value})
    assert list(build.asserted()) == [ASSERTED]
    assert list(build.inferred()) == [Quad(S, P, S, NamedNode(INFERRED_GRAPH))]
    assert list(build.derived()) == [Quad(S, P, P, NamedNode(DERIVED_GRAPH))]


def test_asserted_inferred_and_derived_are_separate_graphs_of_one_store() -> None:
    make("one")
    build = find_build("one")
    assert build is not None
    rows = open_store(build.store).query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert {row["g"].value: row["n"].value for row in rows} == {
        G.value: "1",
        INFERRED_GRAPH: "1",
        DERIVED_GRAPH: "1",
    }


def test_a_build_that_fails_leaves_nothing(own_cache: Path) -> None:
    with pytest.raises(RuntimeError), new_build("one") as folder:
        write_build(folder, all_parts(WHO.names, [ASSERTED]))
        raise RuntimeError
    assert find_build("one") is None
    assert list(own_cache.iterdir()) == []


@pytest.mark.parametrize(
    "last", ["folder", "write_build(folder, all_parts(who.names, []))", "write_info(folder, info, who, [])"]
)
def test_a_build_that_is_killed_is_removed_by_the_next(own_cache: Path, last: str) -> None:
    program = f"""
import os, signal, sys
sys.path[:] = {sys.path!r}
from kg.build.build_parts import all_parts
from kg.build.store import BuildInfo, new_build
from kg.build.writing import write_build, write_info
from kg.project import open_project
who, info = open_project().identity, BuildInfo(1, 1, 1, 0, {{}})
with new_build("one") as folder:
    {last}
    os.kill(os.getpid(), signal.SIGKILL)
"""
    for _ in range(2):
        assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -signal.SIGKILL
        assert len(list(own_cache.iterdir())) == 1
        assert find_build("one") is None
    make("two")
    assert [path.name for path in own_cache.iterdir()] == ["two"]


def test_what_another_process_is_writing_is_left_alone(own_cache: Path) -> None:
    with new_build("one") as folder:
        make("two")
        write_build(folder, all_parts(WHO.names, [ASSERTED]))
        write_info(folder, BuildInfo(1, 0, 0, 0, {}), WHO, [])
    assert sorted(path.name for path in own_cache.iterdir()) == ["one", "two"]


def test_a_build_made_twice_at_once_is_kept_once() -> None:
    with new_build("one") as outer:
        make("one")
        write_info(outer, BuildInfo(9, 9, 9, 9, {}), WHO, [])
    build = find_build("one")
    assert build is not None
    assert build.info.asserted == 1


def test_only_the_latest_builds_are_kept(own_cache: Path) -> None:
    for fingerprint in "abcdefghij":
        make(fingerprint)
    assert sorted(path.name for path in own_cache.iterdir()) == list("cdefghij")


def test_a_build_in_use_is_kept_however_many_are_made(own_cache: Path) -> None:
    """As that of a server is, which reads tables and proofs from it long after it has started."""
    make("used")
    used = find_build("used")
    for fingerprint in "abcdefghij":
        make(fingerprint)
    assert sorted(path.name for path in own_cache.iterdir()) == [*"cdefghij", "used"]
    assert pickle.loads(pickle.dumps(used)) == used  # as processes are told of it
    del used
    gc.collect()
    make("last")
    assert sorted(path.name for path in own_cache.iterdir()) == [*"defghij", "last"]


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CASUS_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(CacheError, match="CASUS_CACHE"), new_build("one"):
        pass
