"""A project is a folder; its fingerprint changes when, and only when, what a build depends on changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.errors import MissingFile, ProjectError
from kg.project import open_project


@pytest.fixture
def small(write, tmp_path: Path) -> Path:
    write("ontology/o.ttl", "casus:State a owl:Class .")
    write("graph/g.ttl", "<state/ARM> a casus:State .")
    (tmp_path / "shapes").mkdir()
    return tmp_path


def test_the_shipped_project_is_the_default(project) -> None:
    assert project.root.joinpath("ontology", "casus.ttl") in project.ontology
    assert project.graph
    assert project.shapes
    assert project.questions


def test_the_fingerprint_follows_content_and_names(small: Path) -> None:
    before = open_project(small).fingerprint()
    assert open_project(small).fingerprint() == before
    data = small / "graph" / "g.ttl"
    data.write_text(data.read_text() + "# a comment\n")
    changed = open_project(small).fingerprint()
    data.rename(small / "graph" / "h.ttl")
    assert len({before, changed, open_project(small).fingerprint()}) == 3


def test_the_fingerprint_does_not_depend_on_where_the_folder_is(small: Path, tmp_path_factory) -> None:
    copy = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(small, copy)
    assert open_project(copy).fingerprint() == open_project(small).fingerprint()


def test_what_is_not_a_project_is_named(small: Path) -> None:
    with pytest.raises(MissingFile, match="absent"):
        open_project(small / "absent")
    (small / "shapes").rmdir()
    with pytest.raises(ProjectError, match=r"shapes/ is missing"):
        open_project(small)
