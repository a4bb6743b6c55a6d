"""The closure by clingo, with the rules as they stand or, for larger graphs, specialised to the graph's ontology.

Both ways lead to the same closure; tests/rules runs every case through both. Measured on alliance-like data they take
the same time at 20,000 triples; at 50,000 the specialised rules take four fifths of it, at 250,000 two thirds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from kg.reasoning.grounder import DEFAULT_LIMITS, Growth, Limits, ground
from kg.reasoning.rules import RULES, pruned
from kg.reasoning.symbols import Names

if TYPE_CHECKING:
    from kg.reasoning.specialise import Specialiser

#: Triples up to which the rules run as they stand.
_SMALL = 20_000
#: By so much may triples about the ontology outnumber the others, and specialised clauses all triples.
_MARGIN = 10_000
_SHOWN = ("t/3", "inconsistency/2")
_NAME = re.compile(r"[a-z]\w*")


@dataclass(frozen=True)
class Grounding:
    """How the grounder is run.

    Attributes:
        limits: what it may take.
        tell: told of its growth, and answers with words for what grows.
    """

    limits: Limits = DEFAULT_LIMITS
    tell: Callable[[Growth], str] | None = None

    def __call__(self, program: str, facts: str, shown: Sequence[str] = (), triples: Sequence[Names] = ()) -> list[str]:
        """What the rules derive; see `kg.reasoning.grounder.ground`."""
        return ground(program, facts, shown, triples, limits=self.limits, tell=self.tell)


#: A way to derive all that the OWL 2 RL/RDF rules derive from triples, by the names of their terms, and what
#: `kg.reasoning.symbols` says of their literals: the triples among it, as atoms for `read_triples`.
#: ReasonerError is raised if clingo fails.
Way = Callable[[Sequence[Names], Sequence[str], Grounding], list[str]]


def derive(triples: Sequence[Names], literals: Sequence[str], run: Grounding = Grounding()) -> list[str]:
    """By the rules as they stand for small graphs, by specialised ones for large: a `Way`."""
    return (derive_generally if len(triples) <= _SMALL else derive_specially)(triples, literals, run)


def derive_generally(triples: Sequence[Names], literals: Sequence[str], run: Grounding = Grounding()) -> list[str]:
    """By the rules as they stand, made quick for the graph: a `Way`."""
    facts = "\n".join(literals)
    rules = pruned(RULES.read_text("utf-8"), {"t", *chain.from_iterable(triples), *_NAME.findall(facts)})
    return run(rules, facts, _SHOWN, triples)


def derive_specially(triples: Sequence[Names], literals: Sequence[str], run: Grounding = Grounding()) -> list[str]:
    """By rules specialised to the ontology, where that can be done and is worth while: a `Way`.

    It cannot if the ontology depends on the individuals, and it is not if most of the graph is ontology.
    """
    # Imported here, because small graphs do without and importing takes a tenth of the time of closing one.
    from kg.reasoning.specialise import UNFIT, as_relation  # noqa: PLC0415

    rules = _specialiser()
    about = rules.concerns_ontology
    ontology, individuals, used = [], [], set()
    for subject, predicate, value in triples:
        if about(predicate, value):
            ontology.append((subject, predicate, value))
        else:
            individuals.append(as_relation(subject, predicate, value))
            used.add(f"_used({f'c({value})' if predicate == 'rdf_type' else f'p({predicate})'}).")
    if len(ontology) > len(individuals) + _MARGIN:
        return derive_generally(triples, literals, run)
    # Of the literals that stand in the ontology it must know what it does of all: whether they are one value.
    named = {name for triple in ontology for name in triple}
    bearing = [fact for fact in literals if not fact.startswith("literal(") or fact[8 : fact.index(",")] in named]
    answers = run(RULES.read_text("utf-8"), "\n".join([rules.questions, *bearing, *used]), rules.shown, ontology)
    special = rules.specialise(answers)
    if special is not None:
        known, clauses = special
        # A clause takes the grounder as long as a few facts, and long lists of disjoint classes make many of them.
        if len(clauses) <= len(triples) + _MARGIN:
            atoms = run("", "\n".join([*individuals, *known, *literals, *clauses]))
            if UNFIT not in atoms:
                return atoms
    return derive_generally(triples, literals, run)


def read_triples(atoms: Sequence[str]) -> Iterator[Names]:
    """The triples among derived atoms, by the names of their terms. One with a literal as its subject is no RDF."""
    for atom in atoms:
        kind = atom[:2]
        if kind == "t(":
            subject, predicate, value = atom[2:-2].split(",")
            yield subject, predicate, value
        elif kind == "p_":
            relation, _, rest = atom.partition("(")
            subject, _, value = rest.partition(",")
            yield subject, relation[2:], value[:-2]
        elif kind == "c_":
            relation, _, rest = atom.partition("(")
            yield rest[:-2], "rdf_type", relation[2:]


@cache
def _specialiser() -> Specialiser:
    from kg.reasoning.specialise import Specialiser  # noqa: PLC0415

    return Specialiser(RULES.read_text("utf-8"))
