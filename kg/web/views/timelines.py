"""Episodes and events as a drawing of lanes: of a state by where it was, of an alliance or treaty by who was in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from pyoxigraph import NamedNode

from kg.drawing.lanes import Happening, Lane, Stretch, lanes_for_page
from kg.terms import CASUS
from kg.web.views.episodes import Episode
from kg.web.views.question import today
from kg.web.views.steps import ListedEvent
from kg.web.views.thing import Thing

#: By what class an episode is drawn, the special before the general; what is of none is drawn as an associate's.
_DRAWN = (
    (CASUS.FreezeEpisode, "frozen"),
    (CASUS.InterruptionEpisode, "suspended"),
    (CASUS.MembershipEpisode, "member"),
    (CASUS.PartyEpisode, "party"),
    (CASUS.ObserverEpisode, "observer"),
    (CASUS.PartnerEpisode, "partner"),
    (CASUS.SignatoryEpisode, "signatory"),
    (CASUS.Episode, "associate"),
)


@dataclass(frozen=True)
class TimeDrawing:
    """A drawing of time, with what its colors stand for.

    Attributes:
        svg: the drawing.
        key: what each color stands for, by the class that has it.
        bars: how many episodes it shows.
        dots: how many events.
    """

    svg: Markup
    key: tuple[tuple[str, str], ...]
    bars: int
    dots: int


def timeline_of(
    thing: Thing, found: Sequence[Episode], steps: Iterable[ListedEvent], *, by_state: bool
) -> TimeDrawing | None:
    """The drawing of some episodes and events; None if none of the episodes has a date.

    Args:
        thing: whose page it is for.
        found: the episodes.
        steps: the events.
        by_state: whether each lane is a state's, and not an organization's or an instrument's.
    """
    say = thing.view.say
    lanes: dict[NamedNode | None, list[Stretch]] = defaultdict(list)
    names: dict[NamedNode | None, str] = {}
    key: dict[str, dict[str, None]] = defaultdict(dict)
    for episode in found:
        begins, ends = _first(episode), _last(episode)
        if begins is None and ends is None:
            continue
        whose = episode.state if by_state else episode.where
        name = thing.view.name(whose) if by_state and whose is not None else episode.where_name
        drawn = _drawn(episode)
        key[drawn][episode.standing] = None
        names[whose] = name
        lanes[whose].append(
            Stretch(
                drawn,
                begins,
                ends,
                f"{episode.record.name}: {episode.record.begins or '?'} – {episode.record.ends or ''}",
                ", ".join(filter(None, (episode.standing, episode.record.begins))),
                thing.link(episode.record.thing),
            )
        )
    if not lanes:
        return None
    happenings = [
        Happening(day, f"{step.record.begins}: {step.record.name}", thing.link(step.record.thing))
        for step in steps
        if (day := step.record.on(CASUS.begins)) is not None
    ]
    drawn_lanes = [
        Lane(names[whose], stretches, link=thing.link(whose) if whose is not None else None)
        for whose, stretches in lanes.items()
    ]
    if happenings:
        drawn_lanes.append(Lane(say("events"), happenings=happenings))
    label = say("Timeline of %s; the tables below say the same") % thing.record.name
    until = _until([stretch for stretches in lanes.values() for stretch in stretches], happenings)
    words = [(drawn, ", ".join(standings)) for drawn, standings in key.items()]
    return TimeDrawing(
        Markup(lanes_for_page(drawn_lanes, label, until=until, on=thing.day)),
        tuple([*words, ("to", say("events"))] if happenings else words),
        sum(map(len, lanes.values())),
        len(happenings),
    )


def _drawn(episode: Episode) -> str:
    return next((drawn for kind, drawn in _DRAWN if episode.record.is_a(kind)), "associate")


def _first(episode: Episode) -> date | None:
    known = (episode.record.on(name) for name in (CASUS.begins, CASUS.beginsNotBefore, CASUS.beginsNotAfter))
    return next((day for day in known if day is not None), None)


def _last(episode: Episode) -> date | None:
    known = (episode.record.on(name) for name in (CASUS.ends, CASUS.endsNotAfter))
    return next((day for day in known if day is not None), None)


def _until(stretches: Iterable[Stretch], happenings: Iterable[Happening]) -> date:
    """Up to when it goes: to the present day, unless all that it shows is over."""
    ends = [stretch.ends for stretch in stretches]
    over = [end for end in ends if end is not None]
    last = max([*over, *(happening.on for happening in happenings)], default=today())
    return today() if len(over) < len(ends) else last
