"""Contradictions: the statements that cannot all be true, the rule that says so, and where they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import BadInput, Inconsistent
from kg.messages import shortened
from kg.project import shipped_names
from kg.rdf.formats import GraphFormat
from kg.rdf.load import statements
from kg.reasoning.symbols import EncodedTriple
from kg.regex import late_regex
from kg.terms import Namespaces, Term, TermLike

_ATOM = "inconsistency("
_PREMISE = late_regex(r"t\((\w+),(\w+),(\w+)\)")
_ANY = BlankNode("any")
#: Contradictions that are told one by one; the others are counted.
_TOLD = 1_000


class Statement(NamedTuple):
    """A statement as rules have it: unlike an RDF triple it may have a literal as its subject."""

    subject: Term
    predicate: Term
    object: Term

    @classmethod
    def read(cls, namespaces: Namespaces, subject: TermLike, predicate: TermLike, value: TermLike) -> Statement:
        """The statement that is meant, by terms as `Namespaces.term` takes them.

        Raises:
            BadInput: one of them is no term, or one that cannot stand where it does.
        """
        s, p, o = (namespaces.term(term) for term in (subject, predicate, value))
        if not isinstance(p, NamedNode):
            raise BadInput(f"the property must be an IRI, not {predicate!r}")
        if isinstance(s, Literal):
            raise BadInput(f"a literal cannot be the subject of a statement: {subject!r}")
        return cls(s, p, o)

    def triple(self) -> Triple | None:
        """The statement as an RDF triple, or None if RDF has none like it."""
        if isinstance(self.subject, Literal | Triple) or not isinstance(self.predicate, NamedNode):
            return None
        return Triple(self.subject, self.predicate, self.object)

    def __str__(self) -> str:
        """The statement as people read it."""
        return self.show(shipped_names())

    def show(self, namespaces: Namespaces) -> str:
        """The statement as people read it who know a project's prefixes; terms of great length are shortened."""
        return " ".join(shortened(namespaces.show(term)) for term in self)


class Inconsistency(NamedTuple):
    """Statements that cannot all be true.

    Attributes:
        rule: the W3C name of the rule that derives false.
        triples: the statements that match the rule's body, asserted or inferred.
        message: what the engine says, if it does not name statements.
        alike: how many more there are of the same cause: of other values that the same statements do not allow.
    """

    rule: str
    triples: tuple[Statement, ...]
    message: str = ""
    alike: int = 0

    def __str__(self) -> str:
        """The contradiction in one line: the rule, then its statements in short form."""
        return f"{self.rule}: {'; '.join(map(str, self.triples)) or self.message}"


def find_inconsistencies(
    atoms: Sequence[str],
    asserted: Collection[EncodedTriple],
    term_of: Callable[[str], Term],
    originals: Callable[[Sequence[EncodedTriple]], Sequence[EncodedTriple]] = tuple,
) -> dict[Inconsistency, str]:
    """The contradictions among derived atoms, each with its atom: first those that rest on asserted triples alone.

    Of those that have one cause, the first stands for all.

    Args:
        atoms: what the rules derive.
        asserted: the triples that need no rule, by the names of their terms.
        term_of: gives the term of a name.
        originals: gives the triples that premises stand for, if these are in terms of representatives.
    """
    found = list(_read(atoms))
    if not found:
        return {}
    known = frozenset(asserted)
    ordered: list[tuple[int, str, Inconsistency, str]] = []
    for rule, represented, atom in _one_of_each(found, known):
        premises = originals(represented)
        inconsistency = Inconsistency(rule, tuple(Statement(*map(term_of, names)) for names in premises))
        inferred = sum(names not in known for names in premises)
        ordered.append((inferred, str(inconsistency), inconsistency, atom))
    ordered.sort(key=lambda item: item[:2])
    alike = Counter(_cause(inconsistency) for _, _, inconsistency, _ in ordered)
    first: dict[object, tuple[Inconsistency, str]] = {}
    for _, _, inconsistency, atom in ordered:
        cause = _cause(inconsistency)
        first.setdefault(cause, (inconsistency._replace(alike=alike[cause] - 1), atom))
    return dict(first.values())


def _cause(inconsistency: Inconsistency) -> object:
    """What contradictions have in common that are one mistake: all but which two values, or more, cannot be."""
    literals = {term for statement in inconsistency.triples for term in statement if isinstance(term, Literal)}
    if len(literals) < 2:
        return inconsistency
    masked = (tuple(None if term in literals else term for term in statement) for statement in inconsistency.triples)
    return inconsistency.rule, tuple(masked)


