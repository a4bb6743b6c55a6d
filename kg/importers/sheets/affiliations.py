"""What a row of parties is: a stay in a treaty or an organization, or an interruption of one."""

from __future__ import annotations

from collections.abc import Container, Iterable

from kg.importers.sheets.reading import SheetEntry

_INTERRUPTING = ("suspended", "frozen")


def affiliation(entry: SheetEntry, organizations: Container[str]) -> str:
    """The kind of affiliation of a row: a party of an organization is its member, a member of a treaty its party."""
    named = [name for name, _ in entry.terms("role")]
    within = (entry.text("treaty") or "") in organizations
    if not named or named[0] in ("party", "member"):
        return "member" if within else "party"
    return named[0]


def interrupted(entry: SheetEntry, parties: Iterable[SheetEntry], organizations: Container[str]) -> SheetEntry | None:
    """The stay that a suspension or a freeze interrupts; None if there is none at its beginning."""
    begin = entry.date("from")
    for other in parties:
        first, last = other.date("from"), other.date("until")
        if (
            affiliation(other, organizations) not in _INTERRUPTING
            and (other.states("state"), other.text("treaty")) == (entry.states("state"), entry.text("treaty"))
            and begin is not None
            and (first is None or first.earliest <= begin.latest)
            and (last is None or last.latest >= begin.earliest)
        ):
            return other
    return None


def is_interruption(entry: SheetEntry) -> bool:
    """Whether a row tells of an interruption."""
    return any(name in _INTERRUPTING for name, _ in entry.terms("role"))
