"""A project is a folder; its fingerprint changes when, and only when, what a build depends on changes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kg.errors import MissingFile, ProjectError
from kg.project import Identity, open_project


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


SAID = """\
name = "pacts"
title = "Pacts of old"
base = "https://example.org/pacts/"

[prefixes]
king = "id/king/"
eg = "https://example.com/eg#"
"""


def test_the_shipped_project_says_who_it_is(project) -> None:
    identity = project.identity
    assert (identity.name, identity.title, identity.languages) == ("casus", "Casus", ("en", "ru"))
    assert identity.names.id == "https://w3id.org/casus/id/"
    assert identity.names.prefixes["state"] == "https://w3id.org/casus/id/state/"
    assert Identity.from_json(json.loads(json.dumps(identity.to_json()))) == identity


def test_a_project_names_things_in_its_own_namespaces(small: Path) -> None:
    (small / "casus.toml").write_text(SAID)
    own = open_project(small)
    assert (own.identity.title, own.identity.summary, own.identity.languages) == (
        "Pacts of old",
        "Pacts of old",
        ("en",),
    )
    assert own.names.prefixes["king"] == "https://example.org/pacts/id/king/"
    assert own.names.prefixes["eg"] == "https://example.com/eg#"
    assert own.names.prefixes["owl"] == "http://www.w3.org/2002/07/owl#"
    assert own.graph_name(small / "graph" / "g.ttl") == "https://example.org/pacts/graph/graph/g.ttl"


def test_the_fingerprint_follows_what_the_project_says_of_itself(small: Path) -> None:
    before = open_project(small).fingerprint()
    (small / "casus.toml").write_text(SAID)
    named = open_project(small).fingerprint()
    (small / "casus.toml").write_text(SAID.replace("of old", "of new"))
    assert len({before, named, open_project(small).fingerprint()}) == 3


def test_a_project_extends_another_by_reference(small: Path, project) -> None:
    (small / "casus.toml").write_text('extends = "casus"\n' + SAID)
    own = open_project(small)
    assert own.ontology == [*project.ontology, small / "ontology" / "o.ttl"]
    assert own.graph == [project.root / "graph" / "concepts.ttl", small / "graph" / "g.ttl"]
    assert own.shapes == project.shapes
    theirs = project.graph_name(project.ontology[0]).removeprefix(project.names.graph)
    assert own.graph_name(own.ontology[0]) == f"https://example.org/pacts/graph/casus/{theirs}"
    assert own.graph_name(own.ontology[-1]) == "https://example.org/pacts/graph/ontology/o.ttl"


def test_a_project_takes_of_the_data_what_it_names(small: Path, project) -> None:
    (small / "casus.toml").write_text('extends = "casus"\ntakes = ["graph/concepts.ttl", "graph/events"]\n' + SAID)
    events = [path for path in project.graph if path.parent.name == "events"]
    assert open_project(small).graph == [project.root / "graph" / "concepts.ttl", *events, small / "graph" / "g.ttl"]
    (small / "casus.toml").write_text('extends = "casus"\ntakes = ["graph"]\n' + SAID)
    assert open_project(small).graph == [*project.graph, small / "graph" / "g.ttl"]


def test_what_an_extended_project_takes_is_taken_of_it_too(small: Path, project, tmp_path: Path) -> None:
    (small / "casus.toml").write_text('extends = "casus"\ntakes = ["graph/states.ttl"]\n' + SAID)
    for folder in ("ontology", "graph", "shapes"):
        (tmp_path / "above" / folder).mkdir(parents=True)
    said = f'extends = "{small.as_posix()}"\ntakes = ["graph/states.ttl"]\n'
    (tmp_path / "above" / "casus.toml").write_text(said + SAID.replace("pacts", "more"))
    assert open_project(tmp_path / "above").graph == [project.root / "graph" / "states.ttl"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("name = ", r"casus\.toml: not TOML: .*"),
        ("", "'base' is missing"),
        (SAID.replace("name", "nom", 1), "unknown: nom"),
        (SAID.replace('title = "Pacts of old"\n', ""), "'title' is missing"),
        (SAID.replace('"pacts"', '"Old Pacts"'), "'name' is 'Old Pacts'"),
        (SAID.replace("pacts/", "pacts"), "'base' is .*ends in a slash"),
        (SAID.replace("id/king/", "id/king"), "the prefix 'king'"),
        (SAID + 'owl = "https://example.org/birds/"\n', "the prefix 'owl' is the standard one"),
        ('languages = "en"\n' + SAID, "'languages' must be a list"),
        ('extends = "."\n' + SAID, "it extends itself"),
        ('extends = ["casus"]\n' + SAID, "'extends' is"),
        ('extends = "casus"\ntakes = "graph"\n' + SAID, "'takes' is a list"),
        ('extends = "casus"\ntakes = ["graph/kings.ttl"]\n' + SAID, "'graph/kings.ttl', and casus has no such data"),
        ('takes = ["graph"]\n' + SAID, "'takes' without 'extends'"),
    ],
)
def test_what_is_wrong_with_the_file_is_told(small: Path, said: str, message: str) -> None:
    (small / "casus.toml").write_text(said)
    with pytest.raises(ProjectError, match=message):
        open_project(small)


def test_a_project_that_extends_what_is_not_there(small: Path) -> None:
    (small / "casus.toml").write_text('extends = "../absent"\n' + SAID)
    with pytest.raises(MissingFile, match="absent"):
        open_project(small)
