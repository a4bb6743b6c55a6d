"""Fills: a color, or stripes of two where one would say too much."""

from __future__ import annotations

from collections.abc import Sequence

from kg.drawing.svg import name_of

#: Kinds that are hatched over what lies below: what is not for certain shows the land, what is frozen what is frozen.
HATCHED = {"possible": "land", "frozen": "certain", "suspended": "land"}
#: How wide a pair of stripes is.
_STEP = 6


class Stripes:
    """The patterns that a drawing uses, each defined once in it."""

    def __init__(self, name: str) -> None:
        """No pattern yet.

        Args:
            name: what their ids begin with.
        """
        self._name = name_of(name)
        self._patterns: dict[str, str] = {}

    def of(self, kinds: Sequence[str], *, part: bool = False) -> str:
        """The attribute by which a shape is filled.

        Args:
            kinds: whose it is: two different ones share it, in level stripes.
            part: whether what it stands for is only a part of the shape.
        """
        several = list(dict.fromkeys(map(name_of, kinds)))
        if len(several) > 1:
            return self._pattern(several[0], several[1], turn=0)
        kind = several[0]
        if kind in HATCHED:
            return self._pattern(kind, HATCHED[kind], turn=45)
        return self._pattern(kind, "land", turn=0) if part else f'class="{kind}"'

    def definitions(self) -> str:
        """The patterns, to be put before the shapes."""
        return f"<defs>{''.join(self._patterns.values())}</defs>" if self._patterns else ""

    def _pattern(self, over: str, under: str, *, turn: int) -> str:
        found = f"{self._name}-{over}-{under}-{turn}"
        turned = f' patternTransform="rotate({turn})"' if turn else ""
        self._patterns[found] = (
            f'<pattern id="{found}" width="{_STEP}" height="{_STEP}" patternUnits="userSpaceOnUse"{turned}>'
            f'<rect class="{under}" width="{_STEP}" height="{_STEP}"/>'
            f'<rect class="{over}" width="{_STEP}" height="{_STEP / 2:g}"/></pattern>'
        )
        return f'fill="url(#{found})"'
