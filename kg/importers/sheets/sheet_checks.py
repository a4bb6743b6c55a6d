"""What no cell shows by itself: keys twice, dates in a wrong order, states before their time, pledges of nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from kg.importers.sheets.affiliations import interrupted, is_interruption
from kg.importers.sheets.dates import CellDate
from kg.importers.sheets.known import KnownState
from kg.importers.sheets.problem import Problem
from kg.importers.sheets.reading import SheetEntry, article_path
from kg.terms import CASUS

#: By sheet, the columns whose dates must be in this order.
_ORDERS = (
    ("treaties", "signed", "in_force"),
    ("treaties", "signed", "terminated"),
    ("treaties", "in_force", "terminated"),
    ("parties", "from", "until"),
    ("clauses", "from", "until"),
    ("events", "start", "end"),
    ("participants", "from", "until"),
    ("states", "from", "until"),
)
#: By sheet, the columns that name a row of it; rows of parties may be alike but for their dates.
_KEYS = {
    "sources": ("id",),
    "states": ("id",),
    "organizations": ("id",),
    "treaties": ("id",),
    "clauses": ("treaty", "article", "kind"),
    "events": ("id",),
    "participants": ("event", "state", "role"),
}
#: The kinds of affiliation that bind.
_BINDING = ("party", "member", "beneficiary", "signatory")
#: The columns that tell of a pledge.
_OF_PLEDGES = ("owed_by", "owed_to", "against", "conditions", "exceptions", "means", "territory", "conflict")


def faults(entries: Sequence[SheetEntry]) -> Iterator[Problem]:
    """What keeps entries from being stated."""
    sheets = _by_sheet(entries)
    for sheet, columns in _KEYS.items():
        yield from _twice(sheets[sheet], columns)
    yield from _undated(sheets["treaties"])
    yield from _articles(sheets["clauses"])


def doubts(
    entries: Sequence[SheetEntry],
    organizations: Container[str],
    *,
    stay_of: Callable[[SheetEntry], object],
    alone: bool,
) -> Iterator[Problem]:
    """What can be stated and cannot be right.

    Args:
        entries: all of them.
        organizations: what parties of organizations are named by.
        stay_of: the stay that the project has already, which an interruption is of, if there is one.
        alone: whether they tell all there is, as they do of a new project.
    """
    sheets = _by_sheet(entries)
    for sheet, first, second in _ORDERS:
        for entry in sheets[sheet]:
            yield from _order(entry, first, second)
    yield from _against_treaties(sheets["parties"], sheets["treaties"])
    yield from _overlaps(sheets["parties"])
    yield from _lifetimes(entries)
    yield from _interruptions(sheets["parties"], organizations, stay_of)
    yield from _of_no_pledge(sheets["clauses"])
    if alone:
        yield from _pledges(sheets["clauses"], sheets["parties"])
        yield from _without_parties(sheets["treaties"], sheets["parties"])


def _by_sheet(entries: Iterable[SheetEntry]) -> Mapping[str, list[SheetEntry]]:
    sheets: defaultdict[str, list[SheetEntry]] = defaultdict(list)
    for entry in entries:
        sheets[entry.sheet].append(entry)
    return sheets


def is_pledge(entry: SheetEntry) -> bool:
    """Whether a row of clauses pledges something."""
    return any(term in CASUS for _, term in entry.terms("kind"))


def _twice(entries: Iterable[SheetEntry], columns: tuple[str, ...]) -> Iterator[Problem]:
    seen: dict[Hashable, int] = {}
    for entry in entries:
        key = tuple(entry.values.get(column) for column in columns)
        if None in key:
            continue
        if key in seen:
            told = " ".join(entry.cell(entry.heading(column)) for column in columns)
            yield entry.problem(columns[-1], f"{told} is in row {seen[key]} already; take out one of the two")
        seen.setdefault(key, entry.row.number)


def _order(entry: SheetEntry, first: str, second: str) -> Iterator[Problem]:
    one, other = entry.date(first), entry.date(second)
    if one is not None and other is not None and other.latest < one.earliest:
        told = f"{entry.heading(second)} is before {entry.heading(first)}, {entry.cell(entry.heading(first))}"
        yield entry.problem(second, f"{told}; mend one of the two")


def _undated(treaties: Iterable[SheetEntry]) -> Iterator[Problem]:
    for entry in treaties:
        if not {"signed", "in_force"} & {column for column in entry.headings if entry.cell(entry.heading(column))}:
            yield entry.problem("signed", "there is no date: fill signed or in_force")


def _against_treaties(parties: Iterable[SheetEntry], treaties: Iterable[SheetEntry]) -> Iterator[Problem]:
    known = {entry.text("id"): entry for entry in treaties}
    for entry in parties:
        treaty, begin = known.get(entry.text("treaty")), entry.date("from")
        if treaty is None or begin is None:
            continue
        end, signed = treaty.date("terminated"), treaty.date("signed") or treaty.date("in_force")
        if end is not None and begin.earliest > end.latest:
            told = f"the treaty ended on {treaty.cell(treaty.heading('terminated'))} (row {treaty.row.number} of"
            yield entry.problem("from", f"{told} {treaty.table.name}); mend one of the two")
        elif signed is not None and begin.latest < signed.earliest:
            told = f"the treaty is no older than {signed.earliest} (row {treaty.row.number} of {treaty.table.name})"
            yield entry.problem("from", f"{told}; mend one of the two")


def _overlaps(parties: Iterable[SheetEntry]) -> Iterator[Problem]:
    stays: defaultdict[Hashable, list[SheetEntry]] = defaultdict(list)
    for entry in parties:
        if entry.states("state") and entry.date("from") is not None:
            roles = tuple(name for name, _ in entry.terms("role"))
            stays[entry.text("treaty"), entry.states("state"), roles].append(entry)
    for stay in stays.values():
        ordered = sorted(stay, key=lambda entry: (_first(entry), entry.row.number))
        for one, other in pairwise(ordered):
            end = one.date("until")
            if end is None or end.first > _first(other):
                told = f"it overlaps row {one.row.number}, of the same state and role"
                yield other.problem("from", f"{told}; end that one before, or take out one of the two")


def _interruptions(
    parties: Sequence[SheetEntry], organizations: Container[str], stay_of: Callable[[SheetEntry], object]
) -> Iterator[Problem]:
    for entry in parties:
        if not is_interruption(entry) or stay_of(entry) is not None:
            continue
        if interrupted(entry, parties, organizations) is None:
            told = "there is no row of the same state as party or member that it interrupts"
            yield entry.problem("role", f"{told}; add that row, or mend the dates")


def _first(entry: SheetEntry) -> date:
    begin = entry.date("from")
    assert begin is not None
    return begin.last if begin.bound != "<" else date.min


def _lifetimes(entries: Iterable[SheetEntry]) -> Iterator[Problem]:
    """States that are named for a time at which they did not exist."""
    events = {entry.text("id"): entry for entry in entries if entry.sheet == "events"}
    for entry in entries:
        match entry.sheet:
            case "parties":
                begin, end = entry.date("from"), entry.date("until")
            case "participants":
                event = events.get(entry.text("event"))
                begin = entry.date("from") or (event.date("start") if event else None)
                end = None
            case _:
                continue
        for state in entry.states("state"):
            if told := _outside(state, begin, end):
                yield entry.problem("state", told)


def _outside(state: KnownState, begin: CellDate | None, end: CellDate | None) -> str | None:
    life = f"{state.name} is on record from {_day(state.begins)} to {_day(state.ends)}"
    if begin is not None and begin.earliest > state.ends:
        return f"the state did not exist any more then: {life}; name the one that followed it"
    if begin is not None and begin.latest < state.begins:
        return f"the state did not exist yet then: {life}; name the one before it"
    if end is not None and end.bound != "<" and end.earliest > state.ends and end.bound != ">":
        return f"the state ended before that: {life}; end the row with it, and add one for the state that followed"
    return None


def _day(day: date) -> str:
    return "an unknown day" if day == date.min else "today" if day == date.max else day.isoformat()


def _articles(clauses: Iterable[SheetEntry]) -> Iterator[Problem]:
    """Rows of one article that say different things, or that go by names which are alike."""
    seen: dict[str, SheetEntry] = {}
    for entry in clauses:
        treaty, article = entry.text("treaty"), entry.text("article")
        if treaty is None or article is None:
            continue
        first = seen.setdefault(article_path(treaty, article), entry)
        if first.text("article") != article:
            told = f"its name would be that of {first.text('article')!r}, row {first.row.number}"
            yield entry.problem("article", f"{told}; tell them apart by letters or digits")
        elif first.text("says") != entry.text("says"):
            told = f"row {first.row.number} says otherwise of the same article"
            yield entry.problem("says", f"{told}; write the same, or tell them apart in article, as 4a")


def _of_no_pledge(clauses: Iterable[SheetEntry]) -> Iterator[Problem]:
    for entry in clauses:
        for column in _OF_PLEDGES if entry.terms("kind") and not is_pledge(entry) else ():
            if entry.values.get(column):
                told = "it tells of a pledge, and kind names none"
                yield entry.problem(column, f"{told}; name the pledge in kind, or empty this cell")


def _pledges(clauses: Iterable[SheetEntry], parties: Iterable[SheetEntry]) -> Iterator[Problem]:
    bound: defaultdict[str | None, set[str]] = defaultdict(set)
    for entry in parties:
        roles = {name for name, _ in entry.terms("role")}
        if not roles or roles & set(_BINDING):
            bound[entry.text("treaty")].update(state.id for state in entry.states("state"))
    for entry in clauses:
        treaty = entry.text("treaty")
        if not is_pledge(entry) or not bound[treaty]:
            continue
        for column in ("owed_by", "owed_to"):
            for state in entry.states(column):
                if column == "owed_by" and state.id not in bound[treaty]:
                    told = f"{state.id} is never a party of {treaty}, so that it owes nothing"
                    yield entry.problem(column, f"{told}; add it to parties, or take it out", state.id)
        by, to = ({state.id for state in entry.states(column)} for column in ("owed_by", "owed_to"))
        if by and by == to and len(by) == 1:
            yield entry.problem("owed_to", "no state owes anything to itself; name another, or leave it empty")
        elif len(bound[treaty]) < 2 and not to:
            told = f"the pledge binds nobody: {treaty} has one party"
            yield entry.problem("kind", f"{told}; add the others to parties", severity="warning")


def _without_parties(treaties: Iterable[SheetEntry], parties: Iterable[SheetEntry]) -> Iterator[Problem]:
    named = {entry.text("treaty") for entry in parties}
    for entry in treaties:
        if entry.text("id") not in named and not entry.values.get("amends"):
            message = "the treaty has no parties; add them to the sheet parties"
            yield entry.problem("id", message, severity="warning")
