"""`kg init` makes a project that builds, answers its question and speaks of itself in its own names."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest

import kg as package
from kg.errors import BadInput, CasusError, MissingFile, ProjectError
from kg.project import open_project
from kg.starter.create import create_project, name_of_folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> package.Graph:
    """A new project, built as it is made."""
    return package.open(create_project(tmp_path_factory.mktemp("new") / "Pacts of old").root)


def test_a_new_project_builds_without_a_warning(made: package.Graph) -> None:
    assert made.build.info.warnings == 0
    assert made.names.base == "https://example.org/pacts-of-old/"


def test_its_question_is_answered_as_it_says(made: package.Graph) -> None:
    identity = made.build.identity
    assert (identity.name, identity.title) == ("pacts-of-old", "Pacts of old")
    for question in made.project.questions:
        out = io.StringIO()
        made.query(question.read_text(encoding="utf-8"), as_of="2000-01-01").write("csv", out)
        given = list(csv.reader(io.StringIO(out.getvalue())))
        expected = list(csv.reader(io.StringIO(question.with_suffix(".csv").read_text(encoding="utf-8"))))
        assert given == expected


def test_nothing_is_copied_of_what_it_extends(made: package.Graph) -> None:
    root = made.project.root
    assert not list((root / "ontology").glob("*.ttl"))
    shipped = {path.name for path in open_project().shapes}
    assert not shipped & {path.name for path in (root / "shapes").iterdir()}


def test_each_graph_of_it_has_a_name_of_its_own(made: package.Graph) -> None:
    names = {row["g"].value for row in made.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")}
    assert all(name.startswith("https://example.org/pacts-of-old/graph/") for name in names)
    assert "https://example.org/pacts-of-old/graph/casus/ontology/duties.ttl" in names


def test_its_files_are_in_the_houses_layout(kg, made: package.Graph) -> None:
    assert (kg("format", "--check", "--project", made.project.root).output) == ""


def test_what_it_is_called_is_for_the_user_to_say(tmp_path: Path) -> None:
    title = 'Союзы "и" \\ договоры'
    made = create_project(
        tmp_path / "x", name="pacts", title=title, base="https://data.example.org/p/", languages=["ru", "en"]
    )
    identity = made.identity
    assert (identity.name, identity.title, identity.languages) == ("pacts", title, ("ru", "en"))
    assert identity.names.prefixes["state"] == "https://data.example.org/p/id/state/"
    report = package.open(made.root).validate()
    assert [*report.violations, *report.warnings] == []


def test_without_the_example_there_is_nothing_in_it_yet(tmp_path: Path) -> None:
    made = create_project(tmp_path / "bare", example=False)
    assert [path.name for path in made.graph] == ["concepts.ttl", "dataset.ttl"]
    assert package.open(made.root).duties(on="2000-01-01") == ()


@pytest.mark.parametrize(
    ("name", "made"), [("Älterer Bund_2", "alterer-bund-2"), ("1815–1914 pacts", "pacts"), ("a.b", "a-b")]
)
def test_the_name_is_made_of_the_folders(name: str, made: str) -> None:
    assert name_of_folder(Path(name)) == made


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        ({"name": "My pacts"}, ProjectError, "'name' is 'My pacts'"),
        ({"base": "example.org"}, ProjectError, "'base' is 'example.org'"),
        ({"languages": ["en glish"]}, ProjectError, "'languages' must be"),
        ({"name": "casus"}, ProjectError, "'casus' is the name of the project that it extends"),
    ],
)
def test_what_a_project_cannot_be_called_is_told_and_nothing_is_there(
    tmp_path: Path, said: dict[str, str], error: type[CasusError], message: str
) -> None:
    with pytest.raises(error, match=message):
        create_project(tmp_path / "new", **said)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_which_no_name_can_be_made(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--name"):
        create_project(tmp_path / "Союзы")
    assert create_project(tmp_path / "Союзы", name="unions").identity.title == "Unions"


def test_what_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(ProjectError, match="empty"):
        create_project(tmp_path)
    with pytest.raises(ProjectError, match="empty"):
        create_project(tmp_path / "note.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_an_empty_folder_is_filled_and_remains_itself(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    before = empty.stat().st_ino
    create_project(empty)
    assert (empty / "casus.toml").is_file()
    assert empty.stat().st_ino == before
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_nobody_may_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(MissingFile, match="cannot be written"):
        create_project(tmp_path / "new")
    tmp_path.chmod(0o700)


def test_in_its_folder_commands_work_on_it(kg, made: package.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made.project.root)
    assert kg("query", "SELECT ?t { ?t a casus:Treaty }", "--format", "csv").stdout.splitlines()[1:] == [
        "https://example.org/pacts-of-old/id/treaty/MDT-1951"
    ]
    assert kg("format", "--check", "--project", made.project.root).exit_code == 0


def test_the_command_lists_what_it_has_written(kg, tmp_path: Path) -> None:
    result = kg("init", tmp_path / "pacts", "--no-example")
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [str(tmp_path / "pacts" / name) for name in ("casus.toml", "graph/dataset.ttl", "shapes/names.ttl")],
    )
    again = kg("init", tmp_path / "pacts")
    assert (again.exit_code, again.stdout) == (2, "")
    assert "there is something already" in again.stderr
