"""The tool `what_if`: which duties and findings would be lost and gained, by treaty."""

from __future__ import annotations

from datetime import date

from pyoxigraph import NamedNode

from kg.errors import BadInput
from kg.mcp.teller import Teller
from kg.mcp.typed import Told, ToldThing
from kg.terms import CASUS
from kg.web.views.lost_duties import ChangedDuties, duties_by_treaty
from kg.web.views.reasoning import instances

#: Treaties, and findings of each kind, that are told.
_MOST, _MOST_FINDINGS = 30, 40
#: What can be done without.
_SUPPOSABLE = (CASUS.State, CASUS.Organization, CASUS.Instrument, CASUS.Episode)


class DutiesChange(Told):
    """Duties that change alike."""

    change: str
    """lost, gained or changed."""

    what: str
    """What is owed."""

    provision: ToldThing
    """The article."""

    holders: list[ToldThing]
    """Who owes it."""

    beneficiaries: list[ToldThing] = []
    """To whom; nobody is named where all holders owe it to each other."""

    mutual: bool = False
    """Whether the beneficiaries owe the holders the same."""

    before: str | None = None
    """How surely it is owed on the day as things are."""

    after: str | None = None
    """The same as supposed."""

    count: int
    """How many duties these are."""


class TreatyChange(Told):
    """What changes under one treaty."""

    treaty: ToldThing
    """The treaty."""

    duties: list[DutiesChange]
    """The duties."""


class StateFinding(Told):
    """A finding about a state."""

    state: ToldThing
    """The state."""

    text: str
    """The finding."""


class WorldDifference(Told):
    """What would be otherwise. Nothing was changed."""

    supposed: str
    """What was supposed."""

    lost: int
    """Duties that would be lost."""

    gained: int
    """Duties that would be gained."""

    changed: int
    """Duties that would be owed more or less surely, or at other times."""

    treaties: list[TreatyChange] = []
    """By treaty, first where most changes."""

    more: int = 0
    """Treaties that are not told."""

    findings_lost: list[StateFinding] = []
    """What would no longer be found about states."""

    findings_gained: list[StateFinding] = []
    """What would be found about states."""


def suppose(teller: Teller, without: NamedNode, within: NamedNode | None, start: date | None) -> WorldDifference:
    """What would be otherwise.

    Args:
        teller: whom to ask.
        without: what is supposed to be gone.
        within: an organization or an instrument, if a state is gone only from it.
        start: the first day without it; without one, it never was.

    Raises:
        BadInput: it is nothing that can be done without, or that would change nothing.
        CasusError: as `kg.pool.inquiry.Desk.ask`.
    """
    if not any(without in instances(teller.view, class_) for class_ in _SUPPOSABLE):
        raise BadInput(f"without: {teller.term(without)} is no state, organization, treaty or episode")
    found = teller.reason(
        "what_if",
        without=str(without),
        within=None if within is None else str(within),
        start=None if start is None else start.isoformat(),
    )
    counts = [change["change"] for change in found["duties"]]
    treaties = duties_by_treaty(teller.view, found["duties"])
    name = teller.view.name
    where = "" if within is None else f" in {name(within)}"
    return WorldDifference(
        supposed=f"without {name(without)}{where}, {'ever' if start is None else f'from {start} on'}",
        lost=counts.count("lost"),
        gained=counts.count("gained"),
        changed=counts.count("changed"),
        treaties=[
            TreatyChange(treaty=teller.named(one.treaty), duties=[_change(teller, duties) for duties in one.duties])
            for one in treaties[:_MOST]
        ],
        more=max(0, len(treaties) - _MOST),
        findings_lost=_findings(teller, found["findings_lost"]),
        findings_gained=_findings(teller, found["findings_gained"]),
    )


def _change(teller: Teller, one: ChangedDuties) -> DutiesChange:
    return DutiesChange(
        change=one.change,
        what=one.what,
        provision=teller.named(one.provision),
        holders=teller.named_all(one.holders),
        beneficiaries=teller.named_all(one.beneficiaries),
        mutual=one.mutual,
        before=one.before,
        after=one.after,
        count=one.count,
    )


def _findings(teller: Teller, found: list[dict[str, str]]) -> list[StateFinding]:
    return [
        StateFinding(state=teller.named(NamedNode(one["state"])), text=one["text"]) for one in found[:_MOST_FINDINGS]
    ]
