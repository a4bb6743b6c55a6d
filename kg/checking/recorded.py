"""Statements that the graph has on record as claims of a source, with how they stand against the evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from kg.checking.checked import Checked, Judgement, OnRecord
from kg.checking.said import Assertion
from kg.finder import folded
from kg.terms import CASUS, RDFS, Resource, Term

#: What is read of claims.
CLAIM_PROPERTIES = tuple(
    CASUS[name]
    for name in (
        *("subjectText", "predicateText", "objectText", "status", "betterFact", "claimSubject", "claimPredicate"),
        *("claimValue", "statedIn"),
    )
)
#: What the status of a claim comes to, and in words.
_VERDICTS = {
    "corroborated": (Judgement.HOLDS, "a source says so, and the evidence bears it out"),
    "disputed": (Judgement.DISPUTED, "a source says so, and evidence speaks against it"),
    "outdated": (Judgement.DOES_NOT_HOLD, "a source says so, and it no longer holds"),
    "opinion": (Judgement.NOT_KNOWN, "a source says so, and it is a matter of opinion"),
    "uncorroborated": (Judgement.NOT_KNOWN, "a source says so, and nothing else on record bears on it"),
}


@dataclass(frozen=True)
class Rival:
    """A value that a source gives for something.

    Attributes:
        value: the value, None if the source denies that there is one.
        on_record: the claim.
    """

    value: Literal | None
    on_record: OnRecord


class RecordedClaims:
    """The claims of a graph, by what they say in words and by what they are about."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        """Index the claims among some triples: all that have properties in `CLAIM_PROPERTIES`, and labels."""
        self._said: dict[Resource, dict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            if isinstance(triple.subject, Resource):
                self._said[triple.subject][triple.predicate].append(triple.object)
        claims = [thing for thing, said in self._said.items() if CASUS.status in said]
        self._by_words: dict[tuple[str, str, str], Resource] = {}
        self._by_topic: dict[tuple[Term, Term], list[Resource]] = defaultdict(list)
        for claim in claims:
            said = self._said[claim]
            for language in ("en", "ru"):
                words = [
                    self._text(claim, CASUS[name], language) for name in ("subjectText", "predicateText", "objectText")
                ]
                if all(words):
                    self._by_words.setdefault((folded(words[0]), folded(words[1]), folded(words[2])), claim)
            for subject in said[CASUS.claimSubject]:
                for predicate in said[CASUS.claimPredicate]:
                    self._by_topic[subject, predicate].append(claim)

    def like(self, said: Assertion) -> Checked | None:
        """The verdict on a statement that a source makes in the same words."""
        claim = self._by_words.get((folded(said.subject), folded(said.predicate), folded(said.object)))
        if claim is None:
            return None
        status = self._status(claim)
        better = self._text(claim, CASUS.betterFact, "en")
        text = self._text(claim, RDFS.label, "en")
        on_record = OnRecord(claim, f"{text}: {better}" if better else text)
        return Checked(said, *_VERDICTS[status], None, None, (on_record,))

    def about(self, subject: Resource, predicate: NamedNode) -> list[Rival]:
        """The values that sources give for a property of something."""
        return [
            Rival(value, OnRecord(claim, self._text(claim, RDFS.label, "en")))
            for claim in self._by_topic[subject, predicate]
            for value in [next((one for one in self._said[claim][CASUS.claimValue] if isinstance(one, Literal)), None)]
        ]

    def _status(self, claim: Resource) -> str:
        status = self._said[claim][CASUS.status][0]
        assert isinstance(status, NamedNode)
        return status.value.rpartition("/")[2]

    def _text(self, claim: Resource, predicate: NamedNode, language: str) -> str:
        texts = [value for value in self._said[claim][predicate] if isinstance(value, Literal)]
        found = next((value for value in texts if value.language == language), None)
        return "" if found is None else found.value
