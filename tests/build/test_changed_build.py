"""A build that changes the store of the one before holds what a build from nothing holds, whatever has changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from worlds import PACT, PREFIXES, party, write_project

from kg.build.as_of import day_graph
from kg.build.kept_timeline import load_timeline
from kg.build.pipeline import build
from kg.build.store import Build, former_build, open_store
from kg.day import read_day
from kg.graph import Graph
from kg.project import Project, open_project

OTHER = '<treaty/OTHER> rdfs:label "Other pact"@en ; casus:signedOn "1985-01-01T00:00:00Z"^^xsd:dateTime .'
DAY = read_day("2000-01-01")


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        path = root / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def added(file: str, turtle: str) -> Callable[[Path], None]:
    return lambda root: Path(root / file).write_text(PREFIXES + turtle, encoding="utf-8") and None


def removed(file: str) -> Callable[[Path], None]:
    return lambda root: (root / file).unlink()


#: Each changes one file of a project of forty parties.
CHANGES = {
    "a date": replaced("graph/graph.ttl", '"1990-01-01T', '"1991-02-03T'),
    "a file more": added("graph/more.ttl", OTHER.replace("OTHER", "THIRD")),
    "a file less": removed("graph/other.ttl"),
    "a statement of two files": replaced("graph/other.ttl", "1985", "1986"),
    "a class": replaced("ontology/ontology.ttl", "casus:partyTo a", "casus:Pact a owl:Class . casus:partyTo a"),
    "blank nodes": added(
        "ontology/more.ttl",
        "casus:Bound owl:equivalentClass [ owl:onProperty casus:party ; owl:someValuesFrom owl:Thing ] .",
    ),
    "the same value in another spelling": replaced("graph/other.ttl", '00:00:00Z"', '00:00:00+00:00"'),
    "one of two spellings": replaced("graph/spelled.ttl", '"01"^^xsd:integer, ', ""),
}


@pytest.fixture
def forty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("CASUS_CACHE", str(tmp_path / "cache"))
    folder = write_project(tmp_path / "project", PACT, *(party(f"S{number}") for number in range(40)))
    for name in ("other", "same"):
        added(f"graph/{name}.ttl", OTHER)(folder)
    added("graph/spelled.ttl", '<treaty/PACT> casus:atopId "01"^^xsd:integer, "1"^^xsd:integer .')(folder)
    return open_project(folder)


def contents(of: Build) -> dict[str, object]:
    """All that a build holds and says of itself, but how it came about."""
    store = open_store(of.store)
    held: dict[str, object] = {
        name: sorted(map(str, of.part(name))) for name in ("asserted", "inferred", "derived", "metadata", "shapes")
    }
    held["store"] = sorted(map(str, store))
    held["terms"] = {graph.value for graph in store.named_graphs()}
    held["count"] = str(next(iter(store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")))[0])
    held["info"] = asdict(replace(of.info, seconds={}, changed=0))
    held["timeline"] = load_timeline(of)
    return held


def from_nothing(project: Project, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    monkeypatch.setenv("CASUS_CACHE", str(cache))
    made = build(project)
    assert made.info.changed == 0
    return made


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_build_is_as_one_from_nothing(
    change: str, forty: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(forty)
    before = contents(first)
    CHANGES[change](forty.root)
    second = build(open_project(forty.root))
    assert 0 < second.info.changed < 2_500
    assert contents(second) == contents(from_nothing(forty, tmp_path / "other", monkeypatch))
    assert contents(first) == before  # whose files the second shares


def test_days_and_answers_of_a_changed_build_are_those_of_one_from_nothing(
    forty: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(forty)
    CHANGES["a date"](forty.root)
    graph = Graph(forty)
    asked = "SELECT ?s ?o { ?s casus:owesDefenseTo ?o } ORDER BY ?s ?o"
    changed = (graph.query(asked, as_of=DAY).serialize("csv"), set(day_graph(graph.build, DAY).quads))
    assert graph.build.info.changed > 0
    whole = Graph.of(from_nothing(forty, tmp_path / "other", monkeypatch))
    assert (whole.query(asked, as_of=DAY).serialize("csv"), set(day_graph(whole.build, DAY).quads)) == changed


def test_changes_add_up_until_a_store_is_written_anew(forty: Project) -> None:
    """So what was taken out and lies about in the files is never more than a tenth."""
    changed = [build(forty).info.changed]
    for year in range(1991, 1999):
        replaced("graph/graph.ttl", '"1990-01-01T', f'"{year}-01-01T')(forty.root)
        changed.append(build(open_project(forty.root)).info.changed)
    assert changed[0] == 0
    assert changed[1] < changed[2]
    assert 0 in changed[3:]


def test_a_build_begins_with_one_of_the_same_project_and_code(forty: Project, tmp_path: Path) -> None:
    made = build(forty)
    assert former_build(forty) == made
    (tmp_path / "named").mkdir()
    shutil.copytree(forty.root, tmp_path / "named", dirs_exist_ok=True)
    (tmp_path / "named" / "casus.toml").write_text('name = "n"\ntitle = "N"\nbase = "https://example.org/n/"\n')
    assert former_build(open_project(tmp_path / "named")) is None
    said = made.folder / "build.json"
    said.write_text(said.read_text().replace('"maker": "', '"maker": "another'))
    assert former_build(forty) is None


def test_a_former_build_that_has_lost_files_is_of_no_use_and_no_harm(
    forty: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(forty)
    (first.folder / "derived.nq.zst").unlink()
    CHANGES["a date"](forty.root)
    second = build(open_project(forty.root))
    assert second.info.changed == 0
    assert contents(second) == contents(from_nothing(forty, tmp_path / "other", monkeypatch))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("graph/treaties/CST.ttl", '"1994-04-20T', '"1994-04-21T'),
        ("graph/concepts.ttl", "share of the budget", "budget share"),
        (
            "ontology/actors.ttl",
            "States, organizations, alliances, their",
            "States, organizations and alliances, their",
        ),
        ("graph/treaties/CSTO-STATUS-2010.ttl", "", ""),
    ],
)
def test_so_is_that_of_the_shipped_project(
    file: str, old: str, new: str, shipped: Build, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "project"
    for folder in ("ontology", "graph", "shapes", "versions"):
        shutil.copytree(project.root / folder, root / folder)
    shutil.copy(project.root / "casus.toml", root)
    (replaced(file, old, new) if old else removed(file))(root)
    changed = build(open_project(root))
    assert 0 < changed.info.changed < changed.info.derived
    assert contents(changed) == contents(from_nothing(open_project(root), tmp_path / "cache", monkeypatch))
