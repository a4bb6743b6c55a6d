"""Shared fixtures: the shipped project, built once, and small projects made of text."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from filelock import FileLock
from pyoxigraph import Store

from kg.build.store import Build, open_store
from kg.project import Project, open_project

PREFIXES = """\
@base <https://w3id.org/casus/id/> .
@prefix casus: <https://w3id.org/casus/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Suites that are not part of the repository are named by their folder."""
    parser.addoption(
        "--w3c-sparql",
        type=Path,
        metavar="FOLDER",
        help="run the W3C's SPARQL 1.1 tests: the folder sparql/sparql11 of a copy of github.com/w3c/rdf-tests",
    )
    parser.addoption(
        "--w3c-sparql12",
        type=Path,
        metavar="FOLDER",
        help="run the W3C's SPARQL 1.2 tests: the folder sparql/sparql12 of a copy of github.com/w3c/rdf-tests",
    )
    parser.addoption(
        "--clients",
        type=Path,
        metavar="FOLDER",
        help="try the clients installed here: node_modules with Comunica, jena with the jars of Jena's command line",
    )
    parser.addoption(
        "--browser-tools",
        type=Path,
        metavar="FOLDER",
        help="walk the pages in Chromium: the folder whose node_modules has axe-core and the Nu HTML checker",
    )
    parser.addoption(
        "--pictures",
        type=Path,
        metavar="FOLDER",
        help="where pictures of the walked pages are kept; without it, among the files of the test run",
    )
    parser.addoption(
        "--atop",
        type=Path,
        metavar="FOLDER",
        help="import your own copy of ATOP 4.01 and hold it against its tables: the folder with its two tables",
    )
    parser.addoption(
        "--w3c-owl2",
        type=Path,
        metavar="FOLDER",
        help="run the W3C's OWL 2 RL cases: a folder with all.rdf of www.w3.org/2009/11/owl-test/, or part of it",
    )
    parser.addoption(
        "--fact-sheets",
        type=Path,
        metavar="FOLDER",
        help="bring in the compilers' fact sheets: the folder that has facts and facts2",
    )
    parser.addoption(
        "--w3c-shacl",
        type=Path,
        metavar="FOLDER",
        help="run the W3C's SHACL tests: data-shapes-test-suite/tests of a copy of github.com/w3c/data-shapes",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the report of each of the W3C's tests say of which suite it is, also where another process writes it."""
    for item in items:
        for mark in item.iter_markers("w3c"):
            item.user_properties.append(("w3c", mark.args[0]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests of each of the W3C's suites pass."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in ("passed", "xfailed", "skipped", "failed", "error"):
        for report in terminalreporter.getreports(outcome):
            if suite := dict(getattr(report, "user_properties", ())).get("w3c"):
                counts[suite][outcome] += 1
    for suite, count in counts.items():
        if run := count.total() - count.pop("skipped", 0):
            rest = "".join(f", {number} {outcome}" for outcome, number in count.items() if outcome != "passed")
            terminalreporter.write_line(f"W3C {suite}: {count['passed']} of {run} pass{rest}")


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the test run, which pytest-xdist's workers share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session", autouse=True)
def cache(run_folder: Path) -> Path:
    """Builds go to a folder of the test run's own."""
    folder = run_folder / "cache"
    os.environ["CASUS_CACHE"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def project() -> Project:
    """The shipped project."""
    return open_project()


@pytest.fixture(scope="session")
def shipped(run_folder: Path, cache: Path, project: Project) -> Build:
    """The shipped project, built by the first worker that asks for it."""
    from kg.build.pipeline import build

    with FileLock(run_folder / "build.lock"):
        return build(project)


@pytest.fixture(scope="session")
def little(run_folder: Path, cache: Path) -> Build:
    """A pact of two states, of which B leaves at the end of 2012, built by the first worker that asks for it."""
    from worlds import PACT, party, write_project

    from kg.build.pipeline import build

    with FileLock(run_folder / "little.lock"):
        return build(
            open_project(write_project(run_folder / "little", PACT, party("A"), party("B", ends="2012-12-31")))
        )


@pytest.fixture(scope="session")
def release(run_folder: Path, shipped: Build) -> Path:
    """The folder of a release of the shipped project. Tests read it and leave it as it is."""
    from kg.export.release import export

    folder = run_folder / "release"
    with FileLock(run_folder / "release.lock"):
        if not folder.exists():
            export(shipped, folder)
    return folder


@pytest.fixture(scope="session")
def store(shipped: Build) -> Store:
    """The store of the shipped project."""
    return open_store(shipped.store)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file below a temporary folder; Turtle gets the project's prefixes."""

    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PREFIXES + text if path.suffix == ".ttl" else text, encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def kg() -> Callable[..., Result]:
    """Run a command as a user would; an exception that reaches the user fails the test."""
    from kg.cli import main

    def run(*arguments: str | Path, **options: object) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], **options)  # type: ignore[arg-type]
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
