"""How the dates of rows are stated: days with their precision, bounds of what is not known, words where it must be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from kg.day import day_literal
from kg.importers.sheets.dates import CellDate
from kg.importers.sheets.reading import SheetEntry
from kg.importers.sheets.vocabulary import concept
from kg.terms import CASUS, SKOS, Term

#: Statements on their way to be triples.
Stated: TypeAlias = "Iterator[tuple[NamedNode, NamedNode, Term]]"


def english(text: str) -> Literal:
    """A text in English."""
    return Literal(text, language="en")


def signing_day(thing: NamedNode, entry: SheetEntry) -> Stated:
    """When it was signed: as a day where that is known, else in words."""
    signed = entry.date("signed")
    if signed is None:
        return
    if signed.precision == "day" and not signed.bound:
        yield thing, CASUS.signedOn, day_literal(signed.first)
    else:
        yield thing, SKOS.note, english(f"Signed: {entry.cell(entry.heading('signed'))}; the day is not known.")


def bounds(
    thing: NamedNode,
    begin: CellDate | None,
    end: CellDate | None,
    *,
    begins: NamedNode = CASUS.begins,
    ends: NamedNode = CASUS.ends,
) -> Stated:
    """From when to when: days with their precision, or the bounds of what is not known."""
    both = (
        (begin, begins, CASUS.beginPrecision, CASUS.beginsNotBefore, CASUS.beginsNotAfter),
        (end, ends, CASUS.endPrecision, CASUS.endsNotBefore, CASUS.endsNotAfter),
    )
    for day, known, precision, earliest, latest in both:
        if day is None:
            continue
        if day.bound == ">":
            yield thing, earliest, day_literal(day.first)
        elif day.bound == "<":
            yield thing, latest, day_literal(day.last)
        else:
            yield thing, known, day_literal(day.first)
            yield thing, precision, concept(f"precision/{day.precision}")


def label_span(begin: CellDate | None, end: CellDate | None) -> str:
    """From when to when, as the end of a label; empty if neither is known."""
    first = begin.year if begin is not None and not begin.bound else ""
    last = end.year if end is not None and not end.bound else ""
    return f", {first}–{last}" if last else f", from {first}" if first else ""
