"""What comes of checking a statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from kg.checking.said import Assertion
from kg.proofs.proof import Explanation
from kg.terms import Resource, Term


class Judgement(Enum):
    """How a statement stands against the graph."""

    HOLDS = "holds"
    DOES_NOT_HOLD = "does not hold"
    DISPUTED = "disputed"
    NOT_KNOWN = "not known"


@dataclass(frozen=True)
class OnRecord:
    """What the graph has of the matter: that by which a statement holds, or what comes nearest to it.

    Attributes:
        thing: an episode, a duty, a claim, or the subject of a statement.
        text: what is said of it.
    """

    thing: Resource
    text: str


@dataclass(frozen=True)
class Checked:
    """A statement that was checked.

    Attributes:
        said: the statement as it was made.
        verdict: how it stands.
        why: that in a sentence.
        statement: the statement as the graph would have it, None if it could not be read.
        day: the day on which it was looked at; of several, the best.
        on_record: what it holds by, or what comes nearest.
    """

    said: Assertion
    verdict: Judgement
    why: str
    statement: tuple[Resource, Resource, Term] | None = None
    day: date | None = None
    on_record: tuple[OnRecord, ...] = ()
    _explain: Callable[[], Explanation] | None = field(default=None, repr=False, compare=False)

    def proof(self) -> Explanation | None:
        """The proof of the statement, or what is missing nearest to one; None if it could not be read.

        Raises:
            ReasonerError: clingo failed.
        """
        return None if self._explain is None else self._explain()
