"""Made-up tables with ATOP's columns: three alliances that never were, with all that is hard about the real ones."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from kg.importers.atop.codebook import Codebook

KINDS = ("defense", "offense", "neutral", "nonagg", "consul")
_DATES = ("yrent", "moent", "dayent", "yrexit", "moexit", "dayexit")
_MEMBER = ("atopid", "cow4id", "member", "cowsys", *_DATES, "phase")
#: The columns of the table of members: those above, and all variables of the texts and of the members.
COLUMNS = tuple(
    dict.fromkeys([
        *_MEMBER,
        *(variable.name for variable in Codebook().of("pledge", "condition", "text", "member")),
        "version",
    ])
)  # fmt: skip
#: The columns of the table of alliances.
ALLIANCE_COLUMNS = (
    "atopid", "cow4id", "begyr", "begmo", "begday", "endyr", "endmo", "endday", "mem1",
    *(variable.name for variable in Codebook().of("text")),
)  # fmt: skip


def member(
    atopid: int,
    number: int,
    entry: tuple[object, object, object],
    leaving: tuple[object, object, object] = (0, 0, 0),
    *,
    phase: int = 0,
    **values: object,
) -> dict[str, object]:
    """A row of the table of members; what is not given is 0."""
    dates = dict(zip(_DATES, (*entry, *leaving), strict=True))
    row: dict[str, object] = dict.fromkeys(COLUMNS, 0) | {"cowsys": 1, "version": "4.0100002"}
    return row | {"atopid": atopid, "member": number, "phase": phase} | dates | values


def alliance(
    atopid: int, begin: tuple[object, object, object], end: tuple[object, object, object] = (0, 0, 0), **values: object
) -> dict[str, object]:
    """A row of the table of alliances."""
    dates = dict(zip(("begyr", "begmo", "begday", "endyr", "endmo", "endday"), (*begin, *end), strict=True))
    return dict.fromkeys(ALLIANCE_COLUMNS, 0) | {"atopid": atopid} | dates | values


_THREAT = {"specthrt": 1, "statthr1": 300}
_FRIENDS = {"defense": 1, "defcoloc": 1, "length": "60.0", "pubsecr": 2, "milcon": "3.0"}
#: What the alliances are:
#: 9001: France and Spain owe each other defense in Europe, and Spain leaves in a month of which the day is not known.
#: 9002: a text in two phases of Russia and Turkey, whose numbers pass on in the meantime; in the second only Russia
#:       owes defense, against Austria-Hungary.
#: 9003: Britain owes Portugal and Norway different things, and is still bound when the data end; Annam, which no list
#:       of states has, owes all of them neutrality.
MEMBERS = [
    member(9001, 220, (1900, 1, 10), (1920, 3, 5), **_FRIENDS),
    member(9001, 230, (1900, 1, 10), (1910, 6, "NA"), **_FRIENDS),
    member(9002, 365, (1912, 5, 1), (1915, 2, 1), phase=1, nonagg=1, consul=1),
    member(9002, 640, (1912, 5, 1), (1915, 2, 1), phase=1, nonagg=1, consul=1),
    member(9002, 365, (1915, 2, 1), (1925, 12, 31), phase=2, nonagg=1, defense=1, defcoadv=1, **_THREAT),
    member(9002, 640, (1915, 2, 1), (1925, 12, 31), phase=2, nonagg=1, **_THREAT),
    member(9003, 200, (1880, 4, 2), obvary=1, defense=1, termmode=2),
    member(9003, 235, (1880, 4, 2), defense=1, dipaid="NA"),
    member(9003, 385, (1905, 6, 7), consul=1),
    member(9003, 8152, (1880, 4, 2), (1883, 8, 25), cowsys=0, neutral=1),
]
ALLIANCES = [
    alliance(9001, (1900, 1, 10), (1920, 3, 5), length="60.0", pubsecr=2, milcon="3.0", cow4id="77.0"),
    alliance(9002, (1912, 5, 1), (1925, 12, 31)),
    alliance(9003, (1880, 4, 2)),
]


def write_table(path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, object]]) -> Path:
    """Write rows as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, tuple(columns))
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_tables(
    folder: Path,
    members: Iterable[Mapping[str, object]] = tuple(MEMBERS),
    alliances: Iterable[Mapping[str, object]] = tuple(ALLIANCES),
) -> Path:
    """A folder with both tables."""
    write_table(folder / "some_members.csv", COLUMNS, members)
    write_table(folder / "some_alliances.csv", ALLIANCE_COLUMNS, alliances)
    return folder


def write_dyad_years(path: Path, pledges: Iterable[tuple[int, int, range, str]], *, names: bool = False) -> Path:
    """Directed dyad-years of some pledges, in ATOP's names or in peacesciencer's."""
    prefix = "atop_" if names else ""
    columns = (("ccode1", "ccode2") if names else ("stateA", "stateB")) + ("year", *(f"{prefix}{k}" for k in KINDS))
    rows: list[dict[str, object]] = []
    for holder, beneficiary, years, kind in pledges:
        for year in years:
            row: dict[str, object] = dict.fromkeys(columns, 0)
            row |= {columns[0]: holder, columns[1]: beneficiary, "year": year, f"{prefix}{kind}": 1}
            rows.append(row)
    return write_table(path, columns, rows)
