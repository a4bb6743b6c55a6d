"""What the shapes object to, told at the rows that it comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import NamedNode

from kg.importers.sheets.problem import Problem
from kg.importers.sheets.reading import SheetEntry
from kg.importers.sheets.row_statements import Made
from kg.importers.sheets.sheet_plan import sheet_plans
from kg.terms import Namespaces
from kg.validation.report import Report, Result


def violation_problems(report: Report, made: Iterable[Made], names: Namespaces) -> list[Problem]:
    """The results of a validation as problems: those of what rows became at the row and column, others without a place.

    Warnings about what was there before are left out.
    """
    rows: defaultdict[str, list[Made]] = defaultdict(list)
    for one in made:
        for thing in one.things:
            rows[thing.value].append(one)
    found: dict[Problem, None] = {}
    for result in report.results:
        severity = "error" if result.severity == "violation" else "warning"
        about = rows.get(result.focus) or rows.get((result.value or "").strip("<>"))
        if about:
            entry = _nearest(result, about)
            found[entry.problem(_column(entry, result.path, names), result.message, severity=severity)] = None
        elif severity == "error":
            found[Problem("", 0, "", "", str(result), severity)] = None
    for line in report.contradictions or ():
        found[Problem("", 0, "", "", line)] = None
    return sorted(found)


def _nearest(result: Result, about: list[Made]) -> SheetEntry:
    """Of several rows about one thing, the one that states what is at fault."""
    path = NamedNode(result.path) if result.path and ":" in result.path and " " not in result.path else None
    for one in about:
        if any(triple.predicate == path and str(triple.object) == result.value for triple in one.triples):
            return one.entry
    return about[0].entry


def _column(entry: SheetEntry, path: str | None, names: Namespaces) -> str:
    """Our name of the column that states a property, if the row has it; empty if none does."""
    for column in sheet_plans()[entry.sheet].columns.values():
        if column.name in entry.headings and any(_in_full(name, names) == path for name in column.states):
            return column.name
    return ""


def _in_full(name: str, names: Namespaces) -> str:
    prefix, _, local = name.partition(":")
    return names.prefixes[prefix] + local
