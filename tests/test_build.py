"""The pipeline from files to a store, and what stops it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.build import build
from kg.errors import Inconsistent, InvalidData, ParseError
from kg.project import Project, open_project
from kg.vocab import DERIVED_GRAPH, INFERRED_GRAPH


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
    assert list(shipped.info.seconds) == ["load", "validate", "reason", "derive", "store"]


def test_unchanged_files_are_answered_from_the_last_build(project, shipped) -> None:
    phases: list[str] = []
    assert build(project, lambda phase, seconds: phases.append(phase)) == shipped
    assert phases == []


def test_each_file_is_a_graph_and_what_follows_is_in_two_others(project, store) -> None:
    graphs = {graph.value for graph in store.named_graphs()}
    assert graphs == {project.graph_name(path) for path in project.sources} | {INFERRED_GRAPH, DERIVED_GRAPH}


def test_nothing_is_inferred_that_is_asserted(shipped) -> None:
    asserted = {quad.triple for quad in shipped.asserted()}
    assert not asserted & {quad.triple for quad in shipped.inferred()}


def test_a_syntax_error_stops_the_build(copy: Project) -> None:
    file = copy.root / "graph" / "states.ttl"
    line = edit(file, "<state/ARM> a casus:State ;", "<state/ARM> a casus:State ;;;, ")
    with pytest.raises(ParseError) as caught:
        build(copy)
    assert (caught.value.file, caught.value.line) == (str(file), line)


def test_an_episode_that_ends_before_it_begins_stops_the_build(copy: Project) -> None:
    file = copy.root / "graph" / "organizations" / "CSTO.ttl"
    line = edit(file, 'casus:ends "2012-12-19T', 'casus:ends "2002-12-19T')
    with pytest.raises(InvalidData, match=f"CSTO.ttl:{line}: .*before") as caught:
        build(copy)
    assert len(str(caught.value).splitlines()) == 1


def test_an_unknown_property_stops_the_build(copy: Project) -> None:
    file = copy.root / "graph" / "states.ttl"
    line = edit(file, 'casus:isoAlpha2 "AM"', 'casus:isoAlpha4 "AM"')
    with pytest.raises(InvalidData, match=f"states.ttl:{line}: .*isoAlpha4") as caught:
        build(copy)
    assert len(str(caught.value).splitlines()) == 1


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
