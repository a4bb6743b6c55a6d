"""Residual clauses: what partial evaluation leaves of the rules, and what the ontology still decides of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.reasoning.program import INCONSISTENCY, substitute
from kg.reasoning.specialise import UNFIT, ParsedAtom, split_arguments

#: How the relations of ill-typed literals and of asserted statements begin, which end with a datatype and a property.
ILL_TYPED = "ill_typed_"
STATED = "stated_"
#: The relation of literals that are one value.
EQUAL = "equal"
#: A constant that stands for no term: the end of the tuple of a key's values.
NOTHING = "none"
#: What a relation is known to hold.
Known = dict[str, list[tuple[str, ...]]]
_COMPARISON = re.compile(r"(\S+) (!=|<=|<) (\S+)")


class NotInTables(Exception):
    """The rules must run otherwise, and why."""

    def __str__(self) -> str:
        """What people are told."""
        return f"closed by clingo, for SQL cannot: {self.args[0]}"


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
                denials.append(read_atom(part.removeprefix("not ")))
            elif part:
                premises.append(read_atom(part))
        # The statements of a contradiction are told by whoever explains it.
        concluded = ParsedAtom(INCONSISTENCY, ()) if head.startswith(INCONSISTENCY) else ParsedAtom.read(head)
        return cls(concluded, tuple(premises), tuple(denials), tuple(comparisons))

    @property
    def is_check(self) -> bool:
        """Whether it concludes that something is wrong."""
        return self.head.predicate in (INCONSISTENCY, UNFIT[:-1])


def read_atom(text: str) -> ParsedAtom:
    """Read an atom; a relation of its own is what is said of one property or datatype."""
    atom = ParsedAtom.read(text)
    name, arguments = atom.predicate, atom.arguments
    if name in ("stated", "later"):  # of a property that is known
        return ParsedAtom(f"{name}_{arguments[1]}", (arguments[0], arguments[2]))
    if name == "ill_typed":
        return ParsedAtom(f"{ILL_TYPED}{arguments[1]}", arguments[:1])
    return atom


def resolved(
    rules: Iterable[Residual],
    known: Known,
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
                    head = put(rule.head, binding)
                    known.setdefault(head.predicate, []).append(head.arguments)
        if len(late) == len(waiting):
            break
        waiting = late
    for rule in waiting:
        settled = [p for p in rule.premises if not (p.predicate in concluded or p.predicate in given)]
        opened = [p for p in rule.premises if p not in settled]
        for binding in _matches(settled, known, {}):
            found = Residual(
                put(rule.head, binding),
                tuple(put(atom, binding) for atom in opened),
                tuple(put(atom, binding) for atom in rule.denials),
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


def put(atom: ParsedAtom, binding: dict[str, str]) -> ParsedAtom:
    """An atom with some of its variables replaced."""
    if not binding:
        return atom
    return ParsedAtom(
        atom.predicate, tuple(substitute(a, binding) if a[0] == "(" else binding.get(a, a) for a in atom.arguments)
    )


def is_variable(argument: str) -> bool:
    """Whether an argument, which is no tuple, is a variable."""
    return argument[0].isupper()


def live_clauses(rules: Iterable[Residual], holding: set[str]) -> list[Residual]:
    """The clauses whose premises can hold."""
    waiting, live = list(rules), list[Residual]()
    while True:
        ready = [rule for rule in waiting if all(atom.predicate in holding for atom in rule.premises)]
        if not ready:
            return live
        live += ready
        waiting = [rule for rule in waiting if not all(atom.predicate in holding for atom in rule.premises)]
        holding.update(rule.head.predicate for rule in ready)
