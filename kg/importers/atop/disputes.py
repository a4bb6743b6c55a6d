"""What ATOP says otherwise than a shipped treaty, as claims: in the words of ``disputes.toml``, and as statements."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, Triple

from kg.day import day_literal
from kg.importers.atop.alliances import Stay, states_of
from kg.importers.atop.bearers import Bearer
from kg.importers.atop.curated import RecordedEpisode, Treaty
from kg.importers.atop.datafiles import DataRow
from kg.importers.atop.instruments import fragment
from kg.importers.atop.moments import Moment
from kg.terms import CASUS, CONCEPTS, DCTERMS, RDF, RDFS, Namespaces, Term, local_name

#: The sentences of a claim, and of what is on record instead.
_SENTENCES = tomllib.loads(Path(__file__).with_name("disputes.toml").read_text("utf-8"))
#: Something said in English and in Russian.
Bilingual: TypeAlias = tuple[str, str]
#: Obligations in the case that follows "обязательство о".
_RUSSIAN = {
    "defense": "обороне",
    "offense": "наступлении",
    "neutrality": "нейтралитете",
    "nonaggression": "ненападении",
    "consultation": "консультациях",
}
#: The concepts of what a claim is about, by the property that it states.
_CLASSES = {
    "everHadParty": "membership",
    "createsObligation": "obligation",
    "owedOnlyBy": "obligation",
    "owedOnlyTo": "obligation",
}
_DIGITS = {"day": 10, "month": 7, "year": 4}
#: Of how many members a claim gives the names.
_NAMED = 8


@dataclass(frozen=True)
class Dispute:
    """What ATOP says otherwise, or besides.

    Attributes:
        what: what the difference is about: ``party``, ``no party``, ``begins``, ``beginning``, ``ends``,
            ``termination``, ``signature``, ``pledge``, ``no pledge``, ``owed by``, ``owed to`` or ``pledge time``.
        atopid: the alliance.
        about: the states, or the kind of obligation, that it is about.
        words: the claim in English and in Russian.
        better: what the graph has instead, in English and in Russian.
        subject: what it is about.
        predicate: the name of the property that it states.
        value: the day or the thing that it gives, None if it says that there is none, or gives it in words.
        competes: what it competes with.
        rows: the rows that say so.
    """

    what: str
    atopid: str
    about: tuple[str, ...]
    words: Bilingual
    better: Bilingual
    subject: NamedNode
    predicate: str
    value: date | NamedNode | None = None
    competes: tuple[NamedNode, ...] = ()
    rows: tuple[DataRow, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """The last part of its IRI, if no other claim has it."""
        about = self.about if len(self.about) == 1 else ()
        return "-".join(("ATOP", self.atopid, self.what.replace(" ", "-"), *about))

    def triples(self, iri: NamedNode, source: NamedNode) -> Iterator[Triple]:
        """Its statements, by its name and the source that makes it."""
        kind = _CLASSES.get(self.predicate, "date")
        said: list[tuple[NamedNode, Term]] = [
            (RDF.type, CASUS.Claim),
            (DCTERMS.source, source),
            (CASUS.statedIn, source),
            (CASUS.claimBasis, CONCEPTS["basis/verified"]),
            (CASUS.claimClass, CONCEPTS[f"claim-class/{kind}"]),
            (CASUS.claimPredicate, CASUS[self.predicate]),
            (CASUS.claimSubject, self.subject),
            (CASUS.status, CONCEPTS["status/disputed"]),
        ]
        for words, language in zip(self.words, ("en", "ru"), strict=True):
            said.append((RDFS.label, Literal(words, language=language)))
        for words, language in zip(self.better, ("en", "ru"), strict=True):
            said.append((CASUS.betterFact, Literal(words, language=language)))
        if isinstance(self.value, NamedNode):
            said.append((CASUS.claimObject, self.value))
        elif self.value is not None:
            said.append((CASUS.claimValue, day_literal(self.value)))
        said += ((CASUS.competesWith, one) for one in self.competes)
        for file in sorted({row.file for row in self.rows}):
            numbers = [row.number for row in self.rows if row.file == file]
            said.append((CASUS.readFrom, Literal(fragment(file, numbers))))
        return (Triple(iri, predicate, value) for predicate, value in said)


@dataclass
class Membership:
    """A time during which ATOP has a state as a member, and the rows that say so."""

    bearer: Bearer
    begins: Moment
    ends: Moment | None
    rows: list[DataRow]


#: A membership by ATOP and the episode of the graph that is nearest to it.
Pair = tuple[Membership, RecordedEpisode]


def dispute_triples(claims: Iterable[Dispute], names: Namespaces, source: NamedNode) -> Iterator[Triple]:
    """The statements of claims, each under a name of its own."""
    taken: Counter[str] = Counter()
    for claim in claims:
        taken[claim.name] += 1
        suffix = f"-{taken[claim.name]}" if taken[claim.name] > 1 else ""
        yield from claim.triples(NamedNode(f"{names.id}claim/{claim.name}{suffix}"), source)


def party(atopid: str, memberships: Sequence[Membership], signed: Sequence[RecordedEpisode], treaty: Treaty) -> Dispute:
    """That a state was a member, which the graph does not have, or has as a signatory or beneficiary only."""
    bearer = memberships[0].bearer
    times = _joined(", ", (spoken_time(one.begins, one.ends) for one in memberships))
    return Dispute(
        "party",
        atopid,
        (bearer.short,),
        _said("party", "claim", atopid=atopid, state=_named(bearer), times=times),
        _said("party", "better-signed" if signed else "better", treaty=_named(treaty)),
        treaty.iri,
        "everHadParty",
        bearer.iri,
        tuple(episode.iri for episode in signed) or (treaty.iri,),
        tuple(row for one in memberships for row in one.rows),
    )


def no_party(atopid: str, episodes: Sequence[RecordedEpisode], treaty: Treaty) -> Dispute:
    """That a state was no member, which the graph has as a party."""
    state, times = local_name(episodes[0].state), spoken_time(episodes[0].begins, episodes[0].ends)
    return Dispute(
        "no party",
        atopid,
        (state,),
        _said("no party", "claim", atopid=atopid, state=state),
        _said("no party", "better", treaty=_named(treaty), times=times),
        treaty.iri,
        "everHadParty",
        None,
        tuple(episode.iri for episode in episodes),
    )


def begin(atopid: str, pair: Pair) -> Dispute:
    """That a state was a member since another day."""
    membership, episode = pair
    return Dispute(
        "begins",
        atopid,
        (membership.bearer.short,),
        _said("begins", "claim", atopid=atopid, state=_named(membership.bearer), day=show(membership.begins)),
        _said("begins", "better", recorded=_beginning(episode)),
        episode.iri,
        "begins",
        membership.begins.first,
        (episode.iri,),
        tuple(membership.rows),
    )


def signature(atopid: str, pairs: Sequence[Pair], treaty: Treaty) -> Dispute:
    """That a treaty counts from its signature, of all states of which that explains the difference."""
    day = min(membership.begins.first for membership, _ in pairs)
    in_force = (show(treaty.begins, "a day that is not on record"), show(treaty.begins, "не записанного дня"))
    return _of_several("signature", atopid, day, str(day), pairs, treaty, in_force, "inForceFrom")


def beginning(atopid: str, day: Moment, pairs: Sequence[Pair], treaty: Treaty) -> Dispute:
    """That an alliance began for several states on one day, of all of which the graph has it otherwise."""
    recorded = _each_once(_beginning(episode) for _, episode in pairs)
    return _of_several("beginning", atopid, day.first, show(day), pairs, treaty, recorded, "inForceFrom")


def end(atopid: str, pair: Pair) -> Dispute:
    """That a state was a member until another day, or that there is no end."""
    membership, episode = pair
    said, state, day = "claim" if membership.ends else "claim-open", _named(membership.bearer), show(membership.ends)
    return Dispute(
        "ends",
        atopid,
        (membership.bearer.short,),
        _said("ends", said, atopid=atopid, state=state, day=day),
        _said("ends", "better", recorded=_end(episode)),
        episode.iri,
        "ends",
        membership.ends.first if membership.ends else None,
        (episode.iri,),
        tuple(membership.rows),
    )


def termination(atopid: str, day: Moment, pairs: Sequence[Pair], treaty: Treaty) -> Dispute:
    """That an alliance ended for several states on one day, of all of which the graph has it otherwise."""
    recorded = _each_once(_end(episode) for _, episode in pairs)
    return _of_several("termination", atopid, day.first, show(day), pairs, treaty, recorded, "terminatedOn")


def _of_several(
    what: str,
    atopid: str,
    day: date,
    shown: str,
    pairs: Sequence[Pair],
    treaty: Treaty,
    recorded: Bilingual,
    predicate: str,
) -> Dispute:
    """That something was on one day for several states, of all of which the graph has it otherwise."""
    states = tuple(sorted(membership.bearer.short for membership, _ in pairs))
    return Dispute(
        what,
        atopid,
        states,
        _said(what, "claim", atopid=atopid, day=shown, states=", ".join(states)),
        _said(what, "better", treaty=_named(treaty), recorded=recorded),
        treaty.iri,
        predicate,
        day,
        (treaty.iri, *(episode.iri for _, episode in pairs)),
        tuple(row for membership, _ in pairs for row in membership.rows),
    )


def pledge(what: str, atopid: str, kind: str, stays: Sequence[Stay], treaty: Treaty) -> Dispute:
    """That members owe an obligation which the treaty does not have, or has at other times; or that none owes one."""
    times: Bilingual = ("", "")
    if stays:
        first = min((stay.begins for stay in stays), key=lambda moment: moment.first)
        ends = [stay.ends for stay in stays if stay.ends]
        times = spoken_time(first, max(ends, key=lambda moment: moment.last) if len(ends) == len(stays) else None)
    return Dispute(
        what,
        atopid,
        (kind,),
        _said(what, "claim", atopid=atopid, kind=(kind, _RUSSIAN[kind]), times=times, states=_names(stays)),
        _said(what, "better", treaty=_named(treaty)),
        treaty.iri,
        "createsObligation",
        None,
        treaty.obligations_of(kind) or (treaty.iri,),
        tuple(stay.row for stay in stays),
    )


def side(what: str, atopid: str, kind: str, stays: Sequence[Stay], treaty: Treaty) -> Dispute:
    """That an obligation is owed by other states, or to other states, than the treaty names."""
    obligations = treaty.obligations_of(kind)
    return Dispute(
        what,
        atopid,
        (kind,),
        _said(what, "claim", atopid=atopid, kind=(kind, _RUSSIAN[kind]), states=_names(stays)),
        _said(what, "better", treaty=_named(treaty)),
        obligations[0],
        "owedOnlyBy" if what == "owed by" else "owedOnlyTo",
        None,
        obligations,
        tuple(stay.row for stay in stays),
    )


def show(moment: Moment | None, unknown: str = "no day") -> str:
    """A date as far as it is known."""
    return moment.first.isoformat()[: _DIGITS[moment.precision]] if moment else unknown


def spoken_time(begins: Moment | None, ends: Moment | None) -> Bilingual:
    """A time in English and Russian."""
    since = (f"from {show(begins)}", f"с {show(begins)}") if begins else ("from an unknown day", "с неизвестного дня")
    until = (f" to {show(ends)}", f" по {show(ends)}") if ends else (" on", "")
    return since[0] + until[0], since[1] + until[1]


def _said(what: str, part: str, **parts: str | Bilingual) -> Bilingual:
    """A sentence in English and Russian, filled with what is said alike in both, or in each."""
    english, russian = (
        _SENTENCES[what][part][language].format(
            **{name: said if isinstance(said, str) else said[number] for name, said in parts.items()}
        )
        for number, language in enumerate(("en", "ru"))
    )
    return english, russian


def _named(thing: Bearer | Treaty) -> Bilingual:
    return thing.english, thing.russian


def _joined(mark: str, words: Iterable[Bilingual]) -> Bilingual:
    english, russian = (mark.join(said) for said in zip(*words, strict=True))
    return english, russian


def _each_once(words: Iterable[Bilingual]) -> Bilingual:
    english, russian = ("; ".join(sorted(set(said))) for said in zip(*words, strict=True))
    return english, russian


def _beginning(episode: RecordedEpisode) -> Bilingual:
    return show(episode.begins), show(episode.begins, "начала нет")


def _end(episode: RecordedEpisode) -> Bilingual:
    """The end of an episode in English and Russian."""
    if episode.ends is not None:
        return f"the end {show(episode.ends)}", f"конец {show(episode.ends)}"
    if episode.bounds is not None:
        first, last = ("" if day in (date.min, date.max) else day.isoformat() for day in episode.bounds)
        return f"an end between {first or '…'} and {last or '…'}", f"конец между {first or '…'} и {last or '…'}"
    return "no end", "конца нет"


def _names(stays: Sequence[Stay]) -> str:
    parts = states_of(stays)
    return ", ".join(part.bearer.short for part in parts[:_NAMED]) + (", …" if len(parts) > _NAMED else "")
