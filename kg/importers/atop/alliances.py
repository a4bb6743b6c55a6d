"""Rows as alliances: the stays of members, and the texts that they are stays in.

A phase is a wording of an alliance: it begins when the text is changed so that a code changes. Phases follow on each
other. Where they run side by side, as after the end of Czechoslovakia, each is an instrument of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kg.errors import BadInput
from kg.importers.atop.account import Account, Outcome
from kg.importers.atop.bearers import Bearers, Part
from kg.importers.atop.codebook import Codebook
from kg.importers.atop.datafiles import DataFiles, DataRow
from kg.importers.atop.moments import Moment, read_moment

#: How a single phase is numbered.
_WHOLE = "0"


@dataclass(frozen=True)
class Stay:
    """The stay of a member in an alliance, or in a phase of it: a row of the table of members.

    Attributes:
        row: the row.
        begins: when the member entered.
        ends: when it left, None if it had not when the coding ended.
        pledges: the kinds of obligation that it owes.
        conditions: the names of the conditions of each of them.
        varies: whether what it owes varies by the other member.
        parts: the states that were the member, one after the other.
    """

    row: DataRow
    begins: Moment
    ends: Moment | None
    pledges: frozenset[str]
    conditions: dict[str, frozenset[str]]
    varies: bool
    parts: tuple[Part, ...]

    @property
    def last(self) -> date:
        """The last day on which it may last."""
        return self.ends.last if self.ends else date.max

    @property
    def phase(self) -> str:
        """The number of the phase, 0 if there is one."""
        return self.row["phase"] or _WHOLE


@dataclass(frozen=True)
class Phase:
    """A wording, and the stays in it.

    Attributes:
        number: its number, 0 if there is one.
        stays: the stays in it, at least one.
    """

    number: str
    stays: tuple[Stay, ...]

    @cached_property
    def begins(self) -> Moment:
        """When the first member entered."""
        return min((stay.begins for stay in self.stays), key=lambda moment: (moment.first, moment.last))

    @cached_property
    def ends(self) -> Moment | None:
        """When the last member left, None if one had not when the coding ended."""
        ends = [stay.ends for stay in self.stays if stay.ends]
        return max(ends, key=lambda moment: (moment.last, moment.first)) if len(ends) == len(self.stays) else None

    @property
    def varies(self) -> bool:
        """Whether what a member owes varies by the other member."""
        return any(stay.varies for stay in self.stays)


@dataclass(frozen=True)
class Accord:
    """An instrument: an alliance, or a phase of it that runs beside others.

    Attributes:
        atopid: the number of the alliance.
        name: how it is named: the number, with that of the phase if it runs beside others.
        row: the alliance's row in the table of alliances, if it is there.
        phases: its wordings, one after the other.
        whole: whether it is all of the alliance.
    """

    atopid: str
    name: str
    row: DataRow | None
    phases: tuple[Phase, ...]
    whole: bool = True

    @property
    def stays(self) -> list[Stay]:
        """All stays."""
        return [stay for phase in self.phases for stay in phase.stays]

    @cached_property
    def span(self) -> Phase:
        """All stays as if there were one wording."""
        return Phase(_WHOLE, tuple(self.stays))

    @property
    def varies(self) -> bool:
        """Whether what a member owes varies by the other member."""
        return any(phase.varies for phase in self.phases)


def read_accords(
    tables: DataFiles, codebook: Codebook, bearers: Bearers, account: Account, on_row: Callable[[int], None]
) -> list[Accord]:
    """The instruments of the tables. A row that cannot be read is entered in the account, and left out.

    Raises:
        MissingFile, BadInput: a table cannot be read.
    """
    stays: dict[str, list[Stay]] = defaultdict(list)
    for row in tables.members.rows(on_row):
        try:
            stays[_alliance(row)].append(_stay(row, codebook, bearers))
        except BadInput as error:
            account.enter(row, Outcome.LEFT_OUT, error.message)
    rows: dict[str, DataRow] = {}
    for row in tables.alliances.rows(on_row) if tables.alliances else ():
        if row["atopid"] in rows:
            account.enter(row, Outcome.LEFT_OUT, f"the alliance is in row {rows[row['atopid']].number} already")
        elif row["atopid"] not in stays:
            account.enter(row, Outcome.LEFT_OUT, "the table of members has no member of it that can be read")
        else:
            rows[row["atopid"]] = row
    return [accord for atopid in sorted(stays, key=int) for accord in _accords(atopid, stays[atopid], rows.get(atopid))]


def _accords(atopid: str, stays: list[Stay], row: DataRow | None) -> Iterator[Accord]:
    by_phase: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        by_phase[stay.phase].append(stay)
    phases = sorted(
        (Phase(number, tuple(found)) for number, found in by_phase.items()),
        key=lambda one: (one.begins.first, one.number),
    )
    beside = {a.number for a in phases for b in phases if a is not b and _side_by_side(a, b)}
    follow = tuple(phase for phase in phases if phase.number not in beside)
    if follow:
        yield Accord(atopid, atopid, row, follow, not beside)
    for phase in phases:
        if phase.number in beside:
            yield Accord(atopid, f"{atopid}-{phase.number}", row, (phase,), whole=False)


def _side_by_side(one: Phase, other: Phase) -> bool:
    """Whether two phases share more than the days of a change."""
    begin = max(one.begins.last, other.begins.last)
    return begin < min(phase.ends.first if phase.ends else date.max for phase in (one, other))


def _stay(row: DataRow, codebook: Codebook, bearers: Bearers) -> Stay:
    begins = read_moment(row["yrent"], row["moent"], row["dayent"])
    ends = read_moment(row["yrexit"], row["moexit"], row["dayexit"])
    if begins is None:
        raise BadInput("it does not say when the member entered (yrent)")
    if ends is not None and ends.last < begins.first:
        raise BadInput(f"the member leaves ({ends.last}) before it enters ({begins.first})")
    pledges = frozenset(kind for kind, variable in codebook.kinds.items() if row.says(variable.name))
    conditions = {
        kind: frozenset(one.condition for one in codebook.conditions[kind] if row.says(one.name)) for kind in pledges
    }
    parts = tuple(bearers.parts(_number(row, "member"), begins, ends))
    return Stay(row, begins, ends, pledges, conditions, row.says("obvary"), parts)


def _alliance(row: DataRow) -> str:
    atopid = _number(row, "atopid")
    if len(atopid) != 4 or atopid.startswith("0"):
        raise BadInput(f"atopid is {atopid}, and the numbers of alliances have four digits")
    return atopid


def _number(row: DataRow, name: str) -> str:
    value = row[name]
    if not value.isdecimal():
        raise BadInput(f"{name} is {value or 'missing'}, and takes a number")
    return value


def states_of(stays: Iterable[Stay]) -> list[Part]:
    """A part for each state of some stays, in the order of their names."""
    found = {part.bearer.iri: part for stay in stays for part in stay.parts}
    return sorted(found.values(), key=lambda part: part.bearer.english)
