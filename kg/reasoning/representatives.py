"""Union-find: which member of a group of things that are the same stands for all of them."""

from __future__ import annotations

from typing import TypeVar

_Member = TypeVar("_Member", int, str)


def representative(parents: dict[_Member, _Member], member: _Member) -> _Member:
    """The member that stands for another's group; the way there is halved for whoever asks next.

    Args:
        parents: for each member the next on the way to the one that stands for it, which is its own; it grows.
        member: the member.
    """
    parent = parents.setdefault(member, member)
    while parent != member:
        grandparent = parents[parent]
        parents[member] = grandparent
        member, parent = parent, grandparent
    return member
