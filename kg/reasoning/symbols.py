"""RDF terms as the rules name them: integers, and constants for the terms that a rule file mentions.

There are two dictionaries of such names: `Dictionary`, of terms, for proofs, and `Tokens`, of terms as N-Triples writes
them (https://www.w3.org/TR/n-triples/), for closures, which makes no object for each term.

The constant for a term of the RDF, RDFS, OWL or XSD vocabulary, or of another that a program names, is its prefix and
local name joined by an underscore: ``rdf_type``. An underscore in the local name stands for a hyphen. What the rules
must know of literals, their values, is worked out here and given to them as facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.reasoning.datatypes import DATATYPES, IllTyped, Value, containing, value_of
from kg.terms import OWL, RDF, STANDARD_PREFIXES, Term

#: The names of a triple's terms in a rule program.
EncodedTriple = tuple[str, str, str]

#: Prefix -> namespace of the vocabularies that every program may name terms of.
STANDARD: Mapping[str, str] = {prefix: STANDARD_PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd")}


def constants(rules: str, vocabularies: Mapping[str, str] = STANDARD) -> dict[str, str]:
    """The constants of a rule program that name terms, with the IRIs of these."""
    constant = re.compile(rf"\b({'|'.join(vocabularies)})_([A-Za-z]\w*)\b")
    return {
        f"{prefix}_{local}": vocabularies[prefix] + local.replace("_", "-") for prefix, local in constant.findall(rules)
    }


class Dictionary(dict[Term, str]):
    """Terms with their names in a rule program, which are also their names in its output. Each that is asked has one.

    Attributes:
        terms: the terms by name, among them every constant of the program.
    """

    def __init__(self, rules: str, vocabularies: Mapping[str, str] = STANDARD) -> None:
        """A dictionary that knows the constants of a rule program.

        Args:
            rules: the program's text.
            vocabularies: the namespaces of its constants, by prefix.
        """
        self.terms: dict[str, Term] = {name: NamedNode(iri) for name, iri in constants(rules, vocabularies).items()}
        self._constants = {term: name for name, term in self.terms.items()}

    def __missing__(self, term: Term) -> str:
        name = self[term] = self._constants.get(term) or str(len(self))
        self.terms[name] = term
        return name


#: What is said of a literal whose value is known, or is not.
_KNOWN = re.compile(r"(literal|opaque)\((\d+)[,)]")
#: Asserted triples of a property up to which they count as few.
FEW = 30


def stated_facts(triples: Iterable[EncodedTriple]) -> list[str]:
    """What `owl2rl.lp` asks about asserted triples: those of properties that few triples have, a project's own ones."""
    by_property: dict[str, list[EncodedTriple]] = {}
    for triple in triples:
        by_property.setdefault(triple[1], []).append(triple)
    few = (alike for name, alike in by_property.items() if name.isdigit() and len(alike) <= FEW)
    return [f"stated({s},{p},{o})." for alike in few for s, p, o in alike]


def later_facts(triples: Iterable[EncodedTriple], literals: Iterable[str]) -> list[str]:
    """What `owl2rl.lp` asks about properties that may have one value only: which are asserted after a first one.

    Those of known values, which may be a contradiction, have a first one of their own, and so have the others.

    Args:
        triples: the triples.
        literals: what is said of their literals.
    """
    triples = list(triples)
    single = {s for s, p, o in triples if (p, o) == ("rdf_type", "owl_FunctionalProperty")}
    single.update(o for _, p, o in triples if p == "owl_onProperty")
    if not single:
        return []
    kinds = {match[2]: match[1] for match in map(_KNOWN.match, literals) if match}
    above = _properties_above(triples)
    told = {p: above.get(p, {p}) & single for p in {p for _, p, _ in triples}}
    first: dict[tuple[str, str, str], str] = {}
    valued = ((s, q, o) for s, p, o in triples if told[p] and o in kinds for q in told[p])
    later = (f"later({s},{p},{o})." for s, p, o in valued if first.setdefault((s, p, kinds[o]), o) != o)
    return list(dict.fromkeys(later))


def _properties_above(triples: Iterable[EncodedTriple]) -> dict[str, set[str]]:
    """The properties that a property is asserted to be among, by way of others too, and the property itself."""
    direct: dict[str, set[str]] = {}
    for s, p, o in triples:
        if p in ("rdfs_subPropertyOf", "owl_equivalentProperty"):
            direct.setdefault(s, set()).add(o)
        if p == "owl_equivalentProperty":
            direct.setdefault(o, set()).add(s)
    above: dict[str, set[str]] = {}
    for name in direct:
        found, waiting = {name}, [name]
        while waiting:
            new = direct.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        above[name] = found
    return above


def triple_facts(triples: Iterable[Triple], dictionary: Dictionary) -> list[str]:
    """A line ``t(S,P,O).`` for each triple."""
    return [f"t({dictionary[s]},{dictionary[p]},{dictionary[o]})." for s, p, o in triples]


def literal_facts(dictionary: Dictionary) -> list[str]:
    """What `owl2rl.lp` asks about the literals of a dictionary: their values and the datatypes that contain them.

    Only datatypes that are in the dictionary themselves, being the subject or object of a triple, are looked at.
    """
    mentioned = _mentioned(lambda iri: NamedNode(iri) in dictionary)
    literals = [(term, name) for term, name in dictionary.items() if isinstance(term, Literal)]
    return value_facts(literals, (), mentioned, lambda iri: dictionary[NamedNode(iri)])


