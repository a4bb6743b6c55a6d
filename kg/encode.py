"""RDF terms as the rules name them: integers, and constants for the terms that a rule file mentions.

The constant for a term of the RDF, RDFS, OWL or XSD vocabulary, or of another that a program names, is its prefix and
local name joined by an underscore: ``rdf_type``. An underscore in the local name stands for a hyphen. What the rules
must know of literals, their values, is worked out here and given to them as facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.values import DATATYPES, IllTyped, Value, contains, value_of
from kg.vocab import PREFIXES

#: Whatever a triple may hold. Inside the closure any of it may stand anywhere in a triple.
Term = NamedNode | BlankNode | Literal | Triple

#: Prefix -> namespace of the vocabularies that every program may name terms of.
STANDARD: Mapping[str, str] = {prefix: PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd")}
_ZERO_AND_ONE = frozenset({Value("number", Fraction(0)), Value("number", Fraction(1))})


class Dictionary:
    """Terms and their names in a rule program, which are also their names in its output.

    Attributes:
        names: the terms met so far, with their names.
        terms: the terms by name, among them every constant of the program.
    """

    def __init__(self, rules: str, vocabularies: Mapping[str, str] = STANDARD) -> None:
        """A dictionary that knows the constants of a rule program.

        Args:
            rules: the program's text.
            vocabularies: the namespaces of its constants, by prefix.
        """
        constant = re.compile(rf"\b({'|'.join(vocabularies)})_([A-Za-z]\w*)\b")
        self.names: dict[Term, str] = {}
        self.terms: dict[str, Term] = {
            f"{prefix}_{local}": NamedNode(vocabularies[prefix] + local.replace("_", "-"))
            for prefix, local in constant.findall(rules)
        }
        self._constants = {term: name for name, term in self.terms.items()}

    def name(self, term: Term) -> str:
        """The name of a term, a new one if it has none yet."""
        name = self.names.get(term)
        if name is None:
            name = self._constants.get(term) or str(len(self.names))
            self.names[term] = name
            self.terms[name] = term
        return name


def triple_facts(triples: Iterable[Triple], dictionary: Dictionary) -> list[str]:
    """A line ``t(S,P,O).`` for each triple."""
    name = dictionary.name
    return [f"t({name(s)},{name(p)},{name(o)})." for s, p, o in triples]


def literal_facts(dictionary: Dictionary) -> list[str]:
    """What `owl2rl.lp` asks about the literals of a dictionary: their values and the datatypes that contain them.

    Only datatypes that are in the dictionary themselves, being the subject or object of a triple, are looked at.
    """
    mentioned = [datatype for datatype in sorted(DATATYPES) if NamedNode(datatype) in dictionary.names]
    facts: list[str] = []
    representatives: dict[Value, str] = {}
    kinds: dict[tuple[str, ...], str] = {}
    for literal, name in list(dictionary.names.items()):
        if not isinstance(literal, Literal):
            continue
        try:
            value = value_of(literal)
        except IllTyped:
            facts.append(f"ill_typed({name},{dictionary.name(literal.datatype)}).")
            continue
        if value is None:
            continue
        representative = representatives.setdefault(value, name)
        kind = kinds.setdefault(tuple(d for d in mentioned if contains(d, value)), f"k{len(kinds)}")
        facts.append(f"literal({name},{representative},{kind}).")
        if value in _ZERO_AND_ONE:
            facts.append(f"number({name},{value.content}).")
    for datatypes, kind in kinds.items():
        facts += [f"member({kind},{dictionary.name(NamedNode(datatype))})." for datatype in datatypes]
    return facts
