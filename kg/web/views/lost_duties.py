"""Duties that would be lost, gained or changed, told once for all states of whom the same is to be said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from kg.web.views.case_rows import what_is_owed
from kg.web.views.view import View

#: A change of a duty, as `kg.whatif.render` writes it in JSON.
ChangeSaid = Mapping[str, Any]


@dataclass(frozen=True)
class ChangedDuties:
    """Duties of one kind by one provision that change alike.

    Attributes:
        change: ``lost``, ``gained`` or ``changed``.
        provision: the provision, or the treaty where a pledge is known of the whole.
        what: what is owed, in words.
        holders: who owes it.
        beneficiaries: to whom; none if all holders owe it to each other.
        mutual: whether the beneficiaries owe the holders the same.
        before: how surely it is owed, None if it is not, or if no day is asked about.
        after: the same in the world as it would be.
        count: the number of duties.
    """

    change: str
    provision: NamedNode
    what: str
    holders: Sequence[NamedNode]
    beneficiaries: Sequence[NamedNode]
    mutual: bool
    before: str | None
    after: str | None
    count: int


@dataclass(frozen=True)
class ChangedTreaty:
    """What changes under one treaty.

    Attributes:
        treaty: the treaty.
        counts: how many duties are lost, gained and changed.
        duties: the duties.
    """

    treaty: NamedNode
    counts: Counter[str]
    duties: Sequence[ChangedDuties]


def duties_by_treaty(view: View, changes: Iterable[ChangeSaid]) -> list[ChangedTreaty]:
    """What changes by treaty, first where most does."""
    by_treaty: dict[NamedNode, list[ChangeSaid]] = defaultdict(list)
    for change in changes:
        by_treaty[NamedNode(change["treaty"])].append(change)
    found = [
        ChangedTreaty(treaty, Counter(change["change"] for change in own), list(_alike(view, own)))
        for treaty, own in by_treaty.items()
    ]
    return sorted(found, key=lambda one: (-one.counts.total(), view.name(one.treaty)))


def _alike(view: View, changes: Iterable[ChangeSaid]) -> Iterator[ChangedDuties]:
    groups: dict[tuple[Any, ...], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in changes:
        before, after = (one[side] and one[side]["on_day"] for side in ("before", "after"))
        key = (one["kind"], one["provision"], one["change"], before, after)
        groups[key][one["holder"]].add(one["beneficiary"])
    for (kind, provision, change, before, after), owed in groups.items():
        what = what_is_owed(view, NamedNode(kind))
        for holders, beneficiaries, mutual in _blocks(owed):
            count = len(holders) * (len(beneficiaries) or len(holders) - 1) * (1 + mutual)
            named = (_named(view, holders), _named(view, beneficiaries))
            yield ChangedDuties(change, NamedNode(provision), what, *named, mutual, before, after, count)


def _blocks(owed: Mapping[str, set[str]]) -> Iterator[tuple[set[str], set[str], bool]]:
    """Who owes whom, in few blocks: holders, beneficiaries, whether both ways. None stands for each other."""
    everybody = set(owed)
    if len(everybody) > 2 and all(beneficiaries == everybody - {holder} for holder, beneficiaries in owed.items()):
        yield everybody, set(), False
        return
    alike: dict[frozenset[str], set[str]] = defaultdict(set)
    for holder, beneficiaries in owed.items():
        alike[frozenset(beneficiaries)].add(holder)
    told: set[tuple[frozenset[str], frozenset[str]]] = set()
    for to_whom, holders in sorted(alike.items(), key=lambda block: (-len(block[0]), sorted(block[0]))):
        back = (frozenset(to_whom), frozenset(holders))
        if (back[1], back[0]) not in told:
            mutual = alike.get(back[1]) == set(to_whom)
            told |= {back} if mutual else set()
            yield holders, set(to_whom), mutual


def _named(view: View, things: Iterable[str]) -> list[NamedNode]:
    return sorted(map(NamedNode, things), key=view.name)
