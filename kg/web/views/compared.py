"""One of two alliances or treaties that are compared: what the graph says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pyoxigraph import NamedNode

from kg.day import AFTER_ALL_DAYS, Certainty
from kg.duties.model import EpisodeStatus
from kg.terms import CASUS, SKOS, Resource
from kg.web.views.record import Record, Records, said_of
from kg.web.views.view import View

_DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True)
class ComparedSide:
    """An organization or an instrument.

    Attributes:
        view: the request for the page.
        thing: which one.
    """

    view: View
    thing: NamedNode

    @cached_property
    def record(self) -> Record:
        """What is said of it."""
        return said_of(self.view, self.thing)[self.thing]

    @property
    def short_name(self) -> str:
        """Its short name, if it has one."""
        return self.record.text(SKOS.altLabel) or self.record.name

    @cached_property
    def instruments(self) -> Records:
        """The instrument, or those that the organization is founded on, and what amends or prolongs them."""
        return Records.of(self.view, self.view.select("instruments-compared", thing=self.thing))

    @cached_property
    def articles(self) -> list[Record]:
        """The articles of the instruments, in their latest text."""
        return sorted((one for one in self._texts if not one.things(CASUS.replacedBy)), key=self._place)

    @cached_property
    def article_of(self) -> dict[Resource, Record]:
        """The article that creates an obligation, if one is on record."""
        return {made: article for article in self.articles for made in article.things(CASUS.createsObligation)}

    @cached_property
    def obligations(self) -> list[Record]:
        """The obligations of the latest texts, and of instruments of which only that they create them is on record."""
        former = (one for one in self._texts if one.things(CASUS.replacedBy))
        replaced = {made for one in former for made in one.things(CASUS.createsObligation)}
        found = [one for one in self._pointing(CASUS.arisesFrom) if one.thing not in replaced]
        return sorted(found, key=lambda one: self._place(self.article_of.get(one.thing)))

    @cached_property
    def bodies(self) -> list[Record]:
        """The organs, commands and forces."""
        return self._of_thing(CASUS.organOf)

    @cached_property
    def episodes(self) -> list[Record]:
        """Who was a member or a party from when to when, and what interrupted that."""
        return self._of_thing(CASUS.episodeIn)

    @cached_property
    def calls(self) -> list[Record]:
        """The events in which somebody invoked an instrument or an article of it, in the order of time."""
        return Records.of(self.view, self.view.select("calls-on-instruments", things=self._instruments)).in_order()

    @cached_property
    def bindings(self) -> list[EpisodeStatus]:
        """Which states are members of it or parties to it when; without members, those of the instruments count."""
        timeline = self.view.service.library.timeline
        statuses = [] if timeline is None else timeline.statuses
        founding = self.record.things(CASUS.foundedOn)
        ties = (({self.thing}, CASUS.memberOf), ({self.thing}, CASUS.partyTo), (set(founding), CASUS.partyTo))
        found = ([each for each in statuses if each.object in of and each.relation == by] for of, by in ties)
        return next(filter(None, found), [])

    @cached_property
    def bound_in_time(self) -> list[tuple[date, int]]:
        """How many states are bound for certain, from each day on which that changes."""
        certain = [each.period for each in self.bindings if each.period.certain]
        ends = {period.certain_until + 1 for period in certain if period.certain_until < AFTER_ALL_DAYS}
        days = sorted({period.certain_from for period in certain} | ends)
        known_to = self.view.service.library.currency.known_to or date.max
        counted = [(date.fromordinal(day), self.bound_on(date.fromordinal(day))) for day in days]
        return [
            (day, count)
            for place, (day, count) in enumerate(counted)
            if day <= known_to and (place == 0 or count != counted[place - 1][1])
        ]

    def bound_on(self, day: date) -> int:
        """How many states are bound for certain on a day."""
        return len(self._bound(day, Certainty.CERTAIN))

    def possibly_bound_on(self, day: date) -> list[Resource]:
        """Which other states are possibly bound on a day."""
        others = self._bound(day, Certainty.POSSIBLE) - self._bound(day, Certainty.CERTAIN)
        return sorted(others, key=self.view.name)

    def _bound(self, day: date, how: Certainty) -> set[Resource]:
        return {each.state for each in self.bindings if each.period.on(day) is how}

    def at_least(self, holds: NamedNode) -> bool:
        """Whether a list about it may lack something, by the class of what it holds."""
        completeness = self.view.service.library.completeness
        return not any(completeness.is_complete(holds, of, None) for of in (self.thing, *self._instruments))

    @cached_property
    def _texts(self) -> list[Record]:
        """The articles of the instruments, former texts among them."""
        return self._pointing(CASUS.provisionOf)

    @property
    def _instruments(self) -> list[Resource]:
        return [record.thing for record in self.instruments]

    def _pointing(self, by: NamedNode) -> list[Record]:
        return self._records(self._instruments, by)

    def _of_thing(self, by: NamedNode) -> list[Record]:
        return self._records([self.thing], by)

    def _records(self, things: Iterable[Resource], by: NamedNode) -> list[Record]:
        return Records.of(self.view, self.view.select("pointing-at-any", things=things, by=by)).in_order()

    def _place(self, article: Record | None) -> tuple[int, list[tuple[int, str]]]:
        """By what articles are put in order: the instrument first signed, article 2 before 10; none is the last."""
        if article is None:
            return len(self.instruments), []
        of = article.thing_of(CASUS.provisionOf)
        parts = _DIGITS.split(article.value(CASUS.provisionNumber) or article.name)
        place = self._instruments.index(of) if of in self._instruments else -1
        return place, [(int(part) if part.isdecimal() else 0, part) for part in parts]
