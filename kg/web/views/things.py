"""A page for each kind of thing; of what is of another kind, the table of its properties tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from pyoxigraph import NamedNode

from kg.terms import CASUS
from kg.web.service import Service
from kg.web.views.claim import claim_page
from kg.web.views.event import event_page
from kg.web.views.organization import organization_page
from kg.web.views.record import said_of
from kg.web.views.source import source_page
from kg.web.views.state import state_page
from kg.web.views.thing import Thing
from kg.web.views.treaty import treaty_page
from kg.web.views.view import View

#: Whose page a thing gets: that of the first of these classes to which it belongs.
_PAGES: tuple[tuple[NamedNode, Callable[[Thing], str]], ...] = (
    (CASUS.State, state_page),
    (CASUS.Organization, organization_page),
    (CASUS.Instrument, treaty_page),
    (CASUS.Event, event_page),
    (CASUS.Claim, claim_page),
    (CASUS.Source, source_page),
)


def page_of_thing(service: Service, iri: NamedNode, day: date | None, namesakes: Sequence[NamedNode]) -> str | None:
    """The page of a thing.

    Args:
        service: what is served.
        iri: the thing.
        day: the day that the address names.
        namesakes: the things whose IRIs have the same URI.

    Returns:
        None if its kind has no page, or nothing is said of it.
    """
    record = said_of(View.of_request(service), iri).get(iri)
    if record is None:
        return None
    page = next((page for class_, page in _PAGES if record.is_a(class_)), None)
    return None if page is None else page(Thing(record, day, namesakes))
