"""Clauses that differ in their relations and constants only, as one SQL statement over a table of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kg.reasoning.clause_plan import LITERAL
from kg.reasoning.encoded import insert
from kg.reasoning.residual import NOTHING, Residual, is_variable
from kg.reasoning.specialise import ParsedAtom, split_arguments

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: The columns of the tables of statements, in the order of arguments.
_PLACES = "so"


@dataclass(frozen=True)
class Skeleton:
    """What clauses have in common that differ in their relations and constants only.

    Attributes:
        head: what they conclude, its relation left out; a contradiction concludes nothing.
        premises, denials, comparisons: their bodies likewise.
    """

    head: ParsedAtom
    premises: tuple[ParsedAtom, ...]
    denials: tuple[ParsedAtom, ...] = ()
    comparisons: tuple[tuple[str, str, str], ...] = ()

    @cached_property
    def columns(self) -> dict[str, str]:
        """Where each variable of the premises is found."""
        found: dict[str, str] = {}
        for number, premise in enumerate(self.premises):
            for argument, column in zip(premise.arguments, _PLACES, strict=False):
                found.setdefault(argument, f"a{number}.{column}")
        return {name: column for name, column in found.items() if is_variable(name)}

    def expression(self, argument: str) -> str:
        """An argument as SQL."""
        if argument[0] == "(":
            return f"hash({', '.join(map(self.expression, split_arguments(argument[1:-1])))})"
        return (
            self.columns[argument]
            if is_variable(argument)
            else "0::UBIGINT"
            if argument == NOTHING
            else f"j.{argument}"
        )

    def body(self, table: str, new: int | None = None) -> str:
        """The FROM and WHERE of a statement.

        Args:
            table: the table of the relations and constants.
            new: which premise looks at what is new.
        """
        sources, conditions = [f"{table} j"], []
        for number, premise in enumerate(self.premises):
            sources.append(f"{'new_' if number == new else ''}{_table(premise)} a{number}")
            conditions += self._conditions(premise, f"a{number}", f"j.r{number}")
        for number, denial in enumerate(self.denials):
            asked = " AND ".join(self._conditions(denial, "d", f"j.d{number}"))
            conditions.append(f"NOT EXISTS (SELECT 1 FROM {_table(denial)} d WHERE {asked})")
        for left, operator, right in self.comparisons:
            sign = "<>" if operator == "!=" else operator
            conditions.append(f"{self.expression(left)} {sign} {self.expression(right)}")
        return f"FROM {', '.join(sources)} WHERE {' AND '.join(conditions)}"

    def _conditions(self, atom: ParsedAtom, name: str, relation: str) -> list[str]:
        conditions = [] if atom.predicate else [f"{name}.r = {relation}"]
        for argument, column in zip(atom.arguments, _PLACES, strict=False):
            if (mine := f"{name}.{column}") != self.expression(argument):
                conditions.append(f"{mine} = {self.expression(argument)}")
        return conditions


@dataclass(frozen=True)
class Group:
    """The clauses of one skeleton.

    Attributes:
        skeleton: the skeleton.
        table: the table of their relations and constants: head, r0, r1, …, k0, k1, …
        relations: the relations of the premises of each.
    """

    skeleton: Skeleton
    table: str
    relations: Sequence[tuple[str, ...]]


def group_clauses(
    db: DuckDBPyConnection, name: str, clauses: Iterable[Residual], number: Mapping[str, int], hashes: Mapping[str, int]
) -> list[Group]:
    """Clauses by their skeletons, each with its table.

    Args:
        db: where the tables are to be.
        name: how their names begin.
        clauses: the clauses.
        number: the number of each relation.
        hashes: the hash of each constant.
    """
    found: dict[Skeleton, list[tuple[tuple[str, ...], list[int]]]] = {}
    for clause in clauses:
        skeleton, constants = _skeleton(clause)
        atoms = [clause.head, *clause.premises, *clause.denials]
        row = [*(number.get(atom.predicate, 0) for atom in atoms), *(hashes[constant] for constant in constants)]
        found.setdefault(skeleton, []).append((tuple(atom.predicate for atom in clause.premises), row))
    groups = []
    for place, (skeleton, rows) in enumerate(found.items()):
        columns = ["id", "head", *(f"r{n}" for n in range(len(skeleton.premises)))]
        columns += [f"d{n}" for n in range(len(skeleton.denials))]
        columns += [f"k{n}" for n in range(len(rows[0][1]) + 1 - len(columns))]
        table = f"{name}_{place}"
        db.execute(f"CREATE TABLE {table} ({', '.join(f'{column} UBIGINT' for column in columns)})")
        insert(db, table, ([n, *row] for n, (_, row) in enumerate(rows)))
        groups.append(Group(skeleton, table, [relations for relations, _ in rows]))
    return groups


def _skeleton(clause: Residual) -> tuple[Skeleton, list[str]]:
    """What is left of a clause without its relations and constants, and the constants."""
    names: dict[str, str] = {}
    constants: list[str] = []

    def term(argument: str) -> str:
        if argument[0] == "(":
            return f"({','.join(map(term, split_arguments(argument[1:-1])))})"
        if argument == NOTHING:
            return argument
        if is_variable(argument):
            return names.setdefault(argument, f"V{len(names)}")
        constants.append(argument)
        return f"k{len(constants) - 1}"

    def bare(atom: ParsedAtom) -> ParsedAtom:
        kept = LITERAL if atom.predicate in (LITERAL, "is_literal") else ""
        return ParsedAtom(kept, tuple(map(term, atom.arguments)))

    # Variables are numbered as they come, first in the premises.
    premises, denials = tuple(map(bare, clause.premises)), tuple(map(bare, clause.denials))
    comparisons = tuple((term(left), operator, term(right)) for left, operator, right in clause.comparisons)
    return Skeleton(bare(clause.head), premises, denials, comparisons), constants


def _table(atom: ParsedAtom) -> str:
    """The table in which an atom is looked for."""
    return "literal" if atom.predicate else "cp"[len(atom.arguments) - 1]
