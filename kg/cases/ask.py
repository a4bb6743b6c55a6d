"""Asking about a case: what is given is read and checked, and what is not given is assumed and said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from pyoxigraph import Literal, Triple

from kg.cases.case import Case, CaseKind, Place
from kg.cases.case_answer import CaseAnswer
from kg.cases.record import CaseRecord
from kg.day import show_bound
from kg.duties.currency import Currency
from kg.errors import BadInput
from kg.terms import Namespaces, Resource, TermLike

if TYPE_CHECKING:
    from kg.proofs.explainer import Explainer


class CaseDesk:
    """Where cases are asked about one graph; what was read for one case serves the next."""

    def __init__(
        self, record: CaseRecord, names: Namespaces, currency: Currency, explainer: Callable[[], Explainer]
    ) -> None:
        """Answer cases of a graph.

        Args:
            record: what cases read of it.
            names: how it names things.
            currency: to which day its sources reach.
            explainer: gives what proves statements of the graph.
        """
        self._record = record
        self._names = names
        self._currency = currency
        self._explainer = explainer

    def ask(
        self,
        attacker: TermLike,
        victim: TermLike,
        day: date,
        place: TermLike | None,
        kind: str,
        requested: bool | None,
        language: str,
    ) -> CaseAnswer:
        """The answer to a case; arguments and errors as for `kg.graph.Graph.case`."""
        sides = self._state(attacker), self._state(victim)
        meant = _read_kind(kind)
        self._check(sides, meant, day)
        where, assumed = self._place(place, sides[1], day)
        case = Case(*sides, day, meant, where, requested)
        if meant is CaseKind.ARMED_ATTACK:
            assumed.append("The attack is the first, and its victim did not provoke it.")
        if (known_to := self._currency.known_to) is not None and day > known_to:
            assumed.append(
                f"What held on {known_to}, to which the sources reach, still holds where no end is on record."
            )
        return CaseAnswer(case, assumed, self._record, self._explainer, language)

    def _check(self, sides: tuple[Resource, Resource], kind: CaseKind, day: date) -> None:
        attacker, victim = sides
        if attacker == victim and kind is not CaseKind.INTERNAL:
            raise BadInput("a state does not attack itself; unrest within it is the kind internal")
        if attacker != victim and kind is CaseKind.INTERNAL:
            raise BadInput("the kind internal is unrest within one state: name it as attacker and as victim")
        for state in dict.fromkeys(sides):
            begins, ends = self._record.lifetime(state)
            if not begins <= day.toordinal() <= ends:
                bounds = f"from {show_bound(begins) or 'an unknown day'} to {show_bound(ends) or 'today'}"
                raise BadInput(f"{self._record.labels.name(state)} did not exist on {day}: it is on record {bounds}")
        if day.toordinal() < self._record.first_day:
            first = show_bound(self._record.first_day) or "any day"
            raise BadInput(f"nothing is on record for {day}: the first duties are of {first}")

    def _state(self, given: TermLike) -> Resource:
        """A state, by its code alone (``EST``) or as any thing is named."""
        name = f"state:{given}" if isinstance(given, str) and given.isalnum() else given
        term = self._names.term(name)
        if isinstance(term, Literal | Triple) or not self._record.is_state(term):
            raise BadInput(f"{self._names.show(term)} is no state of the graph; write its code, as in EST")
        return term

    def _place(self, given: TermLike | None, victim: Resource, day: date) -> tuple[Place, list[str]]:
        """The place of a case, and what is assumed of it."""
        name = self._record.labels.name
        if given is None:
            mainland = self._record.mainland(victim)
            if mainland is None:
                return Place("", ()), ["The place is not given, so that the area of each clause stays open."]
            return Place("", (mainland,)), [f"It happens in {name(mainland)}, for no place is given."]
        text = given if isinstance(given, str) else self._names.show(self._names.term(given))
        areas = self._record.areas_named(given, day)
        if not areas:
            return Place(text, ()), [f"“{text}” names no place on record, so that the area of each clause stays open."]
        if [name(area).casefold() for area in areas] == [text.casefold()]:
            return Place(text, areas), []
        return Place(text, areas), [f"“{text}” is read as {', '.join(map(name, areas))}."]


def _read_kind(kind: str) -> CaseKind:
    try:
        return CaseKind(kind)
    except ValueError:
        known = ", ".join(one.value for one in CaseKind)
        raise BadInput(f"{kind!r} is no kind of case; there are: {known}") from None
