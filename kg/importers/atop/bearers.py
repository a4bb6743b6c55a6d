"""Which state bears a number of the Correlates of War project, and from when to when.

A number is not a state: 365 was the Russian Empire's, Soviet Russia's, the Soviet Union's and is Russia's. Who bore it
when is read from the shipped list of states. For days on which nobody there bears it there is a state of the project's
own, such as the Austrian Empire, whose number was Austria-Hungary's after it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.importers.atop.codebook import Codebook
from kg.importers.atop.moments import Moment, of_precision, on
from kg.project import Project
from kg.terms import CASUS, CONCEPTS, RDFS, Term, local_name

#: What is shorter is how two lists count the day of a change, and no state of its own.
_CHANGE = timedelta(1)
_DAY = timedelta(1)
_LISTS = ("graph/states.ttl", "graph/codes.ttl")


@dataclass(frozen=True)
class Bearer:
    """A state that bore a number.

    Attributes:
        iri: the state.
        short: the last part of its IRI.
        english, russian: its names.
        number: the number.
        begins: since when it bore it, None if it always did.
        ends: until when it bore it, None if it still does.
        own: whether it is a state of the project's own.
    """

    iri: NamedNode
    short: str
    english: str
    russian: str
    number: str
    begins: Moment | None = None
    ends: Moment | None = None
    own: bool = False

    @property
    def first(self) -> date:
        """The first day on which it may have borne the number."""
        return self.begins.first if self.begins else date.min

    @property
    def last(self) -> date:
        """The last day on which it may have borne the number."""
        return self.ends.last if self.ends else date.max


@dataclass(frozen=True)
class Part:
    """A part of a stay, during which one state bore the number.

    Attributes:
        bearer: the state.
        begins: since when.
        ends: until when, None if there is no end on record.
    """

    bearer: Bearer
    begins: Moment
    ends: Moment | None


@dataclass
class _StateFacts:
    """What the list of states says of one."""

    names: dict[str, str] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    dates: dict[str, date] = field(default_factory=dict)
    precisions: dict[str, str] = field(default_factory=dict)

    def moment(self, which: str) -> Moment | None:
        """The date of its beginning or end."""
        day = self.dates.get(f"{which}s")
        if day is None:
            return None
        return of_precision(day, self.precisions.get(f"{which}Precision", "day"))


class Bearers:
    """The states by their numbers. Those of the project's own are made as they are asked for."""

    def __init__(self, shipped: Project, codebook: Codebook, namespace: str) -> None:
        """Read the lists.

        Args:
            shipped: the project that has the lists of states and of codes.
            codebook: which names the states that are known by name.
            namespace: that of the project's own individuals.
        """
        self._codebook = codebook
        self._namespace = namespace
        self._own: dict[tuple[str, date], Bearer] = {}
        self._by_number: dict[str, list[Bearer]] = {}
        found: dict[str, list[Bearer]] = defaultdict(list)
        for iri, said in _read(shipped).items():
            names = said.names
            for number in said.numbers:
                bearer = Bearer(
                    iri, local_name(iri), names.get("en", iri.value), names.get("ru", iri.value), number,
                    said.moment("begin"), said.moment("end"),
                )  # fmt: skip
                if bearer not in found[number]:
                    found[number].append(bearer)
        for number, bearers in found.items():
            self._by_number[number] = _in_turn(bearers)

    @property
    def own(self) -> list[Bearer]:
        """The states of the project's own that were asked for."""
        return list(self._own.values())

    def parts(self, number: str, begins: Moment, ends: Moment | None) -> list[Part]:
        """A stay by the states that bore the number meanwhile, the first first."""
        last = ends.last if ends else date.max
        parts: list[Part] = []
        free = begins.first
        for bearer in self._by_number.get(number, ()):
            if bearer.last < free or bearer.first > last:
                continue
            if bearer.first > free + (timedelta() if parts else _CHANGE):
                parts.append(self._gap(number, free, begins, ends))
            begin = begins if bearer.first <= begins.last else bearer.begins
            over = ends is None or bearer.last < ends.first
            end = (bearer.ends if over else ends) if bearer.ends else ends
            parts.append(Part(bearer, begin or begins, end))
            free = min(bearer.last, date.max - _DAY) + _DAY
        if free <= last and (not parts or (ends.first if ends else last) - free >= _CHANGE):
            parts.append(self._gap(number, free, begins, ends))
        return parts

    def succession(self, own: Bearer) -> list[tuple[Bearer, Bearer]]:
        """Who bore the number after whom: a state of the project's own and its neighbors, the later one first."""
        after, before = self._neighbors(own.number, own.begins.first if own.begins else date.min)
        return [*([(own, after)] if after else ()), *([(before, own)] if before else ())]

    def _neighbors(self, number: str, day: date) -> tuple[Bearer | None, Bearer | None]:
        """Who bore a number before and after a day on which nobody in the list did."""
        bearers = self._by_number.get(number, ())
        after = next((bearer for bearer in reversed(bearers) if bearer.last < day), None)
        return after, next((bearer for bearer in bearers if bearer.first > day), None)

    def _gap(self, number: str, first: date, begins: Moment, ends: Moment | None) -> Part:
        """The part of a stay in which nobody in the list has borne the number."""
        after, before = self._neighbors(number, first)
        key = number, after.last if after else date.min
        until = on(before.first - _DAY) if before else None
        if key not in self._own:
            known = before.begins if before and before.begins and before.begins.precision != "day" else until
            self._own[key] = self._make(number, on(after.last + _DAY) if after else None, known, after, before)
        over = ends is None or (until is not None and until.last < ends.first)
        return Part(self._own[key], begins if begins.last >= first else on(first), until if over else ends)

    def _make(
        self, number: str, since: Moment | None, until: Moment | None, after: Bearer | None, before: Bearer | None
    ) -> Bearer:
        """A state of the project's own, called by the name that is known of it, or after its neighbors."""
        year = until.last.year if until else None
        known = next((s for s in self._codebook.states if s.number == number and s.until in (year, None)), None)
        short = f"ATOP-{number}" + (f"-{since.first.year}" if since else f"-to-{year}" if year else "")
        if known:
            english, russian = known.english, known.russian
        elif before and year:
            english, russian = f"{before.english} to {year}", f"{before.russian} до {year} года"
        elif after and since:
            english, russian = f"{after.english} from {since.first.year}", f"{after.russian} с {since.first.year} года"
        else:
            english, russian = f"State {number} of ATOP", f"Государство {number} в ATOP"
        iri = NamedNode(f"{self._namespace}state/{short}")
        return Bearer(iri, short, english, russian, number, since, until, own=True)


