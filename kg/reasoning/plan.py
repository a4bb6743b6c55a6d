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
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.reasoning.program import INCONSISTENCY, substitute
from kg.reasoning.specialise import UNFIT, ParsedAtom, split_arguments

#: The relation of things that are the same, that of literals that are one value, and that of a literal and its value.
SAME = "p_owl_sameAs"
EQUAL = "equal"
LITERAL = "literal"
#: How the relations of ill-typed literals and of asserted statements begin, which end with a datatype and a property.
ILL_TYPED = "ill_typed_"
STATED = "stated_"
#: A constant that stands for no term: the end of the tuple of a key's values.
NOTHING = "none"
_TRIPLES = ("p_", "c_")
#: Relations that hold nothing where equality is by representatives, and where two values for one are looked at apart.
_OF_EQUALITY = ("replaces", "merged", "tied", "unequal", "explained", "two_values", "by_function", "by_cardinality")
#: Relations of literals that are not the values that they should be.
_OF_VALUES = ("outside", "traced", "by_range", "by_restriction")
_EMPTY = re.compile(rf"({'|'.join((*_OF_EQUALITY, *_OF_VALUES))})(_|$)")
_GIVEN = frozenset({EQUAL, "is_literal"})
_COMPARISON = re.compile(r"(\S+) (!=|<=|<) (\S+)")
_FIRST = "first_"
_IS_LITERAL = "is_literal"
#: Where an argument of what is implied comes from: the place of an argument, or a constant.
TermSource = int | str


class NotInTables(Exception):
    """The rules must run otherwise, and why."""

    def __str__(self) -> str:
        """What people are told."""
        return f"closed by clingo, for DuckDB cannot: {self.args[0]}"


@dataclass(frozen=True)
class Residual:
    """A clause: what it concludes, the atoms that must hold and that must not, and comparisons."""

    head: ParsedAtom
    premises: tuple[ParsedAtom, ...]
    denials: tuple[ParsedAtom, ...] = ()
    comparisons: tuple[tuple[str, str, str], ...] = ()

    @classmethod
    def read(cls, clause: str) -> Residual:
        """Read a clause as `Specialiser.specialise` gives it."""
        head, _, body = clause.removesuffix(".").partition(" :- ")
        premises, denials, comparisons = [], [], []
        for part in map(str.strip, split_arguments(body)):
            compared = _COMPARISON.fullmatch(part)
            if compared:
                comparisons.append((compared[1], compared[2], compared[3]))
            elif part.startswith("not "):
                denials.append(_read_atom(part.removeprefix("not ")))
            elif part:
                premises.append(_read_atom(part))
        # The statements of a contradiction are told by whoever explains it.
        concluded = ParsedAtom(INCONSISTENCY, ()) if head.startswith(INCONSISTENCY) else ParsedAtom.read(head)
        return cls(concluded, tuple(premises), tuple(denials), tuple(comparisons))

    @property
    def is_check(self) -> bool:
        """Whether it concludes that something is wrong."""
        return self.head.predicate in (INCONSISTENCY, UNFIT[:-1])


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
    known: dict[str, list[tuple[str, ...]]] = {}
    for fact in facts:
        atom = _read_atom(fact.removesuffix("."))
        known.setdefault(atom.predicate, []).append(atom.arguments)
    plan = Plan()
    given = {LITERAL: 2, **given}
    rules = [_without_firsts(rule) for rule in map(Residual.read, clauses) if not _is_empty(rule, plan)]
    given |= {relation: 1 for relation, _ in plan.read}
    rules = list(_resolved(rules, known, given, literals))
    live = _live(rules, {*known, *given})
    for rule in live:
        _add(plan, rule, literals)
    plan.facts += [ParsedAtom(name, values) for name in known if _is_triples(name) for values in known[name]]
    plan.arity |= {atom.predicate: len(atom.arguments) for atom in plan.facts} | dict(given)
    _compose(plan)
    return plan


def _read_atom(text: str) -> ParsedAtom:
    atom = ParsedAtom.read(text)
    name, arguments = atom.predicate, atom.arguments
    if name in ("stated", "later"):  # of a property that is known
        return ParsedAtom(f"{name}_{arguments[1]}", (arguments[0], arguments[2]))
    if name == "ill_typed":
        return ParsedAtom(f"{ILL_TYPED}{arguments[1]}", arguments[:1])
    return atom


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


