"""The sentences with which the page of a state begins: only what is certain or presumed today, or over on record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kg.terms import CASUS
from kg.web.views.episodes import Episode, running
from kg.web.views.record import Record
from kg.web.views.thing import Thing
from kg.web.views.view import View

#: Instruments that are named one by one; more are counted.
_NAMED = 3


def state_lede(thing: Thing, found: Sequence[Episode], asked: Sequence[Record]) -> str:
    """What is to be known of a state first.

    Args:
        thing: the state.
        found: its episodes.
        asked: the events in which it asked for help or counsel.
    """
    view = thing.view
    going = running(view)
    current = [episode for episode in found if episode.record.thing in going]
    sentences = [
        *_existence(view, thing.record),
        *_memberships(view, current),
        *(_interruption(view, episode) for episode in current if episode.interrupts),
        *_bonds(view, current),
        *_former(view, found),
        *_calls(view, asked, at_least=thing.at_least(CASUS.Event)),
    ]
    return " ".join(sentences)


def _existence(view: View, state: Record) -> Iterator[str]:
    if state.ends is not None:
        yield view.say("Existed until %s.") % state.ends


def _memberships(view: View, current: Sequence[Episode]) -> Iterator[str]:
    member = [episode for episode in current if episode.record.is_a(CASUS.MembershipEpisode)]
    if member:
        yield view.say("Member of %s.") % joined(view, [_since(view, episode) for episode in member])


def _bonds(view: View, current: Sequence[Episode]) -> Iterator[str]:
    party = [episode for episode in current if episode.record.is_a(CASUS.PartyEpisode)]
    if len(party) > _NAMED:
        yield view.say("Party to %s instruments, the first of them %s.") % (len(party), _since(view, party[0]))
    elif party:
        yield view.say("Party to %s.") % joined(view, [_since(view, episode) for episode in party])


def _former(view: View, found: Sequence[Episode]) -> Iterator[str]:
    """The memberships whose end is on record."""
    spans = [
        view.say("%s (%s to %s)") % (episode.where_name, _year(episode.record.begins), _year(end))
        for episode in found
        if episode.record.is_a(CASUS.MembershipEpisode) and (end := episode.record.day(CASUS.ends)) is not None
    ]
    if spans:
        yield view.say("Was a member of %s.") % joined(view, spans)


def _calls(view: View, asked: Sequence[Record], *, at_least: bool) -> Iterator[str]:
    say = view.say
    if not asked:
        return
    years = joined(view, sorted({_year(record.begins) for record in asked}))
    if len(asked) == 1:
        text = (
            say("Asked for help or consultations at least once, in %s.")
            if at_least
            else say("Asked for help or consultations once, in %s.")
        )
        yield text % years
    else:
        text = (
            say("Asked for help or consultations at least %s times, in %s.")
            if at_least
            else say("Asked for help or consultations %s times, in %s.")
        )
        yield text % (len(asked), years)


def _interruption(view: View, episode: Episode) -> str:
    say = view.say
    texts = {
        CASUS.FreezeEpisode: say("Declared its own participation in %s frozen (since %s)."),
        CASUS.SuspensionEpisode: say("Suspended in %s (since %s)."),
        CASUS.CommandAbsenceEpisode: say("Outside the common command of %s (since %s)."),
    }
    known = (text for kind, text in texts.items() if episode.record.is_a(kind))
    return next(known, say("Interrupted in %s (since %s).")) % (episode.where_name, episode.record.begins or "?")


def _since(view: View, episode: Episode) -> str:
    begins = episode.record.begins
    return view.say("%s since %s") % (episode.where_name, _year(begins)) if begins else episode.where_name


def _year(day: str | None) -> str:
    """The year of a date; of a mere bound, the bound."""
    return "?" if day is None else day[:4] if day[:4].isdecimal() else day


def joined(view: View, parts: Iterable[str]) -> str:
    """Parts of a sentence in a row."""
    *most, last = parts
    return view.say("%s and %s") % (", ".join(most), last) if most else last
