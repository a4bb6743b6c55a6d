"""The page of a state: in what it is and was, what it owes and is owed on a day, what it asked for, its codes."""

from __future__ import annotations

from dataclasses import dataclass

from kg.terms import CASUS
from kg.web.views.counterparts import counterparts
from kg.web.views.duty_words import certainty_words
from kg.web.views.episodes import episodes
from kg.web.views.question import kind_words, short, today
from kg.web.views.record import Record, Records, pointing
from kg.web.views.state_lede import state_lede
from kg.web.views.steps import roles_of, steps
from kg.web.views.thing import Thing
from kg.web.views.timelines import timeline_of
from kg.web.views.view import View

_CODES = (
    (CASUS.cowCode, "COW"),
    (CASUS.gwCode, "GW"),
    (CASUS.isoAlpha2, "ISO 3166 alpha-2"),
    (CASUS.isoAlpha3, "ISO 3166 alpha-3"),
    (CASUS.unM49, "UN M49"),
    (CASUS.wikidataId, "Wikidata"),
)


@dataclass(frozen=True)
class Code:
    """A code of a state, by the list that gives it; of a changing one, from when to when it is its code."""

    system: str
    value: str
    given: Record | None = None


def state_page(thing: Thing) -> str:
    """The page of a state."""
    view, state = thing.view, thing.iri
    found = episodes(view, pointing(view, state, CASUS.episodeOf))
    events = Records.of(view, view.select("events-of-state", thing=state))
    others, exercises = steps(events, roles_of(view, state))
    asked = [record for record in events if state in record.things(CASUS.requestedBy)]
    shown = thing.day or today()
    return thing.render(
        "thing-state.html",
        state_lede(thing, found, asked),
        markup="Country",
        episodes=found,
        timeline=timeline_of(thing, found, others, by_state=False),
        steps=others,
        exercises=exercises,
        codes=_codes(view, thing.record, pointing(view, state, CASUS.codeOf)),
        shown=shown,
        counterparts=counterparts(view, state, shown),
        has_duties=view.service.library.timeline is not None,
        kind_words=lambda kind: kind_words(view, kind),
        certainties=certainty_words(view),
        code=lambda node: short(view, node),
        show=view.service.site.names.show,
    )


def _codes(view: View, record: Record, given: Records) -> list[Code]:
    """The codes of a state: those that it always had, and those that changed."""
    fixed = [Code(system, value) for property_, system in _CODES if (value := record.value(property_)) is not None]
    changed = []
    for code in given:
        list_ = code.thing_of(CASUS.inCodeList)
        changed.append(Code(view.name(list_) if list_ else "", code.value(CASUS.codeValue) or "", code))
    return fixed + changed