def _in_turn(bearers: list[Bearer]) -> list[Bearer]:
    """The bearers of a number, the first first; who has no beginning on record follows on the one before it."""
    turn: list[Bearer] = []
    for bearer in sorted(bearers, key=lambda one: (one.last, one.first)):
        begins = bearer.begins
        if turn and (begins is None or begins.first <= turn[-1].last):
            ended = turn[-1].ends
            begins = on(ended.last + _DAY) if ended and ended.precision == "day" else ended
        turn.append(
            Bearer(bearer.iri, bearer.short, bearer.english, bearer.russian, bearer.number, begins, bearer.ends)
        )
    return turn


def _read(shipped: Project) -> dict[NamedNode, _StateFacts]:
    """What the lists say of each state that has a number."""
    states: dict[NamedNode, _StateFacts] = defaultdict(_StateFacts)
    codes: dict[Term, dict[str, Term]] = defaultdict(dict)
    for name in _LISTS:
        for quad in parse(path=shipped.root / name, format=RdfFormat.TURTLE):
            subject, predicate, value = quad.subject, quad.predicate, quad.object
            if not isinstance(subject, NamedNode):
                continue
            if predicate in (CASUS.codeOf, CASUS.codeValue, CASUS.inCodeList):
                codes[subject][local_name(predicate)] = value
            elif predicate == RDFS.label and isinstance(value, Literal):
                states[subject].names[value.language or ""] = value.value
            elif predicate == CASUS.cowCode and isinstance(value, Literal):
                states[subject].numbers.append(value.value)
            elif predicate in (CASUS.begins, CASUS.ends) and isinstance(value, Literal):
                states[subject].dates[local_name(predicate)] = date.fromisoformat(value.value[:10])
            elif predicate in (CASUS.beginPrecision, CASUS.endPrecision) and isinstance(value, NamedNode):
                states[subject].precisions[local_name(predicate)] = local_name(value)
    for code in codes.values():
        state, number = code.get("codeOf"), code.get("codeValue")
        if (
            code.get("inCodeList") == CONCEPTS["code-list/COW"]
            and isinstance(state, NamedNode)
            and isinstance(number, Literal)
        ):
            states[state].numbers.append(number.value)
    return {state: said for state, said in states.items() if said.numbers}
