"""Where ATOP and the shipped treaties differ: each difference is a claim of ATOP's beside the curated fact.

The curated fact stays. One convention that explains many differences of a treaty is told once: ATOP mostly counts from
signature, the graph from entry into force. Where ATOP has it begin or end for several on a day, that is one difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from pyoxigraph import NamedNode

from kg.importers.atop import disputes
from kg.importers.atop.alliances import Accord, Stay, states_of
from kg.importers.atop.bearers import Bearers
from kg.importers.atop.codebook import Codebook
from kg.importers.atop.curated import Curated, RecordedEpisode, Treaty
from kg.importers.atop.disputes import Dispute, Membership, Pair
from kg.importers.atop.moments import Moment, differ
from kg.importers.atop.runs import runs
from kg.terms import CASUS


class Differences:
    """Compares alliances with the treaties that the shipped project has of them."""

    def __init__(self, curated: Curated, codebook: Codebook, bearers: Bearers, coverage: date) -> None:
        """Compare with these treaties; `coverage` is the last day that ATOP covers."""
        self._curated = curated
        self._codebook = codebook
        self._bearers = bearers
        self._coverage = coverage
        #: The differences that the shipped project tells itself.
        self.known: list[Dispute] = []

    @property
    def treaties(self) -> Mapping[str, Sequence[Treaty]]:
        """The treaties of the shipped project by the numbers of ATOP's alliances."""
        return self._curated.treaties

    def of(self, atopid: str, accords: Sequence[Accord], treaties: Sequence[Treaty]) -> list[Dispute]:
        """The differences between an alliance and the treaties that it is, but for those that these tell themselves."""
        found = [
            *self._memberships(atopid, accords, treaties),
            *(claim for kind in self._codebook.kinds for claim in self._pledges(atopid, kind, accords, treaties)),
        ]
        self.known += filter(self._is_known, found)
        return [claim for claim in found if not self._is_known(claim)]

    def _is_known(self, claim: Dispute) -> bool:
        value = claim.value.isoformat() if isinstance(claim.value, date) else None
        return (claim.subject, CASUS[claim.predicate], value) in self._curated.claimed

    def _memberships(self, atopid: str, accords: Sequence[Accord], treaties: Sequence[Treaty]) -> Iterator[Dispute]:
        theirs = self._theirs(accords)
        ours: dict[NamedNode, list[RecordedEpisode]] = defaultdict(list)
        for treaty in treaties:
            for episode in treaty.episodes:
                ours[episode.state].append(episode)
        begins: list[Pair] = []
        ends: list[Pair] = []
        for state, memberships in theirs.items():
            bound = [episode for episode in ours.get(state, ()) if episode.binds]
            if not bound:
                yield disputes.party(atopid, memberships, ours.get(state, ()), treaties[0])
                continue
            for membership in memberships:
                nearest = min(bound, key=lambda one: _distance(one.begins, membership.begins))
                if nearest.begins is None or differ(nearest.begins, membership.begins):
                    begins.append((membership, nearest))
                nearest = min(bound, key=lambda one: _distance(one.ends, membership.ends))
                if self._ends_otherwise(nearest, membership.ends):
                    ends.append((membership, nearest))
        for state, episodes in ours.items():
            if state not in theirs and (bound := [one for one in episodes if self._is_covered(one)]):
                yield disputes.no_party(atopid, bound, treaties[0])
        yield from self._begins(atopid, begins, treaties)
        yield from self._ends(atopid, ends, treaties)

    def _is_covered(self, episode: RecordedEpisode) -> bool:
        """Whether an episode binds, and begins when ATOP could know of it."""
        return episode.binds and (episode.begins is None or episode.begins.first <= self._coverage)

    def _theirs(self, accords: Sequence[Accord]) -> dict[NamedNode, list[Membership]]:
        """Since when and until when ATOP has each state as a member, over all texts of an alliance."""
        found: dict[NamedNode, list[Membership]] = defaultdict(list)
        for run in runs([stay for accord in accords for stay in accord.stays], self._bearers):
            for part in run.parts:
                rows = [stay.row for stay in run.stays]
                known = found[part.bearer.iri]
                if known and (known[-1].ends is None or known[-1].ends.touches(part.begins)):
                    known[-1].ends = part.ends
                    known[-1].rows += rows
                else:
                    known.append(Membership(part.bearer, part.begins, part.ends, rows))
        return found

    def _ends_otherwise(self, episode: RecordedEpisode, ends: Moment | None) -> bool:
        if episode.ends is not None and episode.ends.first <= self._coverage:
            return ends is None or differ(episode.ends, ends)
        if episode.bounds is not None and ends is not None:
            return ends.last < episode.bounds[0] or ends.first > episode.bounds[1]
        return ends is not None

    def _begins(self, atopid: str, found: Sequence[Pair], treaties: Sequence[Treaty]) -> Iterator[Dispute]:
        signed = {treaty.signed: treaty for treaty in reversed(treaties) if treaty.signed}
        convention: dict[NamedNode, list[Pair]] = defaultdict(list)
        days: dict[Moment, list[Pair]] = defaultdict(list)
        for membership, episode in found:
            day = membership.begins.first
            later = episode.begins is None or episode.begins.first > day
            if later and membership.begins.precision == "day" and (day in signed or day == episode.signed):
                convention[signed.get(day, treaties[0]).iri].append((membership, episode))
            else:
                days[membership.begins].append((membership, episode))
        for treaty in treaties:
            if treaty.iri in convention:
                yield disputes.signature(atopid, convention[treaty.iri], treaty)
        for moment, pairs in days.items():
            if len(pairs) > 1:
                yield disputes.beginning(atopid, moment, pairs, treaties[0])
            else:
                yield from (disputes.begin(atopid, pair) for pair in pairs)

    @staticmethod
    def _ends(atopid: str, found: Sequence[Pair], treaties: Sequence[Treaty]) -> Iterator[Dispute]:
        days: dict[Moment | None, list[Pair]] = defaultdict(list)
        for pair in found:
            days[pair[0].ends].append(pair)
        for day, pairs in days.items():
            if day is not None and len(pairs) > 1:
                yield disputes.termination(atopid, day, pairs, treaties[0])
            else:
                yield from (disputes.end(atopid, pair) for pair in pairs)

    @staticmethod
    def _pledges(atopid: str, kind: str, accords: Sequence[Accord], treaties: Sequence[Treaty]) -> Iterator[Dispute]:
        phases = [phase for accord in accords for phase in accord.phases]
        with_it = [phase for phase in phases if any(kind in stay.pledges for stay in phase.stays)]
        stays = [stay for phase in phases for stay in phase.stays]
        pledging = [stay for stay in stays if kind in stay.pledges]
        having = [treaty for treaty in treaties if treaty.obligations_of(kind)]
        treaty = (having or treaties)[0]
        if not pledging or not having:
            if pledging or having:
                yield disputes.pledge("pledge" if pledging else "no pledge", atopid, kind, pledging, treaty)
            return
        holders = _states(pledging)
        ours = _together(treaty.obligations[kind].holders for treaty in having)
        silent = _states(stay for phase in with_it for stay in phase.stays) - holders
        if silent if ours is None else holders - ours:
            yield disputes.side("owed by", atopid, kind, pledging, treaty)
        beneficiaries = _together(treaty.obligations[kind].beneficiaries for treaty in having)
        if beneficiaries is not None and _states(stays) - beneficiaries:
            yield disputes.side("owed to", atopid, kind, pledging, treaty)
        if _is_dated(kind, having) is not (len(with_it) < len(phases)):
            yield disputes.pledge("pledge time", atopid, kind, pledging, treaty)


def _is_dated(kind: str, having: Sequence[Treaty]) -> bool:
    """Whether the wordings of an obligation do not reach from the beginning to the end of their treaty."""
    spans = [span for treaty in having for span in treaty.obligations[kind].spans.values()]
    return all(begin for begin, _ in spans) or all(end for _, end in spans)


def _states(stays: Iterable[Stay]) -> set[NamedNode]:
    return {part.bearer.iri for part in states_of(stays)}


def _together(sides: Iterable[set[NamedNode] | None]) -> set[NamedNode] | None:
    """The states of several sides, of which None is everyone."""
    found: set[NamedNode] = set()
    for side in sides:
        if side is None:
            return None
        found |= side
    return found


def _distance(one: Moment | None, other: Moment | None) -> int:
    return abs(((one.first if one else date.max) - (other.first if other else date.max)).days)
