"""Kinds of obligation, as the ontology states them at their classes.

What a kind is called, by which relations a duty of it shows on a day, whether it makes allies: the ontology says so
once, in `obligations.ttl`, and the rules, tables and queries ask there. A class with both relations is a kind.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.day import Pickled
from kg.errors import BadInput
from kg.reasoning.symbols import Dictionary
from kg.terms import CASUS, SKOS, XSD, Term

#: The properties that kinds are read from.
KIND_PROPERTIES = frozenset(
    {
        *(CASUS[name] for name in ("dutyRelation", "possibleDutyRelation", "makesAllies", "atopCode", "owedText")),
        SKOS.notation,
    }
)
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Kind(Pickled):
    """A kind of obligation.

    Attributes:
        iri: its class.
        relation: the relation, on a day, of a state that owes a duty of this kind to the state that it owes it to.
        possible_relation: the relation that says the same as only possible.
        makes_allies: whether the two are then allies.
        notation: its short name, ``AllianceExclusivity`` for example.
        atop_code: the property by which an instrument says whether it makes such a pledge, if ATOP codes it.
        english: what is owed, in English.
        russian: what is owed, in Russian.
    """

    iri: NamedNode
    relation: NamedNode
    possible_relation: NamedNode
    makes_allies: bool
    notation: str
    atop_code: NamedNode | None
    english: str
    russian: str

    def __hash__(self) -> int:
        """That of its class, for it is looked up by each duty."""
        return hash(self.iri)

    @property
    def in_atop(self) -> bool:
        """Whether ATOP codes it."""
        return self.atop_code is not None

    @property
    def words(self) -> str:
        """Its short name in lower-case words: ``alliance exclusivity``."""
        return _words(self.notation)

    @property
    def slug(self) -> str:
        """Its short name as a part of other names: ``alliance-exclusivity``."""
        return re.sub(r"[^\w.]+", "-", self.words)


def read_kinds(triples: Iterable[Triple]) -> dict[NamedNode, Kind]:
    """The kinds of obligation that a graph states, by their classes, in the order of these.

    Of several values the first in order is taken. Without a notation the name of the class stands for it, and the
    notation for the words.
    """
    said: dict[Term, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if triple.predicate in KIND_PROPERTIES:
            said[triple.subject][triple.predicate].append(triple.object)
    kinds = (_kind(iri, about) for iri, about in said.items() if isinstance(iri, NamedNode))
    return {kind.iri: kind for kind in sorted(filter(None, kinds), key=lambda kind: kind.iri.value)}


def read_absences(triples: Iterable[Triple], kinds: Iterable[Kind]) -> dict[NamedNode | BlankNode, frozenset[str]]:
    """The kinds of pledge, by their notation in lower case, that instruments are said not to make."""
    coded = {kind.atop_code: kind.notation.lower() for kind in kinds if kind.atop_code is not None}
    absent: dict[NamedNode | BlankNode, set[str]] = defaultdict(set)
    for triple in triples:
        if triple.predicate in coded:
            subject, predicate, value = triple
            if isinstance(value, Literal) and value.value in ("false", "0"):
                absent[subject].add(coded[predicate])
    return {subject: frozenset(names) for subject, names in absent.items()}


def find_kind(kinds: Collection[Kind], name: str | NamedNode) -> Kind:
    """The kind that a user names: by its notation in any spelling (``basing consent``) or its IRI.

    Raises:
        BadInput: no kind is so named.
    """
    wanted = name.value if isinstance(name, NamedNode) else name.strip().removeprefix("<").removesuffix(">")
    letters = _letters(wanted)
    for kind in kinds:
        if wanted == kind.iri.value or letters == _letters(kind.notation):
            return kind
    known = ", ".join(kind.words for kind in kinds) or "none is stated"
    raise BadInput(f"no kind of obligation is called {wanted!r}; there are: {known}")


def word_facts(dictionary: Dictionary) -> list[str]:
    """What rules ask about the literals of a dictionary: those that say true or false, and those that are a word."""
    facts = []
    for literal, name in list(dictionary.items()):
        if isinstance(literal, Literal):
            if literal.datatype == XSD.boolean:
                facts.append(f"says({name},{str(_is_true(literal)).lower()}).")
            elif literal.datatype == XSD.string and _WORD.fullmatch(literal.value):
                facts.append(f"says({name},{literal.value}).")
    return facts


def _kind(iri: NamedNode, about: dict[NamedNode, list[Term]]) -> Kind | None:
    relation, possible = _node(about[CASUS.dutyRelation]), _node(about[CASUS.possibleDutyRelation])
    if relation is None or possible is None:
        return None
    notation = _text(about[SKOS.notation], None) or re.split(r"[/#]", iri.value)[-1]
    english = _text(about[CASUS.owedText], "en") or _words(notation)
    return Kind(
        iri=iri,
        relation=relation,
        possible_relation=possible,
        makes_allies=any(map(_is_true, about[CASUS.makesAllies])),
        notation=notation,
        atop_code=_node(about[CASUS.atopCode]),
        english=english,
        russian=_text(about[CASUS.owedText], "ru") or english,
    )


def _node(values: Iterable[Term]) -> NamedNode | None:
    return min((value for value in values if isinstance(value, NamedNode)), key=str, default=None)


def _text(values: Iterable[Term], language: str | None) -> str:
    return min(
        (value.value for value in values if isinstance(value, Literal) and value.language == language), default=""
    )


def _is_true(value: Term) -> bool:
    return isinstance(value, Literal) and value.datatype == XSD.boolean and value.value in ("true", "1")


def _words(notation: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", notation).lower()


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
