"""The values that cells may have: concepts, kinds of obligation and of event, by name, label or alias."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.importers.sheets.dates import BadCell
from kg.importers.sheets.problem import nearest_hint
from kg.terms import CASUS, CONCEPTS, RDFS, SKOS, Term, local_name

_ALIASES = Path(__file__).with_name("aliases.toml")
_WORD = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: The values of a vocabulary that are listed; of one that has more, only if none comes near.
_LISTED = 12

#: The kinds of episode by what a row of parties says.
AFFILIATIONS: Mapping[str, NamedNode] = {
    "party": CASUS.PartyEpisode,
    "member": CASUS.MembershipEpisode,
    "signatory": CASUS.SignatoryEpisode,
    "observer": CASUS.ObserverEpisode,
    "partner": CASUS.PartnerEpisode,
    "associate": CASUS.AssociateEpisode,
    "beneficiary": CASUS.BeneficiaryEpisode,
    "suspended": CASUS.SuspensionEpisode,
    "frozen": CASUS.FreezeEpisode,
}


@dataclass
class ValueList:
    """The values of one vocabulary.

    Attributes:
        name: its name, as columns speak of it.
        values: the terms by the names of values.
        aliases: names of values by what else is written for them.
    """

    name: str
    values: dict[str, NamedNode] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def find(self, text: str) -> tuple[str, NamedNode]:
        """The name and the term of a value, however it is spelled.

        Raises:
            BadCell: it is no value.
        """
        word = spelled(text)
        name = word if word in self._by_word else spelled(self.aliases.get(word, ""))
        found = self._by_word.get(name)
        if found is None:
            hint = nearest_hint(word, {*self.values, *self.aliases}, self.aliases)
            listed = f"; there are: {self._listed}" if not hint or len(self.values) <= _LISTED else ""
            raise BadCell(f"no {self.name.replace('-', ' ')}{hint}{listed}")
        return found, self.values[found]

    @property
    def _by_word(self) -> Mapping[str, str]:
        return {spelled(name): name for name in self.values}

    @property
    def _listed(self) -> str:
        names = sorted(self.values)
        more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        return ", ".join(names[:_LISTED]) + more


def spelled(text: str) -> str:
    """A value in one spelling: lower case, with hyphens between words."""
    return _WORD.sub("-", text.strip().casefold()).strip("-")


def read_vocabularies(statements: Iterable[Triple]) -> dict[str, ValueList]:
    """The vocabularies of a project: its concepts by scheme, the kinds of clauses, of events and of affiliation."""
    found: dict[str, ValueList] = {}
    labels: dict[NamedNode, list[str]] = {}
    schemes: list[tuple[NamedNode, str]] = []
    above: defaultdict[Term, list[Term]] = defaultdict(list)
    obligations: list[tuple[NamedNode, str]] = []
    for subject, predicate, value in statements:
        if predicate == RDFS.subClassOf:
            above[value].append(subject)
        if not isinstance(subject, NamedNode):
            continue
        if predicate == SKOS.inScheme and isinstance(value, NamedNode):
            schemes.append((subject, local_name(value)))
        elif predicate == RDFS.label and isinstance(value, Literal) and value.language == "en":
            labels.setdefault(subject, []).append(value.value)
        elif predicate == SKOS.notation and isinstance(value, Literal):
            obligations.append((subject, value.value))

    def add(vocabulary: str, name: str, term: NamedNode) -> None:
        ours = found.setdefault(vocabulary, ValueList(vocabulary, aliases=dict(_aliases().get(vocabulary, {}))))
        ours.values.setdefault(name, term)
        for label in labels.get(term, ()):
            ours.aliases.setdefault(spelled(label), name)

    for concept, scheme in schemes:
        add(scheme, local_name(concept), concept)
    # What is a kind of obligation and a subject as well is the obligation, which has the subject with it.
    for kind, notation in obligations:
        add("clause-kind", spelled(_CAMEL.sub("-", notation)), kind)
    for name, term in found["subject"].values.items():
        add("clause-kind", name, term)
    for event in _stated_below(CASUS.Event, above):
        add("event-kind", spelled(_CAMEL.sub("-", local_name(event))), event)
    for name, term in AFFILIATIONS.items():
        add("affiliation-role", name, term)
    return found


def _stated_below(kind: NamedNode, above: Mapping[Term, list[Term]]) -> Iterable[NamedNode]:
    """The classes below one, but for those that follow from an axiom."""
    for term in above.get(kind, ()):
        if isinstance(term, NamedNode) and not any(isinstance(other, BlankNode) for other in above.get(term, ())):
            yield term
            yield from _stated_below(term, above)


def concept(path: str) -> NamedNode:
    """A concept of the shipped project, by its path, as ``precision/day``."""
    return NamedNode(CONCEPTS.iri + path)


@cache
def _aliases() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_ALIASES.read_text(encoding="utf-8"))
