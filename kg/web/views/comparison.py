"""The rows of a comparison: for each aspect what is known of the one side and of the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from pyoxigraph import NamedNode

from kg.terms import CASUS, CONCEPTS, DCTERMS, Resource, Term, local_name
from kg.web.views.compared import ComparedSide
from kg.web.views.record import Record
from kg.web.views.view import View

#: How a condition is tested that is the trigger of an obligation; the others say how and when it is met.
_TRIGGERS = {
    CONCEPTS[f"condition-test/{name}"]
    for name in (
        *("aggression", "armed-attack", "attack-and-war", "attack-by-third-state", "between-members", "only-against"),
        *("threat", "unrest", "war"),
    )
}
_DECIDING = {CONCEPTS["subject/decision-making"], CONCEPTS["subject/use-of-force"]}


@dataclass(frozen=True)
class ComparedFact:
    """A fact: its parts, each a text that may lead somewhere, the article that says so, and a word more."""

    parts: tuple[tuple[str, str | None], ...]
    article: tuple[str, str | None] | None = None
    note: str | None = None


@dataclass(frozen=True)
class ComparedCell:
    """What is known of one side, and whether there may be more."""

    facts: Sequence[ComparedFact]
    at_least: bool = False


@dataclass(frozen=True)
class ComparedRow:
    """An aspect with what is known of both sides, and what is said of a side of which nothing is."""

    text: str
    cells: Sequence[ComparedCell]
    without: str


@dataclass(frozen=True)
class ComparedGroup:
    """Rows below a heading, and whether there may be more in all of them."""

    text: str
    rows: Sequence[ComparedRow]
    at_least: bool = False


def comparison(view: View, sides: Sequence[ComparedSide]) -> list[ComparedGroup]:
    """All rows; those of kinds of obligation of which neither side has any are left out."""
    say = view.say

    def row(
        text: str,
        facts: Callable[[ComparedSide], Iterable[ComparedFact]],
        holds: NamedNode | None,
        without: str = say("not known"),
    ) -> ComparedRow:
        return ComparedRow(
            text,
            [
                ComparedCell(list(dict.fromkeys(facts(side))), holds is not None and side.at_least(holds))
                for side in sides
            ],
            without,
        )

    triggers = frozenset(condition for condition, test in view.select("condition-tests") if test in _TRIGGERS)
    timeline = view.service.library.timeline
    assert timeline is not None
    owed = [
        row(view.name(kind.iri), partial(_duties, kind=kind.iri), None)
        for kind in timeline.kinds
        if any(one.is_a(kind.iri) for side in sides for one in side.obligations)
    ]
    return [
        ComparedGroup(say("What it rests on"), [row(say("Instruments and dates"), _instruments, None)]),
        ComparedGroup(say("What is owed"), owed, any(side.at_least(CASUS.Obligation) for side in sides)),
        ComparedGroup(
            say("On what it turns"),
            [
                row(say("Triggers"), partial(_conditions, triggers=triggers, are=True), None),
                row(say("Other conditions"), partial(_conditions, triggers=triggers, are=False), None),
                row(say("Means"), partial(_turning, by=CASUS.hasMeans), None),
                row(say("Area"), partial(_turning, by=CASUS.hasGeographicScope), None),
                row(say("Exceptions"), partial(_turning, by=CASUS.hasException), None),
            ],
        ),
        ComparedGroup(
            say("Organs and decisions"),
            [
                row(say("How it decides"), _decisions, None),
                row(say("Integrated command"), _commands, None),
                row(say("Organs"), partial(_bodies, forces=False), CASUS.Organ),
                row(say("Forces"), partial(_bodies, forces=True), CASUS.Force),
            ],
        ),
        ComparedGroup(
            say("Term and withdrawal"),
            [
                row(say("Term"), _terms, None),
                row(say("Withdrawal"), _withdrawal, None),
                row(say("Who left"), _left, None, say("nobody on record")),
            ],
        ),
        ComparedGroup(
            say("When it was invoked"),
            [
                row(say("Invocations"), _calls, None, say("none on record")),
                row(say("What came of them"), _outcomes, None),
                row(say("How those who owed help or counsel answered"), _answers, None),
            ],
        ),
    ]


def _fact(
    parts: Iterable[tuple[str, str | None]], article: Record | None = None, note: str | None = None
) -> ComparedFact:
    return ComparedFact(tuple(parts), (article.name, article.link) if article is not None else None, note)


def _instruments(side: ComparedSide) -> Iterator[ComparedFact]:
    say = side.view.say
    for record in side.instruments:
        dates = [
            text % day
            for text, day in (
                (say("signed %s"), record.day(CASUS.signedOn)),
                (say("in force from %s"), record.day(CASUS.inForceFrom)),
                (say("ended %s"), record.day(CASUS.terminatedOn)),
            )
            if day is not None
        ]
        yield _fact([(record.name, record.link)], note="; ".join(dates) or None)


def _duties(side: ComparedSide, kind: NamedNode) -> Iterator[ComparedFact]:
    """What an article says in our words; where no article is on record, the obligation by its name."""
    for obligation in side.obligations:
        if obligation.is_a(kind):
            article = side.article_of.get(obligation.thing)
            text = article.text(DCTERMS.description) if article is not None else None
            if article is None or text is None:
                yield _fact([(obligation.name, obligation.link)])
            else:
                yield _fact([(text, None)], article)


def _turning(side: ComparedSide, by: NamedNode, among: Callable[[Resource], bool] = bool) -> Iterator[ComparedFact]:
    """On what obligations turn by a property, article by article."""
    for obligation in side.obligations:
        found = [thing for thing in obligation.things(by) if among(thing)]
        if found:
            view, article = side.view, side.article_of.get(obligation.thing)
            yield _fact([(view.name(thing), view.link(thing)) for thing in found], article or obligation)


def _conditions(side: ComparedSide, triggers: frozenset[Term | None], *, are: bool) -> Iterator[ComparedFact]:
    """On which triggers obligations turn, or on which conditions that are none."""
    return _turning(side, CASUS.hasCondition, lambda thing: (thing in triggers) is are)


def _decisions(side: ComparedSide) -> Iterator[ComparedFact]:
    view = side.view
    for article in side.articles:
        rules, text = article.things(CASUS.decisionRule), article.text(DCTERMS.description)
        if rules:
            yield _fact([(view.name(rule), view.link(rule)) for rule in rules], article, text)
        elif text is not None and _DECIDING.intersection(article.things(CASUS.hasSubject)):
            yield _fact([(text, None)], article)


def _commands(side: ComparedSide) -> Iterator[ComparedFact]:
    for body in side.bodies:
        if body.is_a(CASUS.IntegratedCommand):
            yield _fact([(body.name, body.link)], note=body.text(CASUS.kindText))
    for episode in side.episodes:
        if episode.is_a(CASUS.CommandAbsenceEpisode):
            yield _fact([(episode.name, episode.link)])


def _bodies(side: ComparedSide, *, forces: bool) -> Iterator[ComparedFact]:
    for body in side.bodies:
        if body.is_a(CASUS.Force) is forces and not body.is_a(CASUS.IntegratedCommand):
            yield _fact([(body.name, body.link)], note=body.day(CASUS.begins))


def _terms(side: ComparedSide) -> Iterator[ComparedFact]:
    view, say = side.view, side.view.say
    for article in side.articles:
        parts = [(view.name(rule), view.link(rule)) for rule in article.things(CASUS.termRule)]
        for text, by in (
            (say("first term: %s years"), CASUS.initialTermYears),
            (say("each time for %s years"), CASUS.renewalTermYears),
        ):
            if (years := article.value(by)) is not None:
                parts.append((text % years, None))
        if parts:
            yield _fact(parts, article)


def _withdrawal(side: ComparedSide) -> Iterator[ComparedFact]:
    say = side.view.say
    for article in side.articles:
        parts = [
            (text % number, None)
            for text, by in (
                (say("notice of %s months"), CASUS.noticePeriodMonths),
                (say("not before %s years have passed"), CASUS.withdrawalAllowedAfterYears),
            )
            if (number := article.value(by)) is not None
        ]
        if parts:
            yield _fact(parts, article)


def _left(side: ComparedSide) -> Iterator[ComparedFact]:
    view = side.view
    for episode in side.episodes:
        if (episode.is_a(CASUS.MembershipEpisode) or episode.is_a(CASUS.PartyEpisode)) and episode.ends:
            ways = ", ".join(map(view.name, episode.things(CASUS.endedBy)))
            yield _fact([(episode.name, episode.link)], note="; ".join(filter(None, (episode.ends, ways))))


def _calls(side: ComparedSide) -> Iterator[ComparedFact]:
    """How often each article was invoked, and when; a number is a least one where the list may lack something."""
    view, say = side.view, side.view.say
    own = {article.thing: article for article in (*side.articles, *side.instruments)}
    by_article: dict[Resource, list[Record]] = defaultdict(list)
    for call in side.calls:
        for article in call.things(CASUS.invokes):
            if article in own:
                by_article[article].append(call)
    complete = view.service.library.completeness.is_complete
    for clause, calls in sorted(by_article.items(), key=lambda item: view.name(item[0])):
        is_all = any(complete(holds, clause, None) for holds in (CASUS.Invocation, CASUS.Consultation))
        text = say("invoked: %s") if is_all else say("invoked at least: %s")
        dated = [(f"{call.begins}: {call.name}", call.link) for call in calls]
        yield _fact([(text % len(calls), None), *dated], own[clause])


def _outcomes(side: ComparedSide) -> Iterator[ComparedFact]:
    counts: dict[NamedNode, int] = defaultdict(int)
    for call in side.calls:
        for outcome in call.things(CASUS.outcome):
            counts[outcome] += 1
    for outcome, count in sorted(counts.items(), key=lambda item: (-item[1], local_name(item[0]))):
        yield _fact([(side.view.name(outcome), side.view.link(outcome))], note=str(count))


def _answers(side: ComparedSide) -> Iterator[ComparedFact]:
    view = side.view
    found: dict[NamedNode, set[tuple[object, object]]] = defaultdict(set)
    for kind, event, holder in view.select("answers-to-calls", things=[record.thing for record in side.instruments]):
        assert isinstance(kind, NamedNode)
        found[kind].add((event, holder))
    for kind, pairs in sorted(found.items(), key=lambda item: -len(item[1])):
        events, holders = len({event for event, _ in pairs}), len({holder for _, holder in pairs})
        yield _fact([(view.name(kind), view.link(kind))], note=view.say("events: %s, states: %s") % (events, holders))
