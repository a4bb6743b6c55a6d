"""A closure as lines of N-Triples, and what people are told while it comes about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import IO, NamedTuple

from pyoxigraph import Literal

from kg.messages import shortened
from kg.reasoning.inconsistency import Inconsistency

#: Lines that are written at a time: all at once would take their memory twice more.
_CHUNK = 100_000
#: Values that a notice lists.
_LISTED = 5
#: Told in words what grows while reasoning goes on.
OnGrowth = Callable[[str], None]


class NTriplesClosure(NamedTuple):
    """What was stated and what follows from it, as text, and the contradictions found on the way.

    Attributes:
        lines: a line of N-Triples for each triple, in order, each with its end.
        inconsistencies: the contradictions, first those that rest on asserted triples alone.
        notices: as `Closure` has them.
    """

    lines: list[str]
    inconsistencies: list[Inconsistency]
    notices: tuple[str, ...] = ()

    def write(self, out: IO[bytes]) -> None:
        """Write the lines as UTF-8."""
        for start in range(0, len(self.lines), _CHUNK):
            # One by one, for one line in another alphabet would make all as wide as it is before they are UTF-8.
            out.write(b"".join(map(str.encode, self.lines[start : start + _CHUNK])))


def taken_for_one(values: Sequence[Literal]) -> str:
    """What people should know of values outside the OWL 2 datatype map that are the same by some rule."""
    listed = ", ".join(sorted(shortened(str(literal)) for literal in values[:_LISTED]))
    more = f" and {len(values) - _LISTED} more" if len(values) > _LISTED else ""
    return f"values outside the OWL 2 datatype map are taken to be one, which no rule can check: {listed}{more}"
