"""The deductive closure: what a graph entails by the OWL 2 RL/RDF rules, and where it contradicts itself.

OWL 2 Profiles, section 4.3. The rules are data, `rules/owl2rl.lp`, and clingo runs them. The engine owlrl is there to
compare with: it is slower by two orders of magnitude and errs where tests/rules/test_rules.py lists it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import partial

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.errors import BadInput
from kg.reasoning.clingo_engine import RULES, derive, derive_generally, derive_specially, read_clashes, read_triples
from kg.reasoning.inconsistency import Clash, Statement, explain_clash
from kg.reasoning.ntriples import Tokens, term
from kg.reasoning.symbols import Dictionary, Names, Term, literal_facts

__all__ = [
    "RULES",
    "Clash",
    "Closure",
    "NTriplesClosure",
    "Statement",
    "close",
    "close_ntriples",
    "explain_clash",
    "find_clashes",
]


@dataclass(frozen=True)
class Closure:
    """What was stated, what follows from it, and the contradictions found on the way.

    Attributes:
        asserted: the triples given.
        inferred: the triples that follow and were not given.
        clashes: the contradictions, first those that rest on asserted triples alone.
    """

    asserted: frozenset[Triple]
    inferred: frozenset[Triple]
    clashes: list[Clash]


@dataclass(frozen=True)
class NTriplesClosure:
    """What was stated and what follows from it, as text, and the contradictions found on the way.

    Attributes:
        lines: a line of N-Triples for each triple, in order, each with its end.
        clashes: the contradictions, first those that rest on asserted triples alone.
    """

    lines: list[str]
    clashes: list[Clash]


def close(statements: Iterable[Quad | Triple], engine: str = "clingo") -> Closure:
    """The closure of a graph, or of the union of the graphs of a dataset, under the OWL 2 RL/RDF rules.

    Blank nodes keep their labels and literals their lexical forms, datatypes and languages. Triples that RDF does not
    allow, such as those with a literal as subject, are used on the way and left out at the end. A contradiction raises
    nothing here: it is listed in the closure's `clashes`.

    Args:
        statements: triples, or quads, whose graph names are not looked at.
        engine: ``clingo`` or ``owlrl``. The first chooses by the number of triples between two ways, which can be
            asked for as ``clingo-general`` and ``clingo-special``.

    Raises:
        BadInput: there is no such engine.
        CasusError: clingo failed.
    """
    run = _ENGINES.get(engine)
    if run is None:
        *names, last = _ENGINES
        raise BadInput(f"no reasoner is called {engine!r}; there are {', '.join(names)} and {last}")
    # A dictionary, being a set that keeps the order of the input, makes two runs name and report things alike.
    asserted = dict.fromkeys(item.triple if isinstance(item, Quad) else item for item in statements)
    inferred, clashes = run(asserted.keys())
    return Closure(frozenset(asserted), inferred, clashes)


def close_ntriples(text: str) -> NTriplesClosure:
    """The closure of a graph that is given and wanted as N-Triples, which is quicker than by way of `Triple`.

    Args:
        text: N-Triples as pyoxigraph writes them: one space between terms, one before the full stop, no comments.

    Raises:
        CasusError: clingo failed.
    """
    tokens = Tokens(RULES.read_text("utf-8"))
    triples = tokens.read(text)
    atoms = derive(triples, tokens.literal_facts())
    clashes = find_clashes(atoms, triples, lambda name: term(tokens.terms[name]))
    return NTriplesClosure(sorted(tokens.write(read_triples(atoms))), list(clashes))


_Derive = Callable[[Sequence[Names], Sequence[str]], list[str]]


def _close_with_clingo(asserted: Set[Triple], derive: _Derive) -> tuple[frozenset[Triple], list[Clash]]:
    dictionary = Dictionary(RULES.read_text("utf-8"))
    name = dictionary.name
    triples = [(name(s), name(p), name(o)) for s, p, o in asserted]
    atoms = derive(triples, literal_facts(dictionary))
    known = frozenset(triples)
    terms = dictionary.terms
    inferred = frozenset(
        Triple(terms[s], terms[p], terms[o])  # type: ignore[arg-type] # `_is_rdf` tells
        for s, p, o in read_triples(atoms)
        if (s, p, o) not in known and _is_rdf(terms[s], terms[p])
    )
    return inferred, list(find_clashes(atoms, triples, terms.__getitem__))


def _close_with_owlrl(asserted: Set[Triple]) -> tuple[frozenset[Triple], list[Clash]]:
    from kg.reasoning.owlrl_engine import close_with_owlrl  # noqa: PLC0415 - importing rdflib takes longer than small closures

    inferred, clashes = close_with_owlrl(asserted)
    return inferred, sorted(clashes, key=explain_clash)


def _is_rdf(subject: Term, predicate: Term) -> bool:
    return type(predicate) is NamedNode and type(subject) is not Literal and type(subject) is not Triple


def find_clashes(atoms: Sequence[str], asserted: Collection[Names], term_of: Callable[[str], Term]) -> dict[Clash, str]:
    """The contradictions among derived atoms, each with its atom: first those that rest on asserted triples alone.

    Args:
        atoms: what the rules derive.
        asserted: the triples that need no rule, by the names of their terms.
        term_of: gives the term of a name.
    """
    found = list(read_clashes(atoms))
    if not found:
        return {}
    known = frozenset(asserted)
    ordered: list[tuple[int, str, Clash, str]] = []
    for rule, premises, atom in _one_of_each(found, known):
        clash = Clash(rule, tuple(Statement(*map(term_of, names)) for names in premises))
        ordered.append((sum(names not in known for names in premises), explain_clash(clash), clash, atom))
    return {clash: atom for _, _, clash, atom in sorted(ordered, key=lambda item: item[:2])}


def _one_of_each(
    clashes: Iterable[tuple[str, tuple[Names, ...], str]], known: Set[Names]
) -> Iterator[tuple[str, tuple[Names, ...], str]]:
    """Clashes, less those that only turn another around, as a symmetric property does.

    Of two such clashes the one that cites fewer inferred triples is kept, because the others can be found in a file.
    """
    best: dict[object, tuple[int, tuple[Names, ...], str, str]] = {}
    for rule, premises, atom in clashes:
        candidate = sum(names not in known for names in premises), premises, rule, atom
        either_way_round = rule, frozenset((p, frozenset((s, o))) for s, p, o in premises)
        best[either_way_round] = min(candidate, best.get(either_way_round, candidate))
    return ((rule, premises, atom) for _, premises, rule, atom in best.values())


_ENGINES: dict[str, Callable[[Set[Triple]], tuple[frozenset[Triple], list[Clash]]]] = {
    "clingo": partial(_close_with_clingo, derive=derive),
    "clingo-general": partial(_close_with_clingo, derive=derive_generally),
    "clingo-special": partial(_close_with_clingo, derive=derive_specially),
    "owlrl": _close_with_owlrl,
}
