"""The derived graph: duties, calls for help and conflicts as triples, in the terms of `ontology/duties.ttl`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, Triple

from kg.day import AFTER_ALL_DAYS, BEFORE_ALL_DAYS, Certainty, Period, day_literal, show_bound
from kg.duties.currency import Currency
from kg.duties.model import Derived, Duty, ExclusivityConflict, OwedAssistance, Wording
from kg.terms import CASUS, LABELS, RDF, RDFS, XSD, Labels, Resource

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


def derived_triples(items: Iterable[Derived], labels: DutyNames | AskedNames, currency: Currency) -> Iterator[Triple]:
    """The triples of what the rules of duties over time derive; none is certain after the day the sources reach to."""
    name = cache(labels.name)
    for item in items:
        match item:
            case Duty():
                yield from _duty(item, name, labels.article(item.wordings), currency)
            case OwedAssistance():
                yield from _owed(item, name)
            case ExclusivityConflict():
                yield from _conflict(item, name, currency)


def _duty(duty: Duty, name: _NameOf, article: str, currency: Currency) -> Iterator[Triple]:
    iri = duty.iri
    yield Triple(iri, RDF.type, CASUS.Duty)
    yield from _labelled(iri, *_duty_labels(duty, name, article))
    yield Triple(iri, CASUS.dutyHolder, duty.holder)
    yield Triple(iri, CASUS.dutyBeneficiary, duty.beneficiary)
    yield from _clause(iri, duty.treaty, duty.wordings)
    for episode in duty.episodes:
        yield Triple(iri, CASUS.derivedFromEpisode, episode)
    for suspension in duty.suspensions:
        yield Triple(iri, CASUS.suspendedBy, suspension.episode)
    for freeze in duty.freezes:
        yield Triple(iri, CASUS.frozenBy, freeze.episode)
    yield from _bounds(iri, currency.certain_part(duty.period))


def _owed(assistance: OwedAssistance, name: _NameOf) -> Iterator[Triple]:
    iri, kind = assistance.iri, assistance.duties[0].kind
    yield Triple(iri, RDF.type, CASUS.OwedAssistance)
    yield from _labelled(
        iri,
        *(
            f"{name(assistance.holder, language)} → {name(assistance.beneficiary, language)}: "
            f"{what} ({name(assistance.event, language)})"
            for what, language in ((kind.english, "en"), (kind.russian, "ru"))
        ),
    )
    yield Triple(iri, CASUS.calledOnIn, assistance.event)
    yield Triple(iri, CASUS.assistanceOwedBy, assistance.holder)
    yield Triple(iri, CASUS.assistanceOwedTo, assistance.beneficiary)
    for duty in assistance.duties:
        yield Triple(iri, CASUS.underDuty, duty.iri)
    certain = assistance.certainty is Certainty.CERTAIN
    yield Triple(iri, CASUS.isCertain, Literal("true" if certain else "false", datatype=XSD.boolean))
    for answer_kind in dict.fromkeys(answer.kind for answer in assistance.answers):
        yield Triple(iri, RDF.type, answer_kind)
    for evidence in dict.fromkeys(answer.shown_by for answer in assistance.answers):
        yield Triple(iri, CASUS.shownBy, evidence)


def _conflict(conflict: ExclusivityConflict, name: _NameOf, currency: Currency) -> Iterator[Triple]:
    iri = conflict.iri
    yield Triple(iri, RDF.type, CASUS.ExclusivityConflict)
    yield from _labelled(
        iri,
        *(
            f"{name(conflict.state, language)}: {name(conflict.treaty, language)} ↔ "
            f"{name(conflict.other_treaty, language)} ({name(conflict.outsider, language)})"
            for language in ("en", "ru")
        ),
    )
    yield Triple(iri, CASUS.conflictOf, conflict.state)
    yield from _clause(iri, conflict.treaty, conflict.wordings)
    yield Triple(iri, CASUS.engagedUnder, conflict.other_treaty)
    yield Triple(iri, CASUS.engagedWith, conflict.outsider)
    yield from _bounds(iri, currency.certain_part(conflict.period))


def _clause(iri: NamedNode, treaty: Resource, wordings: Sequence[Wording]) -> Iterator[Triple]:
    yield Triple(iri, CASUS.underTreaty, treaty)
    for wording in wordings:
        yield Triple(iri, CASUS.underObligation, wording.obligation)
    for text in dict.fromkeys(wording.text for wording in wordings):
        if text != treaty:
            yield Triple(iri, CASUS.underProvision, text)


def _bounds(iri: NamedNode, period: Period) -> Iterator[Triple]:
    bounds = {CASUS.possiblyHoldsFrom: period.possible_from, CASUS.possiblyHoldsUntil: period.possible_until}
    if period.certain:
        bounds |= {CASUS.certainlyHoldsFrom: period.certain_from, CASUS.certainlyHoldsUntil: period.certain_until}
    for bound, day in bounds.items():
        if BEFORE_ALL_DAYS < day < AFTER_ALL_DAYS:
            yield Triple(iri, bound, _literal(day))


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


def _labelled(iri: NamedNode, english: str, russian: str) -> Iterator[Triple]:
    yield Triple(iri, RDFS.label, Literal(english, language="en"))
    yield Triple(iri, RDFS.label, Literal(russian, language="ru"))


@lru_cache(1 << 16)
def _literal(day: int) -> Literal:
    return day_literal(date.fromordinal(day))


@lru_cache(1 << 16)
def _year(day: int) -> str:
    return (show_bound(day) or "")[:4]
