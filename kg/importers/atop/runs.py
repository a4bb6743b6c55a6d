"""Stays of a member that follow on each other without a gap: what the graph has as one episode."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.importers.atop.alliances import Stay
from kg.importers.atop.bearers import Bearers, Part


@dataclass(frozen=True)
class Run:
    """Stays of one member that follow on each other: one episode for each state that was the member.

    Attributes:
        stays: the stays, the first first.
        parts: the states, with the days on which each was the member.
    """

    stays: tuple[Stay, ...]
    parts: tuple[Part, ...]


def runs(stays: Iterable[Stay], bearers: Bearers) -> Iterator[Run]:
    """The stays of each member that follow on each other without a gap."""
    by_member: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        by_member[stay.row["member"]].append(stay)
    for member, found in by_member.items():
        run: list[Stay] = []
        for stay in sorted(found, key=lambda one: one.begins.first):
            if run and not (run[-1].ends and run[-1].ends.touches(stay.begins)):
                yield _run(member, run, bearers)
                run = []
            run.append(stay)
        yield _run(member, run, bearers)


def _run(member: str, stays: list[Stay], bearers: Bearers) -> Run:
    return Run(tuple(stays), tuple(bearers.parts(member, stays[0].begins, stays[-1].ends)))
