"""What validation found: results with their place, and the ways to write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Literal, Quad

from kg.terms import RDF, SH, XSD


@dataclass(frozen=True)
class Result:
    """One thing that a shape has to say about the data; ``str`` is its line.

    Attributes:
        severity: ``violation``, ``warning`` or ``info``, or the IRI of another severity.
        message: what is wrong and what to do about it.
        focus: what is at fault: an IRI, ``_:`` and a label for a blank node, or a literal as in N-Triples.
        path: the IRI of the property at fault, or a property path as in SPARQL.
        value: the value at fault, as in N-Triples.
        source_shape: the IRI of the shape, or of the shape that one without an IRI is part of.
        file: the file of the statement at fault, or None if it cannot be told.
        line: the line in that file, counted from 1.
        name: what is at fault, as people read it.
    """

    severity: str
    message: str
    focus: str
    path: str | None = None
    value: str | None = None
    source_shape: str | None = None
    file: Path | None = None
    line: int | None = None
    name: str = "a blank node"

    def __str__(self) -> str:
        """``file:line: severity: message (what is at fault)``."""
        place = f"{shown(self.file)}:{self.line}: " if self.file is not None else ""
        return f"{place}{self.severity}: {self.message} ({self.name})"


@dataclass(frozen=True)
class Report:
    """What validation found.

    Attributes:
        results: violations first, then warnings, each in the order of files and lines.
        graph: the statements of the report as SHACL defines it (https://www.w3.org/TR/shacl/#validation-report). Its
            ``sh:conforms`` is false as soon as there is a warning.
        contradictions: what the data contradicts itself in, a line each; None if it was not reasoned over.
        unsuspected: whether the queries that look for what may violate shapes found nothing.
    """

    results: list[Result]
    graph: tuple[Quad, ...]
    contradictions: tuple[str, ...] | None = None
    unsuspected: bool = False

    def __repr__(self) -> str:
        """How many violations and warnings there are."""
        return f"<{_verdict(self)}>"

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings do not count."""
        return not self.violations

    @property
    def violations(self) -> list[Result]:
        """The results that stop a build."""
        return [result for result in self.results if result.severity == "violation"]

    @property
    def warnings(self) -> list[Result]:
        """All other results."""
        return [result for result in self.results if result.severity != "violation"]


def conforming() -> Report:
    """That nothing is wrong (https://www.w3.org/TR/shacl/#conforms)."""
    node = BlankNode()
    about = ((RDF.type, SH.ValidationReport), (SH.conforms, Literal("true", datatype=XSD.boolean)))
    return Report([], tuple(Quad(node, name, value) for name, value in about), unsuspected=True)


def to_text(report: Report) -> str:
    """A line for each result and contradiction, then a line with the verdict and the counts."""
    lines = [*map(str, report.results), *(report.contradictions or ()), f"{_verdict(report)}."]
    return "".join(f"{line}\n" for line in lines)


def _verdict(report: Report) -> str:
    verdict = "The data conforms to the shapes" if report.conforms else "The data violates the shapes"
    counts = [_count(len(report.violations), "violation"), _count(len(report.warnings), "warning")]
    if report.contradictions:
        counts.append(_count(len(report.contradictions), "contradiction"))
    return f"{verdict}: {', '.join(counts)}"


def to_json(report: Report) -> str:
    """An object with ``conforms`` and the list of ``results``; with ``contradictions``, too, if these were looked for.

    Each result has ``severity``, ``message``, ``focus``, ``path``, ``value``, ``sourceShape``, ``file`` and ``line``:
    what `Result` says of each, and null where there is none.
    """
    results = [
        {
            "severity": result.severity,
            "message": result.message,
            "focus": result.focus,
            "path": result.path,
            "value": result.value,
            "sourceShape": result.source_shape,
            "file": shown(result.file) if result.file is not None else None,
            "line": result.line,
        }
        for result in report.results
    ]
    said: dict[str, object] = {"conforms": report.conforms, "results": results}
    if report.contradictions is not None:
        said["contradictions"] = report.contradictions
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def to_turtle(report: Report) -> str:
    """The report as SHACL defines it, in Turtle."""
    from kg.rdf.turtle import format_turtle  # noqa: PLC0415 - rdflib, which few reports need

    return format_turtle(report.graph)


#: Name of a format -> what writes a report in it.
RENDERERS: dict[str, Callable[[Report], str]] = {"text": to_text, "json": to_json, "turtle": to_turtle}


def shown(path: Path) -> str:
    """A path as one would name it from the present folder."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