def _read(atoms: Iterable[str]) -> Iterator[tuple[str, tuple[EncodedTriple, ...], str]]:
    """The rule of each contradiction, the triples that match its body, and the atom."""
    for atom in atoms:
        if atom.startswith(_ATOM):
            yield atom.split('"')[1], tuple(dict.fromkeys(_PREMISE.findall(atom))), atom


def _one_of_each(
    found: Iterable[tuple[str, tuple[EncodedTriple, ...], str]], known: Set[EncodedTriple]
) -> Iterator[tuple[str, tuple[EncodedTriple, ...], str]]:
    """Contradictions, less those that only turn another around, as a symmetric property does.

    Of two such the one that cites fewer inferred triples is kept, because the others can be found in a file.
    """
    best: dict[object, tuple[int, tuple[EncodedTriple, ...], str, str]] = {}
    for rule, premises, atom in found:
        candidate = sum(names not in known for names in premises), premises, rule, atom
        either_way_round = rule, frozenset((p, frozenset((s, o))) for s, p, o in premises)
        best[either_way_round] = min(candidate, best.get(either_way_round, candidate))
    return ((rule, premises, atom) for _, premises, rule, atom in best.values())


def require_consistency(
    inconsistencies: Sequence[Inconsistency],
    files: Sequence[Path],
    form: GraphFormat | None = None,
    namespaces: Namespaces | None = None,
) -> None:
    """Raise the contradictions, if there are any, as `describe_inconsistencies` tells them.

    Args:
        inconsistencies: the contradictions.
        files: the files that assert what they rest on.
        form: the format of the files, if it is not to be told by them.
        namespaces: those in which terms are shown, by default the shipped project's.

    Raises:
        Inconsistent: there are contradictions.
    """
    if inconsistencies:
        raise Inconsistent("\n".join(describe_inconsistencies(inconsistencies, files, form, namespaces)))


def describe_inconsistencies(
    inconsistencies: Sequence[Inconsistency],
    files: Sequence[Path],
    form: GraphFormat | None = None,
    namespaces: Namespaces | None = None,
) -> list[str]:
    """The contradictions, a line each: the rule and its statements, each with the file and line that asserts it.

    Terms are shown in the names of a project, by default the shipped one.
    """
    names = namespaces or shipped_names()
    told = inconsistencies[:_TOLD]
    places = _locate({statement for inconsistency in told for statement in inconsistency.triples}, files, form)
    lines = []
    for inconsistency in told:
        causes = (f"{item.show(names)} ({places.get(item, 'inferred')})" for item in inconsistency.triples)
        cited = "; ".join(causes) or inconsistency.message
        lines.append(f"inconsistent by rule {inconsistency.rule}: {cited}{more_alike(inconsistency, '; and ')}")
    if len(inconsistencies) > len(told):
        lines.append(f"and {len(inconsistencies) - len(told):,} more")
    return lines


def more_alike(inconsistency: Inconsistency, joint: str) -> str:
    """After a joint, how many more there are of the same cause; nothing if there are none."""
    number = inconsistency.alike
    return f"{joint}{number:,} more with {'another value' if number == 1 else 'other values'}" if number else ""


def _locate(wanted: Set[Statement], files: Iterable[Path], form: GraphFormat | None) -> dict[Statement, str]:
    """The file and line of the statements that some file asserts.

    A project gives its blank nodes other labels than its files. There what else a statement says tells where it stands.
    """
    places: dict[Statement, str] = {}
    alike: dict[Statement, list[str]] = {_unlabelled(statement): [] for statement in wanted}
    for path in files if wanted else ():  # to read all of a project anew takes a second
        for line, quad in statements(path, form=form):
            statement = Statement(*quad.triple)
            if statement in wanted:
                places.setdefault(statement, f"{path}:{line}")
            elif _unlabelled(statement) in alike:
                alike[_unlabelled(statement)].append(f"{path}:{line}")
    for statement in wanted - places.keys():
        found = alike[_unlabelled(statement)]
        if found:
            places[statement] = found[0] if len(found) == 1 else f"{found[0]} or {len(found) - 1} more like it"
    return places


def _unlabelled(statement: Statement) -> Statement:
    return Statement(*(_ANY if isinstance(term, BlankNode) else term for term in statement))
