"""For and against which claims a thing is evidence."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.terms import CASUS
from kg.web.views.view import View


@dataclass(frozen=True)
class ShownClaims:
    """The claims that a thing bears on."""

    supported: tuple[NamedNode, ...]
    disputed: tuple[NamedNode, ...]


def claims_shown_by(view: View, thing: NamedNode) -> ShownClaims:
    """The claims for or against which a thing is evidence."""
    rows = view.select("claims-shown-by", thing=thing)

    def told(way: NamedNode) -> tuple[NamedNode, ...]:
        found = {claim for said, claim in rows if said == way and isinstance(claim, NamedNode)}
        return tuple(sorted(found, key=view.name))

    return ShownClaims(told(CASUS.supportedBy), told(CASUS.disputedBy))
