"""An alliance that the shipped project has: its treaty keeps what it says, and gets what it lacks.

Parties are filled in where a treaty has none. What ATOP says otherwise becomes claims.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pyoxigraph import NamedNode

from kg.importers.atop.account import Account, Outcome
from kg.importers.atop.alliances import Accord, Phase
from kg.importers.atop.curated import Treaty
from kg.importers.atop.differences import Differences
from kg.importers.atop.disputes import Dispute
from kg.importers.atop.instruments import InstrumentWriter
from kg.terms import local_name


def merge(
    atopid: str, accords: Sequence[Accord], differences: Differences, statements: InstrumentWriter, account: Account
) -> list[Dispute]:
    """Fill in parties where a treaty has none, enter the rows in the account, and give the differences."""
    treaties = differences.treaties[atopid]
    names = ", ".join(local_name(treaty.iri) for treaty in treaties)
    filled: set[NamedNode] = set()
    for treaty in treaties:
        if not any(episode.binds for episode in treaty.episodes):
            filled |= _fill(treaty, accords, statements, several=len(treaties) > 1)
    claims = differences.of(atopid, accords, treaties)
    told = {(row.file, row.number): claim.what for claim in claims for row in claim.rows}
    for accord in accords:
        if accord.row is not None:
            account.enter(accord.row, Outcome.CURATED, f"kept as {names}: {len(claims)} differences")
        for stay in accord.stays:
            differs = "claims tell in what it differs" if (stay.row.file, stay.row.number) in told else "no difference"
            filled_in = {part.bearer.iri for part in stay.parts} & filled
            account.enter(stay.row, Outcome.CURATED, f"kept as {names}: {'filled in' if filled_in else differs}")
    return claims


def _fill(treaty: Treaty, accords: Sequence[Accord], statements: InstrumentWriter, *, several: bool) -> set[NamedNode]:
    """Give a treaty the parties that ATOP has, but for states of which the graph has that they only signed."""
    known = {episode.state for episode in treaty.episodes}
    filled: set[NamedNode] = set()
    for accord in accords:
        phases = [phase for phase in accord.phases if not several or _is_of(phase, treaty)]
        stays = [stay for phase in phases for stay in phase.stays if not {p.bearer.iri for p in stay.parts} & known]
        for iri, part in statements.add_parties(accord, stays, treaty.iri):
            treaty.add_episode(iri, part.bearer.iri, begins=part.begins, ends=part.ends)
            filled.add(part.bearer.iri)
    return filled


def _is_of(phase: Phase, treaty: Treaty) -> bool:
    """Whether a phase is the time of a treaty, where an alliance is several treaties."""
    last = phase.ends.last if phase.ends else date.max
    return treaty.signed is None or phase.begins.first <= treaty.signed < last
