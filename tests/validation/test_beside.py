"""Validation beside other work: of much data in a process of its own, with the same outcome."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import BadInput
from kg.rdf.load import load_file, to_ntriples
from kg.validation.beside import validating
from kg.validation.validate import validate

SHAPE = "<S> a sh:NodeShape ; sh:targetClass casus:State ; sh:property [ sh:path rdfs:label ; sh:minCount 1 ] ."
BROKEN = "<S> a sh:NodeShape ; sh:targetClass casus:State ; sh:property [ sh:minCount 1 ] ."
Write = Callable[[str, str], Path]


@pytest.fixture(params=[10, 21_000], ids=["little data", "much data"])
def data(write: Write, request: pytest.FixtureRequest) -> Path:
    """A state without a name, and so many more with one."""
    named = "\n".join(f'<state/{number}> rdfs:label "{number}" .' for number in range(request.param))
    return write("data.ttl", f"<state/A> a casus:State ; casus:knows [ a casus:State ] .\n{named}")


def test_the_report_is_that_of_a_validation(data: Path, write: Write) -> None:
    quads, shapes = load_file(data), load_file(write("shapes.ttl", SHAPE))
    with validating(quads, to_ntriples(quads).encode(), shapes, files=[data]) as report:
        beside = report()
    assert [str(result) for result in beside.results] == [
        str(result) for result in validate(quads, shapes, files=[data]).results
    ]
    assert len(beside.results) == 2


def test_shapes_that_are_none_are_refused(data: Path, write: Write) -> None:
    quads, shapes = load_file(data), write("shapes.ttl", BROKEN)
    with (
        pytest.raises(BadInput, match="not well-formed SHACL") as caught,
        validating(quads, to_ntriples(quads).encode(), load_file(shapes), shape_files=[shapes]) as report,
    ):
        report()
    assert caught.value.file == str(shapes)


def test_a_process_ends_with_the_work_beside_it(data: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    begin = subprocess.Popen.__init__

    def noted(self: subprocess.Popen[bytes], *arguments: object, **options: object) -> None:
        started.append(self)
        begin(self, *arguments, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", noted)
    quads, shapes = load_file(data), load_file(write("shapes.ttl", SHAPE))
    with pytest.raises(KeyboardInterrupt), validating(quads, to_ntriples(quads).encode(), shapes):
        raise KeyboardInterrupt
    assert all(process.poll() is not None for process in started)
