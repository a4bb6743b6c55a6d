"""The variables of ATOP, what each means, and what it becomes: ``variables.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Variable:
    """A variable of the tables.

    Attributes:
        name: its name, in small letters.
        of: what it says something of: ``identity``, ``time``, ``pledge``, ``condition``, ``text``, ``member``,
            ``derived`` or ``bookkeeping``.
        english, russian: what it means, in a sentence.
        properties: the names of the ontology's properties that say it, if any do.
        open: the name of the property that says that there is no end, of the dates of an end.
        about: the names of the classes of what these are said of.
        kind: the kind of obligation that it is about.
        condition: the name of the condition, of the conditions.
        values: how the meaning of its values was checked, where it was.
        note: what else is known of its values.
    """

    name: str
    of: str
    english: str
    russian: str
    properties: tuple[str, ...] = ()
    open: str = ""
    about: tuple[str, ...] = ()
    kind: str = ""
    condition: str = ""
    values: str = ""
    note: str = ""


@dataclass(frozen=True)
class NamedState:
    """A state that the list of states lacks and that goes by a number, until a year if another bore it later."""

    number: str
    english: str
    russian: str
    until: int | None


class Codebook:
    """All variables, and the few tables of names that go with them."""

    def __init__(self) -> None:
        """Read them."""
        self._said: dict[str, Any] = tomllib.loads(Path(__file__).with_name("variables.toml").read_text("utf-8"))
        variables = (
            Variable(
                english=entry.pop("en"),
                russian=entry.pop("ru"),
                properties=tuple(entry.pop("property", "").split()),
                about=tuple(entry.pop("about", "").split()),
                **entry,
            )
            for entry in self._said["variable"]
        )
        self.variables: Mapping[str, Variable] = {variable.name: variable for variable in variables}

    def of(self, *what: str) -> Iterator[Variable]:
        """The variables that say something of these."""
        return (variable for variable in self.variables.values() if variable.of in what)

    @cached_property
    def kinds(self) -> Mapping[str, Variable]:
        """The kinds of obligation with the variables that say whether a member owes it."""
        return {variable.kind: variable for variable in self.of("pledge") if variable.kind}

    @cached_property
    def conditions(self) -> Mapping[str, tuple[Variable, ...]]:
        """The conditions of each kind of obligation."""
        found: dict[str, list[Variable]] = {kind: [] for kind in self.kinds}
        for variable in self.of("condition"):
            found[variable.kind].append(variable)
        return {kind: tuple(variables) for kind, variables in found.items()}

    @property
    def obligations(self) -> Mapping[str, str]:
        """The names of the ontology's classes by the kinds of obligation."""
        obligations: Mapping[str, str] = self._said["obligations"]
        return obligations

    @property
    def secrecy(self) -> Mapping[str, str]:
        """The names of the concepts by the values of the variable."""
        secrecy: Mapping[str, str] = self._said["secrecy"]
        return secrecy

    @property
    def dyad_year_columns(self) -> Mapping[str, list[str]]:
        """What the columns of directed dyad-years are called, by what they hold."""
        columns: Mapping[str, list[str]] = self._said["dyad_years"]
        return columns

    @cached_property
    def states(self) -> tuple[NamedState, ...]:
        """The states that are known by name though the list of states lacks them."""
        return tuple(
            NamedState(str(entry["number"]), entry["en"], entry["ru"], entry.get("until"))
            for entry in self._said["state"]
        )

    @cached_property
    def begins(self) -> date:
        """The first day that the data cover."""
        day: date = self._said["coverage"]["from"]
        return day

    def coverage(self, version: str) -> date | None:
        """The last day that a version of the data covers, None if the version is not known."""
        day: date | None = self._said["coverage"].get(version[:1])
        return day
