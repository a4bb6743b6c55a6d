"""Specialised clauses as a plan for an engine that works on whole relations at a time.

Relations have one argument or two. What of a clause the ontology decides is worked out here, and what is left falls
into few shapes:

    implied   one premise, such as ``c_7(X) :- p_4(X,Y).``; all that follows from a statement by such clauses alone is
              composed beforehand, so that it is looked up once for each new statement
    join      several premises
    closure   recursion over steps, such as ``p_4(X,Z) :- base_4(X,Y), p_4(Y,Z).``
    star      ``p_owl_sameAs(A,B) :- p_4(A,K), p_4(B,K), A != B.``; of all that share a key one is made the same as each
              other, instead of each pair
    check     a contradiction, or that individuals say something about the ontology

Equality is by representatives (`kg.reasoning.equality`), so that once it is settled no two things are the same any
more, and no clause finds any that are. Whether literals are values of the datatypes that they are said to be of is
looked at apart, and so are two values where there may be one: `Plan.datatypes`, `Star`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from kg.reasoning.residual import (
    EQUAL,
    ILL_TYPED,
    Known,
    NotInTables,
    Residual,
    is_variable,
    live_clauses,
    put,
    read_atom,
    resolved,
)
from kg.reasoning.specialise import ParsedAtom

#: The relation of things that are the same, and that of a literal and its value.
SAME = "p_owl_sameAs"
LITERAL = "literal"
_TRIPLES = ("p_", "c_")
#: Relations that hold nothing where equality is by representatives, and where two values for one are looked at apart.
_OF_EQUALITY = ("replaces", "merged", "tied", "unequal", "explained", "two_values", "by_function", "by_cardinality")
#: Relations of literals that are not the values that they should be.
_OF_VALUES = ("outside", "traced", "by_range", "by_restriction")
_EMPTY = re.compile(rf"({'|'.join((*_OF_EQUALITY, *_OF_VALUES))})(_|$)")
_GIVEN = frozenset({EQUAL, "is_literal"})
_FIRST = "first_"
_IS_LITERAL = "is_literal"
#: Where an argument of what is implied comes from: the place of an argument, or a constant.
TermSource = int | str


@dataclass(frozen=True)
class Recursion:
    """A relation that a step and the relation itself lead to.

    Attributes:
        relation: the relation.
        step: the relation of steps.
        step_first: whether the step comes first.
    """

    relation: str
    step: str
    step_first: bool


@dataclass(frozen=True)
class Star:
    """What all that share a key are made the same by.

    Attributes:
        member: the variable of what shares it.
        key: the variables of the key.
        premises: the atoms that must hold of each member.
    """

    member: str
    key: tuple[str, ...]
    premises: tuple[ParsedAtom, ...]


@dataclass
class Plan:
    """What to do, by shapes.

    Attributes:
        arity: how many arguments each relation has.
        facts: statements that hold to begin with, those of the ontology's closure.
        implied: what follows from a statement of each relation, itself included.
        joins, closures, stars, checks: the clauses of these shapes.
        datatypes: the relations of datatypes whose literals must be among their values, with the names of these.
        read: the relations that all values of a datatype are in, with the names of these.
    """

    arity: dict[str, int] = field(default_factory=dict)
    facts: list[ParsedAtom] = field(default_factory=list)
    implied: dict[str, set[tuple[str, tuple[TermSource, ...]]]] = field(default_factory=dict)
    joins: list[Residual] = field(default_factory=list)
    closures: list[Recursion] = field(default_factory=list)
    stars: list[Star] = field(default_factory=list)
    checks: list[Residual] = field(default_factory=list)
    datatypes: dict[str, str] = field(default_factory=dict)
    read: list[tuple[str, str]] = field(default_factory=list)


def make_plan(
    facts: Iterable[str], clauses: Iterable[str], given: Mapping[str, int], literals: Collection[str]
) -> Plan:
    """The plan of specialised clauses.

    Args:
        facts: what the clauses may look at, as `Specialiser.specialise` gives it.
        clauses: the clauses.
        given: the relations that hold something else to begin with, with how many arguments they have.
        literals: the names of the literals among the constants.

    Raises:
        NotInTables: there is a clause that no shape fits.
    """
    known: Known = {}
    for fact in facts:
        atom = read_atom(fact.removesuffix("."))
        known.setdefault(atom.predicate, []).append(atom.arguments)
    plan = Plan()
    given = {LITERAL: 2, **given}
    rules = [_without_firsts(rule) for rule in map(Residual.read, clauses) if not _is_empty(rule, plan)]
    given |= {relation: 1 for relation, _ in plan.read}
    rules = list(resolved(rules, known, given, literals))
    live = live_clauses(rules, {*known, *given})
    for rule in live:
        _add(plan, rule, literals)
    plan.facts += [ParsedAtom(name, values) for name in known if _is_triples(name) for values in known[name]]
    plan.arity |= {atom.predicate: len(atom.arguments) for atom in plan.facts} | dict(given)
    _compose(plan)
    return plan


def _is_triples(relation: str) -> bool:
    return relation.startswith(_TRIPLES)


def _is_empty(rule: Residual, plan: Plan) -> bool:
    """Whether a clause concludes nothing, or only what is looked at apart, which the plan then has."""
    names = {premise.predicate for premise in rule.premises}
    if rule.head.predicate.startswith("outside_"):
        datatype = rule.head.predicate.removeprefix("outside_")
        plan.datatypes[f"c_{datatype}"] = datatype
    if rule.head.predicate.startswith(_FIRST) or rule.head.predicate in _GIVEN:
        return True
    if any(map(_EMPTY.match, (rule.head.predicate, *names))):
        return True
    if rule.is_check and any(name.startswith(ILL_TYPED) for name in names):
        return True
    if names == {LITERAL, "member"}:
        plan.read += [(rule.head.predicate, p.arguments[1]) for p in rule.premises if p.predicate == "member"]
        return True
    if SAME in names:
        if _is_triples(rule.head.predicate) and rule.head.predicate != SAME:
            raise NotInTables("the rules read owl:sameAs like any other property")
        return True
    return False


def _without_firsts(rule: Residual) -> Residual:
    """A clause about all values instead of the first, for a star needs no first one; less denials that always hold."""
    premises = [
        replace(atom, predicate=f"p_{atom.predicate.removeprefix(_FIRST)}")
        if atom.predicate.startswith(_FIRST)
        else ParsedAtom(LITERAL, atom.arguments[:2])
        if atom.predicate == LITERAL
        else atom
        for atom in rule.premises
    ]
    denials = [atom for atom in rule.denials if not _EMPTY.match(atom.predicate)]
    if not rule.is_check and any(atom.predicate != _IS_LITERAL for atom in denials):
        raise NotInTables("a rule asks for what does not hold")
    return replace(rule, premises=tuple(premises), denials=tuple(denials))


def _add(plan: Plan, rule: Residual, literals: Collection[str]) -> None:
    """Put a clause where its shape belongs."""
    head, premises = rule.head, rule.premises
    plan.arity |= {atom.predicate: len(atom.arguments) for atom in premises if atom.predicate != LITERAL}
    if rule.is_check:
        plan.checks.append(rule)
        return
    plan.arity[head.predicate] = len(head.arguments)
    if len(head.arguments) > 2:
        raise NotInTables(f"the relation {head.predicate} has more than two arguments")
    recursion, star = _recursion(rule), _star(rule)
    if not premises:
        plan.facts.append(head)
    elif _is_implication(rule):
        [premise] = premises
        places = {argument: place for place, argument in enumerate(premise.arguments)}
        sources = tuple(places.get(argument, argument) for argument in head.arguments)
        plan.implied.setdefault(premise.predicate, set()).add((head.predicate, sources))
    elif recursion:
        plan.closures.append(recursion)
    elif star:
        plan.stars.append(star)
    else:
        plan.joins.append(rule)


def _is_implication(rule: Residual) -> bool:
    [premise, *others], arguments = rule.premises, rule.premises[0].arguments
    plain = all(map(is_variable, arguments)) and len(set(arguments)) == len(arguments)
    asks = others or rule.denials or rule.comparisons or premise.predicate == LITERAL
    return plain and not asks and not any(argument.startswith("(") for argument in rule.head.arguments)


def _recursion(rule: Residual) -> Recursion | None:
    if len(rule.premises) != 2 or rule.denials or rule.comparisons:
        return None
    one, other = rule.premises
    if any(len(set(filter(is_variable, atom.arguments))) != 2 for atom in (one, other, rule.head)):
        return None
    (x, y), (y2, z) = one.arguments, other.arguments
    if y != y2 or (x, z) != rule.head.arguments or x == z:
        return None
    relation = rule.head.predicate
    if other.predicate == relation != one.predicate:
        return Recursion(relation, one.predicate, True)
    return Recursion(relation, other.predicate, False) if one.predicate == relation != other.predicate else None


def _star(rule: Residual) -> Star | None:
    if rule.head.predicate != SAME or rule.denials or len(rule.comparisons) != 1:
        return None
    one, other = rule.head.arguments
    left, operator, right = rule.comparisons[0]
    if operator != "!=" or {left, right} != {one, other} or not (is_variable(one) and is_variable(other)):
        return None
    swap = {one: other, other: one}
    if {put(atom, swap) for atom in rule.premises} != set(rule.premises):
        return None
    if any({one, other} <= set(atom.arguments) for atom in rule.premises):
        return None
    mine = tuple(atom for atom in rule.premises if other not in atom.arguments)
    key = dict.fromkeys(name for atom in mine for name in atom.arguments if name != one and is_variable(name))
    return Star(one, tuple(key), mine)


def _compose(plan: Plan) -> None:
    """Let what a statement implies have what follows from that in turn, and itself."""
    steps = plan.implied
    plan.implied = {}
    rules = [*plan.joins, *plan.checks]
    read = {atom.predicate for rule in rules for atom in rule.premises} | {
        atom.predicate for star in plan.stars for atom in star.premises
    }
    read.update(name for each in plan.closures for name in (each.relation, each.step))
    for relation, arity in plan.arity.items():
        start: tuple[str, tuple[TermSource, ...]] = relation, tuple(range(arity))
        found, waiting = {start}, [start]
        while waiting:
            name, sources = waiting.pop()
            for target, places in steps.get(name, ()):
                new = target, tuple(sources[place] if isinstance(place, int) else place for place in places)
                if new not in found:
                    found.add(new)
                    waiting.append(new)
        plan.implied[relation] = {(name, s) for name, s in found if name in read or _is_triples(name)}
