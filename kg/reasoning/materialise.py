"""The closure by clingo, with rules for any graph: as the W3C's tables have them, or stated quicker to the same end."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from kg.reasoning.equality import Merged
from kg.reasoning.grounder import Growth, ReasoningLimits, ground, require_size
from kg.reasoning.rules import RULES, closing_facts, closing_rules, names_in, pruned
from kg.reasoning.symbols import EncodedTriple, later_facts, stated_facts
from kg.reasoning.unread import is_said_of_every_value, part

#: How often the rules run anew because they found more things to be the same, before they do it by table 4.
_ROUNDS = 4
_SHOWN = ("t/3", "inconsistency/2")
_SAME = "owl_sameAs"
_DIFFERENT = ("owl_differentFrom", _SAME)
_FUNCTIONAL = ("owl_FunctionalProperty", "owl_InverseFunctionalProperty")
_LITERAL = re.compile(r"\w+\((\d+)")


class Grounding(NamedTuple):
    """How the grounder is run.

    Attributes:
        limits: what it may take.
        begin: when the first run began, by the monotonic clock; the seconds of all are limited together.
        tell: told of its growth, and answers with words for what grows.
    """

    limits: ReasoningLimits
    begin: float
    tell: Callable[[Growth], str] | None = None

    def __call__(self, program: str, facts: Iterable[str], shown: Sequence[str] = ()) -> list[str]:
        """What the rules derive; see `kg.reasoning.grounder.ground`."""
        return ground(program, "\n".join(facts), shown, limits=self.limits, tell=self.tell, begin=self.begin)


class Materialised(NamedTuple):
    """What the rules derive.

    Attributes:
        atoms: it, in terms of the representatives of things that are the same, less what no rule reads.
        represented: all triples in these terms.
        merged: the representatives, None if each thing stands for itself.
    """

    atoms: list[str]
    represented: list[EncodedTriple]
    merged: Merged | None

    def triples(self) -> Iterable[EncodedTriple]:
        """The triples of the closure, by the names of their terms. One with a literal as its subject is no RDF."""
        if self.merged:
            return self.merged.expand(triple for triple in self.represented if triple[1] != _SAME)
        return self.represented

    def same(self) -> Iterable[list[str]]:
        """The names of terms that are the same, in groups."""
        if self.merged:
            return self.merged.groups().values()
        pairs = [triple for triple in self.represented if triple[1] == _SAME]
        return Merged(pairs, {}).groups().values()


#: A strategy: how to derive all that the OWL 2 RL/RDF rules derive from triples, by the names of their terms, and what
#: `kg.reasoning.symbols` says of their literals: atoms for `read_triples`.
Strategy = Callable[[Sequence[EncodedTriple], Sequence[str], Grounding], list[str]]


def materialise(
    triples: Sequence[EncodedTriple],
    literals: Sequence[str],
    run: Grounding,
    strategy: Strategy,
    few: Collection[str] | None = None,
) -> Materialised:
    """All that the rules derive, with equality by representatives where that can be done.

    It cannot where a term that the rules name, two values or what is no value are the same as something else, or where
    the rules read owl:sameAs like any other property. There the rules of table 4 run.

    Args:
        triples: the triples, each once.
        literals: what `kg.reasoning.symbols` says of their literals.
        run: runs the grounder.
        strategy: how the rest is derived.
        few: the properties that few statements have, if the triples are only some of more.

    Raises:
        ReasonerError: clingo failed.
        ReasonerLimit: a limit ended it.
    """
    predicates = {predicate for _, predicate, _ in triples}
    ends = {subject for subject, _, _ in triples}.union(value for _, _, value in triples)
    names = predicates | ends
    # Of use only where something can differ by being related to something that differs.
    of_few = [triple for triple in triples if few is None or triple[1] in few]
    stated = stated_facts(of_few) if not names.isdisjoint(_DIFFERENT) and not names.isdisjoint(_FUNCTIONAL) else []
    values = dict(fact[8:].split(",")[:2] for fact in literals if fact.startswith("literal("))
    ill_typed = {fact[10 : fact.index(",")] for fact in literals if fact.startswith("ill_typed(")}
    merged = Merged(triples, values)
    for _ in range(0 if _SAME in ends or strategy is by_tables else _ROUNDS):
        if any(name in ill_typed or not name.isdigit() for name in merged.names) or not merged.merge_values():
            break
        if stated and not predicates.isdisjoint(merged.names):
            break  # of two properties that are the same, more may be stated than of each
        read, unread = part(merged.represented(), ill_typed)
        tied = merged.tied()
        of_all = is_said_of_every_value(read)
        known = literals if of_all else _about(literals, {name for triple in read for name in triple}.union(tied))
        said = [*map(merged.represent, stated), *(f"tied({name})." for name in tied)]
        atoms = strategy(read, [*known, *said, *later_facts(read, known)], run)
        derived = [*read_triples(atoms), *unread]
        if not merged.merge([(s, o) for s, p, o in derived if p == _SAME]):
            statements = merged.count(derived)
            require_size(run.limits, statements, f": {statements:,}, with each told of all that are the same")
            return Materialised(atoms, derived, merged)
    atoms = by_tables(triples, [*literals, *stated, *later_facts(triples, literals)], run)
    return Materialised(atoms, list(read_triples(atoms)), None)


def by_tables(triples: Sequence[EncodedTriple], literals: Sequence[str], run: Grounding) -> list[str]:
    """By the rules as the W3C's tables have them, equality included: a `Strategy`."""
    facts = [f"t({s},{p},{o})." for s, p, o in triples]
    return run(pruned(RULES.read_text("utf-8"), names_in(triples, literals) | {"t"}), [*facts, *literals], _SHOWN)


def generally(triples: Sequence[EncodedTriple], literals: Sequence[str], run: Grounding) -> list[str]:
    """By the rules that hold for any graph, with linear recursion: a `Strategy`."""
    facts = closing_facts(triples)
    relations = {fact.partition("(")[0] for fact in facts}
    return run(pruned(closing_rules(), names_in(triples, literals) | relations), [*facts, *literals], _SHOWN)


def read_triples(atoms: Sequence[str]) -> Iterator[EncodedTriple]:
    """The triples among derived atoms, by the names of their terms."""
    for atom in atoms:
        if atom.startswith("t("):
            subject, predicate, value = atom[2:-2].split(",")
            yield subject, predicate, value


def _about(literals: Iterable[str], names: Collection[str]) -> list[str]:
    """What is said of literals of these names."""
    return [fact for fact in literals if (literal := _LITERAL.match(fact)) is None or literal[1] in names]
