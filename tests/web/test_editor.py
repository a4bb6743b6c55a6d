"""The editor of the query page: what it completes and marks, what it is bundled from, wheels with it and without."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Store
from test_pages import Page

from kg.project import shipped_names
from kg.terms import CASUS, RDF

ROOT = Path(__file__).parents[2]
EDITOR = ROOT / "editor"


@pytest.fixture(scope="module")
def terms(world: FlaskClient) -> dict[str, dict[str, str | int]]:
    """The terms by their names."""
    listed = world.get("/query/terms.en.json").get_json()
    found = {term["name"]: term for term in listed}
    assert len(found) == len(listed)
    return found


def test_the_terms_are_those_of_the_graph_with_labels_and_counts(
    terms: dict[str, dict[str, str | int]], store: Store
) -> None:
    counted = {quad.subject for quad in store.quads_for_pattern(None, RDF.type, CASUS.Treaty)}
    assert terms["casus:Treaty"] == {
        "name": "casus:Treaty", "kind": "class", "label": "treaty", "count": len(counted)
    }  # fmt: skip
    property_ = terms["casus:inOrganization"]
    assert (property_["kind"], property_["label"]) == ("property", "in organization")
    triples = {quad.triple for quad in store.quads_for_pattern(None, CASUS.inOrganization, None)}
    assert property_["count"] == len(triples) > 100
    assert terms["state:ARM"] == {"name": "state:ARM", "kind": "thing", "label": "Armenia"}


def test_each_term_can_stand_in_a_query(terms: dict[str, dict[str, str | int]], store: Store) -> None:
    names = shipped_names()
    for name in terms:
        assert names.shorten(str(names.read(name).value)) == name
    query = f"SELECT * {{ VALUES ?term {{ {' '.join(terms)} }} }}"
    assert len(list(store.query(query, prefixes=dict(names.prefixes)))) == len(terms)


def test_terms_have_labels_in_each_language_of_the_project(world: FlaskClient) -> None:
    listed = world.get("/query/terms.ru.json").get_json()
    assert {"name": "state:ARM", "kind": "thing", "label": "Армения"} in listed
    assert world.get("/query/terms.tlh.json").status_code == 404


def test_the_page_says_where_the_editor_finds_terms_and_mistakes(client: FlaskClient) -> None:
    (area,) = Page(client.get("/query").text).attributes("textarea")
    assert client.get(str(area["data-terms"])).get_json() == []  # there is no build
    assert client.get(str(area["data-mistake"]), query_string={"query": "ASK {}"}).get_json() == {}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT * { ?s ?p ?o }", {}),
        ("DESCRIBE state:ARM", {}),
        (
            "ASK {\n ?s nope:p 1 }",
            {"message": "line 2, column 5: the prefix 'nope:' is not declared", "line": 2, "column": 5},
        ),
        ("ASK", {"message": "the query ends before its '{'"}),
        ("ASK { SERVICE <http://127.0.0.1:9/> {} }", "SERVICE is refused"),
    ],
)  # fmt: skip
def test_a_query_is_read_without_an_answer(client: FlaskClient, query: str, found: dict[str, object] | str) -> None:
    response = client.get("/query/mistake", query_string={"query": query})
    assert response.status_code == 200
    if isinstance(found, str):
        assert found in response.get_json()["message"]
    else:
        assert response.get_json() == found
    assert client.get("/query/mistake").status_code == 400


def test_what_is_bundled_is_pinned_with_its_checksums_and_without_addresses() -> None:
    written = (EDITOR / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in written  # where packages come from is for the one who installs them to say
    packages = json.loads(written)["packages"]
    wanted = json.loads((EDITOR / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert packages.pop("")["dependencies"] == wanted
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    for package in packages.values():
        assert package["integrity"].startswith("sha512-")
        assert package["license"] == "MIT"


def build_wheel(folder: Path, path: str) -> tuple[zipfile.ZipFile, str]:
    """A wheel of a copy of the project, with the programs of a path, and what was said."""
    copy = folder / "project"
    without = shutil.ignore_patterns(
        ".git", ".*_cache", ".hypothesis", "node_modules", "tests", "editor*.js", "*.licenses.txt"
    )
    shutil.copytree(ROOT, copy, ignore=without)
    shutil.copytree(EDITOR, copy / "editor", ignore=shutil.ignore_patterns("node_modules"), dirs_exist_ok=True)
    command = [sys.executable, "-m", "pip", "wheel", "--verbose", "--no-deps", "-w", str(folder), str(copy)]
    done = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    return zipfile.ZipFile(wheel), done.stdout + done.stderr


@pytest.mark.slow
def test_a_wheel_has_the_editor_where_there_is_node(tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("there is no Node here to bundle it with")
    wheel, said = build_wheel(tmp_path, os.environ["PATH"])
    assert "plain text area" not in said
    bundle = wheel.read("kg/web/static/editor.js")
    assert len(gzip.compress(bundle)) < 150_000
    assert b"cm-content" in bundle and b"ENCODE_FOR_URI" in bundle
    licensed = wheel.read("kg/web/static/editor.licenses.txt").decode()
    of = set(re.findall(r"^(\S+) \d+\.\d+\.\d+$", licensed, re.M))
    assert {"@codemirror/view", "codemirror-lang-sparql", "style-mod"} <= of
    assert licensed.count("Permission is hereby granted, free of charge") == len(of)
    assert not [name for name in wheel.namelist() if "node_modules" in name or name.startswith("editor/")]
    assert not (tmp_path / "project" / "editor" / "node_modules").exists()


@pytest.mark.slow
def test_a_wheel_is_built_without_node_and_says_so(tmp_path: Path) -> None:
    wheel, said = build_wheel(tmp_path, str(tmp_path))
    assert "The query page gets its plain text area, without the editor: there is no Node with npm" in said
    names = wheel.namelist()
    assert "kg/web/static/style.css" in names
    assert not [name for name in names if "static/editor" in name]


@pytest.mark.slow
def test_a_wheel_is_built_where_the_packages_cannot_be_had(tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("npm", "node"):
        (programs / name).write_text("#!/bin/sh\necho 'no network' >&2\nexit 1\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    wheel, said = build_wheel(tmp_path, f"{programs}:/usr/bin:/bin")
    assert "without the editor: npm says: no network" in said
    assert "kg/web/static/editor.js" not in wheel.namelist()
