"""The rules of OWL 2 RL, and how they are made quick: stated otherwise where that is quicker, and less of them.

For proofs the rules run as `owl2rl.lp` states them, one by one as the W3C does. For closures some are replaced by what
`linear.lp` has for them.

A graph speaks of few of the things that there are rules for. A clause whose body names something that no fact mentions
and no other clause can conclude, owl:hasKey for example, never applies and is left out, which is dead-rule elimination.
Measured on the shipped project it saves a quarter of the time, on its ontology alone almost half.

Most other clauses ask for triples whose predicate or class they name, such as ``t(P,rdfs_domain,C)`` and
``t(P,rdf_type,owl_FunctionalProperty)``, and for each such question the grounder goes through all triples. It goes
through fewer if such triples have a relation of their own. So have those of a predicate of which an axiom says
something that another premise asks for, as in ``t(P,rdfs_domain,C), t(X,P,Y)``: only what is asked for is looked at, as
with magic sets (Bancilhon et al. 1986). Of a small graph, which is mostly ontology, few triples are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from kg.reasoning.symbols import EncodedTriple

RULES = Path(__file__).parent / "owl2rl.lp"
LINEAR = Path(__file__).parent / "linear.lp"

#: The properties of the vocabulary that are recursive, as `linear.lp` has them.
RECURSIVE = frozenset({"rdfs_subClassOf", "rdfs_subPropertyOf", "owl_equivalentClass", "owl_equivalentProperty"})
#: A clause begins at the margin, and a full stop at the end of a line ends it.
_CLAUSE = re.compile(r"^[a-z_][^%#.]*(?:\.(?!$)[^%#.]*)*\.$", re.MULTILINE)
_RULE_OR_CLAUSE = re.compile(rf"^%@ rule ([\w-]+)|^% -+$|({_CLAUSE.pattern})", re.MULTILINE)
#: Alternatives, as one argument or as all that a predicate has.
_POOL = re.compile(r"(\w*)\(([^();]+(?:;[^();]+)+)\)")
_RECURSIVE_HEAD = re.compile(rf"t(?=\(\w+,\(?(?:{'|'.join(RECURSIVE)})\b)")
_WORD = re.compile(r"\b[a-z_]\w*")
_NAME = re.compile(r"[a-z]\w*")
#: What need not be there for a body to hold: what is denied, differs, or is one of several alternatives.
_OPTIONAL = re.compile(r"\bnot \w+|!= *\w+|\([^()]*;[^()]*\)")
# The predicate rdf:type is named most often and would bring most triples along.
_NAMED_PREDICATE = re.compile(r"\bt\((\w+),((?!rdf_type\b)[a-z]\w*),")
_AXIOM = r"_axiom(\1,\2,"
_NAMED_CLASS = re.compile(r"\bt\((\w+),rdf_type,([a-z]\w*)\)")
_KIND = r"_kind(\1,\2)"
_AXIOMS = "_axiom(S,P,O) :- _named(P), t(S,P,O).\n_kind(X,C) :- _named(C), t(X,rdf_type,C)."
_TOLD = "_told(S,P,O) :- _asked(P), t(S,P,O)."
#: An atom that must hold.
_ATOM = re.compile(r"(?<!not )\b\w+\((?:[^()]|\([^()]*\))*\)")
_ANY_PREDICATE = re.compile(r"t\(\w+,([A-Z]\w*),\w+\)")
_VARIABLE = re.compile(r"\b[A-Z]\w*")


@cache
def closing_rules() -> str:
    """The rules by which a closure is computed from what `closing_facts` makes; equality is not among them."""
    linear = LINEAR.read_text("utf-8")
    replaced = {rule for rule, _ in _rules_and_clauses(linear)}
    kept = (
        _RECURSIVE_HEAD.sub("base", clause, count=1) if _RECURSIVE_HEAD.match(clause) else clause
        for rule, clause in _rules_and_clauses(RULES.read_text("utf-8"))
        if clause and not (rule in replaced and clause.startswith("t("))
    )
    return "\n".join([*kept, *(clause for _, clause in _rules_and_clauses(linear) if clause)])


def closing_facts(triples: Sequence[EncodedTriple]) -> list[str]:
    """What `linear.lp` asks about triples, given by the names of their terms."""
    mentioned = {name for subject, _, value in triples for name in (subject, value)}
    predicates = {predicate for _, predicate, _ in triples}
    # Whether properties besides those of the vocabulary can be recursive.
    open_ = not mentioned.isdisjoint({*RECURSIVE, "owl_TransitiveProperty"}) or "owl_propertyChainAxiom" in predicates
    relations = dict.fromkeys(predicates, "t") | dict.fromkeys(predicates & RECURSIVE, "base")
    facts = []
    if open_:
        relations |= {predicate: "given" for predicate in predicates if predicate.isdigit()}
        facts = [f"built_in({name})." for name in sorted(mentioned - RECURSIVE) if not name.isdigit()]
    return facts + [f"{relations[p]}({s},{p},{o})." for s, p, o in triples]


def _rules_and_clauses(program: str) -> Iterator[tuple[str, str]]:
    """The clauses of a program, each with the name of its rule, and the names alone where they stand."""
    rule = ""
    for match in _RULE_OR_CLAUSE.finditer(program):
        if match[2] is None:
            rule = match[1] or ""
        if rule or match[2]:
            yield rule, match[2] or ""


def names_in(triples: Iterable[EncodedTriple], literals: Iterable[str]) -> set[str]:
    """The relations and constants that triples, and what is said of their literals, mention: names for `pruned`."""
    return {*chain.from_iterable(triples), *_NAME.findall("\n".join(literals))}


class _Needed(NamedTuple):
    """A clause, the names that its body needs and those that its head brings."""

    text: str
    needed: frozenset[str]
    concluded: frozenset[str]


def pruned(program: str, names: Iterable[str]) -> str:
    """A rule program that derives the same as another from facts that mention no other names.

    Args:
        program: the text of the other, each clause from the margin of a line to a full stop at the end of one.
        names: the relations and terms that the facts mention.
    """
    waiting = _read_needed(program)
    met = set(names)
    kept: list[_Quick] = []
    while True:
        late = []
        for clause in waiting:
            if clause.needed <= met:
                kept.append(_quick(clause.text))
                met |= clause.concluded
            else:
                late.append(clause)
        if len(late) == len(waiting):
            named = dict.fromkeys(name for clause in kept for name in clause.named if name in met)
            asked = dict.fromkeys(asking for clause in kept for asking in clause.asked)
            own = [_AXIOMS, *(f"_named({name})." for name in named), *([_TOLD, *asked] if asked else [])]
            return "\n".join([*(clause.text for clause in kept), *own])
        waiting = late


@cache
def _read_needed(program: str) -> list[_Needed]:
    """The clauses of a program."""
    clauses = []
    for text in _CLAUSE.findall(program):
        head, _, body = text.partition(":-")
        needed = frozenset(_WORD.findall(_OPTIONAL.sub("", body)))
        clauses.append(_Needed(text, needed, frozenset(_WORD.findall(head))))
    return clauses


class _Quick(NamedTuple):
    """A clause that looks at few triples: those of predicates that it names, or that another premise is about.

    Attributes:
        text: the clause.
        named: the predicates that it names, and the classes.
        asked: clauses that say which others are asked for.
    """

    text: str
    named: tuple[str, ...]
    asked: tuple[str, ...]


@cache
def _quick(clause: str) -> _Quick:
    """A clause in terms of the relations that `pruned` adds."""
    head, arrow, body = clause.partition(":-")
    before: list[str] = []
    asked: list[str] = []

    def put(match: re.Match[str]) -> str:
        atom = match[0]
        found = _ANY_PREDICATE.fullmatch(atom)
        if found is None:
            before.append(atom)
            return atom
        asking = next((premise for premise in before if found[1] in _VARIABLE.findall(premise)), None)
        if asking is None:
            return atom
        asked.append(_asking(asking, found[1]))
        return f"_told{atom[1:]}"

    named = tuple(name for _, name in _NAMED_PREDICATE.findall(body) + _NAMED_CLASS.findall(body))
    text = _ATOM.sub(put, _NAMED_CLASS.sub(_KIND, _NAMED_PREDICATE.sub(_AXIOM, body)))
    return _Quick(f"{head}{arrow}{text}", named, tuple(asked))


def _asking(premise: str, predicate: str) -> str:
    """The clause by which a premise asks for triples of a predicate, the same whatever its variables are called."""
    called = {predicate: "P"}
    return f"_asked(P) :- {_VARIABLE.sub(lambda name: called.setdefault(name[0], f'V{len(called)}'), premise)}."


def read_clauses(program: str) -> Iterator[str]:
    """The clauses of a program of atoms and comparisons alone, as clingo's parser gives them.

    Those with alternatives (``a; b``) come as one for each. `kg.reasoning.program.read_program` reads any program, by
    that parser, which takes as long to import as DuckDB.
    """
    for text in _CLAUSE.findall(program):
        waiting = [re.sub(r"(?<=[,;]) ", "", " ".join(text[:-1].split()))]
        while waiting:
            clause = waiting.pop()
            pool = _POOL.search(clause)
            if pool is None:
                yield clause
                continue
            begin, end = clause[: pool.start()], clause[pool.end() :]
            shown = "({})" if pool[1] else "{}"  # the arguments of a predicate keep their brackets
            waiting += reversed([f"{begin}{pool[1]}{shown.format(one)}{end}" for one in pool[2].split(";")])
