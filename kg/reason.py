"""The deductive closure: what a graph entails by the OWL 2 RL/RDF rules, and where it contradicts itself.

OWL 2 Profiles, section 4.3. The rules are data, `rules/owl2rl.lp`, and clingo runs them. The engine owlrl is there to
compare with: it is slower by two orders of magnitude and errs where tests/rules/test_rules.py lists it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.clash import Clash, Statement, explain_clash
from kg.encode import Dictionary, literal_facts, triple_facts
from kg.errors import BadInput
from kg.ground import ground
from kg.owlrl_engine import close_with_owlrl

__all__ = ["RULES", "Clash", "Closure", "Statement", "close", "explain_clash"]

RULES = Path(__file__).parent / "rules" / "owl2rl.lp"


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


def close(statements: Iterable[Quad | Triple], engine: str = "clingo") -> Closure:
    """The closure of a graph, or of the union of the graphs of a dataset, under the OWL 2 RL/RDF rules.

    Blank nodes keep their labels and literals their lexical forms, datatypes and languages. Triples that RDF does not
    allow, such as those with a literal as subject, are used on the way and left out at the end. A contradiction raises
    nothing here: it is listed in the closure's `clashes`.

    Args:
        statements: triples, or quads, whose graph names are not looked at.
        engine: ``clingo`` or ``owlrl``.

    Raises:
        BadInput: there is no such engine.
        CasusError: clingo failed.
    """
    run = _ENGINES.get(engine)
    if run is None:
        raise BadInput(f"no reasoner is called {engine!r}; there are {' and '.join(_ENGINES)}")
    # A dictionary, being a set that keeps the order of the input, makes two runs name and report things alike.
    asserted = dict.fromkeys(item.triple if isinstance(item, Quad) else item for item in statements)
    inferred, clashes = run(asserted.keys())

    def inferred_premises(clash: Clash) -> int:
        return sum(statement.triple() not in asserted for statement in clash.triples)

    clashes.sort(key=lambda clash: (inferred_premises(clash), explain_clash(clash)))
    return Closure(frozenset(asserted), inferred, clashes)


def _close_with_clingo(asserted: Set[Triple]) -> tuple[frozenset[Triple], list[Clash]]:
    dictionary = Dictionary(RULES.read_text("utf-8"))
    stated = triple_facts(asserted, dictionary)
    atoms = ground(RULES, "\n".join([*stated, *literal_facts(dictionary)]))
    terms = dictionary.terms
    known = frozenset(stated)
    inferred = []
    for atom in set(atoms) - known:
        if atom.startswith("t("):
            s, p, o = [terms[name] for name in atom[2:-2].split(",")]
            if type(p) is NamedNode and type(s) is not Literal:
                inferred.append(Triple(s, p, o))
    clashes = [
        Clash(rule, tuple(Statement(*(terms[name] for name in names)) for names in premises))
        for rule, premises in _one_of_each((atom for atom in atoms if atom.startswith("clash(")), known)
    ]
    return frozenset(inferred), clashes


def _one_of_each(clashes: Iterable[str], known: Set[str]) -> Iterable[tuple[str, tuple[_Names, ...]]]:
    """Rule and premises of clash atoms, less those that only turn another around, as a symmetric property does.

    Of two such clashes the one that cites more known atoms is kept, because those can be found in a file.
    """
    best: dict[object, tuple[int, str, tuple[_Names, ...]]] = {}
    for atom in clashes:
        rule = atom.split('"')[1]
        premises = tuple(dict.fromkeys(_PREMISE.findall(atom)))
        cited = sum(f"t({s},{p},{o})." in known for s, p, o in premises)
        either_way_round = rule, frozenset((p, frozenset((s, o))) for s, p, o in premises)
        if either_way_round not in best or best[either_way_round][0] < cited:
            best[either_way_round] = cited, rule, premises
    return ((rule, premises) for _, rule, premises in best.values())


_Names = tuple[str, str, str]
_PREMISE = re.compile(r"t\((\w+),(\w+),(\w+)\)")

_ENGINES: dict[str, Callable[[Set[Triple]], tuple[frozenset[Triple], list[Clash]]]] = {
    "clingo": _close_with_clingo,
    "owlrl": close_with_owlrl,
}
