"""Episodes as pages show them: where, in what standing, from when to when, how it came about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.day import Certainty
from kg.terms import CASUS, Resource, Term
from kg.web.views.question import today
from kg.web.views.record import Record, Records
from kg.web.views.view import View


@dataclass(frozen=True)
class Episode:
    """An episode.

    Attributes:
        record: what is said of it.
        state: whose it is.
        where: the organization, organ or instrument.
        where_name: what that is called, in short.
        kind: of which list it is, by the class of what that holds.
        standing: in what standing the state was, in a word.
        interrupts: whether it only interrupts another one.
        how: how it began and ended.
    """

    record: Record
    state: NamedNode | None
    where: NamedNode | None
    where_name: str
    kind: NamedNode
    standing: str
    interrupts: bool
    how: str

    @property
    def may_be_left(self) -> bool:
        """Whether the state may still leave: no end is on record of what binds it."""
        bound = self.record.is_a(CASUS.PartyEpisode) or self.record.is_a(CASUS.MembershipEpisode)
        return bound and self.record.ends is None and self.state is not None and self.where is not None


def episodes(view: View, records: Records) -> list[Episode]:
    """Records of episodes, in the order of time."""
    found = [record for record in records if not record.is_a(CASUS.OfficeTenure)]
    places = {where for record in found for where in record.things(CASUS.episodeIn)}
    short = short_names(view, places)
    return [_episode(view, record, short) for record in found]


def short_names(view: View, things: Collection[Resource]) -> dict[Resource, str]:
    """The shortest of the other names of things: NATO, and not the whole name."""
    names: dict[Resource, list[Term | None]] = defaultdict(list)
    for thing, name in view.select("short-names", things=things) if things else ():
        assert isinstance(thing, NamedNode)
        names[thing].append(name)
    found = {thing: view.text(sorted(values, key=lambda name: -len(str(name)))) for thing, values in names.items()}
    return {thing: name for thing, name in found.items() if name is not None}


def running(view: View) -> set[Resource]:
    """The episodes that go on today, for certain or presumably."""
    timeline, day = view.service.library.timeline, today()
    if timeline is None:
        return set()
    sure = (Certainty.CERTAIN, Certainty.PRESUMED)
    return {s.episode for s in timeline.statuses if timeline.currency.of(s.period.on(day), day) in sure}


def _episode(view: View, record: Record, short: Mapping[Resource, str]) -> Episode:
    where = record.thing_of(CASUS.episodeIn)
    return Episode(
        record,
        record.thing_of(CASUS.episodeOf),
        where,
        record.name if where is None else short.get(where, view.name(where)),
        *_standing(view, record),
        record.is_a(CASUS.InterruptionEpisode),
        _how(record),
    )


def _standing(view: View, record: Record) -> tuple[NamedNode, str]:
    """In what standing a state was: the class, and a word; of a class that a project adds, what that is called."""
    say = view.say
    words = {
        CASUS.MembershipEpisode: say("member"),
        CASUS.PartyEpisode: say("party"),
        CASUS.ObserverEpisode: say("observer"),
        CASUS.PartnerEpisode: say("partner"),
        CASUS.AssociateEpisode: say("associate"),
        CASUS.SignatoryEpisode: say("signatory"),
        CASUS.BeneficiaryEpisode: say("protected"),
        CASUS.SuspensionEpisode: say("suspended"),
        CASUS.FreezeEpisode: say("frozen"),
        CASUS.CommandAbsenceEpisode: say("outside the command"),
        CASUS.ProvisionalApplicationEpisode: say("applies provisionally"),
    }
    known = next(((kind, word) for kind, word in words.items() if record.is_a(kind)), None)
    kinds = sorted((kind for kind in record.types if isinstance(kind, NamedNode)), key=lambda kind: kind.value)
    own = next((view.name(kind) for kind in kinds if kind not in CASUS), say("episode"))
    return known or (CASUS.Episode, own)


def _how(record: Record) -> str:
    """How an episode began and ended: in the words of its sources, else by the kind of act."""
    view = record.view
    acts = [
        record.text(words) or ", ".join(map(view.name, record.things(act)))
        for words, act in ((CASUS.howBegan, CASUS.beganBy), (CASUS.howEnded, CASUS.endedBy))
    ]
    return "; ".join(filter(None, acts))
