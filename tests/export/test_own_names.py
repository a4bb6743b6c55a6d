"""A release of a project with a name, a title and namespaces of its own: none of the shipped project's is in it."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, parse
from shipped import ID
from worlds import PACT, PREFIXES, party

from kg.terms import DCTERMS, VOID

BASE = "https://example.org/pacts/"


@pytest.fixture(scope="module")
def release(project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of a pact of two states, with the shipped ontology and concepts."""
    import kg

    root = tmp_path_factory.mktemp("pacts")
    (root / "graph").mkdir()
    (root / "shapes").mkdir()
    shutil.copytree(project.root / "ontology", root / "ontology")
    shutil.copy(project.root / "graph" / "concepts.ttl", root / "graph")
    own = PREFIXES.replace(ID, f"{BASE}id/")
    source = f'<source/S> a casus:Source ; <{DCTERMS.issued.value}> "2001" .\n'
    text = own + source + PACT + party("AUH") + party("BUH")
    (root / "graph" / "pact.ttl").write_text(text.replace("<precision/", f"<{ID}precision/"), encoding="utf-8")
    prefixes = '[prefixes]\nstate = "id/state/"\n'
    (root / "casus.toml").write_text(f'name = "pacts"\ntitle = "Pacts of old"\nbase = "{BASE}"\n{prefixes}')
    kg.open(root).export(root / "release", as_of="2000-01-01")
    return root / "release"


def test_files_are_called_after_the_project(release: Path) -> None:
    names = {path.name for path in release.iterdir()}
    assert {"pacts-asserted.ttl", "pacts-whole.jsonld", "pacts-as-of-2000-01-01.nq", "pacts-protege.ttl"} <= names
    assert not [name for name in names if name.startswith("casus-")]
    assert (release / "protege" / "pacts-individuals.ttl").is_file()


def test_no_name_of_the_shipped_project_is_in_them(release: Path) -> None:
    for path in release.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            for part in ("data", "graph/", "individuals", "inferences", "id/state/", "id/treaty/"):
                assert f"https://w3id.org/casus/{part}" not in text, path.name


def test_the_dataset_is_the_projects(release: Path) -> None:
    about = {(quad.predicate, quad.object) for quad in parse(path=release / "dataset.ttl")
             if quad.subject == NamedNode(BASE + "data")}  # fmt: skip
    assert "Pacts of old" in {term.value for predicate, term in about if predicate == DCTERMS.title}
    assert (VOID.subset, NamedNode(BASE + "graph/inferred")) in about


def test_identifiers_in_tables_lead_to_the_projects_things(release: Path) -> None:
    with (release / "tables" / "dyad_years.csv").open(encoding="utf-8") as file:
        first = next(csv.DictReader(file))
    assert (first["holder"], first["beneficiary"], first["treaties"]) == ("AUH", "BUH", "PACT")
    tables = json.loads((release / "tables" / "csv-metadata.json").read_text("utf-8"))["tables"]
    abouts = [table["tableSchema"]["aboutUrl"] for table in tables if "aboutUrl" in table["tableSchema"]]
    assert abouts
    assert all(about.startswith(BASE + "id/") for about in abouts)


def test_graphs_are_written_with_the_projects_prefixes_and_base(release: Path) -> None:
    assert f"@prefix state: <{BASE}id/state/> ." in (release / "pacts-asserted.ttl").read_text("utf-8")
    assert json.loads((release / "pacts-whole.jsonld").read_text("utf-8"))["@context"]["@base"] == BASE + "id/"
