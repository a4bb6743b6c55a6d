"""What the columns of an answer hold, by which it can be drawn: days, numbers, states, other things, texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal as OneOf

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.sparql.answer import to_python
from kg.terms import CASUS, DCTERMS, LABELS, RDF, XSD, Term

#: What a column holds if all its values do.
ColumnKind = OneOf["day", "number", "state", "thing", "text"]

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T00:00:00(?:\.0+)?(?:Z|\+00:00))?)?)?")
_DAY_TYPES = {XSD[name] for name in ("string", "date", "dateTime", "gYear", "gYearMonth")}
#: Whole numbers are years where the column says so.
_YEAR = re.compile(r"year", re.IGNORECASE)
_YEARS = range(1000, 3000)
_NOTHING = Literal("")
#: The properties by whose values things are known.
_NAMES = frozenset([*LABELS, CASUS.isoAlpha3, DCTERMS.identifier])


class Register:
    """Which things of a graph have a name, by the names themselves: a query may answer with labels instead of IRIs."""

    def __init__(self, triples: Iterable[Triple], below: str) -> None:
        """Read names and codes from the statements of a graph. A name that two things have stands for neither.

        Args:
            triples: the statements.
            below: how the IRIs of things begin; a term of the ontology is none.
        """
        self.states: set[Term] = set()
        self._named: dict[str, set[NamedNode]] = {}
        for subject, predicate, value in triples:
            if predicate == RDF.type and value == CASUS.State:
                self.states.add(subject)
            if not isinstance(subject, NamedNode) or not subject.value.startswith(below):
                continue
            if isinstance(value, Literal) and predicate in _NAMES:
                self._named.setdefault(value.value, set()).add(subject)

    def thing(self, term: Term | None) -> NamedNode | BlankNode | None:
        """The thing that a term is or names; None if it is or names none, or several."""
        if isinstance(term, NamedNode | BlankNode):
            return term
        found = self._of(term)
        return next(iter(found)) if len(found) == 1 else None

    def state(self, term: Term | None) -> NamedNode | None:
        """The state that a term is or names, by its label or its code."""
        found = {term} if isinstance(term, NamedNode) else self._of(term)
        states = found & self.states
        return next((state for state in states if isinstance(state, NamedNode)), None) if len(states) == 1 else None

    def named(self, term: Term | None) -> NamedNode | BlankNode | None:
        """As `state`, else as `thing`."""
        return self.state(term) or self.thing(term)

    def _of(self, term: Term | None) -> set[NamedNode]:
        return self._named.get(term.value, set()) if isinstance(term, Literal) else set()


@dataclass(frozen=True)
class AnswerColumn:
    """A column of an answer."""

    name: str
    place: int
    kind: ColumnKind | None


@dataclass(frozen=True)
class Sheet:
    """An answer with the kinds of its columns.

    Attributes:
        variables: the names of the columns.
        rows: the rows.
        register: which things are meant.
    """

    variables: tuple[str, ...]
    rows: Sequence[Sequence[Term | None]]
    register: Register

    @cached_property
    def columns(self) -> list[AnswerColumn]:
        """The columns, as they stand."""
        return [AnswerColumn(name, place, self._kind(name, place)) for place, name in enumerate(self.variables)]

    def of(self, *kinds: ColumnKind) -> list[AnswerColumn]:
        """The columns of some kinds."""
        return [column for column in self.columns if column.kind in kinds]

    def but(self, *columns: AnswerColumn) -> list[AnswerColumn]:
        """The other columns in which there is something."""
        return [column for column in self.columns if column.kind is not None and column not in columns]

    def _kind(self, name: str, place: int) -> ColumnKind | None:
        # An empty text is how queries say that there is nothing.
        values = [value for row in self.rows if (value := row[place]) is not None and value != _NOTHING]
        if not values:
            return None
        tests: tuple[tuple[ColumnKind, Callable[[Term | None], object]], ...] = (
            ("day", lambda term: day_of_term(term, years=_YEAR.search(name) is not None)),
            ("number", number_of),
            ("state", self.register.state),
            ("thing", self.register.thing),
        )
        return next((kind for kind, test in tests if all(test(value) is not None for value in values)), "text")


def day_of_term(term: Term | None, *, years: bool = False) -> date | None:
    """The day that a term tells, or the first of its month or year; also of a text that is written as one.

    Args:
        term: the term.
        years: whether whole numbers are years.
    """
    if not isinstance(term, Literal) or term.language:
        return None
    if years and isinstance(number := number_of(term), int) and number in _YEARS:
        return date(number, 1, 1)
    found = _DAY.fullmatch(term.value) if term.datatype in _DAY_TYPES else None
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return None


def number_of(term: Term | None) -> int | float | None:
    """The number that a term is."""
    value = to_python(term) if isinstance(term, Literal) and not term.language else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
