"""The world as it is and as it would be: what is stated in each, what follows from it, and the duties over time.

The world as it is has mostly been built; the other is derived anew, as for a build. To ground the rules once instead,
with what differs as externals to be switched, was measured to take ten times as long for the removal of a large file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Triple

from kg.build.as_of import load_timeline
from kg.build.store import Build
from kg.duties.timeline import Timeline, derive
from kg.reasoning.closure import close
from kg.reasoning.inconsistency import Inconsistency


@dataclass(frozen=True)
class World:
    """What is so if some statements are.

    Attributes:
        triples: the statements, and what follows from them by OWL 2 RL.
        inconsistencies: the contradictions.
        timeline: the duties over time.
    """

    triples: frozenset[Triple]
    inconsistencies: tuple[Inconsistency, ...]
    timeline: Timeline

    def on(self, day: date | None) -> frozenset[Triple]:
        """The triples with the plain relations of a day, if one is given."""
        return self.triples if day is None else self.triples.union(self.timeline.as_of(day))


def derive_world(stated: Iterable[Triple]) -> World:
    """The world in which this is stated.

    Raises:
        ReasonerError: clingo failed.
    """
    closure = close(stated)
    triples = closure.asserted | closure.inferred
    return World(triples, tuple(closure.inconsistencies), derive(triples))


def built_world(stated: Iterable[Triple], build: Build) -> World:
    """The world in which this is stated, from its build. What is built has no contradictions."""
    return World(frozenset(stated).union(quad.triple for quad in build.inferred()), (), load_timeline(build))
