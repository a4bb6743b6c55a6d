"""Toward whom a pledge holds that varies by the other member, which only the directed dyad-years tell.

A dyad-year is of all alliances of two states together, so that it is an upper bound where they have several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.errors import BadInput
from kg.importers.atop.alliances import Phase, Stay
from kg.importers.atop.bearers import Part
from kg.importers.atop.codebook import Codebook
from kg.importers.atop.datafiles import DataRow, open_table


@dataclass(frozen=True)
class Addressees:
    """To whom a member owes an obligation.

    Attributes:
        everyone: whether it is each other member.
        parts: the states, where it is not.
        rows: the numbers of the rows of dyad-years that say so.
        doubts: what the dyad-years leave open, in words.
    """

    everyone: bool
    parts: tuple[Part, ...] = ()
    rows: frozenset[int] = frozenset()
    doubts: tuple[str, ...] = ()


class DyadYears:
    """The directed dyad-years, as far as they tell of pledges that vary."""

    def __init__(self, path: Path, codebook: Codebook, holders: Iterable[str], on_row: Callable[[int], None]) -> None:
        """Read them.

        Args:
            path: the file.
            codebook: what its columns may be called.
            holders: the numbers of the members whose pledges vary.
            on_row: called with the number of rows now and then.

        Raises:
            MissingFile, MissingLibrary, BadInput: the file cannot be read, or is none of directed dyad-years.
        """
        table = open_table(path)
        self.file = path.name
        self._columns: dict[str, str] = {}
        for what, names in codebook.dyad_year_columns.items():
            found = [name for name in names if name in table.columns]
            if not found:
                raise BadInput(f"no directed dyad-years: there is no column {' or '.join(names)}", file=path, line=1)
            self._columns[what] = found[0]
        self._kinds = {kind: self._columns[variable.name] for kind, variable in codebook.kinds.items()}
        self._rows: dict[tuple[str, str, int], tuple[int, frozenset[str]]] = {}
        self._years: set[int] = set()
        wanted = set(holders)
        for row in table.rows(on_row):
            year = self._year(row, path)
            self._years.add(year)
            if row[self._columns["holder"]] in wanted:
                key = row[self._columns["holder"]], row[self._columns["beneficiary"]], year
                pledged = frozenset(kind for kind, column in self._kinds.items() if row[column] == "1")
                self._rows[key] = row.number, pledged

    def owed(self, stay: Stay, phase: Phase, kind: str) -> Addressees | None:
        """To whom a member owes an obligation in a phase, None if the dyad-years do not tell.

        Toward a member to which the dyad-years have it in most, not in all of the years, it is taken to hold.
        """
        parts: list[Part] = []
        rows: set[int] = set()
        doubts: list[str] = []
        everyone = True
        for other in phase.stays:
            first = max(stay.begins.first, other.begins.first).year
            years = [y for y in sorted(self._years) if first <= y <= min(stay.last, other.last, date.max).year]
            if other.row["member"] == stay.row["member"] or min(stay.last, other.last).year < first:
                continue
            if not years:
                return None
            told = [self._rows.get((stay.row["member"], other.row["member"], year)) for year in years]
            pledged = [row for row in told if row is not None and kind in row[1]]
            if 0 < len(pledged) < len(years):
                doubts.append(f"{kind} toward {other.row['member']} in {len(pledged)} of {len(years)} years")
            if 2 * len(pledged) > len(years):
                parts += other.parts
                rows |= {number for number, _ in pledged}
            else:
                everyone = False
        if not everyone and not parts:
            return None
        return Addressees(everyone, tuple(parts), frozenset(rows), tuple(doubts))

    def _year(self, row: DataRow, path: Path) -> int:
        value = row[self._columns["year"]]
        if not value.isdecimal():
            raise BadInput(f"the year is {value or 'missing'}, and takes a number", file=path, line=row.number)
        return int(value)
