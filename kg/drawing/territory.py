"""Which of today's shapes a state is drawn as: its own, or those of the states that came after it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kg.drawing.shapes import shapes


def territory(
    state: str, codes: Mapping[str, str], successors: Mapping[str, Collection[str]]
) -> tuple[tuple[str, ...], bool]:
    """The codes of the shapes of a state, and whether it was only a part of them, for `kg.drawing.worldmap.Area`.

    A state that is gone is the union of its successors. If one of these came after others as well, as Germany did and
    Yemen, nothing tells which part of it was whose.

        territory("CSK", {"CZE": "203", "SVK": "703"}, {"CSK": {"CZE", "SVK"}})  # (("203", "703"), False)

    Args:
        state: the state, by whatever key the mappings have.
        codes: the UN M49 code of each state that has one (`casus:unM49`), and for others an identifier.
        successors: the states that came after each (`casus:successor`).
    """
    known = shapes("50m").states.keys()
    found: set[str] = set()
    seen = {state}
    waiting = [state]
    while waiting:
        one = waiting.pop()
        if codes.get(one) in known:
            found.add(codes[one])
        else:
            following = set(successors.get(one, ())) - seen
            seen |= following
            waiting += following
    heirs = {one for one in seen - {state} if codes.get(one) in known}
    part = any(len([before for before, after in successors.items() if heir in after]) > 1 for heir in heirs)
    return tuple(sorted(found)), part
