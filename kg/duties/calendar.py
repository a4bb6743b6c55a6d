"""The dates of a graph as `obligations.lp` reads them: the days that each may mean, by its precision."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from pyoxigraph import Literal

from kg.reasoning.symbols import Dictionary
from kg.terms import CONCEPTS, XSD, Term

PRECISIONS = tuple(CONCEPTS[f"precision/{name}"] for name in ("day", "month", "year"))

_DATE_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T")


def calendar_facts(dictionary: Dictionary) -> list[str]:
    """What `obligations.lp` asks about the dates of a dictionary: the days each may mean, by its precision.

    Dates outside the years 1 to 9999 and lexical forms that name no day are left out.
    """
    precisions = [dictionary[precision] for precision in PRECISIONS]
    facts = []
    for literal, name in list(dictionary.items()):
        if isinstance(literal, Literal) and literal.datatype == XSD.dateTime:
            for precision, span in zip(precisions, _readings(literal.value), strict=False):
                facts.append(f"calendar({name},{precision},{span[0]},{span[1]}).")
    return facts


def span(value: Term | None, precision: Term | None = None) -> tuple[int, int] | None:
    """The first and the last day that a date may mean by its precision, which is a day if none is known.

    A value that names no day has none.
    """
    if not isinstance(value, Literal):
        return None
    spans = dict(zip(PRECISIONS, _readings(value.value), strict=False))
    return next((found for known, found in spans.items() if known == (precision or PRECISIONS[0])), None)


def _readings(lexical: str) -> Iterable[tuple[int, int]]:
    """The first and the last day a date may mean if it is known to the day, to the month and to the year."""
    match = _DATE_TIME.match(lexical)
    if match is None:
        return
    year, month, day = map(int, match.groups())
    try:
        exact = date(year, month, day).toordinal()
    except ValueError:
        return
    yield exact, exact
    yield date(year, month, 1).toordinal(), date(year, month, monthrange(year, month)[1]).toordinal()
    yield date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
