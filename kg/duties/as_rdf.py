"""The derived graph: duties, calls for help and conflicts as triples, in the terms of `ontology/duties.ttl`."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, Triple

from kg.day import AFTER_ALL_DAYS, BEFORE_ALL_DAYS, Certainty, Period, day_literal, show_bound
from kg.duties.currency import Currency
from kg.duties.model import Derived, Duty, ExclusivityConflict, OwedAssistance, Wording
from kg.terms import CASUS, LABELS, RDF, RDFS, XSD, Labels, Resource, Term

#: Gives the name of a thing in a language.
_NameOf: TypeAlias = Callable[[Resource, str], str]

#: The properties that `DutyNames` are read from.
NAMING = (*LABELS, CASUS.provisionNumber)


class DutyNames(Labels):
    """How states, treaties, events and provisions are called."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        """Collect the labels of a graph and the numbers of its provisions."""
        triples = list(triples)
        super().__init__(triples)
        self._numbers: dict[Resource, str] = {}
        number = CASUS.provisionNumber
        for triple in triples:
            if triple.predicate == number:
                subject, _, value = triple
                if isinstance(value, Literal):
                    self._numbers[subject] = min(value.value, self._numbers.get(subject, value.value))

    def article(self, wordings: Sequence[Wording]) -> str:
        """The number of the article, if it has one. What tells its wordings apart, as in ``4 (1992)``, is left out."""
        return self.answer(wordings[0].text, None)

    def answer(self, thing: Resource, language: str | None) -> str:
        """The name of a thing in a language; or, of none, the number of the article that it is."""
        if language is not None:
            return self.name(thing, language)
        number = self._numbers.get(thing, "").partition(" (")[0]
        return number if number[:1].isdigit() else ""


class AskedNames:
    """How things are called, with what was asked: who answers all of it alike gives the same triples.

    Attributes:
        asked: the answers, by the thing and the language, or None for the number of an article.
    """

    def __init__(self, names: DutyNames) -> None:
        self.asked: dict[tuple[Resource, str | None], str] = {}
        self._names = names

    def name(self, thing: Resource, language: str) -> str:
        """The label of a thing, as `Labels.name` gives it."""
        return self._noted(thing, language)

    def article(self, wordings: Sequence[Wording]) -> str:
        """The number of an article, as `DutyNames.article` gives it."""
        return self._noted(wordings[0].text, None)

    def _noted(self, thing: Resource, language: str | None) -> str:
        if (thing, language) not in self.asked:
            self.asked[thing, language] = self._names.answer(thing, language)
        return self.asked[thing, language]


def derived_text(
    items: Iterable[Derived], labels: DutyNames | AskedNames, currency: Currency, graph: NamedNode | None = None
) -> bytes:
    """What the rules of duties over time derive; none of it is certain after the day that the sources reach to.

    As text, because to make an object of each term takes most of the time that many duties take.

    Args:
        items: what is derived.
        labels: how things are called.
        currency: how far the sources reach.
        graph: the graph that it is in.

    Returns:
        The statements as N-Quads, or without a graph as N-Triples.
    """
    name = cache(labels.name)
    end = " .\n" if graph is None else f" {graph} .\n"
    text = io.BytesIO()
    for item in items:
        match item:
            case Duty():
                said = _duty(item, name, labels.article(item.wordings), currency)
            case OwedAssistance():
                said = _owed(item, name)
            case ExclusivityConflict():
                said = _conflict(item, name, currency)
        begin = f"{item.iri} "
        text.write(f"{begin}{(end + begin).join(said)}{end}".encode())
    return text.getvalue()


def _duty(duty: Duty, name: _NameOf, article: str, currency: Currency) -> list[str]:
    return [
        _said(RDF.type, CASUS.Duty),
        *_labelled(*_duty_labels(duty, name, article)),
        _said(CASUS.dutyHolder, duty.holder),
        _said(CASUS.dutyBeneficiary, duty.beneficiary),
        *_clause(duty.treaty, duty.wordings),
        *(_said(CASUS.derivedFromEpisode, episode) for episode in duty.episodes),
        *(_said(CASUS.suspendedBy, suspension.episode) for suspension in duty.suspensions),
        *(_said(CASUS.frozenBy, freeze.episode) for freeze in duty.freezes),
        *_bounds(currency.certain_part(duty.period)),
    ]


def _owed(assistance: OwedAssistance, name: _NameOf) -> list[str]:
    kind, certain = assistance.duties[0].kind, assistance.certainty is Certainty.CERTAIN
    labels = (
        f"{name(assistance.holder, language)} → {name(assistance.beneficiary, language)}: "
        f"{what} ({name(assistance.event, language)})"
        for what, language in ((kind.english, "en"), (kind.russian, "ru"))
    )
    return [
        _said(RDF.type, CASUS.OwedAssistance),
        *_labelled(*labels),
        _said(CASUS.calledOnIn, assistance.event),
        _said(CASUS.assistanceOwedBy, assistance.holder),
        _said(CASUS.assistanceOwedTo, assistance.beneficiary),
        *(_said(CASUS.underDuty, duty.iri) for duty in assistance.duties),
        _said(CASUS.isCertain, Literal("true" if certain else "false", datatype=XSD.boolean)),
        *(_said(RDF.type, kind) for kind in dict.fromkeys(answer.kind for answer in assistance.answers)),
        *(_said(CASUS.shownBy, by) for by in dict.fromkeys(answer.shown_by for answer in assistance.answers)),
    ]


def _conflict(conflict: ExclusivityConflict, name: _NameOf, currency: Currency) -> list[str]:
    labels = (
        f"{name(conflict.state, language)}: {name(conflict.treaty, language)} ↔ "
        f"{name(conflict.other_treaty, language)} ({name(conflict.outsider, language)})"
        for language in ("en", "ru")
    )
    return [
        _said(RDF.type, CASUS.ExclusivityConflict),
        *_labelled(*labels),
        _said(CASUS.conflictOf, conflict.state),
        *_clause(conflict.treaty, conflict.wordings),
        _said(CASUS.engagedUnder, conflict.other_treaty),
        _said(CASUS.engagedWith, conflict.outsider),
        *_bounds(currency.certain_part(conflict.period)),
    ]


def _clause(treaty: Resource, wordings: Sequence[Wording]) -> list[str]:
    texts = dict.fromkeys(wording.text for wording in wordings)
    return [
        _said(CASUS.underTreaty, treaty),
        *(_said(CASUS.underObligation, wording.obligation) for wording in wordings),
        *(_said(CASUS.underProvision, text) for text in texts if text != treaty),
    ]


def _bounds(period: Period) -> list[str]:
    bounds = [(CASUS.possiblyHoldsFrom, period.possible_from), (CASUS.possiblyHoldsUntil, period.possible_until)]
    if period.certain:
        bounds += [(CASUS.certainlyHoldsFrom, period.certain_from), (CASUS.certainlyHoldsUntil, period.certain_until)]
    return [_said(bound, _literal(day)) for bound, day in bounds if BEFORE_ALL_DAYS < day < AFTER_ALL_DAYS]


def _duty_labels(duty: Duty, name: _NameOf, article: str) -> Iterator[str]:
    begin, end = _year(duty.period.possible_from), _year(duty.period.possible_until)
    years = [f"{begin}–{end}"] * 2 if begin and end else [f"from {begin}", f"с {begin}"] if begin else ["", ""]
    holder, beneficiary, treaty = (
        [name(thing, language) for language in ("en", "ru")] for thing in (duty.holder, duty.beneficiary, duty.treaty)
    )
    clauses = [f", article {article}", f", статья {article}"] if article else ["", ""]
    yield ", ".join(
        filter(None, (f"{holder[0]} owes {beneficiary[0]} {duty.kind.english}: {treaty[0]}{clauses[0]}", years[0]))
    )
    yield ", ".join(
        filter(None, (f"{holder[1]} → {beneficiary[1]}: {duty.kind.russian}: {treaty[1]}{clauses[1]}", years[1]))
    )


def _labelled(english: str, russian: str) -> list[str]:
    return [f"{RDFS.label} {Literal(label, language=of)}" for label, of in ((english, "en"), (russian, "ru"))]


@lru_cache(1 << 16)
def _said(term: NamedNode, value: Term) -> str:
    return f"{term} {value}"


@lru_cache(1 << 16)
def _literal(day: int) -> Literal:
    return day_literal(date.fromordinal(day))


@lru_cache(1 << 16)
def _year(day: int) -> str:
    return (show_bound(day) or "")[:4]