def _resolved(
    rules: Iterable[Residual],
    known: dict[str, list[tuple[str, ...]]],
    given: Collection[str],
    literals: Collection[str],
) -> Iterator[Residual]:
    """Clauses with what is known put in; what follows from that alone becomes known."""
    waiting = list(rules)
    while True:
        concluded = Counter(rule.head.predicate for rule in waiting)
        late = []
        for rule in waiting:
            atoms = [*rule.premises, *rule.denials]
            if rule.is_check or any(a.predicate in concluded or a.predicate in given for a in atoms):
                late.append(rule)
                continue
            for binding in _matches(rule.premises, known, {}):
                if _holds(rule, binding):
                    head = _put(rule.head, binding)
                    known.setdefault(head.predicate, []).append(head.arguments)
        if len(late) == len(waiting):
            break
        waiting = late
    for rule in waiting:
        settled = [p for p in rule.premises if not (p.predicate in concluded or p.predicate in given)]
        opened = [p for p in rule.premises if p not in settled]
        for binding in _matches(settled, known, {}):
            found = Residual(
                _put(rule.head, binding),
                tuple(_put(atom, binding) for atom in opened),
                tuple(_put(atom, binding) for atom in rule.denials),
                tuple((binding.get(a, a), op, binding.get(b, b)) for a, op, b in rule.comparisons),
            )
            if _holds(found, {}) and not _asks_of_no_literal(found, literals):
                open_comparisons = [c for c in found.comparisons if is_variable(c[0]) or is_variable(c[2])]
                yield replace(found, comparisons=tuple(open_comparisons))


def _asks_of_no_literal(rule: Residual, literals: Collection[str]) -> bool:
    """Whether a premise asks which literals are one value with something that is no literal."""
    asked = (argument for atom in rule.premises if atom.predicate == EQUAL for argument in atom.arguments)
    return any(not is_variable(argument) and argument not in literals for argument in asked)


def _matches(
    atoms: Sequence[ParsedAtom], known: Mapping[str, list[tuple[str, ...]]], binding: dict[str, str]
) -> Iterator[dict[str, str]]:
    """The bindings of variables under which all atoms are known."""
    first, rest = next(iter(atoms), None), [*atoms][1:]
    if first is None:
        yield binding
        return
    for values in known.get(first.predicate, ()):
        found = dict(binding)
        for argument, value in zip(first.arguments, values, strict=True):
            if (found.setdefault(argument, value) if is_variable(argument) else argument) != value:
                break
        else:
            yield from _matches(rest, known, found)


def _holds(rule: Residual, binding: Mapping[str, str]) -> bool:
    """Whether those comparisons hold that compare constants."""
    for left, operator, right in rule.comparisons:
        one, other = binding.get(left, left), binding.get(right, right)
        if is_variable(one) or is_variable(other):
            continue
        before = _order(one) < _order(other)
        if not {"!=": one != other, "<": before, "<=": before or one == other}[operator]:
            return False
    return True


def _order(name: str) -> tuple[int, int, str]:
    """The order of constants as clingo has it: numbers first."""
    return (0, int(name), "") if name.isdigit() else (1, 0, name)


def _put(atom: ParsedAtom, binding: dict[str, str]) -> ParsedAtom:
    if not binding:
        return atom
    return ParsedAtom(
        atom.predicate, tuple(substitute(a, binding) if a[0] == "(" else binding.get(a, a) for a in atom.arguments)
    )


def is_variable(argument: str) -> bool:
    """Whether an argument, which is no tuple, is a variable."""
    return argument[0].isupper()


def _live(rules: Iterable[Residual], holding: set[str]) -> list[Residual]:
    """The clauses whose premises can hold."""
    waiting, live = list(rules), list[Residual]()
    while True:
        ready = [rule for rule in waiting if all(atom.predicate in holding for atom in rule.premises)]
        if not ready:
            return live
        live += ready
        waiting = [rule for rule in waiting if not all(atom.predicate in holding for atom in rule.premises)]
        holding.update(rule.head.predicate for rule in ready)


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
    if {_put(atom, swap) for atom in rule.premises} != set(rule.premises):
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
