"""The account of an import: what became of each row, and why where it is not all there."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from kg.importers.atop.datafiles import DataRow


class Outcome(Enum):
    """What became of a row."""

    IMPORTED = "imported"
    #: The shipped project has the alliance, and keeps what it says; what the row adds or says otherwise is told.
    CURATED = "curated"
    LEFT_OUT = "left out"


@dataclass(frozen=True)
class RowFate:
    """What became of a row.

    Attributes:
        file: the name of the table's file.
        row: the number of the row.
        atopid: the alliance.
        member: the member, empty in the table of alliances.
        outcome: what became of it.
        note: what there is to know of it, empty if nothing.
    """

    file: str
    row: int
    atopid: str
    member: str
    outcome: Outcome
    note: str = ""


class Account:
    """The entries, one for each row of the tables."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, int], RowFate] = {}

    def enter(self, row: DataRow, outcome: Outcome, note: str = "") -> None:
        """Say what became of a row; what was said of it before is kept beside it, and the worse outcome counts."""
        known = self._entries.get((row.file, row.number))
        notes = [*filter(None, known.note.split("; ") if known else ()), *filter(None, [note])]
        worst = max((outcome, known.outcome) if known else (outcome,), key=list(Outcome).index)
        self._entries[row.file, row.number] = RowFate(
            row.file, row.number, row["atopid"], row["member"], worst, "; ".join(dict.fromkeys(notes))
        )

    @property
    def entries(self) -> list[RowFate]:
        """The entries in the order of files and rows."""
        return [entry for _, entry in sorted(self._entries.items())]

    def counts(self) -> Counter[tuple[str, Outcome]]:
        """How many rows of each file have each outcome."""
        return Counter((entry.file, entry.outcome) for entry in self._entries.values())

    def to_csv(self) -> str:
        """The entries as a table."""
        rows = ([e.file, e.row, e.atopid, e.member, e.outcome.value, e.note] for e in self.entries)
        return table(("file", "row", "atopid", "member", "outcome", "note"), rows)


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
