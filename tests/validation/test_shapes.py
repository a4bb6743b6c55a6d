"""The shapes of the project, each with a minimal violation and its conforming neighbor.

The cases are Turtle files in tests/shapes. A comment ``#! Shape: message`` says what validation says of its line.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import RDF, Graph
from rdflib.namespace import SH
from shipped import BASE

from kg.project import Project
from kg.rdf.load import load_files
from kg.validation.validate import Report, Result, validate

FILES = sorted((Path(__file__).parents[1] / "shapes").glob("*.ttl"))
EXPECTATION = re.compile(r"#! (\w+): (.+?)(?= #! |$)", re.MULTILINE)


@pytest.fixture(scope="module")
def report(project: Project) -> Report:
    """All cases together, with the ontology and the concepts that they use."""
    files = [*project.ontology, project.root / "graph" / "concepts.ttl", *FILES]
    return validate(load_files(files), load_files(project.shapes), files=files, shape_files=project.shapes)


def expected(file: Path) -> list[tuple[int, str, str]]:
    """The line, shape and beginning of the message of each result that a file announces."""
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
    return [(line, *match.groups()) for line, text in lines for match in EXPECTATION.finditer(text)]


def shape_of(result: Result) -> str:
    assert result.source_shape
    return result.source_shape.removeprefix(BASE + "shapes#")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_announced_is_found_at_its_line_and_nothing_else(report: Report, file: Path) -> None:
    found = sorted((result.line, shape_of(result), result.message) for result in report.results if result.file == file)
    wanted = sorted(expected(file))
    assert [(line, shape) for line, shape, _ in found] == [(line, shape) for line, shape, _ in wanted]
    for (_, _, message), (_, _, beginning) in zip(found, wanted, strict=True):
        assert message.startswith(beginning)


def test_the_ontology_and_the_concepts_conform(report: Report) -> None:
    assert {result.file for result in report.results} <= set(FILES)


def test_each_shape_has_a_case(project: Project) -> None:
    shapes = Graph()
    for file in project.shapes:
        shapes.parse(file)
    targets = (SH.target, SH.targetClass, SH.targetSubjectsOf)
    targeted = {shape.removeprefix(BASE + "shapes#") for target in targets for shape in shapes.subjects(target, None)}
    assert targeted == {shape for file in FILES for _, shape, _ in expected(file)}


def test_conventions_are_warnings_and_all_else_is_a_violation(report: Report) -> None:
    warnings = {shape_of(result) for result in report.warnings}
    conventions = {name for name in warnings if name.endswith("Iri")} | {"StateIriIsItsCode"}
    assert len(conventions) > 10
    assert warnings - conventions == {"RussianName", "RussianConceptName", "DerivedClass", "KindInWords"}


def test_each_shape_has_a_message_in_english(project: Project) -> None:
    shapes = Graph()
    for file in project.shapes:
        shapes.parse(file)
    messages = list(shapes.objects(None, SH.message))
    assert messages
    assert all(message.language == "en" and message.endswith(".") for message in messages)
    assert not list(shapes.subjects(RDF.type, SH.SPARQLFunction))