def _mentioned(names: Callable[[str], bool]) -> list[str]:
    """The datatypes that a rule can ask for: those that a graph names, all if it says that things are the same."""
    return [datatype for datatype in DATATYPES if names(datatype) or names(OWL.sameAs.value)]


def value_facts(
    literals: Iterable[tuple[Literal, str]],
    tagged: Iterable[str],
    mentioned: Collection[str],
    name_of: Callable[[str], str],
) -> list[str]:
    """What `owl2rl.lp` asks about literals: their values and the datatypes that contain them.

    Of a literal whose value nobody knows it is said that it is opaque.

    Args:
        literals: the literals with their names.
        tagged: the names of more literals, texts with languages, each the only one to spell its value.
        mentioned: the IRIs of the datatypes to look at.
        name_of: gives the name of a datatype.
    """
    datatypes_of = containing(sorted(mentioned))
    facts: list[str] = []
    representatives: dict[Value, str] = {}
    kinds: dict[tuple[str, ...], str] = {}
    for literal, name in literals:
        try:
            value = value_of(literal)
        except IllTyped:
            facts.append(f"ill_typed({name},{name_of(literal.datatype.value)}).")
            continue
        if value is None:
            facts.append(f"opaque({name}).")
            continue
        representative = representatives.setdefault(value, name)
        kind = kinds.setdefault(datatypes_of(value), f"k{len(kinds)}")
        facts.append(f"literal({name},{representative},{kind}).")
        if value.space == "number" and value.content in (0, 1):
            facts.append(f"number({name},{value.content}).")
    tagged_kind = kinds.setdefault(datatypes_of(Value("language-tagged string", "")), f"k{len(kinds)}")
    facts += [f"literal({name},{name},{tagged_kind})." for name in tagged]
    for datatypes, kind in kinds.items():
        facts += [f"member({kind},{name_of(datatype)})." for datatype in datatypes]
    return facts


#: How the tokens of rdf:PlainLiterals end.
_PLAIN = f'"^^{RDF.PlainLiteral}'


class Tokens(dict[str, str]):
    """The tokens of a text, with their names in a rule program.

    Attributes:
        terms: the tokens by name, among them every constant of the program.
    """

    def __init__(self, rules: str) -> None:
        """A dictionary that knows the constants of a rule program."""
        super().__init__()
        self.terms = {name: f"<{iri}>" for name, iri in constants(rules).items()}
        self._constants = {token: name for name, token in self.terms.items()}

    def __missing__(self, token: str) -> str:
        self._learn([token])
        return self[token]

    def _learn(self, tokens: Iterable[str]) -> None:
        """Give names to tokens that have none."""
        constant = self._constants.get
        named = {token: constant(token) or str(number) for number, token in enumerate(tokens, len(self))}
        self.update(named)
        self.terms.update(zip(named.values(), named, strict=True))

    def read(self, text: str) -> list[EncodedTriple]:
        """The triples of N-Triples text, each once, by the names of their terms.

        Args:
            text: the text as pyoxigraph writes it: one space between terms, one before the full stop, no comments.
        """
        lines = dict.fromkeys(text.split(" .\n"))
        lines.pop("", None)
        tokens = [token for line in lines for token in line.split(" ", 2)]
        self._learn([token for token in dict.fromkeys(tokens) if token not in self])
        names = map(self.__getitem__, tokens)
        return list(zip(names, names, names, strict=True))

    def write(self, triples: Iterable[EncodedTriple]) -> list[str]:
        """Triples as lines of N-Triples, less what RDF does not allow."""
        terms = self.terms
        no_subject = {name for name, token in terms.items() if token[0] == '"' or token[:2] == "<<"}
        no_predicate = no_subject.union(name for name, token in terms.items() if token[0] == "_")
        return [
            f"{terms[s]} {terms[p]} {terms[o]} .\n"
            for s, p, o in triples
            if s not in no_subject and p not in no_predicate
        ]

    def literal_facts(self) -> list[str]:
        """What `owl2rl.lp` asks about the literals, as `literal_facts` tells it."""
        tokens = [token for token in self if token[0] == '"']
        # Nothing else spells a text with a language, unless some say it as rdf:PlainLiterals, so none need be read.
        known = not any(token.endswith(_PLAIN) for token in tokens)
        tagged = {token: self[token] for token in tokens if known and token[-1] not in '">' and token[-5:-3] != "--"}
        tokens = [token for token in tokens if token not in tagged]
        objects = (quad.object for quad in parse("".join(map(as_object, tokens)).encode(), RdfFormat.N_TRIPLES))
        literals = ((literal, self[token]) for literal, token in zip(objects, tokens, strict=True))
        mentioned = _mentioned(lambda iri: f"<{iri}>" in self)
        return value_facts(literals, tagged.values(), mentioned, lambda iri: self[f"<{iri}>"])


def term(token: str) -> Term:
    """The term that a token of N-Triples stands for."""
    quads: Iterable[Quad] = parse(as_object(token).encode(), RdfFormat.N_TRIPLES)
    return next(iter(quads)).object


def as_object(token: str) -> str:
    """A line of N-Triples that has a token as its object."""
    return f"<x:x> <x:x> {token} .\n"
